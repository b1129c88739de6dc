"""The copy of the user's code in a run folder: RUN/code/my.py.

It is what a resume and the tools run, never the file from which it was copied. It is run only if
it is byte for byte the file of the training, and if the user trusts it.
"""

import pathlib

from dcgan_tf import files
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.own_code import loading, trusted
from dcgan_tf.own_code.naming import digests

FOLDER = 'code'                      # of a run folder


def keep(folder: pathlib.Path, config) -> None:
    """Writes the files of a Config's `code` into `folder`/code. Raises OSError.

    Those that the user has named are added to their list: see `trusted`.
    """
    for file, digest in digests(config.code).items():
        path = folder / FOLDER / file
        path.parent.mkdir(exist_ok=True)
        files.write_whole(path, loading.get(file, digest).source)
    trust(config)


def trust(config) -> None:
    """Adds to the user's list those files of a Config's `code` that the user has named."""
    for file, digest in digests(config.code).items():
        if loading.get(file, digest).given:
            trusted.add(file, digest)


def open_code(folder: pathlib.Path, config, trust: bool = False) -> None:
    """Runs the files of a Config's `code` that lie in `folder`/code.

    trust: True = also files that are not in the user's list. UsageError for such a file, RunError
    for one that is gone, or is not the one of the training. A file that is loaded already, e.g.
    because the user has named it, is compared, but is not run again.
    """
    for file, digest in digests(config.code).items():
        path = pathlib.Path(folder) / FOLDER / file
        source = _source(path, digest)
        if loading.get(file, digest) is None:
            if not trust and digest not in trusted.digests():
                raise UsageError(
                    f'{path} is a Python program, which would run with all your rights, and it is '
                    'not in your list of trusted files: read it, then add --trust (from Python: '
                    'trust=True)')
            loading.run(file, path, source, given=False)


def _source(path, digest):
    """Returns the content of a copy. RunError unless it is the file of the training."""
    if path.is_symlink() or path.parent.is_symlink():
        raise RunError(f'{path} is a link, or in a folder that is one: expected the file itself')
    if not path.is_file():
        raise RunError(f'{path} is missing: this run was trained with it; put it back')
    source = loading.read(path)
    if loading.digest_of(source) != digest:
        raise RunError(f'{path} was changed: its SHA-256 is not that of the file with which this '
                       'run was trained; put that file back')
    return source
