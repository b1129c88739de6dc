"""What an encoder makes of images: known answers, and the formulas in slow loops."""

import math

import numpy as np
import pytest

from dcgan_tf import metrics
from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import rebuilt as of_images
from tests.cases import cases
from tests.metrics import literal

RNG = np.random.default_rng(30)
IMAGES = RNG.integers(0, 256, (12, 5, 4, 3), dtype=np.uint8)
REBUILT = np.clip(IMAGES / 255 + RNG.normal(0, 0.1, IMAGES.shape), 0, 1)
Z = RNG.uniform(-1, 1, (2000, 8))


# ---- images and their reconstructions

def test_distances_against_loops():
    x = IMAGES / 255
    assert metrics.reconstruction(IMAGES, REBUILT).value == pytest.approx(
        literal.reconstruction(x, REBUILT))
    assert metrics.psnr(IMAGES, REBUILT).value == pytest.approx(literal.psnr(x, REBUILT))
    each = of_images.distances(IMAGES, REBUILT)
    assert metrics.reconstruction(IMAGES, REBUILT).error == pytest.approx(
        each.std(ddof=1) / math.sqrt(12))


def test_the_wrong_image_is_each_other_one_once():
    """Image i is 2^i everywhere, so a distance of two tells which ones they are."""
    images = (2.0 ** np.arange(8) / 256)[:, None, None, None] * np.ones([8, 2, 2, 1])
    seen = []

    def distances(images, rebuilt, other):
        seen.extend(other.tolist())
        return of_images._norm(images - rebuilt[other])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_images, 'distances', distances)
        wrong = metrics.wrong_reconstruction(images, images).value
    assert sorted(seen) == list(range(8)) and all(i != j for i, j in enumerate(seen))
    assert seen != [*range(1, 8), 0]                       # data in folders is sorted by class
    assert wrong == pytest.approx(np.mean([2 * abs(2.0 ** i - 2.0 ** j) / 256
                                           for i, j in enumerate(seen)]))


def test_a_perfect_inverse():
    """0, and the decibels of the rounding to 8 bits: the error of a pixel is uniform in 1/255."""
    assert metrics.reconstruction(IMAGES, IMAGES).value == 0
    assert metrics.reconstruction_ratio(IMAGES, IMAGES) == 0
    assert metrics.psnr(IMAGES, IMAGES / 255).value == pytest.approx(58.92, abs=0.01)
    exact = RNG.uniform(size=(4, 64, 64, 1))
    assert metrics.psnr(exact, np.rint(exact * 255) / 255).value == pytest.approx(58.92, abs=0.1)


def test_an_encoder_that_ignores_the_image():
    """G(E(x)) is a picture that has nothing to do with x, or one and the same: the ratio is 1."""
    n, rng = 3000, np.random.default_rng(1)
    x, other, one = (rng.uniform(size=(k, 3, 3, 1)) for k in (n, n, 1))
    assert metrics.reconstruction_ratio(x, other) == pytest.approx(1, abs=0.02)
    assert metrics.reconstruction_ratio(x, one.repeat(n, axis=0)) == pytest.approx(1)
    assert math.isnan(metrics.reconstruction_ratio(one.repeat(2, axis=0), one.repeat(2, axis=0)))


def test_a_known_error_in_decibels():
    x = np.full([2, 4, 4, 1], 0.5)
    assert metrics.psnr(x, x + 0.1).value == pytest.approx(20)
    assert metrics.reconstruction(x, x + 0.1).value == pytest.approx(0.4)     # 16 pixels


def test_many_images_are_compared_in_slices(monkeypatch):
    whole = of_images.distances(IMAGES, REBUILT)
    monkeypatch.setattr(of_images, 'CHUNK', 130)
    np.testing.assert_array_equal(of_images.distances(IMAGES, REBUILT), whole)


# ---- codes and latents

@cases(('cycled', 'expected'), [
    (Z, 0), (0 * Z, 1), (np.random.default_rng(2).permutation(Z), math.sqrt(2)), (-Z, 2)])
def test_the_error_of_a_cycle(cycled, expected):
    assert metrics.cycle(cycled, Z) == pytest.approx(expected, abs=0.03)
    assert metrics.cycle(7 * cycled, 7 * Z) == pytest.approx(metrics.cycle(cycled, Z))
    few = slice(50)
    assert metrics.cycle(cycled[few], Z[few]) == pytest.approx(literal.cycle(cycled[few], Z[few]))


def test_on_a_sphere_it_is_the_cosine():
    z, code = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in RNG.normal(size=(2, 100, 5)))
    cosine = np.mean(np.sum(z * code, axis=1))
    assert metrics.cycle(code, z) == pytest.approx(math.sqrt(2 - 2 * cosine))


