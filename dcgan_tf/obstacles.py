"""Says before the work why a file cannot be written or read, as far as that can be checked."""

import os
import pathlib
import stat
import tempfile

from dcgan_tf import portable


def obstacle(path: str | os.PathLike) -> str | None:
    """Returns why no file can be written at `path`, as far as can be checked; None = no reason.

    For a link it checks the target. A device is refused, because a file would replace it. A file
    without a name is made in the same folder, see `folder_obstacle`.
    """
    path = pathlib.Path(path)
    if problem := name_obstacle(path):
        return problem
    there = portable.target(path)
    if there.is_symlink():
        return 'it is a link that leads in a circle'
    if not there.parent.is_dir():
        return f'there is no folder {there.parent}'
    if there.is_dir():
        return 'it is a folder'
    if (there.exists() and not there.is_file()) or portable.is_device(path.absolute()):
        return 'it is no plain file'
    return portable.bad_name(there.name) or _probe(there.parent)


def folder_obstacle(path: str | os.PathLike) -> str | None:
    """Returns why nothing can be written into the folder `path`, which need not exist yet.

    None = no reason: a file without a name could be made in it, or in the folder where it would be
    made. Nothing is left there. The system's permissions alone do not tell, e.g. for /proc.
    """
    path = pathlib.Path(path).absolute()
    there = next(folder for folder in (path, *path.parents) if os.path.lexists(folder))
    if not there.is_dir():
        return f'{there} is a file: expected a folder'
    made = [there / name for name in path.relative_to(there).parts]
    if problem := next(filter(None, map(name_obstacle, [*made, path])), None):
        return f'such a folder cannot be made ({problem})'
    return _probe(there)


def name_obstacle(path: str | os.PathLike) -> str | None:
    """Returns why there can be no file of this name, such as a too long one; None = no reason."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return error.strerror or str(error)
    return None


def _probe(folder):
    """Returns why no file can be made in a folder; None = one without a name was made there."""
    try:
        tempfile.TemporaryFile(prefix='.', suffix='.tmp', dir=folder).close()
    except OSError as error:
        return f'nothing can be written to {folder} ({error.strerror})'
    return None


def unreadable(path: str | os.PathLike) -> str | None:
    """Returns why no file can be read at `path`; None = it can. A pipe is refused, not opened."""
    path = pathlib.Path(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return 'it is no plain file'
        path.open('rb').close()
    except OSError as error:
        return error.strerror or str(error)
    return None
