"""Latents: known values of slerp, seeds, and what each path promises."""

import numpy as np
import pytest

from dcgan_tf import latent
from dcgan_tf.errors import UsageError

CLOSED_ON_SHELL = ['sphere', 'circle', 'slerp']


def steps(z):
    """[F, Z] -> the F distances between neighbours; the last one is from the end to the start."""
    return np.linalg.norm(np.float64(np.roll(z, -1, axis=0)) - z, axis=1)


def norms(z):
    return np.linalg.norm(np.float64(z), axis=-1)


@pytest.mark.parametrize('prior', latent.PRIORS)
def test_draw_gives_each_row_a_seed_of_its_own(prior):
    many = latent.draw(prior, 10, 7, seed=0)
    assert many.shape == (10, 7) and many.dtype == np.float32
    for i in range(10):
        np.testing.assert_array_equal(latent.draw(prior, 1, 7, seed=i), many[i:i + 1])
    assert len(np.unique(many)) == many.size


def test_draws_have_the_moments_of_their_prior():
    uniform, normal = (latent.draw(prior, 2000, 50, seed=1) for prior in ('uniform', 'normal'))
    assert np.abs(uniform).max() <= 1
    assert abs(uniform.mean()) < 0.01 and abs(normal.mean()) < 0.02
    np.testing.assert_allclose([uniform.var(), normal.var()], [1 / 3, 1], rtol=0.02)


@pytest.mark.parametrize('prior', latent.PRIORS)
def test_radius_is_the_root_mean_square_norm(prior):
    measured = np.sqrt(np.mean(norms(latent.draw(prior, 2000, 30, seed=2)) ** 2))
    np.testing.assert_allclose(latent.PRIORS[prior].radius(30), measured, rtol=0.01)


def test_draw_nothing():
    assert latent.draw('normal', 0, 5, seed=0).shape == (0, 5)


def test_slerp_half_way_between_axes():
    half = latent.slerp(np.array([1., 0, 0]), np.array([0., 1, 0]), 0.5)
    np.testing.assert_allclose(half, [0.5 ** 0.5, 0.5 ** 0.5, 0], atol=1e-15)


def test_slerp_is_shoemakes_formula():
    a, b = np.float64(latent.draw('normal', 2, 8, seed=3))
    a, b = a / norms(a), b / norms(b)
    w, t = np.arccos(a @ b), np.linspace(0, 1, 7)[:, None]
    expected = (np.sin((1 - t) * w) * a + np.sin(t * w) * b) / np.sin(w)
    np.testing.assert_allclose(latent.slerp(a, b, t[:, 0]), expected, atol=1e-14)


def test_slerp_norm_goes_linearly_and_ends_are_met():
    a, b = np.array([2., 0, 0]), np.array([0., 0, 6])
    z = latent.slerp(a, b, np.array([0, 0.25, 0.5, 1]))
    np.testing.assert_allclose(norms(z), [2, 3, 4, 6], rtol=1e-14)
    np.testing.assert_allclose(z[[0, -1]], [a, b], atol=1e-14)


def test_slerp_of_parallel_vectors_stays_on_the_line():
    a = np.array([1., 2, 3])
    np.testing.assert_allclose(latent.slerp(a, 3 * a, 0.5), 2 * a, rtol=1e-14)
    np.testing.assert_allclose(latent.slerp(a, a, 0.3), a, rtol=1e-14)


@pytest.mark.parametrize('a', [[1., 0, 0], [1., 2, 3], [0., 0, -4]])
def test_slerp_of_opposite_vectors_goes_round_at_constant_speed(a):
    a = np.array(a)
    z = latent.slerp(a, -a, np.linspace(0, 1, 9))
    np.testing.assert_allclose(norms(z), norms(a), rtol=1e-14)
    np.testing.assert_allclose(z[[0, -1]], [a, -a], atol=1e-14)
    np.testing.assert_allclose(steps(z)[:-1], steps(z)[0], rtol=1e-12)


def test_slerp_keeps_float32_and_refuses_what_has_no_direction():
    a, b = latent.draw('uniform', 2, 5, seed=0)
    assert latent.slerp(a, b, 0.5).dtype == np.float32
    with pytest.raises(UsageError, match='length 0'):
        latent.slerp(a, 0 * b, 0.5)
    with pytest.raises(UsageError, match='--z-dim'):
        latent.slerp(np.ones(1), -np.ones(1), 0.5)


