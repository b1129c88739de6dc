"""Inversion: its loss and slope, the prior it keeps, the pictures it finds again."""

import numpy as np
import pytest

from dcgan_tf import images, latent
from dcgan_tf.config import preset
from dcgan_tf.errors import UsageError
from dcgan_tf.show import inversion
from dcgan_tf.show.inversion import InversionOptions
from tests.cases import cases
from tests.helpers import enlarge_weights
from tests.pool import finished


def gan_of(name='dcgan28', **changes):
    """A small one, whose images differ more than those of a fresh one."""
    size = {'image_height': 12, 'image_width': 8, 'n_channels': 3, 'generator_maps': (6, 3),
            'discriminator_maps': (3, 6), 'batch_size': 4, 'z_dim': 5}
    gan = finished(preset(name, **{**size, **changes}), training=False, uses=['inversion'])
    enlarge_weights(gan)
    return gan


ROWS = {'cgan': {'type': 'cgan', 'class_names': ('a', 'b', 'c')},
        'main1-normal': {'name': 'main1', 'prior': 'normal'},
        'dcgan28': {}, 'main1': {'name': 'main1'}, 'normal': {'prior': 'normal'}}


@pytest.fixture(scope='module', params=['cgan', *(
    pytest.param(name, marks=pytest.mark.slow)
    for name in ('dcgan28', 'main1', 'normal', 'main1-normal'))])
def gan(request):
    changes = ROWS[request.param]
    with gan_of(**changes) as gan:
        yield gan


def labels_of(gan, n):
    return np.arange(n) % 3 if gan.config.conditioned else None


def drawn(gan, n, seed=3):
    """Images of some latents, uint8 [n, H, W, C]."""
    z = latent.draw(gan.config.prior, n, gan.config.z_dim, seed)
    return images.to_uint8(gan.generate_images(z, labels_of(gan, n)))


def test_the_loss_is_its_formula_and_the_slope_its_derivative(gan):
    wanted, z = drawn(gan, 3), latent.draw(gan.config.prior, 3, 5, 50)

    def loss(z, weight):
        return gan._inversion.run(gan.session, z, labels_of(gan, 3), wanted, weight)
    plain, squares, _ = loss(z, 0.0)
    made = gan.generate_images(z, labels_of(gan, 3))
    expected = np.mean((made - wanted / 255.0) ** 2, axis=(1, 2, 3))
    np.testing.assert_allclose(plain, expected, rtol=1e-4)
    np.testing.assert_allclose(squares, expected, rtol=1e-4)
    both, _, slope = loss(z, 0.5)
    assert (both > plain).all()
    step = 1e-3 * np.eye(5, dtype=np.float32)[:, None]
    numeric = np.stack([(np.float64(loss(z + s, 0.5)[0]) - loss(z - s, 0.5)[0]) / 2e-3
                        for s in step], axis=1)
    np.testing.assert_allclose(slope, numeric, rtol=0.05, atol=0.03 * np.abs(numeric).max())


def test_an_image_depends_on_its_own_row(gan):
    wanted, z = drawn(gan, 3), latent.draw(gan.config.prior, 3, 5, 50)
    together = gan._inversion.run(gan.session, z, labels_of(gan, 3), wanted, 0.5)
    alone = gan._inversion.run(gan.session, z[1:2], None if labels_of(gan, 3) is None else [1],
                             wanted[1:2], 0.5)
    for a, b in zip(together, alone, strict=True):
        np.testing.assert_allclose(a[1], b[0], rtol=1e-3, atol=1e-6)


def test_own_images_are_found_again_and_the_prior_is_kept(gan):
    wanted = drawn(gan, 3)
    found = gan.invert(wanted, options=InversionOptions(starts=6, steps=60))
    starts = 6 * (3 if gan.config.conditioned else 1)
    assert found.z.shape == (3, starts, 5) and found.z.dtype == np.float32
    assert (np.diff(found.loss, axis=1) >= 0).all()                    # the best first
    if gan.config.prior == 'uniform':
        assert np.abs(found.z).max() <= 1
    else:
        np.testing.assert_allclose(np.linalg.norm(found.z, axis=2), 5 ** 0.5, rtol=1e-5)
    labels = None if found.labels is None else found.labels[:, 0]
    again = images.to_uint8(gan.generate_images(found.z[:, 0], labels)) / 255.0
    error = np.sqrt(np.mean((again - wanted / 255.0) ** 2, axis=(1, 2, 3)))
    np.testing.assert_allclose(found.error[:, 0], error, atol=2e-3)
    assert np.median(error) < 0.2 * np.std(wanted / 255.0)
    if gan.config.conditioned:
        named = gan.invert(wanted, [2, 2, 2], InversionOptions(starts=2, steps=2))
        assert found.labels[:, 0].tolist() == [0, 1, 2]
        assert found.labels.shape == (3, 18) and named.labels.tolist() == [[2, 2]] * 3


def test_pictures_are_looked_for_by_themselves(gan):
    """What is found for one does not depend on the others, nor on its place among them."""
    wanted, labels, options = drawn(gan, 3), labels_of(gan, 3), InversionOptions(starts=2, steps=30)
    together = gan.invert(wanted, labels, options)
    for k in range(3):
        own = None if labels is None else labels[k:k + 1]
        alone = gan.invert(wanted[k:k + 1], own, options)
        np.testing.assert_array_equal(alone.z[0], together.z[k])


