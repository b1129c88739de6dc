"""How many processes `python -m pytest` has, and how much memory each of them took.

A plugin of tests/conftest.py. One file, or tests of one file, run in the process itself; all others
in as many processes as there are cores, and 2 GB of free memory for each.
"""

import os
import pathlib
import shutil
import sys

import psutil
import pytest

from tests import programs

LIMIT = 2 * 10 ** 9                  # bytes, of a process and of each that it has started
MEMORY_DISK = pathlib.Path('/dev/shm')
GPU = pathlib.Path('/dev/nvidiactl')
ROOM = 10 ** 9                       # bytes; a run of all quick tests takes some 200 MB
PEAKS = pytest.StashKey()            # name of a process -> bytes
CGROUP = pathlib.Path('/sys/fs/cgroup')
CONTAINERS = [                       # the limit of a container, and what memory.stat calls taken
    (CGROUP / 'memory.max', 'anon'),                            # version 2 of Linux' cgroups
    (CGROUP / 'memory' / 'memory.limit_in_bytes', 'total_rss')]                          # 1


def pytest_xdist_auto_num_workers(config):
    """For `-n auto` (pyproject.toml); 0 = no other process."""
    named = {pathlib.Path(word.split('::')[0]).resolve() for word in config.option.file_or_dir}
    if (len(named) == 1 and named.pop().is_file()) or config.option.collectonly:
        return 0
    count = min(_cores(), _free() // LIMIT)
    return count if count > 1 else 0


def pytest_configure(config):
    config.stash[PEAKS] = {}
    if _serves(MEMORY_DISK):
        os.environ.setdefault('PYTEST_DEBUG_TEMPROOT', str(MEMORY_DISK))


def _serves(disk):
    """Is it there, with room for all that tests write, and for programs?"""
    if not disk.is_dir() or not os.access(disk, os.W_OK):
        return False
    return shutil.disk_usage(disk).free > ROOM and not os.statvfs(disk).f_flag & os.ST_NOEXEC


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """A worker of pytest-xdist has ended; one that was killed has told nothing."""
    node.config.stash[PEAKS][node.gateway.id] = getattr(node, 'workeroutput', {}).get('peak', 0)


def pytest_sessionfinish(session):
    peak = _peak()
    if hasattr(session.config, 'workeroutput'):
        session.config.workeroutput['peak'] = peak
        return
    session.config.stash[PEAKS]['main'] = peak
    if _too_much(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    peaks = config.stash[PEAKS]
    words = ', '.join(f'{name} {peak / 1e6:,.0f} MB' for name, peak in sorted(peaks.items()))
    terminalreporter.write_sep('=', 'peak memory: of a process, or of the largest that it started')
    terminalreporter.write_line(words)
    for name in _too_much(config):
        terminalreporter.write_line(f'FAILED {name}: more than {LIMIT / 1e6:,.0f} MB', red=True)


def _too_much(config):
    """Names of the processes that took too much. With a GPU its libraries alone take as much."""
    if GPU.exists():
        return []
    return [name for name, peak in config.stash[PEAKS].items() if peak > LIMIT]


def _peak():
    """Bytes of this process, or of the largest that it has started."""
    return max(programs.peak(), *programs.PEAKS)


def _free():
    """Bytes of memory that are free: on the machine, or in its container, where that is less."""
    return min([psutil.virtual_memory().available, *(_below(*each) for each in CONTAINERS)])


def _below(limit, used):
    """How many more bytes the container may take. Where it has no limit: sys.maxsize."""
    try:
        lines = limit.with_name('memory.stat').read_text().splitlines()
        taken = dict(line.split() for line in lines)
        return max(0, int(limit.read_text()) - int(taken[used]))
    except (OSError, ValueError, KeyError):             # there is no such file, or it says `max`
        return sys.maxsize


def _cores():
    """Those that this process may use."""
    affinity = getattr(os, 'sched_getaffinity', None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
