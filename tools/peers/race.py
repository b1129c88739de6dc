"""Times the ways: each has a process, and in each round they train some steps one after another.

A machine with other users is faster at one time than at another. In the short time of one round its
speed is much the same for all ways.
"""

import importlib
import multiprocessing
import time
from typing import NamedTuple

import numpy as np

from dcgan_tf import portable
from dcgan_tf.errors import RunError
from peers import WAYS

IMAGES = 1024                 # images of noise in memory
FIRST_STEPS = 12              # not timed: they compile and tune
PATIENCE = 1200               # seconds without an answer until a way counts as stuck


class Times(NamedTuple):
    """Holds the times of one way. The lists have one value for each round."""

    steps: list               # seconds for a training step
    generate: list            # seconds for a generated image
    first_step: float         # seconds from the start of its process to the end of its first step
    memory: int               # peak in bytes


class Racer:
    """Runs a way in its own process."""

    def __init__(self, way, config, threads):
        """Starts the process and makes the first steps. RuntimeError if it fails."""
        context = multiprocessing.get_context('spawn')        # starts without loaded modules
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
        """Returns the seconds of n training steps, or of another method, called with n."""
        self._request((what, n))
        return self._answer()

    def close(self):
        """Ends the process; returns its peak memory in bytes."""
        self._request(None)
        memory = self._answer()
        self._process.join()
        return memory

    def _request(self, message):
        try:
            self._pipe.send(message)
        except OSError as error:                             # the process has ended
            raise self._ended() from error

    def _ended(self):
        self._process.join()
        return RuntimeError(f'its process ended with {self._process.exitcode}')

    def _answer(self):
        if not self._pipe.poll(PATIENCE):
            raise RuntimeError(f'no answer in {PATIENCE} s')
        try:
            status, answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._ended() from error
        if status == 'error':
            raise RuntimeError(answer)
        return answer


def race(racers: dict, rounds: int, steps: int, images: int, tick=lambda: None) -> dict:
    """Times all ways; returns {name: Times}. RunError that names a way that fails.

    racers: {name: Racer}; they are closed at the end. images: how many are generated in a round.
    """
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
    """Is the process of a Racer: builds the way, makes a step, then answers requests."""
    try:
        row = WAYS[way]
        shape = (IMAGES, config.image_height, config.image_width, config.n_channels)
        images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        module = importlib.import_module(f'peers.{row.module}')
        trained = getattr(module, row.name)(config, images, threads, **row.options)
        trained.step()
        pipe.send(('ready', None))
        while (request := pipe.recv()) is not None:
            pipe.send(('seconds', _timed(trained, *request)))
        pipe.send(('memory', portable.peak_memory()))
    except (EOFError, BrokenPipeError):                      # the benchmark has ended
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
