"""Reads and writes config.json: the record of a run, its versions, and a digest of the file."""

import hashlib
import importlib.metadata
import json
import os
import pathlib
import platform

from dcgan_tf import config as configs
from dcgan_tf import files, own_code
from dcgan_tf.errors import RunError

PACKAGES = ('tensorflow', 'numpy', 'opencv-python-headless')
DIGEST = 'digest'                   # the key of the digest of all other entries
VARIABLES = ('TF_ENABLE_ONEDNN_OPTS', 'CUDA_VISIBLE_DEVICES')


def read(file: pathlib.Path) -> dict:
    """Returns the record in a config.json. Raises RunError if it is damaged or was edited.

    One changed digit would train another network, so its digest is compared and left out.
    """
    try:
        record = json.loads(file.read_bytes())           # an editor may have made it UTF-16
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f'{file} cannot be read: {error}') from error
    except (ValueError, RecursionError) as error:
        raise RunError(f'{file} is not JSON: {error}') from error
    if not isinstance(record, dict):
        raise RunError(f'{file} is not a JSON object')
    if DIGEST in record and record.pop(DIGEST) != _digest(record):
        raise RunError(f'{file} was changed or damaged (its digest differs): restore it from a '
                       f'copy or, if you made the change, remove its line "{DIGEST}"')
    return record


def write(file: pathlib.Path, record: dict) -> None:
    """Writes the record with its digest, completely or not at all. Raises OSError."""
    signed = {DIGEST: _digest(record), **record}         # first: a line that can be removed
    files.write_whole(file, json.dumps(signed, indent=2) + '\n')


def is_run(folder: pathlib.Path) -> bool:
    """Returns whether a folder has a readable config.json of a run."""
    try:
        return 'config' in read(folder / 'config.json')
    except RunError:
        return False


def write_options(file: pathlib.Path, config: configs.Config) -> None:
    """Writes a Config alone, for the tools; it cannot be resumed. RunError on a full disk.

    Code of the user's own is written into the folder code next to the file.
    """
    try:
        own_code.keep(file.parent, config)
        files.write_whole(file, json.dumps(config.to_dict(), indent=2) + '\n')
    except OSError as error:
        raise RunError(f'cannot write {file}: {error.strerror}') from error


def versions() -> dict[str, str]:
    """Returns what the bits of a run depend on in addition to its Config: name -> version."""
    return {'python': platform.python_version(),
            **{name: _version(name) for name in PACKAGES},
            **{name: os.environ.get(name, 'not set') for name in VARIABLES}}


def _digest(record):
    """Returns the digest of all entries: 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:16]


def _version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return 'not installed as a package'
