"""Latents: known values of slerp, seeds, and what each path promises."""

import zipfile

import numpy as np
import pytest

from dcgan_tf import latent
from dcgan_tf.errors import RunError, UsageError
from tests.cases import cases
from tests.helpers import path as path_of

CLOSED_ON_SHELL = ['sphere', 'circle', 'lissajous']


def steps(z):
    """[F, Z] -> the F distances between neighbours; the last one is from the end to the start."""
    return np.linalg.norm(np.float64(np.roll(z, -1, axis=0)) - z, axis=1)


def norms(z):
    return np.linalg.norm(np.float64(z), axis=-1)


@cases('prior', latent.PRIORS)
def test_draw_gives_each_row_a_seed_of_its_own(prior):
    many = latent.draw(prior, 10, 8, seed=0)
    assert many.shape == (10, 8) and many.dtype == np.float32
    for i in range(10):
        np.testing.assert_array_equal(latent.draw(prior, 1, 8, seed=i), many[i:i + 1])
    assert len(np.unique(many)) == many.size


def test_draws_have_the_moments_of_their_prior():
    uniform, normal = (latent.draw(prior, 2000, 50, seed=1) for prior in ('uniform', 'normal'))
    assert np.abs(uniform).max() <= 1
    assert abs(uniform.mean()) < 0.01 and abs(normal.mean()) < 0.02
    np.testing.assert_allclose([uniform.var(), normal.var()], [1 / 3, 1], rtol=0.02)


def in_pairs(prior, parts=None, classes=0):
    """Pairs of numbers of a prior as complex numbers, of 500 latents."""
    z = latent.draw_seeds(prior, range(500), 20, parts, classes)
    return np.float64(z).reshape(500, 10, 2) @ [1, 1j]


def test_the_petals_of_mixture10():
    """Petal k lies 1.4 from the centre at 2 pi k / 10; it is 0.5 long and 0.1 wide (deviations)."""
    for k in (0, 3):
        z = in_pairs('mixture10', [k] * 500, 10) * np.exp(-2j * np.pi * k / 10)
        assert abs(z.mean() - 1.4) < 0.02
        np.testing.assert_allclose([z.real.std(), z.imag.std()], [0.5, 0.1], rtol=0.03)
    anywhere = in_pairs('mixture10')
    assert abs(anywhere.mean()) < 0.05 and abs(np.mean(anywhere ** 2)) < 0.08
    petals = np.rint(np.angle(anywhere[abs(anywhere) > 1]) * 5 / np.pi) % 10
    np.testing.assert_allclose(np.bincount(np.int64(petals)) / len(petals), 0.1, atol=0.02)


def test_the_parts_of_the_swiss_roll():
    """At the radius r the angle is 4 pi r / 3; the part of class k of 4 is where (r / 3)^2 says."""
    for parts, low, high in ((None, 0, 1), ([2] * 500, 0.5, 0.75)):
        z = in_pairs('swiss_roll', parts, 4)
        np.testing.assert_allclose(abs(z) * np.exp(4j * np.pi * abs(z) / 3), z, atol=1e-5)
        place = (abs(z) / 3) ** 2
        assert low <= place.min() + 1e-6 and place.max() <= high + 1e-6
        np.testing.assert_allclose(place.mean(), (low + high) / 2, atol=0.01)


def test_a_class_changes_only_the_part():
    """Seed 5 has one place in a petal, whatever class is asked for."""
    a, b = (latent.draw_seeds('mixture10', [5], 2, [k], 10)[0] @ np.array([1, 1j]) for k in (2, 7))
    assert b == pytest.approx(-a, abs=1e-6)                    # half a turn further


def test_pairs_of_an_odd_number():
    with pytest.raises(UsageError, match='--z-dim 7: --latent-prior swiss_roll places pairs'):
        latent.draw('swiss_roll', 1, 7, seed=0)


@cases('prior', latent.PRIORS)
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


@cases('a', [[1., 0, 0], [1., 2, 3], [0., 0, -4]])
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


@cases('vectors', [np.eye(2)[[0, 1, 1]], np.array([[1., 2, 3], [2, 4, 6]])])
def test_orthonormal_refuses_dependent_vectors(vectors):
    with pytest.raises(UsageError, match='not independent'):
        latent.orthonormal(vectors)


@cases('prior', latent.PRIORS)
@cases('name', CLOSED_ON_SHELL)
def test_paths_keep_the_radius(name, prior):
    z = path_of(name, prior, 100, 60, seed=5)
    np.testing.assert_allclose(norms(z), latent.PRIORS[prior].radius(100), rtol=1e-6)


