"""What the tests of a bigan and of an ali have in common: the losses of a D of pairs."""

import math

import pytest

from tests.helpers import enlarge_weights
from tests.reference import softplus


def assert_losses_of_pairs(gan, batch):
    """D's loss, and G's: the same with real and fake exchanged; 2 ln 2 where D knows nothing.

    gan: a new one. batch: a feed_dict.
    """
    d, g = gan.session.run([gan.d_loss, gan.g_loss], batch)
    assert d == pytest.approx(2 * math.log(2), abs=0.05)
    assert g == pytest.approx(2 * math.log(2), abs=0.05)
    enlarge_weights(gan)
    out, d, g = gan.session.run([gan.built.out, gan.d_loss, gan.g_loss], batch)
    assert d == pytest.approx(softplus(-out.r).mean() + softplus(out.f).mean(), rel=1e-5)
    assert g == pytest.approx(softplus(out.r).mean() + softplus(-out.f).mean(), rel=1e-5)
    assert abs(d - g) > 0.01
