"""What tests of several rooms compare and read."""

import numpy as np
import tensorflow as tf


def assert_same(a, b):
    """Two dictionaries of arrays are equal to the bit."""
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


def values(gan):
    """Name -> array of every variable of a GAN."""
    return gan.session.run({v.op.name: v for v in gan.variables()})


def checkpoint(run, step):
    """Name -> array of every variable in a checkpoint of the run folder `run`."""
    reader = tf.compat.v1.train.NewCheckpointReader(str(run / 'checkpoints' / f'model-{step}'))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
