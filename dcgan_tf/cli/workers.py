"""One training by several processes: which of them this one is, and what it leaves to the first."""

from dcgan_tf.cli.flags import Options
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.distributed import cluster
from dcgan_tf.distributed.cluster import Cluster
from dcgan_tf.errors import UsageError


def found(options: Options) -> Cluster | None:
    """What TF_CONFIG says; None where this process is alone, or trains nothing."""
    several = None if options.dry_run or options.graph_only else cluster.from_environment()
    if several and options.debug:
        raise UsageError(f'--debug {options.debug} looks into one process alone: leave it, or '
                         f'{cluster.VARIABLE}, out')
    return several


def worker(several: Cluster | None, options: Options, data: Dataset):
    """-> what `DeepConvolutionalGAN` takes. Loads TensorFlow."""
    if several is None:
        return None
    from dcgan_tf.distributed.worker import Worker
    return Worker(several, data=data.fingerprint, patience=options.worker_timeout,
                  start_patience=options.start_timeout)
