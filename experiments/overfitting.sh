#!/usr/bin/env bash
# Trains on 62 portraits, with 40 others held out, without and with augmentation: docs/quality.md.
#     experiments/overfitting.sh FOLDER          # the portraits: docs/data.md says where they are
# Which 102 portraits these were is not recorded. Here they are the first by name of the folder.
# STEPS=2500, OUT: the folder of the runs.    Time and machine: not recorded.
source "$(dirname "$0")/train.sh"
some=$out/portraits
mkdir -p "$some"
find "${1:?the folder of portraits}" -name '*.jpg' | sort | head -n 102 | xargs cp -t "$some"
steps=${STEPS:-2500}
common=(--folder "$some" --preset folder_classic --resize 32 --maps 16,32,64 --hold-out 0.4 --epochs "$steps"
        --eval-step $((steps / 5)))
train memorised "${common[@]}"
train augmented "${common[@]}" --flip --diff-augment color,translation
tail -n +1 "$out"/{memorised,augmented}/metrics.csv
