"""N workers with B / N rows each train what one alone does with B, but for rounding."""

import pathlib

import numpy as np
import party
import pytest
from trainer import ROWS

TRAINER = pathlib.Path(__file__).parent / 'trainer.py'
STEPS, TOLERANCE, HALF = 3, 1e-4, 1e-2
LOCAL = {'local_norm'}                        # is not what one alone does, but all do the same
BIASED = {'main1', 'keras_mnist'}                 # have biases before batch norm
QUICK = ['dcgan28']


def started(folder, count, rows):
    """Workers that train the rows -> their processes, and the files they leave."""
    out = [folder / f'{count}-{k}.npz' for k in range(count)]
    return party.started(count, lambda k: [TRAINER, STEPS, out[k], *rows]), out


def check(folder, count, rows):
    (one, here), (workers, there) = started(folder, 1, rows), started(folder, count, rows)
    for code, _, error in party.ended([*one, *workers]):
        assert code == 0, error[-3000:]
    alone, first, *others = (dict(np.load(file)) for file in [*here, *there])
    for name, value in alone.items():
        for other in others:
            np.testing.assert_array_equal(other[name], first[name], err_msg=name)
        if name.partition('|')[0] not in LOCAL:
            told = learnt(alone, name)
            far = np.linalg.norm(np.where(told, np.float64(first[name]) - value, 0))
            rounding = HALF if name.startswith('float16') else TOLERANCE
            assert far <= rounding * scale(alone, name), (name, far)


def learnt(variables, name):
    """Where a weight has a gradient that is more than rounding; Adam makes moves of any.

    None: a bias before batch norm with the mean it moves, and the last bias of a relativistic D.
    """
    row, _, rest = name.partition('|')
    if rest.endswith('moving_mean') and row in BIASED:
        return False
    weight = rest.replace('Generator_ema', 'Generator').partition('|Adam')[0]
    weight = weight.removeprefix('gradient|')
    squares = variables.get(f'{row}|{weight}|Adam_1', 1.0)
    roots = [np.sqrt(value.max()) for other, value in variables.items()
             if other.startswith(f'{row}|') and other.endswith('Adam_1')]
    return np.sqrt(squares) > 1e-4 * max(roots)


def scale(variables, name):
    """The norm of a variable, or a thousandth of the largest of its kind in the row.

    Of gradients that are zero but for rounding, rounding is all there is.
    """
    row, kind = name.partition('|')[0], name.rpartition('|')[2]
    norms = [np.linalg.norm(value) for other, value in variables.items()
             if other.startswith(f'{row}|') and other.endswith(kind)]
    return max(np.linalg.norm(variables[name]), 1e-3 * max(norms))


def test_two_workers(tmp_path):
    check(tmp_path, 2, QUICK)


@pytest.mark.slow
def test_two_workers_whatever_is_trained(tmp_path):
    check(tmp_path, 2, [row for row in ROWS if row not in QUICK])


@pytest.mark.slow
def test_four_workers(tmp_path):
    check(tmp_path, 4, ['dcgan28', 'dragan', 'disturbed'])
