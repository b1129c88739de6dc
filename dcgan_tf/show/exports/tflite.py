"""Format tflite: one file for TensorFlow Lite, with built-in ops only and no TensorFlow ops."""

import contextlib
import pathlib
import tempfile
import warnings

import numpy as np
import tensorflow as tf

from dcgan_tf import notices
from dcgan_tf.show.exports import saved_model
from dcgan_tf.show.exports.loaded import LoadedModel, signature


def write(sampler, path):
    """Writes a temporary SavedModel and converts it. The file keeps its signature."""
    with tempfile.TemporaryDirectory() as folder:
        saved_model.write(sampler, pathlib.Path(folder))
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=[saved_model.SIGNATURE])
        path.write_bytes(converter.convert())


@contextlib.contextmanager
def load(path, outputs=('image',)):
    """Opens the file with TensorFlow Lite's interpreter. Yields a LoadedModel."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')          # "has moved to the package ai_edge_litert"
        interpreter = tf.lite.Interpreter(model_content=path.read_bytes())
    runner = interpreter.get_signature_runner(saved_model.SIGNATURE)
    with notices.hidden_again():                 # its first run says "Created ... XNNPACK delegate"
        def run(feed):
            made = runner(**feed)
            return {name: made[name] for name in outputs}
        yield LoadedModel(run, signature(_ports(runner.get_input_details()),
                                         _ports(runner.get_output_details())))


def _ports(details):
    return [(name, np.dtype(detail['dtype']).name, detail['shape_signature'].tolist())
            for name, detail in details.items()]
