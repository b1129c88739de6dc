#!/usr/bin/env bash
# Writes D's features with fewer and fewer dimensions: the table of docs/projector.md.
# Needs the run dcgan28_0 of digits.sh, in OUT, and MNIST.    SAMPLES=1000
# Time: 17 s for 50 dimensions. The machine is not recorded.
source "$(dirname "$0")/train.sh"
for dimensions in 2 10 50 100 200 0; do
    to=$out/projector_$dimensions
    python tools/project.py "$out/dcgan28_0" --n "${SAMPLES:-1000}" --dimensions $dimensions --out "$to"
    wc -c "$to/features.tsv"
done