def test_orthonormal():
    vectors = latent.draw('normal', 3, 9, seed=4)
    q = latent.orthonormal(vectors)
    np.testing.assert_allclose(q @ q.T, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(q[0], vectors[0] / norms(vectors[0]), atol=1e-6)
    assert (np.diag(q @ vectors.T) > 0).all()
    assert np.linalg.matrix_rank(np.concatenate([q, vectors]), tol=1e-5) == 3


@pytest.mark.parametrize('vectors', [np.eye(2)[[0, 1, 1]], np.array([[1., 2, 3], [2, 4, 6]])])
def test_orthonormal_refuses_dependent_vectors(vectors):
    with pytest.raises(UsageError, match='not independent'):
        latent.orthonormal(vectors)


@pytest.mark.parametrize('prior', latent.PRIORS)
@pytest.mark.parametrize('name', CLOSED_ON_SHELL)
def test_paths_keep_the_radius(name, prior):
    z = latent.path(name, prior, 100, 60, seed=5)
    np.testing.assert_allclose(norms(z), latent.PRIORS[prior].radius(100), rtol=1e-6)


def test_raw_path_does_not_keep_the_radius():
    radii = norms(latent.path('raw', 'uniform', 100, 60, seed=5))
    assert radii.max() / radii.min() > 1.05


@pytest.mark.parametrize('name', latent.PATHS)
def test_paths_are_closed(name):
    way = steps(latent.path(name, 'uniform', 100, 60, seed=6))
    assert way[-1] <= way[:-1].max() * (1 + 1e-5)
    assert way.min() > 0 or name == 'still'


@pytest.mark.parametrize('name', latent.PATHS)
def test_frame_after_the_last_is_the_first(name):
    row = latent.PATHS[name]
    keys = np.float64(latent.draw('normal', row.keys, 6, seed=7))
    first, *_, last = row.points(keys, 2., np.linspace(0, 1 - 1e-12, 3), (2, 1))
    np.testing.assert_allclose(last, first, atol=1e-10)


@pytest.mark.parametrize('name', latent.PATHS)
def test_paths_are_float32_and_a_function_of_the_seed(name):
    z = latent.path(name, 'normal', 10, 12, seed=8)
    assert z.shape == (12, 10) and z.dtype == np.float32
    np.testing.assert_array_equal(z, latent.path(name, 'normal', 10, 12, seed=8))
    assert not np.isclose(z, latent.path(name, 'normal', 10, 12, seed=9)).any(axis=1).all()


@pytest.mark.parametrize('name', latent.PATHS)
def test_paths_start_at_the_latent_of_their_seed(name):
    start, own = latent.path(name, 'normal', 10, 12, seed=8)[0], latent.draw('normal', 1, 10, 8)[0]
    np.testing.assert_allclose(start / norms(start), own / norms(own), atol=1e-6)


@pytest.mark.parametrize('name', latent.PATHS)
def test_paths_exist_in_their_least_dimension_with_one_frame(name):
    least = latent.PATHS[name].least_z
    assert latent.path(name, 'uniform', least, 1, seed=0).shape == (1, least)


def test_circle_and_slerp_go_at_constant_angular_speed():
    way = steps(latent.path('circle', 'normal', 20, 30, seed=1))
    np.testing.assert_allclose(way, way[0], rtol=1e-5)
    way = steps(latent.path('slerp', 'normal', 20, 400, seed=1))     # shorter only round a key
    assert np.sum(way < way.max() * (1 - 1e-4)) <= latent.PATHS['slerp'].keys


def test_slerp_path_meets_its_keys():
    keys = np.eye(4)                                                 # all at right angles: 4 arcs
    z = latent.PATHS['slerp'].points(keys, 3., np.arange(8) / 8, (2, 1))
    np.testing.assert_allclose(z[::2], 3 * keys, atol=1e-14)


def test_sphere_path_is_its_formula():
    z = latent.PATHS['sphere'].points(np.eye(3), 2., np.array([0, 1 / 8, 1 / 4]), (2, 1))
    half = 0.5 ** 0.5
    np.testing.assert_allclose(z, [[2, 0, 0], [0, 2 * half, 2 * half], [-2, 0, 0]], atol=1e-14)


def test_speeds_act():
    slow, fast = (latent.path('sphere', 'normal', 5, 12, 0, speeds=(s, 1)) for s in (1, 2))
    assert not np.allclose(slow, fast)


@pytest.mark.parametrize('change, flag', [
    ({'name': 'spiral'}, '--path spiral: expected one of sphere, circle, slerp, raw'),
    ({'prior': 'cauchy'}, 'prior cauchy: expected one of uniform, normal'),
    ({'frames': 0}, '--frames 0'),
    ({'z_dim': 2}, '--z-dim 2: expected 3 or more'),
    ({'name': 'circle', 'z_dim': 1}, '--z-dim 1: expected 2 or more'),
    ({'name': 'slerp', 'z_dim': 1}, '--z-dim 1: expected 2 or more'),
    ({'name': 'raw', 'z_dim': 0}, '--z-dim 0: expected 1 or more'),
    ({'speeds': (0.5, 1)}, '--speeds'),
    ({'speeds': (0, 1)}, '--speeds'),
    ({'speeds': (1,)}, '--speeds'),
])
def test_what_does_not_exist_is_refused_by_its_flag(change, flag):
    asked = {'name': 'sphere', 'prior': 'uniform', 'z_dim': 9, 'frames': 5, 'seed': 0} | change
    with pytest.raises(UsageError) as failure:
        latent.path(**asked)
    assert flag in str(failure.value)
