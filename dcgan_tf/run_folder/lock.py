"""Locks a run folder for one process: a second one would remove what the first is writing."""

import contextlib
import os
import pathlib
import platform
import time
from collections.abc import Iterator

from dcgan_tf import portable
from dcgan_tf.errors import RunError, UsageError

NAME = '.lock'
LOOK_SECONDS = 0.1                       # others look at a lock for a much shorter time
_HELD = set()                            # folders that this process has locked


@contextlib.contextmanager
def locked(folder: pathlib.Path) -> Iterator[None]:
    """Locks the folder inside the `with`; the same process may lock it again.

    Raises UsageError, with the number of the other process, if that has locked it.

    The operating system holds the lock, on a file that names its process. The lock ends with its
    process, however that ends. A file that is left over, or was copied with its folder, locks
    nothing.
    """
    path = folder.resolve()
    if path in _HELD:
        yield
        return
    handle = _lock(folder / NAME)
    _HELD.add(path)
    try:
        yield
    finally:
        _HELD.remove(path)
        if handle is not None:
            _release(handle, folder / NAME)


def check_free(folder: pathlib.Path) -> None:
    """Raises what `locked` would raise, but leaves the folder free, and makes no file.

    For a moment it holds a lock, which others that look can hold, too; `locked` waits for its end.
    """
    path = folder / NAME
    if folder.resolve() in _HELD:
        return
    try:
        handle = _opened(path, os.O_RDWR)
    except RunError:
        if path.exists():
            raise
        return
    try:
        with contextlib.suppress(OSError):       # some network folders have no locks
            if not portable.lock(handle, shared=True):
                raise _in_use(handle, folder)
    finally:
        os.close(handle)


def is_held(folder: pathlib.Path) -> bool:
    """Tells whether a living process has locked the folder: it is being trained, or changed.

    It only looks, as `check_free` does, but needs no right to write.
    """
    if folder.resolve() in _HELD:
        return True
    try:
        handle = os.open(folder / NAME, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not portable.lock(handle, shared=True)
    except OSError:                              # some network folders have no locks
        return False
    finally:
        os.close(handle)


def _lock(path):
    """Locks the file at `path` and returns its handle; None if the system has no such locks."""
    while True:
        handle = _opened(path, os.O_RDWR | os.O_CREAT)
        try:
            ours = _lock_patiently(handle)
        except OSError:                  # some network folders have none
            portable.remove_and_close(handle, path)
            return None
        if not ours:
            error = _in_use(handle, path.parent)
            os.close(handle)
            raise error
        if _is_at(handle, path):
            with contextlib.suppress(OSError):      # on a full disk the lock works without its text
                os.ftruncate(handle, 0)
                os.write(handle, f'process {os.getpid()} on {platform.node()}\n'.encode())
            return handle
        os.close(handle)                 # another process removed it between the two calls


def _lock_patiently(handle):
    """Locks an open file, also if others look at its lock just now; False if it is in use."""
    deadline = time.monotonic() + LOOK_SECONDS
    while not (ours := portable.lock(handle)) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS / 10)
    return ours


def _in_use(handle, folder):
    owner = os.read(handle, 200).decode(errors='replace').strip()
    return UsageError(f'{folder} is in use by {owner or "another process"}: wait until it ends, or '
                      'stop it')


def _release(handle, path):
    """Ends the lock, and removes its file unless the folder was moved meanwhile."""
    if _is_at(handle, path):
        portable.remove_and_close(handle, path)
    else:
        os.close(handle)


def _opened(path, flags):
    try:
        return os.open(path, flags, 0o666)
    except OSError as error:
        raise RunError(f'the run folder {path.parent} cannot be written: '
                       f'{error.strerror}') from error


def _is_at(handle, path):
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(handle), path.stat())
    return False
