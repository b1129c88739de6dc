"""Opens the session: fixed number of threads, GPU memory as needed, repeatable kernels, XLA."""

import contextlib
import os
import pathlib

import tensorflow as tf
from tensorflow.core.protobuf import rewriter_config_pb2

from dcgan_tf import notices

v1 = tf.compat.v1
ON_CPU = '--tf_xla_cpu_global_jit'


def open_session(graph, threads=0, jit=False, worker=None):
    """Opens a Session on `graph`, on the first GPU if there is one.

    threads: the size of both thread pools; 0 = the number of cores. It changes how sums are split,
    and with that their last bits, so a run records it. jit: True = XLA compiles what it can, in
    clusters of ops; on a CPU see `let_xla_use_the_cpu`. worker: None, or a `distributed.Worker`,
    one of several; its server then runs the graph.
    """
    config = v1.ConfigProto(intra_op_parallelism_threads=threads,
                            inter_op_parallelism_threads=threads,
                            allow_soft_placement=True)
    config.gpu_options.allow_growth = True
    rewriting = config.graph_options.rewrite_options
    # This optimisation joins sums into an `AddN` of three terms or more, which may differ in its
    # last bit from run to run: see ops/gradients.py. Steps take the same time without (measured).
    rewriting.arithmetic_optimization = rewriter_config_pb2.RewriterConfig.OFF
    # TensorFlow 2.21's remapper fails on a convolution whose leaky ReLU has a gradient: it logs an
    # error and changes nothing. Steps take the same time without it (measured).
    rewriting.remapping = rewriter_config_pb2.RewriterConfig.OFF
    if jit:
        config.graph_options.optimizer_options.global_jit_level = v1.OptimizerOptions.ON_1
    session = (worker.open_session(graph, config) if worker else
               v1.Session(graph=graph, config=config))
    notices.stop()                           # TensorFlow has looked for its devices by now
    return session


def make_deterministic():
    """Makes GPU kernels give the same bits in every run; CPU kernels do anyway.

    It holds for the whole process and cannot be undone, so only a main program should call it.
    """
    if tf.config.list_physical_devices('GPU'):
        tf.config.experimental.enable_op_determinism()


def let_xla_use_the_cpu():
    """Lets XLA compile for the CPU, too, in sessions with `jit`; this needs a second switch.

    TensorFlow reads the switch when the process first lists its devices. It holds for the whole
    process, so only a main program should call this.
    """
    flags = os.environ.get('TF_XLA_FLAGS', '').split()
    if not any(flag.startswith(ON_CPU) for flag in flags):
        os.environ['TF_XLA_FLAGS'] = ' '.join([*flags, ON_CPU])


@contextlib.contextmanager
def without_warnings():
    """Hides TensorFlow's warnings about functions that another package calls inside."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel('ERROR')
    try:
        yield
    finally:
        logger.setLevel(level)


def device_name(threads):
    """Names the device of a run, e.g. 'GPU (NVIDIA H200)' or 'CPU, 2 threads'."""
    gpus = tf.config.list_physical_devices('GPU')
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        return f'GPU ({details.get("device_name", gpus[0].name)})'
    unused = pathlib.Path('/dev/nvidia0').exists()
    hint = '; for the GPU: pip install "tensorflow[and-cuda]"' if unused else ''
    return f'CPU, {threads or "all"} threads{hint}'
