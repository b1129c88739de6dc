#!/usr/bin/env bash
# Trains `folder` and `folder_classic` on portraits with three seeds, and judges 500 samples of each:
# docs/experiments.md, "4,000 steps".
#     JUDGE=judge/bin/python experiments/faces.sh us_congress
# JUDGE: the Python of an environment with experiments/requirements-judge.txt; without it nothing is judged.
# STEPS=4000, SAMPLES=500, SEEDS='0 1 2', FLAGS: more flags, such as --precision bfloat16; OUT: the folder of the runs
source "$(dirname "$0")/train.sh"
runs=()
for preset in folder folder_classic; do
    for seed in ${SEEDS:-0 1 2}; do
        # shellcheck disable=SC2086          # FLAGS are several words
        train "${preset}_$seed" --folder "${1:?the folder of portraits}" --flip --preset "$preset" \
            --seed "$seed" --epochs "${STEPS:-4000}" ${FLAGS:-}
        runs+=("$out/${preset}_$seed")
    done
done
python experiments/save_samples.py "${runs[@]}" --n "${SAMPLES:-500}"
[ -z "${JUDGE:-}" ] || "$JUDGE" experiments/judge_faces.py "$1" "${runs[@]/%//samples.npz}"
