"""What the loop calls between steps."""

from collections.abc import Callable
from typing import NamedTuple

SCALARS_EVERY = 10                     # steps between looks at losses, gradients and the like


class Hook(NamedTuple):
    """Something to do every `every` steps and after the last one.

    A kill may come between a checkpoint and what is due behind it: what needs no values of a step
    says by `missing` whether it has yet to be done for the step that the training goes on from.
    """

    every: int
    call: Callable[[int, dict], None]        # (step, values of what the loop fetched)
    fetch: tuple[str, ...] = ()              # names of what is fetched in the steps it is due
    missing: Callable[[int], bool] = lambda step: False

    def is_due(self, step: int, last: int) -> bool:
        return step % self.every == 0 or step == last
