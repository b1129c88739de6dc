"""Draws the pixels of points. Only this file calls the generator, for one request at a time."""

import functools
import threading

import numpy as np

from dcgan_tf import images, latent
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder.samples import classes_in_turn
from dcgan_tf.show.directions import principal_directions
from dcgan_tf.show.explore.requests import Limits, Point, Walk
from dcgan_tf.show.reconstruction import reconstruct

DIRECTIONS = 8                     # sliders
DIGITS = 6                         # behind the point, of a number that is sent
MAX_IMAGES = 256                   # per request
MAX_PIXELS = 1 << 23               # of all images of a request: 128 images of 256x256
GIF_SIDE = 128                     # pixels; smaller pictures are enlarged in a GIF, up to this


class Renderer:
    """Draws the pictures, walks and films of requests.

    images_of: (z [N, Z], class weights [N, K] or None) -> images [N, H, W, C] in [0, 1].
    config: the model's Config. directions: orthonormal [D, Z]. name, step: the model's, for the
    page. reconstruct: pictures uint8 [N, H, W, C] -> a `reconstruction.Reconstruction`; None = no
    encoder.
    """

    def __init__(self, images_of, config, directions: np.ndarray, *, name: str, step: int,
                 reconstruct=None):
        c = config
        self._reconstruct = reconstruct
        self._images_of, self._config, self._directions = images_of, c, directions
        radius = latent.PRIORS[c.prior].radius(c.latent_dim)
        self._unit = radius / c.latent_dim ** 0.5                               # of one number of z
        self._lock, self._film_lock = threading.Lock(), threading.Lock()
        self._name, self.step = name, step
        max_images = MAX_PIXELS // (c.image_height * c.image_width)
        self.limits = Limits(len(c.label_names), len(directions),
                             max(4, min(MAX_IMAGES, max_images)), c.latent_dim - c.z_dim,
                             c.latent_dim if reconstruct else 0)

    @classmethod
    def of_gan(cls, gan, name: str) -> 'Renderer':
        """Returns the Renderer of a GAN. RunError if its weights are damaged."""
        made = cls(gan.generate_images, gan.config, principal_directions(gan, DIRECTIONS),
                   name=name, step=gan.steps_done(),
                   reconstruct=functools.partial(reconstruct, gan) if gan.encodes else None)
        made.pictures([Point(0)])
        return made

    def facts(self) -> dict:
        """Returns what the page needs to know about the model, for JSON."""
        c = self._config
        return {'name': self._name, 'step': self.step, 'width': c.image_width,
                'height': c.image_height, 'classes': c.label_names,
                'words': c.label_words,
                'directions': self.limits.directions, 'images': self.limits.images,
                'codes': [len(c.label_sizes) + 1 + k for k in range(self.limits.codes)],
                'encodes': self._reconstruct is not None, 'channels': c.n_channels,
                'crop': c.crop == 'center'}

    @property
    def picture_bytes(self) -> int:
        """The number of bytes of a picture. UsageError without an encoder, which takes pictures."""
        c = self._config
        if self._reconstruct is None:
            raise UsageError('this generator has no encoder')
        return c.image_height * c.image_width * c.n_channels

    def encode(self, pixels: bytes) -> dict:
        """Returns what the encoder finds in a picture, for JSON: its latent, class and error.

        pixels: `picture_bytes` bytes, row by row. class: None = the generator takes no labels.
        error: the mean squared error of pixels in [0, 1]. RunError if the weights are damaged.
        """
        c = self._config
        picture = np.frombuffer(pixels, np.uint8).reshape(1, c.image_height, c.image_width, -1)
        with self._lock:
            found = self._reconstruct(picture)
        return {'latent': [round(float(number), DIGITS) for number in found.z[0]],
                'class': None if found.labels is None else int(found.labels[0]),
                'error': round(float(found.error[0]), DIGITS)}

    def pictures(self, points: list[Point]) -> np.ndarray:
        """Draws a picture per point.   -> uint8 [N, H, W, C]"""
        return self._draw(*self._latents(points))

    def walk(self, walk: Walk) -> np.ndarray:
        """Draws a closed walk along arcs, with classes that change gradually.

        -> uint8 [F, H, W, C]
        """
        z, y = self._latents(walk.points)
        t = np.arange(walk.frames) / walk.frames
        z = np.concatenate([latent.slerp(a, b, t) for a, b in _pairs(z)])
        if y is not None:
            y = np.concatenate([np.outer(1 - t, a) + np.outer(t, b) for a, b in _pairs(y)])
        return self._draw(z, y)

    def film(self, walk: Walk) -> bytes:
        """Returns the frames of `walk` as a GIF file. Small pictures are enlarged."""
        pixels = self.walk(walk)
        times = max(1, GIF_SIDE // max(pixels.shape[1:3]))
        pixels = images.resize(pixels, times)
        with self._film_lock:      # slow: only other films wait for it, not other requests
            return images.encode_animation('.gif', pixels, fps=walk.fps)

    def _latents(self, points):
        """Returns (latents [N, Z], class weights [N, K] or None) of points."""
        c = self._config
        z = np.stack([p.truncation * self._latent(p)
                      + self._unit * np.array(p.moves) @ self._directions[:len(p.moves)]
                      for p in points])
        for row, point in zip(z, points, strict=True):
            for k, code in enumerate(point.codes, c.z_dim):
                row[k] = row[k] if code is None else code
        labels = classes_in_turn([p.seed for p in points], c)
        if labels is None:
            return z, None
        for k, point in enumerate(points):
            if point.label is not None:
                labels[k:k + 1] = latent.with_first_label(labels[k:k + 1], point.label)
        return z, latent.label_weights(labels, len(z), c.label_sizes)

    def _latent(self, point):
        """Returns the latent of a point, or of its seed, before anything is changed.   -> [Z]"""
        c = self._config
        return (np.array(point.latent) if point.latent else
                latent.draw(c.prior, 1, c.latent_dim, point.seed)[0])

    def _draw(self, z, y):
        with self._lock:
            return images.to_uint8(self._images_of(z, y))


def _pairs(rows):
    """Returns each row with the next one, and the last row with the first."""
    return zip(rows, np.roll(rows, -1, axis=0), strict=True)
