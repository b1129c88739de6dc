"""What differs between systems: locks, fsync, renames, names, processor cores, memory.

No other file asks which system it runs on. On Windows a file that is open can be neither removed
nor replaced, a folder can be neither opened nor synced, and some names have a meaning of their own.
"""

import contextlib
import errno
import os
import pathlib
import re
import shutil
import sys
import time

try:
    import fcntl
except ImportError:                      # not on Windows
    fcntl = None
try:
    import msvcrt
except ImportError:                      # only on Windows
    msvcrt = None
try:
    import resource
except ImportError:                      # not on Windows
    resource = None

WINDOWS = os.name == 'nt'
LOCKED_BYTE = 1 << 30                    # beyond the text: nobody can read what Windows has locked
REPLACE_SECONDS = 2.0                    # as long as another program may have a file open
SEPARATORS = r'[/\\]' if WINDOWS else '/'            # of the parts of a path, a regular expression
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')     # in names on Windows
RESERVED = re.compile(r'(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*([.:]|$)',
                      re.IGNORECASE)                 # names of devices, with any ending
PROC, CGROUPS = pathlib.Path('/proc/self'), pathlib.Path('/sys/fs/cgroup')            # of Linux


def bad_name(name: str) -> str | None:
    """Returns why this system cannot have a file or folder of this name; None if it can."""
    if not WINDOWS:
        return None
    if found := FORBIDDEN.search(name):
        return f'a name on Windows cannot have {found[0]!r}'
    if RESERVED.match(name):
        return 'on Windows this is the name of a device'
    if name != name.rstrip('. '):
        return 'Windows drops the dots and blanks at the end of a name'
    return None


def config_folder() -> pathlib.Path:
    """Returns the folder of this package among the user's settings. It need not exist."""
    name = 'APPDATA' if WINDOWS else 'XDG_CONFIG_HOME'
    given = pathlib.Path(os.environ.get(name, ''))
    usual = pathlib.Path.home() / ('AppData/Roaming' if WINDOWS else '.config')
    return (given if given.is_absolute() else usual) / 'dcgan_tf'


def lock(handle: int, *, shared: bool = False) -> bool:
    """Locks an open file for this process, until it is closed; False if another process has it.

    shared: True = other shared locks are allowed, except on Windows. Raises OSError if there are no
    locks, as in some network folders.
    """
    if fcntl is None:
        return _lock_by_byte(handle)
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_by_byte(handle):
    """Locks a file of Windows, where a lock is one on bytes."""
    if msvcrt is None:
        raise OSError(errno.ENOSYS, 'this system has no locks')
    os.lseek(handle, LOCKED_BYTE, os.SEEK_SET)
    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except PermissionError:
        return False
    finally:
        os.lseek(handle, 0, os.SEEK_SET)
    return True


def share(handle: int) -> None:
    """Makes a lock one that others can share, too; waits while another process locks it alone."""
    fcntl.flock(handle, fcntl.LOCK_SH)


def remove_and_close(handle: int, path: pathlib.Path) -> None:
    """Removes a file that is open, and closes it."""
    if WINDOWS:
        os.close(handle)                 # a process that opens it now has it, and it stays
    with contextlib.suppress(OSError):
        path.unlink()
    if not WINDOWS:
        os.close(handle)


def sync(path: str | os.PathLike) -> None:
    """Calls fsync for a file or a folder, so that its content survives a power cut."""
    folder = pathlib.Path(path).is_dir()
    with contextlib.suppress(*([OSError] if folder else [])):        # some systems sync no folders
        handle = os.open(path, os.O_RDWR if WINDOWS else os.O_RDONLY)    # Windows has to write
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def replace(source: pathlib.Path, target: pathlib.Path) -> None:
    """Renames a file, replacing the target. On Windows, waits until no program has that open."""
    deadline = time.monotonic() + REPLACE_SECONDS
    while True:
        try:
            source.replace(target)
            return
        except PermissionError:
            if not WINDOWS or target.is_dir() or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def allocate(file, size: int, folder: str | os.PathLike) -> None:
    """Takes `size` bytes of the disk for an open file in `folder`. Raises OSError without room."""
    if hasattr(os, 'posix_fallocate'):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    if shutil.disk_usage(folder).free < size:        # macOS and Windows
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    file.truncate(size)


def target(path: str | os.PathLike) -> pathlib.Path:
    """Returns the target of a link; any other path itself."""
    path = pathlib.Path(path)
    return pathlib.Path(os.path.realpath(path)) if path.is_symlink() else path


def is_device(path: pathlib.PurePath) -> bool:
    """Tells a device by its absolute path: /dev/stdout may lead to a file; /dev/shm holds files."""
    return path.parts[:2] == ('/', 'dev') and path.parts[2:3] != ('shm',)


def reader_is_gone(error: OSError) -> bool:
    """Tells whether a line could not be written because the program that reads it has ended."""
    return isinstance(error, ConnectionError) or (       # BrokenPipeError is one
        WINDOWS and error.errno == errno.EINVAL)


def cores() -> int:
    """Returns the number of CPU cores that this process may use."""
    allowed = getattr(os, 'sched_getaffinity', None)     # exists on Linux
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def peak_memory() -> int:
    """Returns the peak memory of this process in bytes."""
    if resource is None:
        import psutil  # here: only Windows needs it
        return psutil.Process().memory_info().peak_wset
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == 'darwin' else 1024 * peak         # Linux counts in kB


def resident_memory() -> int:
    """Returns the memory that this process has now, in bytes; without Linux's /proc, its peak."""
    try:
        pages = PROC.joinpath('statm').read_text(encoding='utf-8').split()[1]
    except OSError:
        return peak_memory()
    return int(pages) * os.sysconf('SC_PAGE_SIZE')


def memory_limit() -> int | None:
    """Returns how much memory this machine has, or its container, where that is less.

    None if the system does not tell. Linux limits the memory of a container by control groups: of
    version 2 (memory.max), or of version 1.
    """
    sizes = [_number(file) for file in _limit_files()]
    if 'SC_PHYS_PAGES' in getattr(os, 'sysconf_names', ()):              # not on Windows
        sizes.append(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'))
    return min((size for size in sizes if size), default=None)


def _limit_files():
    """Yields the files with the limits of this process's control groups and of those above them."""
    try:
        lines = PROC.joinpath('cgroup').read_text(encoding='utf-8').splitlines()
    except OSError:
        return
    for kind, path in (line.split(':', 2)[1:] for line in lines):
        if kind in ('', 'memory'):
            group = CGROUPS / kind / path.lstrip('/')
            name = 'memory.limit_in_bytes' if kind else 'memory.max'
            yield from (folder / name for folder in (group, *group.parents))


def _number(file):
    """Returns the number in a file, or None."""
    with contextlib.suppress(OSError, ValueError):            # ValueError: it says `max`
        return int(file.read_text(encoding='utf-8'))
    return None
