"""Defines the hooks that the training loop calls between steps."""

from collections.abc import Callable
from typing import NamedTuple

SCALARS_EVERY = 10                     # losses, gradients and the like are fetched every 10 steps


class Hook(NamedTuple):
    """A function that the loop calls every `every` steps and after the last step.

    A function in place of `every`, step -> the next step at which to call, is for other steps. Such
    a hook is not called after the last step.
    A kill may come after a checkpoint and before the hooks of the same step. So a hook that needs
    no values of a step has `missing`: step -> True if it has to be called for the step that the
    training goes on from.
    """

    every: int | Callable[[int], int]
    call: Callable[[int, dict], None]        # (step, name -> value of what the loop fetched)
    fetch: tuple[str, ...] = ()              # names of the values to fetch when it is due
    missing: Callable[[int], bool] = lambda step: False
    before: Callable[[int], None] = lambda step: None      # called before the step that is due

    def is_due(self, step: int, last: int) -> bool:
        """Returns whether to call it after `step`; last: the last step of the training."""
        return self.next_due(step - 1) == step or (step == last and not callable(self.every))

    def next_due(self, step: int) -> int:
        """Returns the first step after this one at which it is due, but for the last one."""
        if callable(self.every):
            return self.every(step)
        return step - step % self.every + self.every
