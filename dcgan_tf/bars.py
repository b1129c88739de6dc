"""Makes the progress bars; without a terminal each writes a line every ten seconds at most."""

import sys
import time
from collections.abc import Iterable

import tqdm

from dcgan_tf import notices
from dcgan_tf.streams import Lossy

SECONDS = 10          # between two lines of a bar without a terminal


class Bar(tqdm.tqdm):
    """A tqdm bar whose seconds are those of a clock that never goes back.

    With the time of day, as in tqdm, a clock that is set back by an hour stops the bar for an hour,
    and the speed becomes negative. tqdm's thread compares with the time of day and is not used: it
    serves bars that look at the clock only once in many steps, and these do so in each.
    """

    monitor_interval = 0

    def __init__(self, *args, file, **options):
        self._file, self._in_line = file, False           # whether a state ends the log so far
        super().__init__(*args, miniters=1, file=file, **options)
        self._time = time.monotonic
        self.start_t = self.last_print_t = self._time()

    def display(self, *args, **options) -> None:
        """Writes the state of the bar: tqdm calls this."""
        self._in_line = True
        super().display(*args, **options)

    def print_line(self, line: str) -> None:
        """Prints a line: above the bar on a terminal; in a log without the bar's state again."""
        if self._file.isatty() and not self.disable:
            self.write(line, file=self.fp)
        else:
            print('\n' * self._in_line + line, file=self._file, flush=True)
            self._in_line = False


def bar(iterable: Iterable | None = None, *, shown: bool | None = True, leave: bool = True,
        **options) -> Bar:
    """Returns a tqdm bar on standard error.

    shown: None = only on a terminal. leave: whether its last state stays; if not, a log gets no
    line of a bar that ends within SECONDS. options: those of tqdm, such as total, unit and desc.
    """
    notices.stop()                                 # a bar asks whether it is on a terminal
    file = Lossy(sys.stderr)
    terminal = file.isatty()
    return Bar(iterable, disable=None if shown is None else not shown, leave=leave,
               file=file, dynamic_ncols=True, mininterval=0.2 if terminal else SECONDS,
               delay=0 if terminal or leave else SECONDS, **options)
