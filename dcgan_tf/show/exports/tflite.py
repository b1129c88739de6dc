"""TensorFlow Lite: one flat file of TensorFlow Lite's own ops, none borrowed from TensorFlow."""

import contextlib
import pathlib
import tempfile
import warnings

import numpy as np
import tensorflow as tf

from dcgan_tf.show.exports import saved_model
from dcgan_tf.show.exports.loaded import Loaded, ports


def write(sampler, path):
    """Writes the file, by way of a SavedModel, whose signature it keeps."""
    with tempfile.TemporaryDirectory() as folder:
        saved_model.write(sampler, pathlib.Path(folder))
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=[saved_model.SIGNATURE])
        path.write_bytes(converter.convert())


@contextlib.contextmanager
def load(path):
    """Opens it with TensorFlow Lite's interpreter -> Loaded."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')          # it has moved to the package ai_edge_litert
        interpreter = tf.lite.Interpreter(str(path))
    runner = interpreter.get_signature_runner(saved_model.SIGNATURE)
    yield Loaded(lambda asked: runner(**asked)['image'], _ports(runner.get_input_details()),
                 _ports(runner.get_output_details()))


def _ports(details):
    return ports((name, np.dtype(each['dtype']).name, each['shape_signature'].tolist())
                 for name, each in details.items())
