"""From points to pixels: the one place that asks the generator, for one request at a time."""

import threading

import numpy as np

from dcgan_tf import images, latent
from dcgan_tf.show.explore.requests import Limits, Point, Walk

MAX_IMAGES = 256                   # of one request
MAX_PIXELS = 1 << 23               # and of all these together: 128 of 256x256
GIF_SIDE = 128                     # pixels up to which small pictures are enlarged in a GIF


class Renderer:
    """Makes what a request asks for.

    images_of: (z [N, Z], class weights [N, K] or None) -> images [N, H, W, C] in [0, 1].
    config: the model's. directions: orthonormal [D, Z]. name, step: what the page shows of it.
    """

    def __init__(self, images_of, config, directions: np.ndarray, *, name: str, step: int):
        c = config
        self._images_of, self._config, self._directions = images_of, c, directions
        self._unit = latent.PRIORS[c.prior].radius(c.z_dim) / c.z_dim ** 0.5    # of one number of z
        self._lock, self._film_lock = threading.Lock(), threading.Lock()
        self._name, self._step = name, step
        most = MAX_PIXELS // (c.image_height * c.image_width)
        self.limits = Limits(len(c.class_names) if c.conditioned else 0, len(directions),
                             max(4, min(MAX_IMAGES, most)))

    def facts(self) -> dict:
        """What the page has to know."""
        c = self._config
        return {'name': self._name, 'step': self._step, 'width': c.image_width,
                'height': c.image_height, 'classes': c.class_names if c.conditioned else (),
                'directions': self.limits.directions, 'images': self.limits.images}

    def pictures(self, points: list[Point]) -> np.ndarray:
        """-> uint8 [N, H, W, C]"""
        return self._draw(*self._placed(points))

    def walk(self, walk: Walk) -> np.ndarray:
        """A closed walk on arcs, its classes fading into each other.   -> uint8 [F, H, W, C]"""
        z, y = self._placed(walk.points)
        t = np.arange(walk.frames) / walk.frames
        z = np.concatenate([latent.slerp(a, b, t) for a, b in _pairs(z)])
        if y is not None:
            y = np.concatenate([np.outer(1 - t, a) + np.outer(t, b) for a, b in _pairs(y)])
        return self._draw(z, y)

    def film(self, walk: Walk) -> bytes:
        """The same as a GIF; small pictures are enlarged by a whole number."""
        pixels = self.walk(walk)
        times = max(1, GIF_SIDE // max(pixels.shape[1:3]))
        pixels = images.resize(pixels, times)
        with self._film_lock:      # longest of all: others shall not wait for it, but films
            return images.encode_animation('.gif', pixels, fps=walk.fps)

    def _placed(self, points):
        """-> (latents [N, Z], class weights [N, K] or None)"""
        c = self._config
        z = np.stack([p.truncation * latent.draw(c.prior, 1, c.z_dim, p.seed)[0]
                      + self._unit * np.array(p.moves) @ self._directions[:len(p.moves)]
                      for p in points])
        if not self.limits.classes:
            return z, None
        labels = [p.seed % self.limits.classes if p.label is None else p.label for p in points]
        return z, np.eye(self.limits.classes)[labels]

    def _draw(self, z, y):
        with self._lock:
            return images.to_uint8(self._images_of(z, y))


def _pairs(rows):
    """Each row with the next, the last with the first."""
    return zip(rows, np.roll(rows, -1, axis=0), strict=True)
