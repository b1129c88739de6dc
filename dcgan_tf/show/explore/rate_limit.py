"""Limits the number of pictures per second with a token bucket."""

import threading
import time
from collections.abc import Callable


class RateLimit:
    """Allows `capacity` pictures at first, and then `rate` more per second, up to `capacity`.

    clock: returns seconds; tests pass their own.
    """

    def __init__(self, rate: float, capacity: float, *,
                 clock: Callable[[], float] = time.monotonic):
        self._rate, self._capacity, self._clock = rate, capacity, clock
        self._level, self._time = capacity, clock()
        self._lock = threading.Lock()

    def take(self, pictures: int) -> float:
        """Takes the pictures and returns 0.0, or takes none and returns the seconds to wait."""
        with self._lock:
            now = self._clock()
            self._level = min(self._capacity, self._level + (now - self._time) * self._rate)
            self._time = now
            if pictures > self._level:
                return (pictures - self._level) / self._rate
            self._level -= pictures
            return 0.0
