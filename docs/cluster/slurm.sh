#!/usr/bin/env bash
#SBATCH --job-name=dcgan
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --requeue
# One worker a node: sbatch docs/cluster/slurm.sh --folder faces --epochs 20000
# The run is named after the job, so that a job which is started again goes on with it.
set -euo pipefail

addresses=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed 's/.*/"&:2222"/' | paste -sd,)
export WORKERS="{\"worker\": [$addresses]}"
code=0
srun --kill-on-bad-exit=1 bash -c '
    export TF_CONFIG="{\"cluster\": $WORKERS,
                       \"task\": {\"type\": \"worker\", \"index\": $SLURM_PROCID}}"
    exec python main1.py --run-name "job-$SLURM_JOB_ID" --resume auto "$@"' worker "$@" || code=$?

if [ "$code" -ge 128 ]; then            # a worker was lost: not a mistake of its own
    scontrol requeue "$SLURM_JOB_ID" || true
fi
exit "$code"
