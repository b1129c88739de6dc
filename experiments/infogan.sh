#!/usr/bin/env bash
# Trains the InfoGAN of the paper with three seeds, and seed 2 once more with --continuous-weight:
# the code errors and both pictures of docs/family/infogan.md.
# Needs MNIST, in DATASET_FOLDER.    STEPS=5000, OUT: the folder of the runs
# Time: an hour or less for each run on two cores. The machine is not recorded.
source "$(dirname "$0")/train.sh"
steps=${STEPS:-5000}
common=(--dataset mnist --type infogan --preset infogan_mnist --epochs "$steps"
        --metrics code_error --metrics-step $((steps / 5)) --scale 1)
for seed in 0 1 2; do
    train "infogan_$seed" "${common[@]}" --seed "$seed"
done
train infogan_2_light "${common[@]}" --seed 2 --continuous-weight 0.1
tail -n +1 "$out"/infogan_*/metrics.csv
python experiments/rows.py "$out/infogan_0" "$out/infogan_codes.png" --codes "$steps"
cp "$out/infogan_0/images/confusion.png" "$out/infogan_confusion.png"
