#!/usr/bin/env bash
# Trains the runs of MNIST that README and docs show: dcgan28 with three seeds, its first form,
# main1, and the cgan; then measures all of them: docs/experiments.md and docs/presets.md.
# Needs MNIST, in DATASET_FOLDER.    STEPS=20000, SAMPLES=10000, OUT: the folder of the runs
# Time: 20 to 30 minutes for each of the 20,000 steps on two cores with AVX-512 and AMX, ten for the
# cgan; the run in the pictures took 68 minutes on one thread, with other work on the two cores.
source "$(dirname "$0")/train.sh"
steps=${STEPS:-20000} samples=${SAMPLES:-10000}
for seed in 0 1 2; do
    train "dcgan28_$seed" --dataset mnist --epochs "$steps" --seed "$seed" --threads 1 \
        --metrics frechet --metrics-step $((steps / 8)) --metrics-n $((samples / 2))
done
first=(--dataset mnist --maps 64,128 --penalty none --learning-rate 2e-4 --learning-rate-half-life 0)
train first "${first[@]}" --epochs "$steps"
train main1 --dataset mnist --preset main1 --epochs "$steps"
train cgan --type cgan "${first[@]}" --epochs $((steps * 2 / 5))
tail -n +1 "$out"/dcgan28_?/metrics.csv          # the distances during the training
python tools/evaluate.py "$out"/{dcgan28_0,dcgan28_1,dcgan28_2,first,main1,cgan} --n "$samples"
