"""The session: threads pinned, GPU memory taken as needed, the device named."""

import os
import pathlib

import tensorflow as tf
from tensorflow.core.protobuf import rewriter_config_pb2

v1 = tf.compat.v1
ON_CPU = '--tf_xla_cpu_global_jit'


def open_session(graph, threads=0, jit=False, worker=None):
    """A Session on `graph`; on the first GPU when there is one. threads: of each pool; 0 = cores.

    jit: shall XLA compile what it can, in clusters of ops? On a CPU see `let_xla_use_the_cpu`.
    worker: one of several, a `distributed.Worker`; its server then runs the graph.
    The number of threads changes how sums are split, hence the last bits: runs record it.
    """
    config = v1.ConfigProto(intra_op_parallelism_threads=threads,
                            inter_op_parallelism_threads=threads,
                            allow_soft_placement=True)
    config.gpu_options.allow_growth = True
    rewriting = config.graph_options.rewrite_options
    # It joins sums into `AddN` of three and more, which may differ in the last bit from run to
    # run: see ops/gradients.py. Steps take the same time without it (measured).
    rewriting.arithmetic_optimization = rewriter_config_pb2.RewriterConfig.OFF
    # TensorFlow 2.21's remapper trips over a convolution whose leaky ReLU has a gradient: it says
    # so in red and changes nothing. Steps take the same time without it (measured).
    rewriting.remapping = rewriter_config_pb2.RewriterConfig.OFF
    if jit:
        config.graph_options.optimizer_options.global_jit_level = v1.OptimizerOptions.ON_1
    if worker:
        return worker.open_session(graph, config)
    return v1.Session(graph=graph, config=config)


def make_deterministic():
    """Makes GPU kernels give the same bits in every run; CPU kernels do anyway.

    It holds for the whole process and cannot be undone, so only a main program should call it.
    """
    if tf.config.list_physical_devices('GPU'):
        tf.config.experimental.enable_op_determinism()


def let_xla_use_the_cpu():
    """Has sessions with `jit` compile on a CPU, too, where TensorFlow wants to be told twice.

    Read when the process first asks for its devices. It holds for the whole process, so only a main
    program should call it.
    """
    words = os.environ.get('TF_XLA_FLAGS', '').split()
    if not any(word.startswith(ON_CPU) for word in words):
        os.environ['TF_XLA_FLAGS'] = ' '.join([*words, ON_CPU])


def device_name(threads):
    """For the first lines of a run, e.g. 'GPU (NVIDIA H200)' or 'CPU, 2 threads'."""
    gpus = tf.config.list_physical_devices('GPU')
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        return f'GPU ({details.get("device_name", gpus[0].name)})'
    unused = pathlib.Path('/dev/nvidia0').exists()
    hint = '; for the GPU: pip install "tensorflow[and-cuda]"' if unused else ''
    return f'CPU, {threads or "all"} threads{hint}'
