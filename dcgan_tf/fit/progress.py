"""The progress bar: both losses, images a second, time left."""

import contextlib
import sys

import tqdm


class Lossy:
    """A terminal, or a file in its place: what a full disk does not take is lost, nothing else."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text: str) -> None:
        self._tried(lambda: self._stream.write(text))

    def flush(self) -> None:
        self._tried(self._stream.flush)

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def _tried(self, action):
        try:
            action()
        except BrokenPipeError:                    # who listened is gone: that ends a program
            raise
        except OSError:
            pass


class Progress(contextlib.AbstractContextManager):
    """A tqdm bar over the steps; without a terminal it writes a line now and then."""

    def __init__(self, first: int, last: int, images_per_step: int, *, shown: bool = True):
        self._per_step, self._file = images_per_step, Lossy(sys.stderr)
        self._bar = tqdm.tqdm(total=last, initial=first, unit='step', disable=not shown,
                              mininterval=0.2 if sys.stderr.isatty() else 10,
                              file=self._file, dynamic_ncols=True)

    def __call__(self, step: int, values: dict) -> None:
        rate = self._bar.format_dict['rate']
        self._bar.set_postfix_str(
            f'D {values["d_loss"]:.3f}, G {values["g_loss"]:.3f}'
            + (f', {rate * self._per_step:.0f} images/s' if rate else ''), refresh=False)
        self._bar.update(step - self._bar.n)

    def tell(self, line: str) -> None:
        """A line above the bar."""
        if not self._bar.disable:
            self._bar.write(line, file=self._file)

    def __exit__(self, *error) -> None:
        self._bar.close()
