#!/usr/bin/env bash
# Trains every objective without a penalty, and four with every penalty, for 1,000 steps: the tables
# of docs/objectives.md and docs/presets.md.
# Needs MNIST, in DATASET_FOLDER.    STEPS=1000, SAMPLES=5000, OUT: the folder of the runs
# Time and machine: not recorded.
source "$(dirname "$0")/train.sh"
four='non_saturating least_squares hinge wgan' names=()
run() {
    train "objective_$1_$2" --dataset mnist --epochs "${STEPS:-1000}" --threads 1 \
        --objective "$1" --penalty "$2"
    names+=("$out/objective_$1_$2")
}
for objective in $four ebgan softmax relativistic_average f_gan_pearson f_gan_kl \
        f_gan_reverse_kl f_gan_hellinger loss_sensitive minimax; do
    run $objective none
done
for objective in $four; do
    for penalty in r1 gradient_penalty lipschitz_penalty dragan mode_regularised; do
        run $objective $penalty
    done
done
python tools/evaluate.py "${names[@]}" --metrics frechet --n "${SAMPLES:-5000}"
