"""Makes the progress bars; without a terminal each writes a line every ten seconds at most."""

import sys
import time
from collections.abc import Iterable

import tqdm

from dcgan_tf.streams import Lossy

SECONDS = 10          # between two lines of a bar without a terminal


class Bar(tqdm.tqdm):
    """A tqdm bar whose seconds are those of a clock that never goes back.

    With the time of day, as in tqdm, a clock that is set back by an hour stops the bar for an hour,
    and the speed becomes negative. tqdm's thread compares with the time of day and is not used: it
    serves bars that look at the clock only once in many steps, and these do so in each.
    """

    monitor_interval = 0

    def __init__(self, *args, **options):
        super().__init__(*args, miniters=1, **options)
        self._time = time.monotonic
        self.start_t = self.last_print_t = self._time()


def bar(iterable: Iterable | None = None, *, shown: bool | None = True, leave: bool = True,
        **options) -> tqdm.tqdm:
    """Returns a tqdm bar on standard error.

    shown: None = only on a terminal. leave: whether its last state stays; if not, a log gets no
    line of a bar that ends within SECONDS. options: those of tqdm, such as total, unit and desc.
    """
    file = Lossy(sys.stderr)
    terminal = file.isatty()
    return Bar(iterable, disable=None if shown is None else not shown, leave=leave,
               file=file, dynamic_ncols=True, mininterval=0.2 if terminal else SECONDS,
               delay=0 if terminal or leave else SECONDS, **options)
