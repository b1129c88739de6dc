"""A trained generator as a file that needs none of this program: one row a `--format`.

    sampler.py       what goes into the file: the sampling path, with constants for variables
    writing.py       written beside its place, loaded back, compared, and only then put there
    loaded.py        what a file is once it is loaded: a function, and what it takes and gives
    saved_model.py   a format each: write(sampler, path), and load(path), which knows nothing but
    frozen.py        what stands in the file
    tflite.py
    onnx.py

Importing this page is free: TensorFlow and the converters are imported by what needs them.
"""

import importlib
import importlib.util
import pathlib
from typing import NamedTuple

from dcgan_tf.errors import UsageError

ABOUT = '.json'              # added to the name of a file that has no place of its own for words
OF_A_SAVED_MODEL = {'saved_model.pb', 'fingerprint.pb', 'variables', 'assets', 'assets.extra'}


class Format(NamedTuple):
    """One row of FORMATS."""

    name: str                 # of the file where nobody gives one; without an ending = a folder
    help: str
    about: bool = False       # is what a stranger must know written beside it?
    packages: tuple = ()      # that requirements.txt does not bring
    extra: str = ''           # the requirements that do

    @property
    def ending(self) -> str:
        return pathlib.PurePath(self.name).suffix


FORMATS = {
    'saved_model': Format('saved_model', 'a folder for TensorFlow 1 and 2 and TensorFlow Serving'),
    'frozen':      Format('generator.pb', 'TensorFlow\'s GraphDef of constants', about=True),
    'tflite':      Format('generator.tflite', 'for TensorFlow Lite (LiteRT)', about=True),
    'onnx':        Format('generator.onnx', 'for onnxruntime and other readers of ONNX',
                          packages=('tf2onnx', 'onnx', 'onnxruntime'),
                          extra='tools/requirements-onnx.txt'),
}


def module(name: str):
    """The module of a row: its `write` and `load`."""
    return importlib.import_module(f'dcgan_tf.show.exports.{name}')


def check(name: str, path: pathlib.Path) -> None:
    """UsageError, before any work, where this format cannot be written there."""
    row = FORMATS[name]
    missing = [package for package in row.packages if importlib.util.find_spec(package) is None]
    if missing:
        raise UsageError(f'--format {name} needs {", ".join(missing)}: pip install -r {row.extra}')
    if path.suffix.lower() != row.ending and row.ending:
        raise UsageError(f'--out {path}: expected a name that ends in {row.ending} with --format '
                         f'{name}')
    if row.ending and path.is_dir():
        raise UsageError(f'--out {path} is a folder: --format {name} is a file')
    if not row.ending:
        _check_folder(path)


def _check_folder(path):
    """A folder is replaced whole, so it may hold nothing that is not a SavedModel's."""
    if path.exists() and not path.is_dir():
        raise UsageError(f'--out {path} is a file: --format saved_model is a folder')
    others = {each.name for each in path.glob('*')} - OF_A_SAVED_MODEL
    if others:
        raise UsageError(f'--out {path} holds {min(others)}, which is not of a SavedModel: give a '
                         'folder that is new, empty or a SavedModel')
