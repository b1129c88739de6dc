"""Reads and writes config.json: the record of a run, what made it, and a digest of the file.

    config     every option                      data      the data set
    format     the number of the layout of the run folder
    versions   of this program, of Python and of the packages, at the last start
    commit     of this program, at the last start; null if it does not run from a git checkout
"""

import hashlib
import importlib.metadata
import json
import os
import pathlib
import platform
import re

import dcgan_tf
from dcgan_tf import config as configs
from dcgan_tf import files, own_code
from dcgan_tf.errors import RunError
from dcgan_tf.run_folder.commit import commit_of

# FORMAT is 1 greater with each change of a run folder that earlier programs would read wrongly. A
# new option is no such change: they refuse it by name.
OLDEST, FORMAT = 1, 1               # the formats that this program reads; it writes the latter
UNNAMED = '0.1.0'                   # wrote the files that do not say which version wrote them
PROGRAM = 'dcgan_tf'                # the key of our version
VERSION = re.compile(r'[\w.+-]{1,40}', re.ASCII)
CHECKOUT = pathlib.Path(__file__).parents[2]
PACKAGES = ('tensorflow', 'numpy', 'opencv-python-headless')
DIGEST = 'digest'                   # the key of the digest of all other entries
VARIABLES = ('TF_ENABLE_ONEDNN_OPTS', 'CUDA_VISIBLE_DEVICES')


def read(file: pathlib.Path) -> dict:
    """Returns the record in a config.json, or in a file of options alone.

    RunError if it is damaged or was edited, or if its format is one that this program does not
    read. One changed digit would train another network, so its digest is compared and left out.
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
    _check_format(record, file)
    return record


def config_of(record: dict, file: pathlib.Path) -> configs.Config:
    """Returns the Config of a record from `read`.

    RunError if it is damaged, or has options of a later version.
    """
    try:
        return configs.from_dict(record.get('config'), str(file))
    except RunError as error:
        version = maker(record)
        if version in (None, dcgan_tf.__version__):
            raise
        raise RunError(f'{error}; dcgan_tf {version} wrote it, and this is dcgan_tf '
                       f'{dcgan_tf.__version__}') from error


def maker(record: dict) -> str | None:
    """Returns the version of this program that wrote a record last; None if it is not known.

    A record without a format is older than the entry that names the version.
    """
    versions = record.get('versions')
    version = versions.get(PROGRAM) if isinstance(versions, dict) else None
    if version is None and 'format' not in record:
        return UNNAMED
    return version if isinstance(version, str) and VERSION.fullmatch(version) else None


def program() -> dict:
    """Returns the entries of a record that say what writes it: format, versions and commit."""
    return {'format': FORMAT, 'versions': {PROGRAM: dcgan_tf.__version__, **versions()},
            'commit': commit_of(CHECKOUT)}


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
    """Writes a Config for the tools: no run to resume, no digest. RunError on a full disk.

    Code of the user's own is written into the folder code next to the file.
    """
    record = {'config': config.to_dict(), **program()}
    try:
        own_code.keep(file.parent, config)
        files.write_whole(file, json.dumps(record, indent=2) + '\n')
    except OSError as error:
        raise RunError(f'cannot write {file}: {error.strerror}') from error


def versions() -> dict[str, str]:
    """Returns what the bits of a run depend on in addition to its Config: name -> version."""
    return {'python': platform.python_version(),
            **{name: _version(name) for name in PACKAGES},
            **{name: os.environ.get(name, 'not set') for name in VARIABLES}}


def _check_format(record, file):
    """Raises RunError for a format that is damaged, too new or too old. Options alone have none."""
    if not {'format', 'config'} & record.keys():
        return
    found, known = record.get('format', 1), f'{OLDEST} to {FORMAT}' if OLDEST < FORMAT else FORMAT
    if type(found) is not int or found < 1:
        raise RunError(f'{file} is damaged: its format is {found!r}, expected a whole number from '
                       '1')
    if not OLDEST <= found <= FORMAT:
        version = maker(record)
        raise RunError(f'{file} has format {found}, and dcgan_tf {dcgan_tf.__version__} reads '
                       f'format {known}: open it with '
                       + (f'dcgan_tf {version}, which wrote it' if version else
                          'the version of dcgan_tf that wrote it'))


def _digest(record):
    """Returns the digest of all entries: 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:16]


def _version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return 'not installed as a package'
