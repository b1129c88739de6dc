#!/usr/bin/env bash
# Draws the digits of README, docs/presets.md and docs/latents.md from the runs of digits.sh.
#     experiments/digits_pictures.sh FOLDER          # writes into this folder; default: pictures
# Needs the runs of digits.sh, in OUT.    Time: seconds for each picture; a film takes 1.2 s.
source "$(dirname "$0")/train.sh"
to=${1:-pictures} rows=0,500,1000,1500,2000,3000,4000,6000,8000,10000,15000,20000
mkdir -p "$to"
for name in dcgan28 main1; do
    run=$out/$name
    [ "$name" = main1 ] || run=$out/dcgan28_0
    python tools/sample.py "$run" --grid 8x8 --scale 1 --out "$to/${name}_grid.png"
    python experiments/rows.py "$run" "$to/${name}_progress.png" --steps "${ROWS:-$rows}"
    cp "$run/images/losses.png" "$to/${name}_losses.png"
done
run=$out/dcgan28_0
python tools/morph.py "$run" --path sphere --frames 60 --grid 4x4 --scale 1 --out "$to/dcgan28_sphere.gif"
python tools/morph.py "$run" --seeds 3,17,42 --scale 4 --show-path --ease --out "$to/morph_keys.gif"
python tools/arithmetic.py "$run" --plus 0,7,47 --minus 46,37,59 --plus 48,27 --scale 1 --out "$to/arithmetic.png"
python tools/sample.py "$out/cgan" --grid 8x10 --scale 1 --out "$to/cgan_grid.png"
python tools/morph.py "$out/cgan" --class 3 --to-class 8 --scale 1 --out "$to/cgan_3to8.gif"
