#!/usr/bin/env bash
# Trains the eleven rows of the first table of docs/experiments.md, and measures them.
# Needs MNIST, in DATASET_FOLDER.    STEPS=2500, SAMPLES=5000, OUT: the folder of the runs
# Time and machine: not recorded.
source "$(dirname "$0")/train.sh"
names=()
while read -r name flags; do
    # shellcheck disable=SC2086          # flags are several words
    train "settings_$name" --dataset mnist --epochs "${STEPS:-2500}" --threads 1 \
        --learning-rate-half-life 0 $flags < /dev/null
    names+=("$out/settings_$name")
done <<'ROWS'
first      --maps 64,128 --penalty none --learning-rate 2e-4
halving    --maps 64,128 --penalty none --learning-rate 4e-4 --learning-rate-half-life 1000
layer_norm --maps 64,128 --norm layer --penalty r1 --penalty-weight 10 --penalty-every 1 --learning-rate 2e-4
no_norm    --maps 64,128 --norm none --penalty r1 --penalty-weight 1 --penalty-every 1 --learning-rate 2e-4
r1         --maps 64,128 --penalty r1 --penalty-weight 1 --penalty-every 1 --learning-rate 2e-4
r1_faster  --maps 64,128 --penalty r1 --penalty-weight 1 --penalty-every 1 --learning-rate 5e-4
three      --maps 36,72,144 --penalty none --learning-rate 5e-4
three_r1   --maps 36,72,144 --penalty r1 --penalty-weight 1 --penalty-every 1 --learning-rate 5e-4
best       --maps 36,72,144 --penalty r1 --penalty-weight 1 --penalty-every 1 --learning-rate 1e-3
lazy       --maps 32,64,128 --penalty r1 --penalty-weight 1 --penalty-every 4 --learning-rate 1e-3
four       --maps 18,36,72,144 --penalty r1 --penalty-weight 1 --penalty-every 1 --learning-rate 5e-4
ROWS
python tools/evaluate.py "${names[@]}" --metrics frechet --n "${SAMPLES:-5000}"
