#!/usr/bin/env bash
# Trains in float32 and in bfloat16, and measures both: "Quality in bfloat16" of docs/speed.md.
# Needs MNIST, in DATASET_FOLDER.    STEPS=3000, SAMPLES=5000, OUT: the folder of the runs
# Time: not recorded. The machine of docs/speed.md has AVX-512 and AMX.
source "$(dirname "$0")/train.sh"
names=()
for precision in float32 bfloat16; do
    for row in 'dcgan28 0' 'dcgan28 1' 'main1 0'; do
        read -r preset seed <<< "$row"
        train "${precision}_${preset}_$seed" --dataset mnist --epochs "${STEPS:-3000}" --threads 1 \
            --preset "$preset" --seed "$seed" --precision $precision
        names+=("$out/${precision}_${preset}_$seed")
    done
done
python tools/evaluate.py "${names[@]}" --n "${SAMPLES:-5000}" --metrics frechet,precision,recall
