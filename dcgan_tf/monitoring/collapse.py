"""Is a training lost? Cheap signs, each of which has to hold for long before it counts."""

import collections
from collections.abc import Callable, Iterable
from typing import NamedTuple

from dcgan_tf.errors import CollapseError

PATIENCE = 1_000              # steps for which a sign holds without a break
SLOW_START = 5_000            # the same from the first step on: a training may take its time
TINY = 1e-6                   # a gradient's norm below it is lost in Adam's epsilon, 1e-8 a weight


class Sign(NamedTuple):
    """One row of SIGNS."""

    words: str
    holds: Callable[[float], bool]
    looks: int = 1      # of whose values it asks the mean: the last ones of a spell, at most


SIGNS = {                     # quantity, or its ending -> when it is a sign
    'd_accuracy': Sign('D tells nearly every real from every fake image', lambda x: x >= 0.99, 20),
    '_gradient':  Sign('the gradient of {} has vanished', lambda x: x < TINY),
    'diversity':  Sign('the samples are all alike', lambda x: x < 0.1),
    'one_class':  Sign('the samples are all of one class', lambda x: x >= 0.95),
}


def sign_of(quantity: str) -> Sign | None:
    """Its row of SIGNS: d_gradient and g_gradient are those of the players D and G."""
    player, line, ending = quantity.rpartition('_')
    sign = SIGNS.get(quantity) or SIGNS.get(line + ending)
    return sign and sign._replace(words=sign.words.format(player.upper()))


class CollapseDetector:
    """Follows the quantities of SIGNS through the steps of a run."""

    def __init__(self, without: Iterable[str] = ()):
        """without: signs that are none here, such as d_accuracy where D is a critic."""
        self._without, self._seen = without, {}      # quantity -> its last values of a spell
        self._clear = {}      # sign -> the last step at which it did not hold
        self._since = {}      # sign -> the first step of the spell in which it holds
        self._told = set()    # signs of this spell that were told already

    def see(self, step: int, values: dict) -> list[CollapseError]:
        """What has held for long enough now, once a spell. values: some quantities at `step`."""
        found = []
        for name, sign in self._signs(values):
            seen = self._seen.setdefault(name, collections.deque(maxlen=sign.looks))
            seen.append(values[name])
            value = sum(seen) / len(seen)
            if not sign.holds(value):
                self._clear[name] = step
                self._since.pop(name, None)
                seen.clear()
                self._told.discard(name)
                continue
            since = self._since.setdefault(name, step)
            patience = PATIENCE if name in self._clear else SLOW_START
            if step - since >= patience and name not in self._told:
                self._told.add(name)
                found.append(CollapseError(
                    f'step {step:,}: {sign.words}, without a break since step {since:,} '
                    f'({name} = {value:.3g})', step=step, last_good_step=self.last_good_step(step)))
        return found

    def _signs(self, values):
        """Pairs of a quantity that can be a sign, and its Sign."""
        for name in values:
            sign = None if name in self._without else sign_of(name)
            if sign:
                yield name, sign

    def last_good_step(self, step: int) -> int:
        """The last step up to `step` at which every sign was known not to hold."""
        return min((self._clear.get(name, 0) for name in self._since), default=step)

    def rollback_step(self, step: int) -> int:
        """The same for who has to go back at once: a slow start is none that he must undo.

        What has held from the first look on counts once it was told.
        """
        spells = [name for name in self._since if name in self._clear or name in self._told]
        return min((self._clear.get(name, 0) for name in spells), default=step)

    def replay(self, rows: Iterable[dict], *, silent: bool) -> None:
        """Sees the rows of a log again, so that a resumed run counts on where it was.

        silent: what is found in them is not told again at the next look.
        """
        for row in rows:
            self.see(row['step'], row)
        if not silent:
            self._told.clear()
