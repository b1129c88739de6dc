"""One run of the session: the op that a training step makes, and the check before its writes."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.train_ops.finite_check import FiniteCheck


class TrainOp(NamedTuple):
    """One run of the session; a step is made of one or more."""

    op: tf.Operation
    check: FiniteCheck           # that all is finite, before anything is written
