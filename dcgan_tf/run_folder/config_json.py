"""config.json: the record of a run, with a digest of itself and the versions that it depends on."""

import hashlib
import importlib.metadata
import json
import os
import pathlib
import platform

from dcgan_tf import config as configs
from dcgan_tf import files
from dcgan_tf.errors import RunError

PACKAGES = ('tensorflow', 'numpy', 'opencv-python-headless')
DIGEST = 'digest'                   # in config.json: of what else it says
VARIABLES = ('TF_ENABLE_ONEDNN_OPTS', 'CUDA_VISIBLE_DEVICES')


def read(file: pathlib.Path) -> dict:
    """What a config.json holds. RunError when it is damaged: one other digit trains another net."""
    try:
        text = file.read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f'{file} cannot be read: {error}') from error
    record = configs.load_json(text, str(file))
    if record.get(DIGEST, expected := _digest(record)) != expected:
        raise RunError(f'{file} is not as it was written (its digest differs): put it back from a '
                       f'copy, or, if you mean what it says, take its line "{DIGEST}" out')
    return record


def write(file: pathlib.Path, record: dict) -> None:
    """The record with its digest, on the disk as a whole or not at all. Raises OSError."""
    rest = {name: value for name, value in record.items() if name != DIGEST}
    whole = {DIGEST: _digest(rest), **rest}              # first: a line that can be taken out
    files.write_whole(file, json.dumps(whole, indent=2) + '\n')


def is_run(folder: pathlib.Path) -> bool:
    """Does its config.json tell of a run?"""
    try:
        return 'config' in read(folder / 'config.json')
    except RunError:
        return False


def write_options(file: pathlib.Path, config: configs.Config) -> None:
    """The Config alone, for tools: no run, which could be gone on with. RunError on a full disk."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(file, json.dumps(config.to_dict(), indent=2) + '\n')
    except OSError as error:
        raise RunError(f'cannot write {file}: {error.strerror}') from error


def versions() -> dict[str, str]:
    """What the bits of a run depend on beside its Config."""
    return {'python': platform.python_version(),
            **{name: _version(name) for name in PACKAGES},
            **{name: os.environ.get(name, 'not set') for name in VARIABLES}}


def _digest(record):
    """Of all of it but the digest itself."""
    rest = {name: value for name, value in record.items() if name != DIGEST}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()[:16]


def _version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return 'not installed as a package'