def test_raw_path_does_not_keep_the_radius():
    radii = norms(path_of('raw', 'uniform', 100, 60, seed=5))
    assert radii.max() / radii.min() > 1.05


@cases('name', latent.PATHS)
def test_paths_are_closed(name):
    way = steps(path_of(name, 'uniform', 100, 60, seed=6))
    assert way[-1] <= way[:-1].max() * (1 + 1e-5)
    assert way.min() > 0 or name == 'still'


@cases('name', latent.PATHS)
def test_frame_after_the_last_is_the_first(name):
    row = latent.PATHS[name]
    keys = np.float64(latent.draw('normal', row.keys, 6, seed=7))
    first, *_, last = row.points(keys, 2., np.linspace(0, 1 - 1e-12, 3), row.speeds)
    np.testing.assert_allclose(last, first, atol=1e-8)


@cases('name', latent.PATHS)
def test_paths_are_float32_and_a_function_of_the_seed(name):
    z = path_of(name, 'normal', 10, 12, seed=8)
    assert z.shape == (12, 10) and z.dtype == np.float32
    np.testing.assert_array_equal(z, path_of(name, 'normal', 10, 12, seed=8))
    assert not np.isclose(z, path_of(name, 'normal', 10, 12, seed=9)).any(axis=1).all()


@cases('name', latent.PATHS)
def test_paths_start_at_the_latent_of_their_seed(name):
    start, own = path_of(name, 'normal', 10, 12, seed=8)[0], latent.draw('normal', 1, 10, 8)[0]
    np.testing.assert_allclose(start / norms(start), own / norms(own), atol=1e-6)


@cases('name', latent.PATHS)
def test_paths_exist_in_their_least_dimension_with_one_frame(name):
    least = latent.PATHS[name].min_z_dim
    assert path_of(name, 'uniform', least, 1, seed=0).shape == (1, least)


@cases('name', ['sphere', 'circle', 'lissajous', 'slerp'])
def test_paths_go_at_constant_angular_speed(name):
    """The angle from frame to frame is the same; shorter only where slerp turns round a key."""
    z = np.float64(path_of(name, 'normal', 20, 2000, seed=1))
    units = z / norms(z)[:, None]
    turned = latent.angle(units, np.roll(units, -1, axis=0))
    slow = turned < turned.max() * (1 - 1e-2)
    assert slow.sum() <= (latent.PATHS[name].keys if name == 'slerp' else 0)


def test_the_original_path_does_not():
    z = np.float64(path_of('raw', 'normal', 20, 2000, seed=1))
    units = z / norms(z)[:, None]
    turned = latent.angle(units, np.roll(units, -1, axis=0))
    assert turned.max() > 1.5 * turned.min()


@cases('name', ['sphere', 'circle', 'lissajous', 'raw', 'slerp'])
def test_ease_starts_and_ends_slowly(name):
    """With the same places to go through; slerp slows down at every key."""
    keys = latent.keys_of(name, 'normal', 20, seed=3)
    plain, eased = (latent.walk(name, keys, 'normal', 64, ease=ease) for ease in (False, True))
    assert steps(eased)[0] < 0.2 * steps(eased).max()
    assert steps(eased)[-1] < 0.2 * steps(eased).max()
    np.testing.assert_allclose(eased[0], plain[0], atol=1e-6)
    many = latent.walk(name, keys, 'normal', 6400)
    nearest = np.linalg.norm(eased[:, None] - many[None], axis=-1).min(axis=1)
    assert nearest.max() < steps(many).max()
    if name == 'slerp':
        near = [np.linalg.norm(eased - key, axis=1).min() for key in keys]
        assert max(near) < 0.1 * steps(plain).max()


def test_ease_is_its_formula():
    """Between opposite places of a circle 3 t^2 - 2 t^3 of the way is done at time t."""
    eased = latent.walk('circle', np.eye(2), 'normal', 8, ease=True)
    t = np.arange(8) / 8
    way = 2 * np.pi * t * t * (3 - 2 * t)
    np.testing.assert_allclose(eased, 2 ** 0.5 * np.stack([np.cos(way), np.sin(way)], 1), atol=1e-6)


