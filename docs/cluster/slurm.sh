#!/usr/bin/env bash
#SBATCH --job-name=dcgan
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --requeue
# One worker a node: sbatch docs/cluster/slurm.sh --folder faces --epochs 20000
# The run is named after the job, so that a job which Slurm starts again goes on with it.
set -euo pipefail

if [ -z "${SLURM_PROCID:-}" ] || [ -z "${SLURM_STEP_ID:-}" ]; then     # the batch script itself
    exec srun --kill-on-bad-exit=1 bash "$0" "$@"
fi
addresses=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed 's/.*/"&:2222"/' | paste -sd,)
export TF_CONFIG="{\"cluster\": {\"worker\": [$addresses]},
                   \"task\": {\"type\": \"worker\", \"index\": $SLURM_PROCID}}"
exec python main1.py --run-name "job-$SLURM_JOB_ID" --resume auto "$@"
