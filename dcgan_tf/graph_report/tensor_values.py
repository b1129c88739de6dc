"""Computes tensors of a finished graph for one batch, and describes their numbers."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dcgan_tf import latent
from dcgan_tf.fit.feed import BatchFeeder, sample_feed
from dcgan_tf.run_folder.samples import classes_in_turn
from dcgan_tf.train_ops.inputs import noise_seed

MAX_BYTES = 1 << 25           # of the tensors that are computed in one run of the session
UNKNOWN = 1 << 20             # bytes that a tensor of unknown rank counts


class TensorStats(NamedTuple):
    """A tensor's numbers. Minimum, mean and maximum are of all that are not NaN."""

    name: str
    type: str
    shape: tuple
    minimum: float               # nan if there is no number
    mean: float
    maximum: float
    zeros: float                 # share of zeros, 0 to 1
    nans: float                  # share of NaN, 0 to 1


def feed_of(gan, images=None, labels=None, *, seed=None, rollbacks=0) -> dict:
    """Returns the feed_dict of a batch for a finished GAN.

    images, labels: those of `GAN.fit`; images None = no real images. seed: decides the images, the
    noise and the latents to sample from; None = that of the run, which gives the batch of its next
    step. rollbacks: how many the run has had, because its noise depends on it.
    """
    c, inputs = gan.config, gan.built.inputs
    c = c if seed is None else c.replace(seed=seed)
    z = latent.draw(c.prior, c.batch_size, c.latent_dim, c.seed)
    feed_dict = sample_feed(c, inputs, z, classes_in_turn(np.arange(len(z)), c))
    feed_dict[inputs.noise_seed_ph] = noise_seed(c, rollbacks)
    if images is not None:
        feed_dict |= BatchFeeder(gan, images, labels, seed=seed)(gan.steps_done())
    return feed_dict


def values(session, tensors: dict, feed_dict: dict, batch_size: int) -> Iterator:
    """Yields (name, array) of each tensor, in order.   tensors: name -> tf.Tensor

    About MAX_BYTES are computed in one run of the session, so that memory stays small. An array of
    bfloat16 becomes float32, which NumPy knows.
    """
    for chunk in _chunks(tensors, batch_size):
        for name, value in session.run(chunk, feed_dict).items():
            value = np.asarray(value)
            yield name, value if value.dtype.isbuiltin == 1 else value.astype(np.float32)


def tensor_stats(name: str, value: np.ndarray) -> TensorStats:
    """Returns the statistics of one tensor."""
    numbers = value.ravel()
    rest = numbers[~np.isnan(numbers)]
    with np.errstate(invalid='ignore'):               # the mean of inf and -inf is nan
        stats = ((rest.min(), rest.mean(dtype=np.float64), rest.max()) if rest.size
                 else [math.nan] * 3)
    shares = (((numbers == 0).mean(), 1 - rest.size / numbers.size) if numbers.size else (0, 0))
    return TensorStats(name, value.dtype.name, value.shape, *map(float, (*stats, *shares)))


def _chunks(tensors, batch_size):
    """Yields parts of the dictionary with about MAX_BYTES each."""
    chunk, size = {}, 0
    for name, tensor in tensors.items():
        more = _bytes(tensor, batch_size)
        if chunk and size + more > MAX_BYTES:
            yield chunk
            chunk, size = {}, 0
        chunk[name], size = tensor, size + more
    yield chunk


def _bytes(tensor, batch_size):
    if tensor.shape.rank is None:
        return UNKNOWN
    return tensor.dtype.size * math.prod(batch_size if n is None else n
                                         for n in tensor.shape.as_list())
