"""Which generators are open: those of the runs that were looked at last; the others are closed."""

import contextlib
import gc
import itertools
import pathlib
import threading
from collections.abc import Callable, Iterator

from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import best_checkpoint, checkpoint_files, trained_weights
from dcgan_tf.run_folder.run_folder import open_run
from dcgan_tf.run_folder.trained_weights import BEST, NEWEST, Weights
from dcgan_tf.show.explore.renderer import Renderer

MAX_OPEN = 2                       # generators; a third closes the one that was idle longest


class Generators:
    """Opens the generator of a run when it is used, and closes those that are too many.

    A run is named by the path of its folder, None = no run folder. open_gan: Weights -> GAN.
    trust: see `trained_weights.find`. first: path -> the Weights that are opened at first; None =
    the newest ones, as of any other run. Closed by `close`.
    """

    def __init__(self, open_gan: Callable, *, trust: bool = False,
                 first: dict[pathlib.Path | None, Weights] | None = None):
        self._open_gan, self._trust, self._first = open_gan, trust, {**(first or {})}
        self._entries, self._replaced = {}, []             # path -> _Entry; those that are in use
        self._lock, self._times = threading.Lock(), itertools.count()

    @classmethod
    def given(cls, renderer: Renderer) -> 'Generators':
        """Returns those of a page that has one generator, which the caller closes."""
        made = cls(None)
        made._entries[None] = _Entry(renderer)
        return made

    @contextlib.contextmanager
    def using(self, path: pathlib.Path | None) -> Iterator[Renderer]:
        """Yields the Renderer of a run, which stays open inside of the `with`.

        Raises UsageError or RunError if it cannot be opened.
        """
        with self._lock:
            if path not in self._entries:
                self._entries[path] = self._opened(path)
            entry = self._entries[path]
            entry.users, entry.used = entry.users + 1, next(self._times)
            self._close_some()
        try:
            yield entry.renderer
        finally:
            with self._lock:
                entry.users -= 1
                self._close_some()

    def open(self, path: pathlib.Path | None) -> None:
        """Opens the generator of a run before it is used. Raises what `using` raises."""
        with self.using(path):
            pass

    def load_newest(self, path: pathlib.Path | None) -> None:
        """Opens the newest checkpoint of a run in place of the one that is open.

        If it cannot be opened, that one stays. Raises what `using` raises.
        """
        if path is None:
            raise UsageError('this generator has no run folder')
        with self._lock:
            self._first.pop(path, None)
            entry, before = self._opened(path), self._entries.get(path)
            self._entries[path], entry.used = entry, next(self._times)
            self._replaced += [before] if before else []
            self._close_some()

    def is_open(self, path: pathlib.Path | None) -> bool:
        """Tells whether the generator of a run is open."""
        return path in self._entries

    def checkpoints(self, path: pathlib.Path) -> dict:
        """Returns the steps of a run's checkpoints, for JSON.

        open: of the one that is open; newest: of the newest one, if it is another than the newest
        one at the time of opening. Each may be None.
        """
        entry, newest = self._entries.get(path), _newest(path)
        other = newest if newest and not (entry and entry.newest == newest) else None
        return {'open': entry and entry.renderer.step, 'newest': other and other[0]}

    def close(self) -> None:
        """Closes all generators that this has opened. Call it when no request uses them."""
        with self._lock:
            for entry in [*self._entries.values(), *self._replaced]:
                entry.close()
            self._entries, self._replaced = {}, []

    def _opened(self, path):
        """Returns the _Entry of the generator of a run."""
        newest = path and _newest(path)          # first: a training may save another meanwhile
        weights = self._first.get(path) or _weights(path, self._trust)
        gan = self._open_gan(weights)
        try:
            return _Entry(Renderer.of_gan(gan, weights.name), gan, newest)
        except BaseException:
            gan.close()
            raise

    def _close_some(self):
        """Closes generators that no request uses: those that were replaced or are too many."""
        idle = sorted((path for path, entry in self._entries.items() if not entry.users),
                      key=lambda path: self._entries[path].used)
        for path in idle[:max(0, len(self._entries) - MAX_OPEN)]:
            self._replaced.append(self._entries.pop(path))
        unused = [entry for entry in self._replaced if not entry.users]
        self._replaced = [entry for entry in self._replaced if entry.users]
        for entry in unused:
            entry.close()
        if unused:
            gc.collect()                         # a graph is many objects in circles


class _Entry:
    """A generator that is open.

    gan: None = the caller closes it. newest: `_newest` at the time of opening. users: the requests
    that use it. used: the number of the last use.
    """

    def __init__(self, renderer, gan=None, newest=None):
        self.renderer, self.gan, self.newest = renderer, gan, newest
        self.users = self.used = 0

    def close(self):
        if self.gan:
            self.gan.close()


def _weights(path, trust):
    """Returns the newest Weights of a run, or the best ones if only those were kept."""
    run = open_run(str(path))
    only_best = not checkpoint_files.steps(run.checkpoints) and best_checkpoint.read(run.best)
    return trained_weights.of_run(run, BEST if only_best else NEWEST, trust)


def _newest(path):
    """Returns (step, time) of a run's newest checkpoint, or of the best one; None without one."""
    for folder in (path / 'checkpoints', path / 'best'):
        for step in checkpoint_files.steps(folder)[-1:]:
            with contextlib.suppress(OSError):
                return step, (folder / f'model-{step}.index').stat().st_mtime_ns
    return None
