#!/usr/bin/env bash
# Trains the other presets and the network of TensorFlow's tutorial for 5,000 steps of 32: the table
# of docs/experiments.md. The row of dcgan28 is that of digits.sh.
# Needs MNIST, in DATASET_FOLDER.    STEPS=5000, SAMPLES=5000, OUT: the folder of the runs
# Time: 7, 23 and 12 minutes on two cores, and the metrics. The machine is not recorded.
source "$(dirname "$0")/train.sh"
steps=${STEPS:-5000} samples=${SAMPLES:-5000}
for preset in keras_mnist upsample_mnist; do
    train "compared_$preset" --preset $preset --dataset mnist --batch-size 32 --epochs "$steps" \
        --metrics frechet --metrics-step $((steps / 4)) --metrics-n "$samples"
done
tail -n +1 "$out"/compared_*/metrics.csv
python experiments/tensorflow_tutorial.py --steps "$steps" --samples "$samples"
