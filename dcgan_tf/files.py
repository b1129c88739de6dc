"""Files that appear whole or not at all: temporary name, fsync, rename, fsync of the folder."""

import contextlib
import os
import pathlib
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yields a temporary path beside `path`, of the same ending, that becomes `path` at the end.

    On any error the temporary file is removed and `path` stays as it was.
    """
    path = pathlib.Path(path)
    handle, name = tempfile.mkstemp(prefix='.', suffix=f'.tmp{path.suffix}', dir=path.parent)
    os.close(handle)
    temporary = pathlib.Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())       # mkstemp made it private
        sync(temporary)
        temporary.replace(path)
        sync(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_whole(path: str | os.PathLike, content: bytes | str) -> None:
    """Writes the file: a reader sees the old content or the new, never a part. Raises OSError."""
    content = content.encode() if isinstance(content, str) else content
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def remove_leftovers(folder: str | os.PathLike) -> None:
    """Removes the temporary files of `whole_file` that a killed process left in a folder."""
    for path in pathlib.Path(folder).glob('.*.tmp*'):
        path.unlink(missing_ok=True)


def sync(path: str | os.PathLike) -> None:
    """fsync of a file or a folder: what is renamed after it survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    """The process's umask; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
