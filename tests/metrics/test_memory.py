"""The nearest training image, and the share of copies."""

import literal
import numpy as np
import pytest

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import copies, distances, nearest
from tests.cases import cases

RNG = np.random.default_rng(8)
TRAIN, FRESH, SAMPLES = (RNG.normal(size=(n, 3)) for n in (300, 200, 150))


@cases('chunk', [1000, 2 ** 20])
def test_nearest_against_loops(monkeypatch, chunk):
    monkeypatch.setattr(distances, 'CHUNK', chunk)
    index, apart = nearest(TRAIN[:60], SAMPLES[:40])
    expected = [literal.nearest(TRAIN[:60], x) for x in SAMPLES[:40]]
    assert index.tolist() == [i for i, _ in expected]
    assert apart == pytest.approx([d for _, d in expected])


def test_of_a_copy_the_distance_is_0_exactly():
    order = RNG.permutation(300)
    index, apart = nearest(TRAIN + 1000, TRAIN[order] + 1000)
    assert index.tolist() == order.tolist()
    assert (apart == 0).all()


def test_one_sample_is_enough():
    index, apart = nearest([[0, 0], [3, 4]], [[0, 1]])
    assert (index.tolist(), apart.tolist()) == ([0], [1.0])


def test_copies_against_loops():
    """Nearer than the first percentile: of 200, between the second and the third nearest."""
    fresh = sorted(literal.nearest(TRAIN, x)[1] for x in FRESH)
    limit = fresh[1] + 0.99 * (fresh[2] - fresh[1])
    samples = np.concatenate([SAMPLES, TRAIN[:50] + 1e-3])
    expected = np.mean([literal.nearest(TRAIN, x)[1] <= limit for x in samples])
    assert copies(TRAIN, samples, FRESH) == pytest.approx(expected)
    assert expected >= 0.25


def test_a_generator_that_copies_is_at_1():
    assert copies(TRAIN, TRAIN[:100], FRESH) == 1.0
    assert copies(TRAIN, np.concatenate([TRAIN[:50], SAMPLES[:50] + 90]), FRESH) == 0.5


def test_also_where_held_out_images_are_in_the_training_set():
    """Doubles in the data: the percentile is then 0."""
    assert copies(TRAIN, TRAIN[100:200], np.concatenate([FRESH, TRAIN[:20]])) == 1.0


def test_fresh_images_are_at_a_hundredth():
    shares = [copies(*(RNG.normal(size=(n, 2)) for n in (100, 1000, 1000))) for _ in range(50)]
    assert np.mean(shares) == pytest.approx(0.011, abs=4 * np.std(shares) / 50 ** 0.5)


def test_far_samples_are_at_0():
    assert copies(TRAIN, SAMPLES + 90, FRESH) == 0.0


def test_rotation_and_order_change_nothing():
    turn = literal.rotation(3)
    samples = np.concatenate([SAMPLES, TRAIN[:30] + 1e-3])
    assert copies(TRAIN[::-1] @ turn, samples[::-1] @ turn, FRESH[::-1] @ turn) == copies(
        TRAIN, samples, FRESH)


@cases(('arrays', 'message'), [
    ((TRAIN, SAMPLES[:1], FRESH), r'samples: got the shape \[1, 3\]'),
    ((TRAIN, SAMPLES, FRESH[:1]), r'held_out: got the shape \[1, 3\]'),
    ((TRAIN, SAMPLES[:, :2], FRESH), 'got train 3, samples 2, held_out 3'),
    ((TRAIN * np.inf, SAMPLES, FRESH), 'train: got NaN or infinity'),
])
def test_what_is_refused(arrays, message):
    with pytest.raises(UsageError, match=message):
        copies(*arrays)
