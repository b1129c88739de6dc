"""So many at once, then so many a second."""

import pytest

from dcgan_tf.show.explore.rate_limit import RateLimit


def test_a_bucket_runs_dry_and_fills():
    now = [100.0]
    rate_limit = RateLimit(10, 30, clock=lambda: now[0])
    assert rate_limit.take(25) == 0
    assert rate_limit.take(6) == pytest.approx(0.1)      # one short
    assert rate_limit.take(5) == 0                       # the refused one took nothing
    now[0] += 1.5
    assert rate_limit.take(16) == pytest.approx(0.1)
    assert rate_limit.take(15) == 0
    now[0] += 1000
    assert rate_limit.take(31) > 0 and rate_limit.take(30) == 0  # never fuller than full
    assert rate_limit.take(1) > 0
