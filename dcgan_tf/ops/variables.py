"""The functions through which every weight enters the graph.

An initial value depends only on the graph's seed and the variable's name. TensorFlow's default
would count the random ops before it. Then one more layer, or one more noise op, would change all
later weights.
"""

import contextlib

import tensorflow as tf

from dcgan_tf import seeds

v1 = tf.compat.v1


@contextlib.contextmanager
def weights_from(seed):
    """Weights that are created inside come from this seed. The graph's own seed is restored."""
    graph = v1.get_default_graph()
    own_seed, graph.seed = graph.seed, seeds.derive(seed, 'weights')
    try:
        yield
    finally:
        graph.seed = own_seed


def normal(sigma):
    """Initialiser N(0, sigma^2)."""
    return lambda seed: v1.random_normal_initializer(stddev=sigma, seed=seed)


def truncated_normal(sigma):
    """Initialiser N(0, sigma^2), redrawn beyond 2 sigma: DCGAN, arXiv 1511.06434, sigma 0.02."""
    return lambda seed: v1.truncated_normal_initializer(stddev=sigma, seed=seed)


NORMAL_002 = truncated_normal(0.02)           # as in the DCGAN paper; the default of every op


def glorot_uniform(seed):
    """Initialiser U(-a, a), a = sqrt(6 / (fan in + fan out)): Glorot and Bengio 2010, eq. 16."""
    return v1.glorot_uniform_initializer(seed=seed)


def he_normal(gain=1.0):
    """Initialiser of mean 0 and variance 2 gain^2 / fan in: He et al. 2015, 1502.01852, eq. 10.

    It is a normal distribution whose values beyond 2 sigma are redrawn, as in `truncated_normal`.
    """
    return lambda seed: v1.variance_scaling_initializer(scale=2.0 * gain ** 2, seed=seed)


def zeros(seed):
    """Initialiser 0, whatever the seed: for a last layer that says nothing at first."""
    del seed
    return v1.zeros_initializer()


def weight(shape, init, name='weights'):
    """Returns a trainable variable with values from `init`, e.g. `truncated_normal(0.02)`."""
    full_name = f'{v1.get_variable_scope().name}/{name}'
    seed = seeds.derive(v1.get_default_graph().seed or 0, 'weight', full_name)
    return v1.get_variable(name, shape, initializer=init(seed), use_resource=True)


def constant(shape, value, name, *, trainable=True):
    """Returns a variable that starts as `value`: biases, gamma, beta, moving averages."""
    return v1.get_variable(name, shape, initializer=v1.constant_initializer(value),
                           trainable=trainable, use_resource=True)


def read(variable):
    """Reads a variable in the box that is open, by an op with the last part of its name.

    A tensor, which may stand in place of a variable, is returned as it is.
    """
    if not isinstance(variable, tf.Variable):
        return variable
    return tf.raw_ops.ReadVariableOp(resource=variable.handle, dtype=variable.dtype,
                                     name=variable.op.name.rpartition('/')[2])


def bias(maps):
    """Reads one trainable number for each feature map (or unit), at first zero."""
    return read(constant([maps], 0.0, 'bias'))
