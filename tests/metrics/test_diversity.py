"""MS-SSIM against loops over windows, its known order, and the mean over pairs."""

import tracemalloc

import literal
import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import diversity, ms_ssim, similarity
from tests.cases import cases

RNG = np.random.default_rng(7)


def smooth(n, height, width, channels=1):
    """Random images without noise from pixel to pixel: c is then not near 0."""
    coarse = RNG.uniform(size=(n, 5, 6, channels))
    rows, columns = np.linspace(0, 4, height).astype(int), np.linspace(0, 5, width).astype(int)
    return np.clip(coarse[:, rows][:, :, columns]
                   + RNG.normal(0, 0.05, (n, height, width, channels)), 0, 1)


@cases('size', [(11, 11), (23, 14), (28, 28), (45, 47)])
def test_against_loops(size):
    """1, 1, 2 and 3 scales; odd sides lose their last pixel."""
    a = smooth(2, *size)
    b = np.clip(0.7 * a + 0.3 * smooth(2, *size), 0, 1)
    expected = [literal.ms_ssim(x[..., 0], y[..., 0]) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(ms_ssim(a, b), expected, rtol=1e-9)
    assert min(expected) > 0.1


@cases(('side', 'scales'), [
    (11, 1), (21, 1), (22, 2), (43, 2), (44, 3), (64, 3), (88, 4), (176, 5), (1000, 5)])
def test_scales(side, scales):
    assert diversity._scales(side) == scales


def test_colours_are_averaged():
    a, b = smooth(3, 28, 24, 3), smooth(3, 28, 24, 3)
    single = [ms_ssim(a[..., i:i + 1], b[..., i:i + 1]) for i in range(3)]
    np.testing.assert_allclose(ms_ssim(a, b), np.mean(single, axis=0))


@cases('images', [
    smooth(3, 64, 64, 3), np.zeros((2, 28, 28, 1)), np.ones((2, 11, 12, 1))])
def test_equal_images_are_1(images):
    np.testing.assert_allclose(ms_ssim(images, images), 1, rtol=1e-12)


def test_flat_images_differ_in_luminance_alone():
    """c is 1; of two scales the weight of the coarser is 0.2856 / (0.0448 + 0.2856)."""
    luminance = (2 * 0.2 * 0.6 + 1e-4) / (0.2 ** 2 + 0.6 ** 2 + 1e-4)
    actual = ms_ssim(np.full((1, 28, 28, 1), 0.2), np.full((1, 28, 28, 1), 0.6))
    assert actual == pytest.approx(luminance ** (0.2856 / 0.3304))


def test_more_noise_is_less_alike():
    a, noise = smooth(4, 64, 64), RNG.normal(size=(4, 64, 64, 1))
    alike = [ms_ssim(a, np.clip(a + s * noise, 0, 1)) for s in (0, 0.05, 0.1, 0.2, 0.4)]
    assert (np.diff(alike, axis=0) < 0).all()


def test_a_negative_is_0_and_no_nan():
    """Its c is below 0: a power of that would be NaN."""
    a = RNG.uniform(size=(2, 28, 28, 1))
    assert (ms_ssim(a, 1 - a) == 0).all()


def test_order_types_and_slices(monkeypatch):
    a, b = smooth(5, 30, 26), smooth(5, 30, 26)
    expected = ms_ssim(a, b)
    np.testing.assert_allclose(ms_ssim(b[::-1], a[::-1])[::-1], expected)
    np.testing.assert_allclose(ms_ssim(a.astype(np.float32), b.tolist()), expected, rtol=1e-4)
    bits = a > 0.5
    np.testing.assert_array_equal(ms_ssim(bits, b), ms_ssim(bits.astype(float), b))
    bytes_ = np.rint(a * 255).astype(np.uint8)
    np.testing.assert_array_equal(ms_ssim(bytes_, b), ms_ssim(bytes_ / 255, b))
    monkeypatch.setattr(diversity, 'CHUNK', 2 * 30 * 26)
    np.testing.assert_allclose(ms_ssim(a, b), expected)


@pytest.fixture
def pairs(monkeypatch):
    """Images of one number each, and the pairs of numbers that were compared."""
    seen = []

    def compare(a, b):
        seen.extend(zip(a[:, 0, 0, 0].tolist(), b[:, 0, 0, 0].tolist(), strict=True))
        return np.abs(a - b).mean(axis=(1, 2, 3))

    monkeypatch.setattr(diversity, '_ms_ssim', compare)
    monkeypatch.setattr(diversity, 'CHUNK', 100 * 11 * 11)
    return seen


def test_pairs_are_of_different_images_and_all_equally_likely(pairs):
    images = np.broadcast_to(np.arange(4)[:, None, None, None] / 4, (4, 11, 11, 1))
    value, error = similarity(images, pairs=6000)
    counts = {pair: pairs.count(pair) for pair in set(pairs)}
    assert (len(pairs), len(counts)) == (6000, 12)
    assert all(a != b for a, b in counts)
    assert max(abs(n - 500) for n in counts.values()) < 100
    differences = [abs(a - b) for a, b in pairs]
    assert value == pytest.approx(np.mean(differences))
    assert error == pytest.approx(np.std(differences) / 6000 ** 0.5, rel=1e-3)


def test_only_images_of_a_pair_become_numbers():
    """All 500 as float64 would be 8 MB."""
    images = np.random.default_rng(0).integers(0, 256, (500, 32, 64, 1), dtype=np.uint8)
    tracemalloc.start()
    found = similarity(images, pairs=5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3e6
    assert found == similarity(images / 255, pairs=5)


@cases('shape', [(2, 176, 176, 1), (1, 176, 240, 3)])
def test_five_scales_against_tensorflow(shape):
    a, b = (smooth(*shape).astype(np.float32) for _ in range(2))
    b = 0.7 * a + 0.3 * b
    np.testing.assert_allclose(ms_ssim(a, b), tf.image.ssim_multiscale(a, b, 1.0), rtol=1e-4)


def test_similarity_of_a_collapse_and_of_noise():
    one = np.repeat(smooth(1, 28, 28), 5, axis=0)
    assert similarity(one, pairs=20) == pytest.approx((1, 0))
    varied = similarity(RNG.uniform(size=(20, 28, 28, 1)), pairs=50)
    assert varied.value < 0.2
    assert 0 < varied.error < 0.1


def test_similarity_is_the_same_for_the_same_seed():
    images = smooth(20, 28, 28)
    assert similarity(images, pairs=10) == similarity(images, pairs=10)
    assert similarity(images, pairs=10) != similarity(images, pairs=10, seed=1)


@cases(('images', 'message'), [
    (np.full((3, 28, 28, 1), 255), r'pixels in \[255, 255\], expected \[0, 1\]'),
    (np.full((3, 28, 28, 1), -0.1), r'pixels in \[-0.1, -0.1\]'),
    (np.zeros((3, 28, 28)), r'got the shape \[3, 28, 28\], expected \[N, H, W, C\]'),
    (np.zeros((3, 10, 28, 1)), 'expected H and W of 11 or more'),
    (np.zeros((0, 28, 28, 1)), 'or more rows'),
    (np.full((3, 28, 28, 1), np.nan), 'got NaN'),
])
def test_what_is_refused(images, message):
    with pytest.raises(UsageError, match=message):
        ms_ssim(images, images)
    with pytest.raises(UsageError, match=message):
        similarity(images)


def test_numbers_that_do_not_fit():
    a = np.zeros((2, 28, 28, 1))
    with pytest.raises(UsageError, match='expected one shape'):
        ms_ssim(a, a[:1])
    with pytest.raises(UsageError, match='of 2 or more rows'):
        similarity(a[:1])
    with pytest.raises(UsageError, match='pairs = 0: expected an integer, 1 or more'):
        similarity(a, pairs=0)
