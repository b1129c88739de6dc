"""Seeds are the same on every machine and in every version, and differ from name to name."""

import numpy as np

from dcgan_tf.seeds import derive, generator
from tests.cases import cases


@cases(('parts', 'seed'), [
    ((0,), 804681139), ((0, 'noise'), 1193932987), ((1, 'noise'), 2067090239),
    ((0, 'order', 3), 634170409), ((2**62, 'x'), 1208798480),
])
def test_seeds_never_change(parts, seed):
    """A change here breaks the resuming of every run that was made before it."""
    assert derive(*parts) == seed


def test_seeds_are_in_range_and_differ():
    seeds = {derive(seed, name, step) for seed in range(20) for name in ('noise', 'order', 'ü')
             for step in range(20)}
    assert len(seeds) == 20 * 3 * 20
    assert all(type(seed) is int and 0 <= seed < 2**31 for seed in seeds)
    assert max(seeds) > 2**30


def test_generators_draw_the_same_numbers_for_the_same_name():
    draws = [generator(0, 'order', 3).integers(0, 1000, 5).tolist() for _ in range(2)]
    assert draws == [[593, 651, 229, 303, 561]] * 2


@cases('other', [(1, 'order', 3), (0, 'noise', 3), (0, 'order', 4), (0,)])
def test_generators_of_other_names_draw_other_numbers(other):
    draws = [generator(*parts).random(5) for parts in ((0, 'order', 3), other)]
    assert not np.intersect1d(*draws).size