def test_lissajous_is_its_formula():
    z = np.float64(latent.walk('lissajous', np.eye(3), 'normal', 50, speeds=(1, 2, 3)))
    t = np.linspace(0, 2 * np.pi, 20_001)
    curve = np.stack([np.cos(t), np.sin(2 * t), np.sin(3 * t)], axis=1)
    curve *= 3 ** 0.5 / norms(curve)[:, None]
    distances = np.linalg.norm(z[:, None] - curve[None], axis=-1).min(axis=1)
    assert distances.max() < 2e-3


def test_a_lissajous_curve_through_the_middle_is_refused():
    """cos t and sin 2t are both 0 at a quarter; sin 4t is, too."""
    with pytest.raises(UsageError, match='--speeds 1,2,4: .* no direction'):
        path_of('lissajous', 'normal', 9, 5, 0, speeds=(1, 2, 4))


def test_slerp_goes_through_keys_of_any_norm_and_number():
    keys = np.float32([[1, 0, 0], [0, 2, 0], [0, 0, 3], [-1, 0, 0], [0, -1, 0]])
    z = latent.walk('slerp', keys, 'normal', 10)
    np.testing.assert_allclose(z[::2], keys, atol=1e-6)
    np.testing.assert_allclose(norms(z)[1::2], [1.5, 2.5, 2, 1, 1], rtol=1e-6)
    two = latent.walk('slerp', keys[:2], 'normal', 4)
    np.testing.assert_allclose(two[[0, 2]], keys[:2], atol=1e-6)
    np.testing.assert_allclose(two[1], two[3], atol=1e-6)


def test_shares_go_along_with_slerp():
    keys = np.eye(3) * [[1], [2], [3]]
    shares = latent.shares(keys, 6)
    np.testing.assert_allclose(shares, [[1, 0, 0], [.5, .5, 0], [0, 1, 0], [0, .5, .5], [0, 0, 1],
                                        [.5, 0, .5]], atol=1e-12)
    eased = latent.shares(keys, 12, ease=True)
    np.testing.assert_allclose(eased[1, :2], [1 - 10 / 64, 10 / 64], atol=1e-12)
    np.testing.assert_allclose(eased.sum(axis=1), 1)


@cases('name, keys, match', [
    ('circle', np.eye(3), '--path circle goes by 2 latents, not 3'),
    ('slerp', np.eye(3)[:1], '--path slerp goes by 2 or more latents, not 1'),
    ('slerp', np.eye(3)[[0, 1, 1]], 'two keys that follow one another'),
    ('slerp', np.eye(3) * [[0], [1], [1]], 'a key of length 0'),
    ('sphere', np.eye(3)[:2], 'goes by 3 latents')])
def test_keys_that_make_no_path(name, keys, match):
    with pytest.raises(UsageError, match=match):
        latent.walk(name, keys, 'normal', 5)


def test_slerp_path_meets_its_keys():
    keys = np.eye(4)                                                 # all at right angles: 4 arcs
    z = latent.PATHS['slerp'].points(keys, 3., np.arange(8) / 8, ())
    np.testing.assert_allclose(z[::2], keys, atol=1e-14)


def test_sphere_path_is_its_formula():
    """At other times, for the angle from frame to frame is made the same."""
    z = latent.PATHS['sphere'].points(np.eye(3), 2., np.arange(50) / 50, (2, 1))
    t = np.linspace(0, 2 * np.pi, 20_001)
    t1, t2 = 2 * t, t
    curve = 2 * np.stack([np.cos(t1), np.sin(t1) * np.cos(t2), np.sin(t1) * np.sin(t2)], axis=1)
    assert np.linalg.norm(z[:, None] - curve[None], axis=-1).min(axis=1).max() < 2e-3


def test_sphere_path_passes_its_start_in_the_middle_the_other_way():
    z, once = (np.float64(path_of('sphere', 'uniform', 64, 60, seed=0, speeds=speeds))
               for speeds in (None, (1, 1)))
    np.testing.assert_allclose(z[30], z[0], atol=1e-5)
    near = np.linalg.norm(z[[29, 31]] - z[[1, 59]], axis=1)
    assert near.max() < 0.4 * steps(z).min() < steps(z)[30]
    assert np.linalg.norm(once[1:] - once[0], axis=1).min() > 0.9 * steps(once).min()


def test_speeds_act():
    slow, fast = (path_of('sphere', 'normal', 5, 12, 0, speeds=(s, 1)) for s in (1, 2))
    assert not np.allclose(slow, fast)


