"""Finds the codes of pictures by the encoder, and draws their reconstructions."""

from typing import NamedTuple

import numpy as np

from dcgan_tf import images

CHUNK = 256                   # pictures in memory as floats


class Reconstruction(NamedTuple):
    """The codes of N pictures and what G draws of them."""

    z: np.ndarray                 # [N, Z]
    labels: np.ndarray | None     # [N], the classes; None = the encoder takes no labels
    images: np.ndarray            # uint8 [N, H, W, C], G(E(x))
    error: np.ndarray             # [N], mean squared error of pixels in [0, 1]

    def best_of(self, other: 'Reconstruction') -> 'Reconstruction':
        """Returns for each picture that of the two whose error is less, this one if they are equal.
        """
        nearer = other.error < self.error

        def chosen(own, others):
            return np.where(nearer.reshape(-1, *[1] * (own.ndim - 1)), others, own)
        return Reconstruction(*map(chosen, self, other))


def reconstruct(gan, pictures, labels=None, reference=None) -> Reconstruction:
    """Returns the Reconstruction of uint8 pictures [N, H, W, C], N > 0.

    labels: for a cgan, the class of all pictures, int, or of each, [N]; None = each class is tried,
    and the one with the least error is kept. An encoder that finds clusters tells the cluster of a
    picture itself, if it is None: the most probable one, because latents.npz keeps whole numbers.
    `GAN.reconstruct` takes the probabilities. reference: see `GAN.encode`.
    """
    if not gan.config.conditioned:
        tried = [None]
    elif labels is not None:
        tried = [labels]
    elif gan.config.finds_clusters:
        tried = [gan.class_probabilities(pictures, reference and reference[0]).argmax(axis=1)]
    else:
        tried = [*range(gan.config.label_sizes[0])]
    parts = [_best(gan, pictures[i:i + CHUNK], [_part(y, i) for y in tried], reference)
             for i in range(0, len(pictures), CHUNK)]
    return Reconstruction(*(None if values[0] is None else np.concatenate(values)
                            for values in zip(*parts, strict=True)))


def _part(labels, first):
    """Returns the labels of a chunk; one that is for all stays."""
    return labels[first:first + CHUNK] if np.ndim(labels) else labels


def _best(gan, pictures, tried, reference):
    """Returns the Reconstruction of a chunk with the labels, one after the other, that are best."""
    best = None
    for y in tried:
        labels = None if y is None else np.full(len(pictures), y, np.int32)
        z = gan.encode(pictures, labels, reference)
        drawn = gan.decode(z, labels)
        error = np.mean(np.square(drawn - np.float32(pictures) / 255), axis=(1, 2, 3))
        found = Reconstruction(z, labels, images.to_uint8(drawn), error)
        best = found if best is None else best.best_of(found)
    return best
