"""Makes the progress bars; without a terminal each writes a line every ten seconds at most."""

import sys
from collections.abc import Iterable

import tqdm

from dcgan_tf.streams import Lossy

SECONDS = 10          # between two lines of a bar without a terminal


def bar(iterable: Iterable | None = None, *, shown: bool | None = True, leave: bool = True,
        **options) -> tqdm.tqdm:
    """Returns a tqdm bar on standard error.

    shown: None = only on a terminal. leave: whether its last state stays; if not, a log gets no
    line of a bar that ends within SECONDS. options: those of tqdm, such as total, unit and desc.
    """
    file = Lossy(sys.stderr)
    terminal = file.isatty()
    return tqdm.tqdm(iterable, disable=None if shown is None else not shown, leave=leave,
                     file=file, dynamic_ncols=True, mininterval=0.2 if terminal else SECONDS,
                     delay=0 if terminal or leave else SECONDS, **options)
