"""N workers with B / N rows each train what one alone does with B, but for rounding."""

import pathlib

import numpy as np
import party
import pytest
from trainer import ROWS

TRAINER = pathlib.Path(__file__).parent / 'trainer.py'
STEPS = 3
# Adam divides by the size of a gradient, so in float32 it makes steps of what is only rounding,
# most of all of the small gradients of a clipped D. What is equal is seen in float64.
ROUNDING = {'float32': 3e-3, 'float64': 1e-9, 'descent': 1e-9}
NOISE = {'float32': 1e-3, 'float64': 1e-9, 'descent': 0}     # share of the largest gradient
# Latents of these priors are made by sine and cosine in float32, whose last bit depends on the
# place of a number in its array, and so on the number of workers.
TURNED, LAST_BIT = {'aae_clusters', 'aae_labels'}, 1e-6
HALF = 1e-2                                           # of what is trained in 16 bits
LOCAL = {'local_norm'}                        # is not what one alone does, but all do the same
NOISY = {'wgan'}                              # in float32 only its gradients are compared
BIASED = {'main1', 'keras_mnist'}                 # have biases before batch norm
MOST, SOME = 0.5, 0.04                            # of the numbers of a row have to be compared
# In float32 most of their gradients are small: only some
FEW = {'aae_clusters', 'ali', 'bigan', 'dragan', 'spectral', 'wgan'}
QUICK = ['main1_labels']                  # batch norm in both, labels; a small graph
WIDE = [row for row in ROWS if row != 'float16']
# The first scale of the loss is too large for the gradients of three images alone, which four
# workers have each: they leave out a step that one process with twelve images does not.
OF_COUNT = {2: [*ROWS], 4: WIDE}


def started(folder, count, rows, how):
    """Workers that train the rows -> their processes, and the files they leave."""
    out = [folder / f'{count}-{k}.npz' for k in range(count)]
    return party.started(count, lambda k: [TRAINER, how, STEPS, out[k], *rows]), out


def check(folder, count, rows, how='float32'):
    (one, here), (workers, there) = (started(folder, n, rows, how) for n in (1, count))
    for code, _, error in party.ended([*one, *workers], timeout=2700):
        assert code == 0, error[-3000:]
    alone, first, *others = (dict(np.load(file)) for file in [*here, *there])
    for name in alone:
        for other in others:
            np.testing.assert_array_equal(other[name], first[name], err_msg=name)
    for row in {*rows} - LOCAL:
        compare(alone, first, row, how)


def compare(alone, first, row, how):
    """Most numbers of a row are more than rounding, and all these are the same."""
    names = [name for name in alone if name.startswith(f'{row}|') and not (
        how == 'float32' and row in NOISY and trained(name))]
    told = {name: np.broadcast_to(not NOISE[how] or learnt(alone, name, NOISE[how]),
                                  alone[name].shape) for name in names}
    share = np.mean(np.concatenate([where.ravel() for where in told.values()]))
    assert share > (SOME if how == 'float32' and row in FEW else MOST), (row, share)
    rounding = HALF if row == 'float16' else ROUNDING[how]
    rounding = max(rounding, LAST_BIT) if row in TURNED else rounding
    for name, where in told.items():
        far = np.linalg.norm(np.where(where, np.float64(first[name]) - alone[name], 0))
        assert far <= rounding * scale(alone, name), (name, far)


def trained(name):
    """Is it a variable? The others are of the first batch."""
    return not name.partition('|')[2].startswith(('gradient|', 'shown|'))


def learnt(variables, name, noise):
    """Where a weight has a gradient that is more than rounding, of which Adam makes moves, too.

    Not: a bias before batch norm with the mean it moves, the last bias of a relativistic D.
    """
    row, _, rest = name.partition('|')
    if rest.endswith('moving_mean') and row in BIASED:
        return False
    weight = rest.replace('Generator_ema', 'Generator').partition('|Adam')[0]
    weight = weight.removeprefix('gradient|')
    squares = variables.get(f'{row}|{weight}|Adam_1', 1.0)
    roots = [np.sqrt(value.max()) for other, value in variables.items()
             if other.startswith(f'{row}|') and other.endswith('Adam_1')]
    return np.sqrt(squares) > noise * max(roots)


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
@pytest.mark.parametrize('count', [2, 4])
@pytest.mark.parametrize('how', ['float32', 'float64', 'descent'])
def test_whatever_is_trained(tmp_path, count, how):
    check(tmp_path, count, OF_COUNT[count] if how == 'float32' else WIDE, how)
