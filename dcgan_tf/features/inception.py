"""Inception v3 from a file that the user provides: the features of published results.

    classify_image_graph_def.pb      the frozen graph of 2015, which the papers of the Inception
                                     Score and the Frechet Inception Distance used
    inception_v3_weights_...h5       Keras's weights; those named ..._notop.h5 have no classes

These are two different networks with different features. So the note next to every metric names
the file and the first digits of its SHA-256. This module downloads nothing, and runs nothing of the
file but the ops that `frozen_graph` allows.
"""

import contextlib
import hashlib
import pathlib

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError

from dcgan_tf.bars import bar
from dcgan_tf.config.features import FILES
from dcgan_tf.errors import RunError, UsageError, reason
from dcgan_tf.features import frozen_graph, inception_v3
from dcgan_tf.features.classifier import ImageFeatures
from dcgan_tf.fit.session import open_session

v1 = tf.compat.v1
CHUNK = 50                       # images per session run; each becomes 299x299
HDF5 = b'\x89HDF\r\n\x1a\n'      # the first bytes of Keras's files


class Inception(contextlib.AbstractContextManager):
    """Callable: uint8 images [N, H, W, C] -> ImageFeatures. Use it in a `with` block.

    The block closes its session. note: names the file, for the reports. classes: True if the
    network gives probabilities of classes; otherwise they are None.
    """

    def __init__(self, path, shape, *, threads=0, progress=False):
        """path: the file. shape: (H, W, C) of an image, C = 1 (grey, repeated) or 3.

        Raises UsageError for a missing file or another network, RunError for a damaged file.
        """
        if shape[-1] not in (1, 3):
            raise UsageError(f'features inception: the pictures have {shape[-1]} channels, '
                             'expected 1 or 3')
        path = pathlib.Path(path)
        content = _content(path)
        self.note = f'inception of {path.name}, SHA-256 {hashlib.sha256(content).hexdigest()[:12]}'
        self._progress, graph = progress, tf.Graph()
        with graph.as_default(), _file_errors(path):
            self._images_ph = v1.placeholder(tf.uint8, [None, *shape], 'images')
            colours = tf.repeat(tf.cast(self._images_ph, tf.float32), 3 // shape[-1], axis=-1)
            layout = inception_v3 if content.startswith(HDF5) else frozen_graph
            self._outputs = layout.network(content, colours)
        self.classes = len(self._outputs) == 2
        graph.finalize()
        self._session = open_session(graph, threads)

    def __call__(self, images):
        parts = []
        with bar(desc='inception', total=len(images), unit='image', leave=False,
                 shown=self._progress) as progress_bar:
            for i in range(0, len(images), CHUNK):
                chunk = images[i:i + CHUNK]
                parts.append(self._session.run(self._outputs, {self._images_ph: chunk}))
                progress_bar.update(len(chunk))
        features, *probabilities = map(np.concatenate, zip(*parts, strict=True))
        return ImageFeatures(features, *(probabilities or [None]))

    def __exit__(self, *error):
        self._session.close()


def _content(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f'weights {path}: {error.strerror or error} (--inception); fetch '
                         f'{FILES}') from error


@contextlib.contextmanager
def _file_errors(path):
    """Turns errors about the file's bytes into one line that names the file."""
    try:
        yield
    except (OSError, DecodeError) as error:
        raise RunError(f'weights {path} (--inception) is damaged or incomplete ({reason(error)}); '
                       f'expected {FILES}') from error
    except ValueError as error:
        raise UsageError(f'weights {path} (--inception) holds another network ({reason(error)}); '
                         f'expected {FILES}') from error
