"""A process a way, and rounds in which one after the other trains some steps while all else waits.

A machine that others use is now fast, now slow: within a round all meet much the same one.
"""

import importlib
import multiprocessing
import resource
import sys
import time
from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import RunError
from peers import WAYS

IMAGES = 1024                 # in memory, of noise
FIRST_STEPS = 12              # not timed: what is compiled or tuned at first is done in them
PATIENCE = 1200               # seconds until a way counts as stuck


class Times(NamedTuple):
    """What one way took. Rounds in order."""

    steps: list               # seconds a training step
    generate: list            # seconds an image made
    first_step: float         # seconds from the start of its process to the end of its first step
    memory: int               # bytes, the peak


class Racer:
    """A way in a process of its own."""

    def __init__(self, way, config, threads):
        """Returns when its first steps are done. RuntimeError with what went wrong."""
        context = multiprocessing.get_context('spawn')        # nothing of ours is loaded there
        self._pipe, other = context.Pipe()
        begun = time.perf_counter()
        self._process = context.Process(target=serve, args=(other, way, config, threads),
                                        daemon=True)
        self._process.start()
        other.close()
        try:
            self._answer()
            self.first_step = time.perf_counter() - begun
            self.seconds('step', FIRST_STEPS)
        except BaseException:
            self._process.kill()
            raise

    def seconds(self, what, n):
        """Of n training `step`s, or of another method of the way, which takes n."""
        self._ask((what, n))
        return self._answer()

    def close(self):
        """Ends the process -> its peak memory in bytes."""
        self._ask(None)
        memory = self._answer()
        self._process.join()
        return memory

    def _ask(self, words):
        try:
            self._pipe.send(words)
        except OSError as error:                             # nobody is there to read it
            raise self._ended() from error

    def _ended(self):
        self._process.join()
        return RuntimeError(f'its process ended with {self._process.exitcode}')

    def _answer(self):
        if not self._pipe.poll(PATIENCE):
            raise RuntimeError(f'no answer in {PATIENCE} s')
        try:
            kind, answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._ended() from error
        if kind == 'error':
            raise RuntimeError(answer)
        return answer


def race(racers: dict, rounds: int, steps: int, images: int, tick=lambda: None) -> dict:
    """Name -> Times; racers: name -> Racer, closed at the end. RunError naming one that fails."""
    taken = {name: ([], []) for name in racers}
    for _ in range(rounds):
        for name, racer in racers.items():
            try:
                taken[name][0].append(racer.seconds('step', steps) / steps)
                taken[name][1].append(racer.seconds('generate', images) / images)
            except RuntimeError as error:
                raise RunError(f'{name} has failed on the way: {error}') from error
            tick()
    return {name: Times(*taken[name], racer.first_step, racer.close())
            for name, racer in racers.items()}


def serve(pipe, way, config, threads):
    """The other process: makes the way, takes a step, and then does what it is asked to."""
    try:
        row = WAYS[way]
        shape = (IMAGES, config.image_height, config.image_width, config.n_channels)
        images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        module = importlib.import_module(f'peers.{row.module}')
        trained = getattr(module, row.name)(config, images, threads, **row.options)
        trained.step()
        pipe.send(('ready', None))
        while (asked := pipe.recv()) is not None:
            pipe.send(('seconds', _timed(trained, *asked)))
        pipe.send(('memory', _peak()))
    except (EOFError, BrokenPipeError):                      # who asked is gone
        return
    except Exception as error:                               # noqa: BLE001
        pipe.send(('error', f'{type(error).__name__}: {error}'))


def _timed(trained, what, n):
    begun = time.perf_counter()
    if what == 'step':
        for _ in range(n):
            trained.step()
    else:
        getattr(trained, what)(n)
    return time.perf_counter() - begun


def _peak():
    """Bytes; Linux counts in kB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == 'darwin' else 1024 * peak
