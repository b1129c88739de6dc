"""ops.upsample, ops.max_pool and ops.max_pool_grid against the reference."""

import pytest

from dcgan_tf import ops
from tests import reference as ref

over_all_shapes = pytest.mark.parametrize(
    'shape', [[1, 1, 1, 1], [7, 1, 1, 3], [1, 5, 7, 1], [7, 4, 3, 2], [2, 6, 8, 3]], ids=str)


@over_all_shapes
@pytest.mark.parametrize('factor', [1, 2, 3])
def test_upsample(evaluate, rng, shape, factor):
    x = rng.normal(size=shape)
    y = evaluate(lambda x_ph: ops.upsample(x_ph, factor=factor), x)
    ref.assert_close(y, ref.upsample(x, factor))


@over_all_shapes
@pytest.mark.parametrize('size', [1, 2, 3])
def test_max_pool(evaluate, rng, shape, size):
    x = rng.normal(size=shape)
    y = evaluate(lambda x_ph: ops.max_pool(x_ph, size=size), x)
    ref.assert_close(y, ref.max_pool(x, size))


@pytest.mark.parametrize('shape', [
    [1, 1, 1, 1], [2, 3, 5, 2], [2, 4, 7, 3], [2, 8, 14, 2], [1, 28, 2, 1]], ids=str)
@pytest.mark.parametrize('cells', [1, 4])
def test_max_pool_grid(evaluate, rng, shape, cells):
    x = rng.normal(size=shape)
    ref.assert_close(evaluate(lambda x_ph: ops.max_pool_grid(x_ph, cells), x),
                     ref.max_pool_grid(x, cells))


def test_max_pool_of_negatives_does_not_see_the_padding(evaluate, rng):
    x = rng.uniform(-2, -1, size=[2, 5, 3, 2])
    ref.assert_close(evaluate(ops.max_pool, x), ref.max_pool(x, 2))


@pytest.mark.parametrize(('op', 'reference'), [
    (ops.upsample, lambda x: ref.upsample(x, 2)),
    (ops.max_pool, lambda x: ref.max_pool(x, 2)),
], ids=['upsample', 'max_pool'])
def test_both_default_to_2(evaluate, check_gradients, rng, op, reference):
    x = rng.normal(size=[2, 3, 4, 2])
    ref.assert_close(evaluate(op, x), reference(x))
    check_gradients(op, reference, x, {})
