"""Writes files and folders completely or not at all: temporary name, fsync, rename, fsync."""

import contextlib
import errno
import os
import pathlib
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator

from dcgan_tf import portable
from dcgan_tf.portable import sync

RECENT_SECONDS = 3600                    # a temporary file of this age may still be in use


@contextlib.contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yields a temporary path, which is renamed to `path` at the end.

    It is in the same folder and has the same extension. On any error it is removed and `path` stays
    as it was. If `path` is a link, its target is replaced. Raises OSError.
    """
    path = portable.target(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, 'it is no plain file', str(path))
    with _temporary(path, lambda new: new.touch(exist_ok=False)) as temporary:
        yield temporary
        sync(temporary)
        portable.replace(temporary, path)
        sync(path.parent)


@contextlib.contextmanager
def whole_folder(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yields an empty temporary folder, which is renamed to `path` at the end.

    It is next to `path`. A folder that exists there is replaced; for a moment, between two renames,
    there is none. On an error `path` stays as it was, and the temporary folder is removed. Raises
    OSError.
    """
    path = pathlib.Path(path).resolve()          # for a link, the folder that it leads to
    with _temporary(path, pathlib.Path.mkdir) as temporary:
        yield temporary
        for each in [*temporary.rglob('*'), temporary]:
            sync(each)
        _swap(temporary, path)


def write_whole(path: str | os.PathLike, content: bytes | str) -> None:
    """Writes a file; a reader sees the old content or the new, never a part. Raises OSError."""
    content = content.encode() if isinstance(content, str) else content
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def append(path: str | os.PathLike, text: str) -> None:
    """Adds text to the end of a file, all of it or nothing. Raises OSError with the file's name."""
    with _naming(path), pathlib.Path(path).open('ab', buffering=0) as file:
        end, rest = file.seek(0, os.SEEK_END), memoryview(text.encode())
        try:
            while rest:
                rest = rest[file.write(rest):]
        except OSError:                                      # a full disk takes only the first part
            file.truncate(end)
            raise


def check_room(folder: str | os.PathLike, size: int) -> None:
    """Raises OSError unless the disk has room for a file of `size` bytes; leaves no file."""
    with _naming(folder), tempfile.TemporaryFile(dir=folder) as file:
        portable.allocate(file, size, folder)


def remove_leftovers(folder: str | os.PathLike) -> None:
    """Removes what `whole_file` and `whole_folder` of a killed process left in a folder.

    Call it only if no other process writes into the folder; else see `shared`.
    """
    for path in _leftovers(folder):
        _remove(path)


@contextlib.contextmanager
def shared(folder: str | os.PathLike) -> Iterator[None]:
    """Lets several processes write into a folder; the first removes what killed ones have left.

    It locks the folder itself. On a system without such locks, nothing is removed if any leftover
    is younger than an hour.
    """
    with contextlib.ExitStack() as exit_stack:
        try:
            handle = os.open(folder, os.O_RDONLY)          # Windows opens no folder
            exit_stack.callback(os.close, handle)
            if portable.lock(handle):
                remove_leftovers(folder)
            portable.share(handle)
        except OSError:                                    # some network folders have no locks
            times = [path.stat().st_mtime for path in _leftovers(folder)]
            if time.time() - max(times, default=0.0) > RECENT_SECONDS:
                remove_leftovers(folder)
        yield


@contextlib.contextmanager
def _temporary(path, make):
    """Yields the path of what `make` makes next to `path`; removes it on any error.

    make: leaves the permissions to the umask of the process, which those of `tempfile` do not.
    """
    temporary = path.parent / f'.{secrets.token_hex(8)}.tmp{path.suffix}'
    with _naming(path):
        make(temporary)
    try:
        with _naming(path, temporary):
            yield temporary
    except BaseException:
        _remove(temporary)
        raise


@contextlib.contextmanager
def _naming(path, temporary=None):
    """Gives an OSError the name of `path`: it has none when the disk is full, or the temporary one.

    If there is a temporary path, the error of another file, written meanwhile, keeps its name.
    """
    try:
        yield
    except OSError as error:
        other = temporary and error.filename not in (None, str(temporary))
        if other or error.errno is None:
            raise
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _remove(path):
    """Removes a file or a folder, which need not be there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _leftovers(folder):
    return pathlib.Path(folder).glob('.*.tmp*')


def _swap(temporary, path):
    """Replaces the folder at `path` by the folder `temporary`; removes the old one."""
    old = temporary.with_name(f'{temporary.name}.old')
    if path.exists():
        path.rename(old)
    try:
        temporary.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise
    sync(path.parent)
    shutil.rmtree(old, ignore_errors=True)
