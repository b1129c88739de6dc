"""Locks a run folder for one process: a second one would remove what the first is writing."""

import contextlib
import os
import pathlib
import platform
from collections.abc import Iterator

from dcgan_tf.errors import RunError, UsageError

try:
    import fcntl
except ImportError:                      # not on every system; without it nothing is locked
    fcntl = None
NAME = '.lock'
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
            with contextlib.suppress(OSError):
                if _is_at(handle, folder / NAME):      # not if the folder was moved meanwhile
                    (folder / NAME).unlink()
            os.close(handle)


def _lock(path):
    """Locks the file at `path` and returns its handle; None if the system has no such locks."""
    while fcntl is not None:
        handle = _opened(path)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(handle, 200).decode(errors='replace').strip()
            os.close(handle)
            raise UsageError(f'{path.parent} is in use by {owner or "another process"}: wait until '
                             'it ends, or stop it') from None
        except OSError:                  # some network folders have none
            os.close(handle)
            path.unlink(missing_ok=True)
            return None
        if _is_at(handle, path):
            with contextlib.suppress(OSError):      # on a full disk the lock works without its text
                os.ftruncate(handle, 0)
                os.write(handle, f'process {os.getpid()} on {platform.node()}\n'.encode())
            return handle
        os.close(handle)                 # another process removed it between the two calls
    return None


def _opened(path):
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise RunError(f'the run folder {path.parent} cannot be written: '
                       f'{error.strerror}') from error


def _is_at(handle, path):
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle), path.stat())
    return False
