# Read by the other scripts with `source`: strict errors, the folder of the runs, and `train`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${OUT:-results/experiments}          # OUT: the folder of the runs

# train NAME FLAGS: trains the run $out/NAME, or goes on with it if the script was stopped.
train() {
    python main1.py --save-folder "$out" --resume auto --run-name "$@"
}
