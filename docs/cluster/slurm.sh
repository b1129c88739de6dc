#!/usr/bin/env bash
#SBATCH --job-name=dcgan
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --requeue
# One worker a node: sbatch docs/cluster/slurm.sh --folder faces --batch-size 32 --epochs 20000
# The run has the name of the job, so a job that is started again goes on with its run.
set -euo pipefail

addresses=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed 's/.*/"&:2222"/' | paste -sd,)
export WORKERS="{\"worker\": [$addresses]}"
export FAILED="job-$SLURM_JOB_ID.failed"         # in this folder, which all nodes see
code=0
srun --wait=600 bash -c '
    export TF_CONFIG="{\"cluster\": $WORKERS,
                       \"task\": {\"type\": \"worker\", \"index\": $SLURM_PROCID}}"
    trap : TERM INT HUP                         # python saves, and its exit code says the result
    python main1.py --run-name "job-$SLURM_JOB_ID" --resume auto "$@" && exit
    code=$?
    [ "$code" -gt 128 ] || touch "$FAILED"        # it failed by itself, and would fail again
    exit "$code"' worker "$@" || code=$?

case $code in
    129 | 130 | 143) ;;                           # a signal stopped the job
    *) [ "$code" -le 128 ] || [ -e "$FAILED" ] || scontrol requeue "$SLURM_JOB_ID" || true ;;
esac                                              # a worker was lost: into the queue again
rm -f "$FAILED"
exit "$code"
