"""Finds the workers of a training by several processes, and makes the worker of this one."""

from dcgan_tf.cli.flags import Options
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.distributed.cluster import VARIABLE, Cluster, from_environment
from dcgan_tf.errors import UsageError


def find_cluster(options: Options) -> Cluster | None:
    """Returns the Cluster of TF_CONFIG; None for a single process, and for --graph-only."""
    cluster = None if options.graph_only else from_environment()
    if cluster and options.debug:
        raise UsageError(f'--debug {options.debug} looks into a single process: leave it, or '
                         f'{VARIABLE}, out')
    return cluster


def make_worker(cluster: Cluster | None, options: Options, data: Dataset):
    """Returns the Worker that `DeepConvolutionalGAN` takes, or None. Loads TensorFlow."""
    if cluster is None:
        return None
    from dcgan_tf.distributed.worker import Worker
    return Worker(cluster, data=data.fingerprint, patience=options.worker_timeout,
                  start_patience=options.start_timeout)