@cases('change, flag', [
    ({'name': 'spiral'}, '--path spiral: expected one of sphere, circle, slerp, lissajous, raw'),
    ({'prior': 'cauchy'}, 'prior cauchy: expected one of uniform, normal, '),
    ({'frames': 0}, '--frames 0'),
    ({'z_dim': 2}, '--z-dim 2: expected a whole number of 3'),
    ({'name': 'circle', 'z_dim': 1}, '--z-dim 1: expected a whole number of 2'),
    ({'name': 'slerp', 'z_dim': 1}, '--z-dim 1: expected a whole number of 2'),
    ({'name': 'raw', 'z_dim': 0}, '--z-dim 0: expected a whole number of 1'),
    ({'speeds': (0.5, 1)}, '--speeds'),
    ({'speeds': (0, 1)}, '--speeds'),
    ({'speeds': (101, 1)}, '100 turns at most'),
    ({'speeds': (1, -101)}, '100 turns at most'),
    ({'speeds': (1,)}, '--speeds'),
    ({'name': 'circle', 'speeds': (1, 2)}, '--path circle takes no'),
    ({'name': 'lissajous', 'speeds': (1, 2)}, 'takes 3 whole'),
])
def test_what_does_not_exist_is_refused_by_its_flag(change, flag):
    asked = {'name': 'sphere', 'prior': 'uniform', 'z_dim': 9, 'frames': 5, 'seed': 0} | change
    with pytest.raises(UsageError) as failure:
        path_of(**asked)
    assert flag in str(failure.value)


def test_sums_of_means():
    z = latent.draw('uniform', 6, 5, seed=0)
    terms = [latent.Term(1, z[:3]), latent.Term(-1, z[3:5]), latent.Term(1, z[5:])]
    expected = z[:3].mean(axis=0) - z[3:5].mean(axis=0) + z[5]
    np.testing.assert_allclose(latent.combined(terms), expected, atol=1e-6)


@cases('prior', latent.PRIORS)
def test_the_neighbourhood_has_the_point_in_its_middle(prior):
    z = latent.draw(prior, 1, 400, seed=1)[0]
    near = latent.neighbourhood(z, prior, seed=2, noise=0.1)
    assert near.shape == (9, 400) and near.dtype == np.float32
    np.testing.assert_array_equal(near[4], z)
    off = np.delete(near - z, 4, axis=0)
    assert off.std() == pytest.approx(0.1 * latent.PRIORS[prior].radius(400) / 20, rel=0.05)
    assert len(np.unique(off.round(6), axis=0)) == 8
    np.testing.assert_array_equal(near, latent.neighbourhood(z, prior, seed=2, noise=0.1))


def test_the_plane_of_a_circle_is_a_circle():
    z = path_of('circle', 'normal', 30, 16, seed=4)
    flat = latent.plane(z)
    assert flat.shape == (16, 2)
    np.testing.assert_allclose(norms(flat), 30 ** 0.5, rtol=1e-5)
    assert (flat[0] >= -1e-9).all()
    np.testing.assert_allclose(steps(flat), steps(z), rtol=1e-5)


def test_the_plane_keeps_most_of_the_way_there_is():
    """Against the eigenvectors of the covariance."""
    points = latent.draw('normal', 40, 6, seed=5) * np.float32([3, 1, 1, 5, .5, .2])
    values = np.linalg.eigvalsh(np.cov(points.T))[::-1]
    np.testing.assert_allclose(latent.plane(points).var(axis=0, ddof=1), values[:2], rtol=1e-5)


def test_points_that_fill_no_plane():
    np.testing.assert_array_equal(latent.plane(np.ones([3, 4])), np.zeros([3, 2]))
    np.testing.assert_allclose(latent.plane(np.arange(3.)[:, None]), [[1, 0], [0, 0], [-1, 0]])
    with pytest.raises(UsageError, match='plane'):
        latent.plane(np.zeros([0, 4]))


@cases('labels', [None, np.array([2, 0, 1])])
def test_latents_in_a_file(tmp_path, labels):
    z = latent.draw('uniform', 3, 7, seed=0)
    latent.save(tmp_path / 'a.npz', z, labels)
    back, found = latent.load(tmp_path / 'a.npz', 7)
    np.testing.assert_array_equal(back, z)
    assert (found is None) == (labels is None) and (labels is None or (found == labels).all())
    np.save(tmp_path / 'a.npy', z)
    np.testing.assert_array_equal(latent.load(tmp_path / 'a.npy', 7)[0], z)


