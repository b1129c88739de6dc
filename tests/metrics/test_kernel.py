"""The kernel distance against loops, and that it is unbiased."""

import literal
import numpy as np
import pytest

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import kernel, kernel_distance
from tests.cases import cases

RNG = np.random.default_rng(2)
REAL, FAKE = RNG.normal(size=(40, 4)), RNG.normal(0.3, 1.2, size=(25, 4))


@pytest.fixture
def blocks(monkeypatch):
    """The pairs of blocks that were compared."""
    seen, mmd2 = [], kernel.unbiased_mmd2
    monkeypatch.setattr(kernel, 'unbiased_mmd2', lambda x, y: seen.append((x, y)) or mmd2(x, y))
    return seen


def test_by_hand():
    """One feature: k(0, 1) = 1, k(2, 3) = 7^3; across 1, 1, 3^3, 4^3. One block of two rows."""
    value, error = kernel_distance([[0], [1]], [[2], [3]])
    assert value == pytest.approx(1 + 343 - 2 * (1 + 1 + 27 + 64) / 4)
    assert np.isnan(error)


def test_against_loops(blocks):
    value, error = kernel_distance(REAL, FAKE, block=15)
    parts = [literal.mmd2(x, y) for x, y in blocks]
    assert len(parts) == 3
    assert value == pytest.approx(np.mean(parts))
    assert error == pytest.approx(np.std(parts, ddof=1) / 3 ** 0.5)


@pytest.mark.parametrize(('n', 'm', 'block', 'sizes'), [
    (40, 40, 10, 4 * [(10, 10)]),
    (40, 40, 1000, 2 * [(20, 20)]),                         # two, for the sake of the error
    (40, 25, 15, [(14, 9), (13, 8), (13, 8)]),
    (40, 5, 10, [(20, 3), (20, 2)]),                        # never below two rows
    (3, 40, 1000, [(3, 40)]),
])
def test_blocks_hold_every_row_once(blocks, n, m, block, sizes):
    kernel_distance(np.arange(n)[:, None], np.arange(m)[:, None], block=block)
    assert [(len(x), len(y)) for x, y in blocks] == sizes
    for side, rows in zip(zip(*blocks, strict=True), (n, m), strict=True):
        rows_seen = np.concatenate(side)[:, 0]
        assert sorted(rows_seen) == list(range(rows))
        assert rows < 5 or list(rows_seen) != list(range(rows))


def test_it_is_unbiased():
    """The mean over many pairs of one distribution is 0; the plain mean of k would be above."""
    values = [kernel_distance(*RNG.normal(size=(2, 8, 3))).value for _ in range(400)]
    error = np.std(values) / 20
    assert abs(np.mean(values)) < 4 * error
    biased = [kernel.cubic(x, x).mean() + kernel.cubic(y, y).mean() - 2 * kernel.cubic(x, y).mean()
              for x, y in RNG.normal(size=(400, 2, 4, 3))]
    assert np.mean(biased) > 8 * error


def test_the_error_is_that_of_the_value():
    """Of repeated draws, the value spreads by as much as the error says."""
    drawn = [kernel_distance(*RNG.normal(size=(2, 60, 3)), block=10) for _ in range(200)]
    values, errors = np.transpose(drawn)
    assert np.std(values) == pytest.approx(np.sqrt(np.mean(errors ** 2)), rel=0.25)


def test_it_grows_with_the_shift():
    values = [kernel_distance(REAL, FAKE + shift).value for shift in (0, 1, 2)]
    assert values[0] < values[1] < values[2]


def test_rotation_changes_nothing_and_the_seed_shuffles():
    turn = literal.rotation(4)
    value = kernel_distance(REAL, FAKE, block=10).value
    assert kernel_distance(REAL @ turn, FAKE @ turn, block=10).value == pytest.approx(value)
    assert kernel_distance(REAL, FAKE, block=10, seed=1).value != value


@cases('block', [1, 0, 2.5])
def test_a_block_of_fewer_than_two_rows(block):
    with pytest.raises(UsageError, match=f'block = {block}: expected an integer, 2 or more'):
        kernel_distance(REAL, FAKE, block=block)