def test_moments_of_codes():
    """Against another draw of the prior: chance alone. E that says 0: 1. Twice as wide: 1, too."""
    rng = np.random.default_rng(3)
    z, codes = rng.normal(size=(2, 4000, 6))
    assert metrics.code_moments(codes, z) == pytest.approx((2 + 6 / 2) / 4000, rel=0.5)
    assert metrics.code_moments(0 * codes, z) == pytest.approx(1, abs=1e-3)
    assert metrics.code_moments(2 * codes, z) == pytest.approx(1, abs=0.05)
    assert metrics.code_moments(codes + 2, z) == pytest.approx(4, abs=0.1)
    assert metrics.code_moments(9 * codes, 9 * z) == pytest.approx(metrics.code_moments(codes, z))
    squared = np.mean(np.sum(z ** 2, axis=1))
    assert metrics.code_moments(codes[:50], z) == pytest.approx(
        literal.frechet(codes[:50], z) / squared)


def test_latents_that_are_all_0_are_no_unit():
    assert math.isnan(metrics.cycle(Z, 0 * Z)) and math.isnan(metrics.code_moments(Z, 0 * Z))


# ---- the classes of the nearest codes, and of an SVM

def test_neighbours_against_loops():
    """Among codes of few values there are many ties."""
    codes, train = (RNG.integers(0, 3, (n, 2)).astype(float) for n in (40, 25))
    labels, of_train = (RNG.integers(0, 3, n) for n in (40, 25))
    found = metrics.neighbour_accuracy(codes, labels, train, of_train)
    assert found.value == pytest.approx(
        literal.neighbour_accuracy(codes, labels.tolist(), train, of_train.tolist()))
    assert 0 < found.error < 0.1


def test_codes_that_say_nothing_of_the_class():
    labels, of_train = np.arange(200) % 4, np.arange(100) % 4
    same = np.full([200, 3], 0.7), labels, np.full([100, 3], 0.7), of_train
    assert metrics.neighbour_accuracy(*same).value == pytest.approx(0.25)
    assert metrics.svm_accuracy(*same).value == pytest.approx(0.25, abs=0.01)


def test_codes_that_are_the_class():
    """The SVM learns from codes that are sorted by class, too: their order is its own."""
    labels, of_train = np.arange(60) % 3, np.sort(np.arange(90) % 3)
    corners = np.array([[0, 0], [1, 0], [0, 1]])
    codes = corners[labels], labels, corners[of_train], of_train
    assert metrics.neighbour_accuracy(*codes).value == metrics.svm_accuracy(*codes).value == 1


def test_an_svm_draws_lines_and_neighbours_do_not():
    """Classes in the four corners of a square, as in XOR."""
    rng = np.random.default_rng(4)
    codes, train = rng.uniform(-1, 1, (2, 400, 2))
    labels, of_train = (np.int64(x.prod(axis=1) > 0) for x in (codes, train))
    assert metrics.neighbour_accuracy(codes, labels, train, of_train).value > 0.9
    assert metrics.svm_accuracy(codes, labels, train, of_train).value < 0.7


def test_one_class_is_nothing_to_learn():
    assert math.isnan(metrics.svm_accuracy(np.eye(3), [0, 1, 1], np.ones([20, 3]),
                                           np.zeros(20)).value)


@cases(('call', 'problem'), [
    (lambda: metrics.reconstruction(IMAGES, REBUILT[1:]), 'expected one shape'),
    (lambda: metrics.psnr(IMAGES[:1], REBUILT[:1]), 'of 2 or more rows'),
    (lambda: metrics.psnr(IMAGES, REBUILT + 1), r'rebuilt: got pixels in \['),
    (lambda: metrics.reconstruction(IMAGES, np.where(REBUILT > 0.9, np.nan, REBUILT)), 'NaN'),
    (lambda: metrics.cycle(Z, Z[1:]), 'got 2000 and 1999 rows, expected equally many'),
    (lambda: metrics.cycle(Z, Z[:, 1:]), 'cycled 8, latents 7; expected the same number'),
    (lambda: metrics.neighbour_accuracy(Z, np.zeros(9), Z, np.zeros(2000)), 'got 9 numbers'),
    (lambda: metrics.neighbour_accuracy(Z, np.zeros(2000), Z, np.full(2000, 0.5)), 'whole numb'),
    (lambda: metrics.svm_accuracy(Z[:9], np.zeros(9), Z[:9], np.zeros(9)), 'of 10 or more rows')])
def test_what_does_not_fit(call, problem):
    with pytest.raises(UsageError, match=problem) as error:
        call()
    assert '\n' not in str(error.value)
