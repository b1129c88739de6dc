"""The principal directions of every family's generator are those that SeFa asks for."""

import numpy as np
import pytest

from dcgan_tf.show.directions import principal_directions
from tests.families import FAMILIES, MAPS

CLASSES = {'type': 'cgan', 'class_names': ('a', 'b', 'c')}
CODES = {'type': 'infogan', 'codes': (3, 4), 'continuous': 2}


@pytest.mark.parametrize(('name', 'words'), [
    ('main1', CLASSES), ('dcgan28', {}), ('infogan_mnist', CODES),
    *(pytest.param(name, CLASSES, marks=pytest.mark.slow) for name in FAMILIES if name != 'main1'),
    *(pytest.param(name, {}, marks=pytest.mark.slow) for name in MAPS
      if name not in ('dcgan28', 'infogan_mnist')),
    *(pytest.param(name, CLASSES, marks=pytest.mark.slow) for name in ('dcgan64', 'cifar10'))])
def test_the_eigenvectors_of_the_first_layer(one_layer, finished, name, words):
    size = {} if name in FAMILIES else {'image_height': 16, 'image_width': 16}
    gan = finished(one_layer(name, **size, **words), training=False)
    n = principal_directions(gan, 2)
    np.testing.assert_allclose(n @ n.T, np.eye(2), atol=1e-12)
    network = 'Generator_ema' if gan.config.ema else 'Generator'
    (a,) = (v for v in gan.variables() if v.op.name == f'{network}/g0_linear/weights')
    a = np.float64(gan.session.run(a))[:gan.config.latent_dim]         # of [Z + K, units]: no label
    values, vectors = np.linalg.eigh(a @ a.T)
    np.testing.assert_allclose(np.linalg.norm(n @ a, axis=1) ** 2, values[:-3:-1], rtol=1e-6)
    np.testing.assert_allclose(np.abs(n @ vectors[:, :-3:-1]), np.eye(2), atol=1e-6)
    assert (n[np.arange(2), np.abs(n).argmax(axis=1)] > 0).all()


def test_no_more_than_z_has_numbers(one_layer, finished):
    gan = finished(one_layer(), training=False)
    assert principal_directions(gan, 8).shape == (3, 3)
    np.testing.assert_array_equal(principal_directions(gan, 8)[:2], principal_directions(gan, 2))


def test_the_first_direction_changes_pictures_more_than_the_last(one_layer, finished):
    """As the theory has it: of the first layer's output that is certain."""
    # Without batch norm after its first layer.
    gan = finished(one_layer('keras_mnist', z_dim=20), training=False)
    n = principal_directions(gan, 20)
    z = np.random.default_rng(0).uniform(-1, 1, (50, 20))
    before = gan.generate_images(z)
    first, last = (np.abs(gan.generate_images(z + n[k]) - before).mean() for k in (0, -1))
    assert first > last