def test_many_starts_are_moved_in_parts(gan, monkeypatch):
    monkeypatch.setattr(inversion, 'ROWS', 4)
    asked, run = [], gan._inversion.run

    def counted(session, z, *rest):
        asked.append(len(z))
        return run(session, z, *rest)
    monkeypatch.setattr(gan._inversion, 'run', counted)
    ticks = []
    found = gan.invert(drawn(gan, 2), labels_of(gan, 2), InversionOptions(starts=6, steps=3),
                       lambda: ticks.append(1))
    assert found.z.shape == (2, 6, 5) and set(asked) == {4, 2}
    assert 0 < len(ticks) <= 2 * 2 * 3
    assert (np.diff(found.loss, axis=1) >= 0).all()


def test_the_shell_has_its_own_slope():
    """Against finite differences of a function of z."""
    rng = np.random.default_rng(0)
    u, towards = rng.normal(size=(2, 2, 4))
    up, down = (inversion._latents(u + e * np.eye(8).reshape(8, 2, 4), 3.0) for e in (1e-3, -1e-3))
    numeric = [((a - b) * towards).sum() / 2e-3 for a, b in zip(up, down, strict=True)]
    np.testing.assert_allclose(inversion._slope_of(u, 3.0, towards).ravel(), numeric, atol=2e-3)
    np.testing.assert_allclose(np.linalg.norm(inversion._latents(u, 3.0), axis=1), 3, rtol=1e-6)


@cases(('labels', 'first', 'second'), [
    (None, [0, 1, 2], None), ([2, 1], None, None), ([[2, 3], [1, 0]], None, [3, 0])])
def test_the_codes_of_an_infogan(tiny, labels, first, second):
    """Values of code 1 are tried in turn; code 2 is drawn, anew for each start; or both are given.

    The loss is least for the codes 1 and 2, and then at 0.3.
    """
    def run(z, y, pictures, weight):
        loss = ((z - 0.3) ** 2).sum(axis=1) + (y != [1, 2]).sum(axis=1)
        return loss, loss, 2 * (z - 0.3)
    config = tiny(type='infogan', codes=(3, 4), continuous=2)
    found = inversion.invert(run, np.zeros([2, 8, 8, 1], np.uint8), config,
                             InversionOptions(starts=6, steps=9), labels)
    starts = 6 * (3 if labels is None else 1)
    assert found.z.shape == (2, starts, 5) and found.labels.shape == (2, starts, 2)
    np.testing.assert_allclose(found.z, 0.3, atol=1e-4)
    assert (np.diff(found.loss, axis=1) >= 0).all()
    for k, tried in enumerate(found.labels):
        values = first or np.ravel(labels[k])[:1]
        assert np.bincount(tried[:, 0]).tolist() == [6 * (v in values) for v in range(
            max(values) + 1)]
        if second:
            assert (tried[:, 1] == second[k]).all()
        else:
            assert {1, 2} <= set(tried[:, 1].tolist()) <= set(range(4))
    assert labels or found.labels[:, 0].tolist() == [[1, 2]] * 2


@pytest.mark.parametrize('prior', ['uniform', 'normal'])
def test_a_code_is_the_first_start_of_each_class(tiny, prior):
    """The loss is least at (2, 2, 2), outside of the prior, and for class 1."""
    def run(z, y, pictures, weight):
        loss = ((z - 2) ** 2).sum(axis=1) + (y != 1)
        return loss, 4 * loss, 2 * (z - 2)

    def encode(pictures, labels):
        assert pictures.shape == (3, 8, 8, 1) and labels.tolist() == [0, 1, 2]
        return np.float32([[2, 2, 2.1 + k] for k in labels])
    config = tiny(type='cgan', class_names=('a', 'b', 'c'), prior=prior)
    options, pictures = InversionOptions(starts=4, steps=9), np.zeros([1, 8, 8, 1], np.uint8)
    plain = inversion.invert(run, pictures, config, options)
    found = inversion.invert(run, pictures, config, options, encode=encode)
    assert plain.encoded is None and found.encoded.sum() == 3
    assert found.encoded[0, 0] and found.labels[0, 0] == 0            # 2.1: nearer than the prior
    np.testing.assert_allclose(found.z[0, 0], [2, 2, 2.1])
    assert found.from_encoder(0) == pytest.approx((found.start_error[0, 0],) * 2 + (True,))
    codes = found.start_error[0][found.encoded[0]]
    assert np.sort(codes) == pytest.approx(
        [2 * (0.01 + 1) ** 0.5, 2 * 1.1, 2 * (2.1 ** 2 + 1) ** 0.5], rel=1e-5)
    inside = found.z[0][2:]
    assert (np.abs(inside).max() <= 1) if prior == 'uniform' else (
        np.linalg.norm(inside, axis=1) == pytest.approx(3 ** 0.5))
    assert (found.error <= found.start_error + 1e-6).all()
    alone = inversion.invert(run, pictures, config, InversionOptions(starts=1, steps=0), [1],
                             encode=lambda pictures, labels: np.float32([[9, 9, 9]]))
    np.testing.assert_array_equal(alone.z, [[[9, 9, 9]]])
    assert (alone.error == alone.start_error).all()


def test_a_finished_graph_takes_no_inversion(tiny, pool):
    with (pool.gan(tiny()) as gan,
          pytest.raises(UsageError, match=r'call inversion\(\) before fit, or open')):
        gan.invert(np.zeros([1, 8, 8, 1], np.uint8))


def test_pictures_of_another_size_are_refused(gan):
    with pytest.raises(UsageError, match='expected uint8'):
        gan.invert(np.zeros([1, 28, 28, 1], np.uint8))
