"""The range of the values of images. Only this file scales images."""

from typing import NamedTuple

import tensorflow as tf


class ValueRange(NamedTuple):
    """The lowest and the highest value of images in the networks."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """The difference of both."""
        return self.high - self.low

    @property
    def half(self) -> float:
        """Half of the range: the unit for errors and noise of pixels.

        In this unit they mean the same in every family. For the range (-1, 1), which the papers
        use, it is 1.
        """
        return self.width / 2.0

    def from_unit(self, x):
        """Scales images from [0, 1] to this range."""
        return x * self.width + self.low

    def from_pixels(self, pixels):
        """Scales uint8 0..255 to float32 in this range."""
        return self.from_unit(tf.cast(pixels, tf.float32) / 255.0)

    def to_unit(self, x):
        """Scales images from this range to [0, 1]."""
        return (x - self.low) / self.width
