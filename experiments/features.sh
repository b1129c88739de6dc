#!/usr/bin/env bash
# Measures what D has learnt to see: the table of docs/quality.md. The last line of each is pixels.
# Needs the runs dcgan28_0 and main1 of digits.sh, in OUT.    SAMPLES="1000 10000"
# Time: 10,000 pictures took 64 to 75 s of processor time. The machine is not recorded.
source "$(dirname "$0")/train.sh"
train untrained --dataset mnist --epochs 1
for n in ${SAMPLES:-1000 10000}; do
    python tools/features.py "$out/dcgan28_0" --n "$n"
    python tools/features.py "$out/main1" --n "$n"
    python tools/features.py "$out/untrained" --checkpoint 0 --n "$n"
done