@cases('arrays, error, match', [
    ({'z': np.zeros([3, 6])}, UsageError, r'got latents \[3, 6\], expected \[N, 7\]'),
    ({'z': np.zeros(7)}, UsageError, 'got latents'),
    ({'z': np.zeros([0, 7])}, UsageError, 'got latents'),
    ({'z': np.full([1, 7], np.nan)}, UsageError, 'no numbers below'),
    ({'z': np.full([1, 7], 1e300)}, UsageError, 'no numbers below'),
    ({'z': np.array([['a'] * 7])}, UsageError, 'no numbers below'),
    ({'z': np.zeros([2, 7]), 'labels': np.zeros(3, int)}, UsageError, 'labels'),
    ({'z': np.zeros([2, 7]), 'labels': np.zeros(2)}, UsageError, 'labels'),
    ({'x': np.zeros([2, 7])}, RunError, 'holds no latents'),
    ({'z': np.array([[{}] * 7])}, RunError, 'holds no latents')])
def test_files_that_hold_no_latents(tmp_path, arrays, error, match):
    np.savez(tmp_path / 'a.npz', **arrays)
    with pytest.raises(error, match=match):
        latent.load(tmp_path / 'a.npz', 7)


def test_damaged_files_of_latents(tmp_path):
    latent.save(tmp_path / 'a.npz', latent.draw('uniform', 30, 7, seed=0))
    whole = (tmp_path / 'a.npz').read_bytes()
    for content in (b'', b'no', whole[:100], whole[:-30], whole[:300] + b'xxxx' + whole[304:]):
        (tmp_path / 'a.npz').write_bytes(content)
        with pytest.raises(RunError, match='a.npz'):
            latent.load(tmp_path / 'a.npz', 7)
    with pytest.raises(UsageError, match='is no file'):
        latent.load(tmp_path / 'none.npz', 7)


HEADER = b"\x93NUMPY\x01\x00\x76\x00"
GOOD = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 7), }"


@cases('header', [
    GOOD.replace(b'(2', b'(-3'), GOOD.replace(b'(2', b'(%d' % 2 ** 70), b"{[]: 1}", GOOD[:-1],
    GOOD[:20] + b'((' + GOOD[20:], b"{'descr': 1, 2: 3}", b'\xff' * 30, b'1', b''])
def test_headers_of_all_kinds(tmp_path, header):
    (tmp_path / 'a.npy').write_bytes((HEADER + header).ljust(127) + b'\n' + bytes(56))
    with pytest.raises(RunError, match='holds no latents'):
        latent.load(tmp_path / 'a.npy', 7)


def test_an_undamaged_header(tmp_path):
    (tmp_path / 'a.npy').write_bytes((HEADER + GOOD).ljust(127) + b'\n' + bytes(56))
    assert latent.load(tmp_path / 'a.npy', 7)[0].shape == (2, 7)


@cases('name', ['z', 'labels'])
def test_archives_of_other_things(tmp_path, name):
    np.savez(tmp_path / 'a.npz', **({'z': np.zeros([2, 7])} if name == 'labels' else {}))
    with zipfile.ZipFile(tmp_path / 'a.npz', 'a') as archive:
        archive.writestr(name, 'some text')
    with pytest.raises(RunError, match='holds no latents'):
        latent.load(tmp_path / 'a.npz', 7)


def test_a_member_that_claims_to_be_huge(tmp_path):
    header = GOOD.replace(b'(2', b'(%d' % 10 ** 11)
    with zipfile.ZipFile(tmp_path / 'a.npz', 'w') as archive:
        archive.writestr('z.npy', (HEADER + header).ljust(127) + b'\n' + bytes(56))
    with pytest.raises(RunError, match='holds no latents'):
        latent.load(tmp_path / 'a.npz', 7)


def test_the_smallest_integer_is_no_latent(tmp_path):
    np.savez(tmp_path / 'a.npz', z=np.full([1, 7], -2 ** 63))
    with pytest.raises(UsageError, match='no numbers below'):
        latent.load(tmp_path / 'a.npz', 7)


def test_files_that_would_fill_the_memory(tmp_path, monkeypatch):
    """Of a header that lies, and of an archive that unpacks to more than it says."""
    header = b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': "
    (tmp_path / 'a.npy').write_bytes((header + b'(4000000000, 7000), }').ljust(127) + b'\n')
    with pytest.raises(RunError, match='holds no latents'):
        latent.load(tmp_path / 'a.npy', 7)
    monkeypatch.setattr('dcgan_tf.latent.files.MAX_BYTES', 1000)
    np.savez_compressed(tmp_path / 'b.npz', z=np.zeros([100, 7]))
    with pytest.raises(UsageError, match='unpacked it would take'):
        latent.load(tmp_path / 'b.npz', 7)
