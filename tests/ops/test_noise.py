"""Latents in the graph: the priors of latent.PRIORS, also where several workers draw their rows."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import latent, ops
from tests.cases import cases

N, Z = 3_000, 4


def drawn(session, prior, n=N, shard=None, **options):
    with ops.batch_shard(shard or ops.BatchShard()):
        return np.float64(session.run(ops.noise(prior, [n, Z], 7, 3, **options)))


@cases('prior', latent.PRIORS)
def test_numbers_are_distributed_as_those_of_numpy(session, prior):
    """The first four moments, and those of the first pair of numbers."""
    found = drawn(session, prior)
    expected = np.float64(latent.draw(prior, N, Z, seed=1))
    scale = latent.PRIORS[prior].radius(Z) / Z ** 0.5
    for power in (1, 2, 3, 4):
        a, b = ((x / scale) ** power for x in (found, expected))
        assert abs(a.mean() - b.mean()) < 5 * (a.std() + b.std()) / (N * Z) ** 0.5
    for f in (lambda x, y: x * y, lambda x, y: x * x * y * y):
        a, b = (f(*(x[:, :2] / scale).T) for x in (found, expected))
        assert abs(a.mean() - b.mean()) < 5 * (a.std() + b.std()) / N ** 0.5


@cases('prior', latent.PRIORS)
def test_workers_draw_their_own_rows(session, prior):
    """Together they have the latents of one worker alone."""
    parts = [drawn(session, prior, 4, ops.BatchShard(k, 3)) for k in range(3)]
    np.testing.assert_allclose(np.concatenate(parts), drawn(session, prior, 12), atol=1e-5)


@cases(('prior', 'classes'), [('mixture10', 10), ('swiss_roll', 3)])
def test_a_label_chooses_the_part(session, prior, classes):
    """The label after the last one stands for no class."""
    labels = np.arange(600, dtype=np.int32) % (classes + 1)
    z = drawn(session, prior, 600, classes=(tf.constant(labels), classes))
    pairs = z.reshape(600, -1, 2) @ [1, 1j]
    found = (np.rint(np.angle(pairs) * 5 / np.pi) % 10 if prior == 'mixture10' else
             np.floor(classes * (abs(pairs) / 3) ** 2))
    known, sure = labels < classes, abs(pairs) > (0.8 if prior == 'mixture10' else 0)
    assert (found == labels[:, None])[known[:, None] & sure].mean() > 0.99
    assert len(np.unique(found[~known])) == classes


def test_another_prior_is_refused(session):
    with pytest.raises(ValueError, match="prior 'cauchy' is unknown: expected uniform, normal"):
        drawn(session, 'cauchy')
