"""ops.upsample, ops.enlarge, ops.max_pool and ops.max_pool_grid against the reference."""


from dcgan_tf import ops
from tests import reference as ref
from tests.cases import cases

SHAPES = [[1, 1, 1, 1], [7, 1, 1, 3], [1, 5, 7, 1], [7, 4, 3, 2], [2, 6, 8, 3]]


def sweep(rng, op, reference, shapes, values):
    """For `check_values`: op(x, value) of every shape of x and every value."""
    drawn = [(rng.normal(size=shape), value) for shape in shapes for value in values]
    return {f'{x.shape}, {value}': (lambda x_ph, value=value: op(x_ph, value), x, {},
                                    reference(x, value)) for x, value in drawn}


def test_upsample(check_values, rng):
    check_values(sweep(rng, lambda x, factor: ops.upsample(x, factor=factor), ref.upsample,
                       SHAPES, [1, 2, 3]))


def test_enlarge(check_values, rng):
    check_values(sweep(rng, lambda x, size: ops.enlarge(x, size), ref.enlarge,
                       [[2, 4, 3, 2]], [(8, 6), (7, 5), (8, 5)]))


def test_max_pool(check_values, rng):
    check_values(sweep(rng, lambda x, size: ops.max_pool(x, size=size), ref.max_pool,
                       SHAPES, [1, 2, 3]))


def test_max_pool_grid(check_values, rng):
    shapes = [[1, 1, 1, 1], [2, 3, 5, 2], [2, 4, 7, 3], [2, 8, 14, 2], [1, 28, 2, 1]]
    check_values(sweep(rng, ops.max_pool_grid, ref.max_pool_grid, shapes, [1, 4]))


def test_max_pool_of_negatives_does_not_see_the_padding(evaluate, rng):
    x = rng.uniform(-2, -1, size=[2, 5, 3, 2])
    ref.assert_close(evaluate(ops.max_pool, x), ref.max_pool(x, 2))


@cases(('op', 'reference'), [
    (ops.upsample, lambda x: ref.upsample(x, 2)),
    (ops.max_pool, lambda x: ref.max_pool(x, 2)),
])
def test_both_default_to_2(evaluate, check_gradients, rng, op, reference):
    x = rng.normal(size=[2, 3, 4, 2])
    ref.assert_close(evaluate(op, x), reference(x))
    check_gradients(op, reference, x, {})
