"""One process a run folder: a second would remove what the first is writing."""

import contextlib
import os
import pathlib
import platform
from collections.abc import Iterator

from dcgan_tf.errors import RunError, UsageError

try:
    import fcntl
except ImportError:                      # not on every system: there nobody is refused
    fcntl = None
NAME = '.lock'
_HELD = set()                            # folders that this process is in


@contextlib.contextmanager
def locked(folder: pathlib.Path) -> Iterator[None]:
    """While inside no other process gets in; this one may again. UsageError, with its number, where
    one is.

    The lock is the system's, on a file that says whose it is: it goes with its process, however
    that ends, and a file that is left, or that was copied with its folder, holds nobody up.
    """
    own = folder.resolve()
    if own in _HELD:
        yield
        return
    handle = _taken(folder / NAME)
    _HELD.add(own)
    try:
        yield
    finally:
        _HELD.remove(own)
        if handle is not None:
            with contextlib.suppress(OSError):
                if _is_at(handle, folder / NAME):      # of a folder that was moved it is elsewhere
                    (folder / NAME).unlink()
            os.close(handle)


def _taken(path):
    """A handle of the file at `path`, locked; None where this system has no such locks."""
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
            with contextlib.suppress(OSError):      # a full disk takes the lock, if not the words
                os.ftruncate(handle, 0)
                os.write(handle, f'process {os.getpid()} on {platform.node()}\n'.encode())
            return handle
        os.close(handle)                 # its owner removed it between the two calls
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
