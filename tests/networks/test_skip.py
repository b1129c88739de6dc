"""The generator whose picture is a sum of sizes, and its discriminator, against NumPy."""

import numpy as np
import tensorflow as tf

from dcgan_tf import networks, ops
from dcgan_tf.config import preset
from dcgan_tf.networks.skip import MAPS_OF_FULL_SIZE
from tests import reference as ref

v1 = tf.compat.v1
SIZES = [(3, 2), (5, 3), (9, 6)]           # the last is that of the images


def values_of(build, x):
    """Builds a network on x and draws all its variables.

    Returns ({name of a variable: array}, its output). build: (networks, tensor) -> tensor.
    """
    height, width = SIZES[-1]
    net = networks.build(preset('folder', image_height=height, image_width=width, z_dim=5,
                                generator_maps=(6, 4, 3), discriminator_maps=(3, 4, 6)))
    rng = np.random.default_rng(0)
    with tf.Graph().as_default(), v1.Session() as session:
        with ops.network('Network', 'sample'):
            made = build(net, tf.constant(x, tf.float32))
        values = {}
        for variable in v1.global_variables():
            value = rng.normal(size=variable.shape.as_list()) / 3
            name = variable.op.name.removeprefix('Network/')
            values[name] = np.abs(value) + 0.1 if name.endswith('variance') else value
            session.run(variable.initializer, {variable.initializer.inputs[1]: values[name]})
        return values, session.run(made)


def reference(z, w):
    """The generator, size by size."""
    def normed(h, i):
        names = ('gamma', 'beta', 'moving_mean', 'moving_variance')
        return ref.relu(ref.batch_norm(h, *(w[f'g{i}_norm/{name}'] for name in names), 1e-5))

    def picture(h, i):
        return 0.1 * ref.conv2d(h, w[f'g{i}_picture/weights'], w[f'g{i}_picture/bias'], 1)
    h = normed(ref.linear(z, w['g0_linear/weights'], 0).reshape(len(z), *SIZES[0], 6), 0)
    total = picture(h, 0)
    for i, (height, width) in enumerate(SIZES[1:], 1):
        h = ref.conv2d(ref.upsample(h, 2), w[f'g{i}_conv/weights'], 0, 1)[:, :height, :width]
        h = normed(h, i)
        total = ref.enlarge(total, (height, width)) + picture(h, i)
    assert h.shape[-1] == MAPS_OF_FULL_SIZE
    return ref.tanh(total)


def test_the_picture_is_a_sum_of_sizes(rng):
    z = rng.uniform(-1, 1, size=[3, 5])
    weights, images = values_of(lambda net, z: net.generator(z, None, training=False), z)
    assert images.std() > 0.1
    ref.assert_close(images, reference(z, weights))


def test_d_has_no_norm_and_logits_of_a_tenth(rng):
    """So a step of Adam moves the logits by a tenth of what it moves the weights."""
    x = rng.uniform(-1, 1, size=[3, *SIZES[-1], 3])
    w, logits = values_of(lambda net, x: net.discriminator(x, None, training=False, logits=2), x)
    h = x
    for i, bias in ((1, 'd1_conv/bias'), (2, 'd2_norm/beta')):
        h = ref.leaky_relu(ref.conv2d(h, w[f'd{i}_conv/weights'], w[bias], 2), 0.2)
    assert w['d1_conv/weights'].shape == (4, 4, 3, 4)
    ref.assert_close(logits, 0.1 * ref.linear(h.reshape(len(h), -1), w['d3_linear/weights'],
                                              w['d3_linear/bias']))
    assert set(w) == {'d1_conv/weights', 'd1_conv/bias', 'd2_conv/weights', 'd2_norm/beta',
                      'd3_linear/weights', 'd3_linear/bias'}
