"""The op of one run of the session, and the check that runs before its writes."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.train_ops.finite_check import FiniteCheck


class TrainOp(NamedTuple):
    """One run of the session. A step consists of one or more."""

    op: tf.Operation
    check: FiniteCheck           # fails before anything is written if a number is not finite
