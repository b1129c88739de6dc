"""Hooks: what a training does beside its steps. The program's own pictures and tables are hooks.

    class Early(Hook):
        \"\"\"Ends the training when D's loss is small.\"\"\"

        every, fetch = 100, ('d_loss',)

        def start(self, training):
            self.training = training

        def after_step(self, step, values):
            if values['d_loss'] < 0.1:
                self.training.stop()

    gan.fit(images, hooks=[Early()])

docs/python.md has more of them.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

SCALARS_EVERY = 10                     # losses, gradients and the like are fetched every 10 steps


class Call(NamedTuple):
    """A function that the loop calls every `every` steps and after the last step.

    A function in place of `every`, step -> the next step at which to call, is for other steps. Such
    a call is not made after the last step.
    A kill may come after a checkpoint and before the calls of the same step. So a call that needs
    no values of a step has `missing`: step -> True if it has to be made for the step that the
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


class Training:
    """The training that a hook belongs to.

    gan: the GAN that learns; its methods may be called at any time. run: its RunFolder, or None.
    first: the step that the training goes on from. last: its last step. columns: the names that a
    hook can fetch, which are the columns of log.csv, but for step, epoch and speed.
    """

    def __init__(self, gan, run, *, first: int, last: int, columns: Iterable[str], stop: Callable):
        self.gan, self.run, self.first, self.last = gan, run, first, last
        self.columns, self.stop = tuple(columns), stop
        self._measured = 0, {}

    def measured(self, step: int) -> dict:
        """Returns the metrics of this step, name -> number, as far as they are known."""
        return self._measured[1] if self._measured[0] == step else {}

    def note(self, step: int, metrics: dict) -> None:
        """Adds metrics of this step, name -> number, which the hooks' `evaluation` gets."""
        self._measured = step, {**self.measured(step), **metrics}


class Hook:
    """Something that a training does beside its steps. Derive from it, and override what you need.

    every: the steps between two calls of `before_step` and `after_step`, which are also called for
    the last step. fetch: names of numbers that `after_step` gets, such as 'd_loss': see
    `Training.columns`. A training that runs many steps at a time (`steps_per_run`) runs those with
    a call one at a time.

    An error in a hook ends the training. The weights are saved, and the RunError has its name.
    """

    every = 1
    fetch = ()

    @property
    def name(self) -> str:
        """What an error message calls it: the name of its class."""
        return type(self).__name__

    def start(self, training: Training) -> None:
        """Is called before the first step, and again after a rollback. Keep `training` to use it.

        `training.stop()` ends the training after the present step, which is saved.
        """

    def before_step(self, step: int) -> None:
        """Is called before a step that is due. The first step has the number 1."""

    def after_step(self, step: int, values: dict) -> None:
        """Is called after a step that is due. values: name -> number, of those in `fetch`."""

    def evaluation(self, step: int, metrics: dict) -> None:
        """Is called after an evaluation, every `eval_step` and every `metrics_step` steps.

        The program's pictures and tables have been written by then. metrics: name -> number, what
        was measured at this step: `diversity` and the like, and those of the option `metrics`.
        """

    def end(self, step: int, finished: bool) -> None:
        """Is called once after the last step. finished: False = it was stopped and may go on."""

    def calls(self) -> list[Call]:
        """Returns the calls of the loop. The program's own hooks have several, at their own steps.
        """
        if overrides(self, 'before_step') or overrides(self, 'after_step'):
            return [Call(self.every, self.after_step, tuple(self.fetch), before=self.before_step)]
        return []


def overrides(hook: Hook, name: str) -> bool:
    """Returns whether the class of a hook has its own method of this name."""
    return getattr(type(hook), name) is not getattr(Hook, name)
