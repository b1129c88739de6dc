"""The generator whose picture is a sum of sizes, against NumPy."""

import numpy as np
import tensorflow as tf

from dcgan_tf import networks, ops
from dcgan_tf.config import preset
from dcgan_tf.networks.skip import MAPS_OF_FULL_SIZE
from tests import reference as ref

v1 = tf.compat.v1
SIZES = [(3, 2), (5, 3), (9, 6)]           # the last is that of the images


def values_of(z):
    """Builds G and draws all its variables. Returns ({name without Generator/: array}, images)."""
    height, width = SIZES[-1]
    net = networks.build(preset('folder', image_height=height, image_width=width, z_dim=z.shape[1],
                                generator_maps=(6, 4, 3), discriminator_maps=(3, 4, 6)))
    rng = np.random.default_rng(0)
    with tf.Graph().as_default(), v1.Session() as session:
        with ops.network('Generator', 'sample'):
            images = net.generator(tf.constant(z, tf.float32), None, training=False)
        values = {}
        for variable in v1.global_variables():
            value = rng.normal(size=variable.shape.as_list()) / 3
            name = variable.op.name.removeprefix('Generator/')
            values[name] = np.abs(value) + 0.1 if name.endswith('variance') else value
            session.run(variable.initializer, {variable.initializer.inputs[1]: values[name]})
        return values, session.run(images)


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
    weights, images = values_of(z)
    assert images.std() > 0.1
    ref.assert_close(images, reference(z, weights))
