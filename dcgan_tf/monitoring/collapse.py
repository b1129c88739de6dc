"""Detects a collapse by cheap signs; most count only after they have held for many steps.

One row is no sign of a collapse, but is counted in the same way: see overfitting.py.
"""

import collections
import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from dcgan_tf.errors import CollapseError

PATIENCE = 1_000              # steps for which a sign has to hold without a break
SLOW_START = 5_000            # the patience where a sign holds from the first step on
TINY = 1e-6                   # a gradient's norm below it is lost in Adam's epsilon, 1e-8 a weight


class Sign(NamedTuple):
    """One row of SIGNS."""

    message: str
    holds: Callable[[float], bool]      # value -> True where it is a sign of a collapse
    window: int = 1                     # `holds` gets the mean of this number of last values
    full: bool = False                  # True: of so many; False: of those since the last break
    advice: str = ''                    # the end of the line: what helps
    at_once: bool = False               # True: it counts at once, as the mean of enough values


SIGNS = {                     # quantity, or the ending of its name -> Sign
    'd_accuracy': Sign('D tells nearly every real from every fake image', lambda x: x >= 0.99, 20),
    '_gradient':  Sign('the gradient of {} has vanished', lambda x: x < TINY),
    'diversity':  Sign('the samples are all alike', lambda x: x < 0.1),
    'one_class':  Sign('the samples are all of one class', lambda x: x >= 0.95),
    # One value has an error of about 0.1 if it compares 64 pictures, and the mean of four half of
    # that. 0.5: halfway to a D that takes all pictures which it has not seen for fakes.
    'overfitting': Sign('D has learnt its training pictures by heart, and takes others for fakes',
                        lambda x: x >= 0.5, 4, True,
                        '; what helps is more pictures, --flip, '
                        '--diff-augment color,translation, or to start from another run: '
                        '--init-from RUN', at_once=True),
}


def sign_of(quantity: str) -> Sign | None:
    """Returns the Sign of a quantity, such as d_gradient, or None if it has no row in SIGNS.

    The part before an ending names the player: d_gradient is the gradient of D.
    """
    player, line, ending = quantity.rpartition('_')
    sign = SIGNS.get(quantity) or SIGNS.get(line + ending)
    return sign and sign._replace(message=sign.message.format(player.upper()))


class CollapseDetector:
    """Follows the quantities of SIGNS through the steps of a run."""

    def __init__(self, excluded: Iterable[str] = ()):
        """excluded: quantities that are not a sign here, such as d_accuracy where D is a critic."""
        self._excluded, self._recent = excluded, {}  # quantity -> its last values
        self._clear = {}          # quantity -> the last step at which its sign did not hold
        self._since = {}          # quantity -> the step since which its sign holds
        self._reported = set()    # quantities whose sign holds and was reported

    def check(self, step: int, values: dict) -> list[CollapseError]:
        """Returns an error for each sign that has now held for long enough.

        A sign is reported once; again only after it has stopped and returned. values: some
        quantities at `step`.
        """
        found = []
        for name, sign in self._signs(values):
            recent = self._recent.setdefault(name, collections.deque(maxlen=sign.window))
            recent.append(values[name])
            value = sum(recent) / len(recent)
            if not sign.holds(value) or (sign.full and len(recent) < sign.window):
                self._clear[name] = step
                self._since.pop(name, None)
                if not sign.full:
                    recent.clear()
                self._reported.discard(name)
                continue
            since = self._since.setdefault(name, step)
            patience = 0 if sign.at_once else PATIENCE if name in self._clear else SLOW_START
            if step - since >= patience and name not in self._reported:
                self._reported.add(name)
                long = f', without a break since step {since:,}' * (since < step)
                found.append(CollapseError(
                    f'step {step:,}: {sign.message}{long} ({name} = {value:.3g}){sign.advice}',
                    step=step,
                    last_good_step=self.last_good_step(step)))
        return found

    def _signs(self, values):
        """Yields pairs of a quantity that can be a sign, and its Sign; a value of nan says nothing.
        """
        for name in values:
            sign = None if name in self._excluded else sign_of(name)
            if sign and not math.isnan(values[name]):
                yield name, sign

    def last_good_step(self, step: int) -> int:
        """Returns the last step before the signs that hold now; `step` if no sign holds."""
        return min((self._clear.get(name, 0) for name in self._since), default=step)

    def rollback_step(self, step: int) -> int:
        """Returns the last good step for a rollback at `step`, which ignores a slow start.

        A sign that holds from the first step on counts only after it was reported.
        """
        held = [name for name in self._since if name in self._clear or name in self._reported]
        return min((self._clear.get(name, 0) for name in held), default=step)

    def replay(self, rows: Iterable[dict], *, silent: bool) -> None:
        """Checks the rows of a log again, so that a resumed run continues the count of steps.

        silent: True = a sign that is found here is not reported again at the next check.
        """
        for row in rows:
            self.check(row['step'], row)
        if not silent:
            self._reported.clear()
