"""tests/processes.py: how many processes, and which peaks of memory fail a run."""

import re
import types

import psutil
import pytest

from tests import processes, programs

# A run of pytest whose processes may take so many bytes, as on a machine without a GPU.
LIMITED = """
import sys
sys.path.insert(0, sys.argv.pop())
import pathlib
import pytest
from tests import processes
processes.LIMIT, processes.GPU = int(sys.argv[1]), pathlib.Path('none')
sys.exit(pytest.main(['-p', 'tests.processes', '-p', 'no:cacheprovider', *sys.argv[2:]]))
"""


def config(*named, collectonly=False):
    """What pytest knows of a command line."""
    return types.SimpleNamespace(option=types.SimpleNamespace(
        file_or_dir=list(named), collectonly=collectonly))


@pytest.fixture
def machine(monkeypatch):
    """machine(cores, free): so many cores, and so many bytes of free memory."""
    def make(cores, free):
        monkeypatch.setattr(processes, '_cores', lambda: cores)
        monkeypatch.setattr(psutil, 'virtual_memory', lambda: types.SimpleNamespace(available=free))
        monkeypatch.setattr(processes, 'CONTAINERS', [])
    return make


@pytest.mark.parametrize(('cores', 'free', 'count'), [
    (4, 99e9, 4), (4, 7e9, 3), (8, 3e9, 0), (1, 99e9, 0), (2, 0, 0)])
def test_as_many_as_cores_and_memory_allow(machine, cores, free, count):
    machine(cores, int(free))
    assert processes.pytest_xdist_auto_num_workers(config()) == count


@pytest.mark.parametrize(('limit', 'free'), [
    ('7000', 4000), ('2000', 0), ('max', 9000), ('99000', 9000), (None, 9000)])
def test_a_container_may_have_less_memory_than_its_machine(machine, monkeypatch, tmp_path, limit,
                                                           free):
    machine(1, 9000)
    if limit:
        (tmp_path / 'memory.max').write_text(f'{limit}\n')
        (tmp_path / 'memory.stat').write_text('anon 3000\nfile 900\n')
    monkeypatch.setattr(processes, 'CONTAINERS', [(tmp_path / 'memory.max', 'anon')])
    assert processes._free() == free


def test_one_file_or_test_runs_in_the_process_itself(machine):
    machine(4, 10 ** 11)
    count = processes.pytest_xdist_auto_num_workers
    assert count(config(__file__)) == count(config(f'{__file__}::test_a')) == 0
    assert count(config(f'{__file__}::test_a', f'{__file__}::test_b')) == 0
    assert count(config(collectonly=True)) == 0
    assert count(config('tests')) == count(config(__file__, 'tests/test_pool.py')) == 4


def test_two_gigabytes_fail_a_run_but_not_where_there_is_a_gpu(monkeypatch, tmp_path):
    told = types.SimpleNamespace(stash={processes.PEAKS: {'gw0': 1.9e9, 'gw1': 2.1e9}})
    monkeypatch.setattr(processes, 'GPU', tmp_path / 'none')
    assert processes._too_much(told) == ['gw1']
    monkeypatch.setattr(processes, 'GPU', tmp_path)
    assert processes._too_much(told) == []


@pytest.mark.parametrize(('limit', 'more', 'code', 'failed'), [
    (10 ** 12, [], 0, []), (1, ['-n1'], 1, ['gw0', 'main'])])
def test_a_run_that_takes_too_much_fails(tmp_path, limit, more, code, failed):
    (tmp_path / 'program.py').write_text(LIMITED)
    (tmp_path / 'test_nothing.py').write_text('def test_nothing(): pass\n')
    words = [tmp_path / 'program.py', limit, 'test_nothing.py', *more, programs.ROOT]
    ended, out, err = programs.run(words, cwd=tmp_path, env={'PYTEST_ADDOPTS': None})
    assert ended == code, out + err
    assert '1 passed' in out
    assert re.findall(r'FAILED (\w+): more than', out) == failed


def test_a_disk_in_memory_has_to_be_there_with_room(monkeypatch, tmp_path):
    assert not processes._serves(tmp_path / 'none')
    assert processes._serves(tmp_path) == (not processes.os.statvfs(tmp_path).f_flag
                                           & processes.os.ST_NOEXEC)
    monkeypatch.setattr(processes, 'ROOM', 10 ** 18)
    assert not processes._serves(tmp_path)
