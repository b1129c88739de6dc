"""Estimates the cost of a training step before the first one: FLOPs, seconds, memory."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import portable
from dcgan_tf.graph_report import memory, speed
from dcgan_tf.graph_report.layers import step_flops


class Cost(NamedTuple):
    """The cost of a training in this process. Of several workers, each has its own."""

    flops: int                   # of an average step, as `dcgan-tf graph` counts them
    seconds: float | None        # of an average step here, without evaluations and checkpoints
    step_memory: int | None      # bytes that this process has at most in a step
    sample_memory: int | None    # bytes that it has at most when it draws samples

    @property
    def memory(self) -> int | None:
        """The bytes that this process has at most in its training."""
        return self.step_memory and max(self.step_memory, self.sample_memory)


def cost(gan) -> Cost:
    """Estimates the Cost of a finished GAN. docs/speed.md tells how, and how well.

    All but `flops` is None on a GPU, and where XLA compiles the step: what is measured and counted
    here is true for TensorFlow's own ops on the CPU.
    """
    counts = step_flops(gan)
    total = round(sum(counts.values()))
    if gan.config.jit or tf.config.list_physical_devices('GPU'):
        return Cost(total, None, None, None)
    seconds = speed.step_seconds(gan, counts)
    now = portable.resident_memory()             # with what the measured products leave in the heap
    return Cost(total, seconds, now + memory.of_steps(gan), now + memory.of_samples(gan))
