#!/usr/bin/env bash
# Trains a cgan and an acgan on MNIST, measures both and draws the digits: docs/family/acgan.md.
# Needs MNIST, in DATASET_FOLDER.    STEPS=8000, SAMPLES=10000, OUT: the folder of the runs
# Time: 15 to 25 minutes for the acgan. The machine is not recorded.
source "$(dirname "$0")/train.sh"
for type in cgan acgan; do
    train "mnist_$type" --dataset mnist --type $type --epochs "${STEPS:-8000}"
done
python tools/evaluate.py "$out"/mnist_{cgan,acgan} --n "${SAMPLES:-10000}"
python tools/sample.py "$out/mnist_acgan" --grid 8x10 --scale 1 --out "$out/acgan_mnist.png"
