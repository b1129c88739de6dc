"""Writes a trained generator as a file for other programs. FORMATS has one row per `--format`.

    sampler.py       builds what is exported: the sampling path, with constants for variables
    coder.py         the same for an encoder, which has a file of its own
    writing.py       writes a temporary file, loads it back, compares it, then moves it into place
    loaded.py        a file that has been loaded: a function, and its signature as text
    saved_model.py   one module per format: write(sampler, path), and load(path, output), which uses
    frozen.py        only what the file contains
    tflite.py
    onnx.py

Importing this module is fast: TensorFlow and the converters are imported where they are used.
"""

import importlib
import importlib.util
import pathlib
from typing import NamedTuple

from dcgan_tf import program
from dcgan_tf.arguments import check_row
from dcgan_tf.errors import UsageError
from dcgan_tf.obstacles import folder_obstacle, name_obstacle

ABOUT = '.json'              # ending of the description of a file that cannot contain it
SAVED_MODEL_NAMES = {'saved_model.pb', 'fingerprint.pb', 'variables', 'assets', 'assets.extra'}


class Format(NamedTuple):
    """One row of FORMATS."""

    name: str                 # default name of the file; a name without an ending is a folder
    help: str
    about: bool = False       # is a JSON file with its description written next to it?
    packages: tuple = ()      # that it needs and requirements.txt does not list
    extra: str = ''           # the extra of the distribution that lists them

    @property
    def ending(self) -> str:
        return pathlib.PurePath(self.name).suffix


FORMATS = {
    'saved_model': Format('saved_model', 'a folder for TensorFlow 1 and 2 and TensorFlow Serving'),
    'frozen':      Format('generator.pb', 'TensorFlow\'s GraphDef of constants', about=True),
    'tflite':      Format('generator.tflite', 'for TensorFlow Lite (LiteRT)', about=True),
    'onnx':        Format('generator.onnx', 'for onnxruntime and other readers of ONNX',
                          packages=('tf2onnx', 'onnx', 'onnxruntime'),
                          extra='onnx'),
}


def module(name: str):
    """Imports and returns the module of a row of FORMATS, which has `write` and `load`."""
    return importlib.import_module(f'dcgan_tf.show.exports.{name}')


def encoder_path(name: str, path: pathlib.Path) -> pathlib.Path:
    """Returns the path of the encoder's file, next to that of the generator.

    generator.pb -> encoder.pb, digits.pb -> digits_encoder.pb, saved_model -> saved_model_encoder
    """
    path = path if path.name else path.resolve()     # a folder may be '.'
    ending = path.suffix if FORMATS[name].ending else ''
    stem = path.name.removesuffix(ending)
    return path.with_name(('encoder' if stem == 'generator' else f'{stem}_encoder') + ending)


def check(name: str, path: pathlib.Path) -> None:
    """Raises UsageError if the format `name` cannot be written to `path`. Call it first."""
    check_row('format', name, FORMATS, '--format')
    row = FORMATS[name]
    missing = [package for package in row.packages if importlib.util.find_spec(package) is None]
    if missing:
        raise UsageError(f'format {name} needs {", ".join(missing)}: '
                         f'{program.install(row.extra)}')
    if path.suffix.lower() != row.ending and row.ending:
        raise UsageError(f'{path}: expected a name that ends in {row.ending} for the format {name}')
    if problem := folder_obstacle(path.parent) or name_obstacle(path):
        raise UsageError(f'{path}: {problem}')
    if row.ending and path.is_dir():
        raise UsageError(f'{path} is a folder: the format {name} is a file')
    if not row.ending:
        _check_folder(path)


def _check_folder(path):
    """Raises UsageError unless the folder is new, empty or a SavedModel: it will be replaced."""
    if path.exists() and not path.is_dir():
        raise UsageError(f'{path} is a file: the format saved_model is a folder')
    others = {entry.name for entry in path.glob('*')} - SAVED_MODEL_NAMES
    if others:
        raise UsageError(f'{path} holds {min(others)}, which is not part of a SavedModel: '
                         'give a folder that is new, empty or a SavedModel')
