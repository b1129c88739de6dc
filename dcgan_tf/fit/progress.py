"""Shows the progress bar: the losses, images a second, time left."""

import contextlib
from collections.abc import Sequence

from dcgan_tf.bars import bar
from dcgan_tf.hooks import SCALARS_EVERY, Call, Hook


class Progress(Hook, contextlib.AbstractContextManager):
    """Shows a tqdm bar over the steps; without a terminal it writes a line every 10 seconds."""

    def __init__(self, first: int, last: int, images_per_step: int, columns: Sequence[str], *,
                 many: bool = False, shown: bool = True):
        """columns: those of log.csv; the bar shows the losses among them.

        many: True = most steps run many at a time, so the bar moves only where it shows losses.
        """
        self._every = SCALARS_EVERY if many else 1
        self._per_step = images_per_step
        self.fetched = tuple(name for name in columns if name.endswith('_loss'))
        self._bar = bar(total=last, initial=first, unit='step', shown=shown)

    def calls(self):
        return [Call(self._every, self.count), Call(SCALARS_EVERY, self.show, self.fetched)]

    def count(self, step: int, values: dict) -> None:
        """Moves the bar to this step."""
        self._bar.update(step - self._bar.n)

    def show(self, step: int, values: dict) -> None:
        """Shows the losses among a step's values, which are those named in `fetched`."""
        rate = self._bar.format_dict['rate']
        self._bar.set_postfix_str(
            ', '.join(f'{name.removesuffix("_loss").upper()} {values[name]:.3f}'
                      for name in self.fetched)
            + (f', {rate * self._per_step:.0f} images/s' if rate else ''), refresh=False)

    def print_line(self, line: str) -> None:
        """Prints a line, above the bar on a terminal, if the bar is shown."""
        if not self._bar.disable:
            self._bar.print_line(line)

    def __exit__(self, *error) -> None:
        self._bar.close()
