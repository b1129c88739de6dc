"""How many pictures a second: a token bucket."""

import threading
import time
from collections.abc import Callable


class RateLimit:
    """Holds at most `most` pictures and is filled by `rate` a second, from full on.

    clock: seconds, for tests.
    """

    def __init__(self, rate: float, most: float, *, clock: Callable[[], float] = time.monotonic):
        self._rate, self._most, self._clock = rate, most, clock
        self._level, self._when = most, clock()
        self._lock = threading.Lock()

    def take(self, pictures: int) -> float:
        """Takes them -> 0.0; or takes none -> the seconds until they would be there."""
        with self._lock:
            now = self._clock()
            self._level = min(self._most, self._level + (now - self._when) * self._rate)
            self._when = now
            if pictures > self._level:
                return (pictures - self._level) / self._rate
            self._level -= pictures
            return 0.0
