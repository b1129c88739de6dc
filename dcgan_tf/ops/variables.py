"""The one gate through which every weight enters the graph.

An initial value depends on the graph's seed and on the variable's own name, on nothing else:
TensorFlow's default would count the random ops before it, so that one more layer, or one more
noise op, would change every weight that follows.
"""

import contextlib

import tensorflow as tf

from dcgan_tf import seeds

v1 = tf.compat.v1


@contextlib.contextmanager
def weights_from(seed):
    """The weights made inside are drawn from this seed; the graph's own seed is put back."""
    graph = v1.get_default_graph()
    before, graph.seed = graph.seed, seeds.derive(seed, 'weights')
    try:
        yield
    finally:
        graph.seed = before


def truncated_normal(sigma):
    """Initialiser N(0, sigma^2), redrawn beyond 2 sigma: DCGAN, arXiv 1511.06434, sigma 0.02."""
    return lambda seed: v1.truncated_normal_initializer(stddev=sigma, seed=seed)


NORMAL_002 = truncated_normal(0.02)           # the DCGAN paper's choice, and every op's default


def glorot_uniform(seed):
    """Initialiser U(-a, a), a = sqrt(6 / (fan in + fan out)): Glorot and Bengio 2010, eq. 16."""
    return v1.glorot_uniform_initializer(seed=seed)


def weight(shape, init, name='weights'):
    """A trainable variable drawn by `init`, e.g. `truncated_normal(0.02)`."""
    full_name = f'{v1.get_variable_scope().name}/{name}'
    seed = seeds.derive(v1.get_default_graph().seed or 0, 'weight', full_name)
    return v1.get_variable(name, shape, initializer=init(seed), use_resource=True)


def constant(shape, value, name, *, trainable=True):
    """A variable that starts as `value` everywhere: biases, gamma, beta, moving averages."""
    return v1.get_variable(name, shape, initializer=v1.constant_initializer(value),
                           trainable=trainable, use_resource=True)


def bias(maps):
    """One trainable number a feature map (or unit), zero at first."""
    return constant([maps], 0.0, 'bias')
