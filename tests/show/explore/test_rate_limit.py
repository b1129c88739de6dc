"""So many at once, then so many a second."""

import pytest

from dcgan_tf.show.explore.rate_limit import Bucket


def test_a_bucket_runs_dry_and_fills():
    now = [100.0]
    bucket = Bucket(10, 30, clock=lambda: now[0])
    assert bucket.take(25) == 0
    assert bucket.take(6) == pytest.approx(0.1)          # one short
    assert bucket.take(5) == 0                           # the refused one took nothing
    now[0] += 1.5
    assert bucket.take(16) == pytest.approx(0.1)
    assert bucket.take(15) == 0
    now[0] += 1000
    assert bucket.take(31) > 0 and bucket.take(30) == 0  # never fuller than full
    assert bucket.take(1) > 0
