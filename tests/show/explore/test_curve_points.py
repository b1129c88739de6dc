"""Long logs become short curves that keep the mean and the extremes."""

import json
import math

import numpy as np

from dcgan_tf.show.explore.curve_points import number, points


def rows(values):
    return [{'step': 10 * k, 'd_loss': value} for k, value in enumerate(values, 1)]


def test_a_short_curve_is_sent_as_it_is():
    assert points(rows([1.0, 2.0, math.nan]), ['d_loss'], 3) == {
        'width': 1, 'last': 1, 'steps': [10, 20, 30], 'curves': {'d_loss': {'mean': [1, 2, None]}}}


def test_of_a_long_one_neighbours_share_a_point(rng):
    values = rng.normal(size=1_003)
    found = points(rows(values), ['d_loss'], 100)
    assert (found['width'], found['last'], len(found['steps'])) == (11, 2, 92)
    parts = [values[k:k + 11] for k in range(0, 1_003, 11)]
    for name, of in (('mean', np.mean), ('low', np.min), ('high', np.max)):
        np.testing.assert_allclose(found['curves']['d_loss'][name], [of(part) for part in parts],
                                   rtol=1e-5)
    assert found['steps'] == [10 * k for k in range(1, 1_004, 11)]


def test_values_that_are_not_finite_are_left_out():
    found = points(rows([1.0, math.nan, math.inf, -math.inf, 5.0]), ['d_loss'], 3)
    assert found['curves']['d_loss'] == {'mean': [1, None, 5], 'low': [1, None, 5],
                                         'high': [1, None, 5]}
    json.dumps(found, allow_nan=False)


def test_no_rows():
    assert points([], [], 3)['steps'] == [] and points([], ['d_loss'])['curves'] == {
        'd_loss': {'mean': []}}
    assert number(1 / 3) == 0.333333 and number(math.inf) is None
