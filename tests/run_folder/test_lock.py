"""A run folder belongs to one process at a time."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest

from dcgan_tf import UsageError, portable
from dcgan_tf.run_folder import lock

HOLDER = pathlib.Path(__file__).with_name('holder.py')
pytestmark = pytest.mark.skipif(portable.fcntl is None, reason='this system has no such locks')


@pytest.fixture
def holder(tmp_path):
    """Another process that is in the folder."""
    words = [sys.executable, HOLDER, tmp_path]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == 'in\n'
        yield process
        process.kill()


def test_a_second_process_is_refused_by_name(tmp_path, holder):
    words = f'{tmp_path} is in use by process {holder.pid} on .*: wait'
    with pytest.raises(UsageError, match=words), lock.locked(tmp_path):
        pass
    assert (tmp_path / lock.NAME).exists()


def test_of_many_that_come_together_one_gets_in(tmp_path):
    words = [sys.executable, HOLDER, tmp_path]
    with contextlib.ExitStack() as ended:
        processes = [ended.enter_context(subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
            for _ in range(8)]
        ended.callback(lambda: [process.kill() for process in processes])
        deadline = time.monotonic() + 60
        while (sum(process.poll() is None for process in processes) > 1
               and time.monotonic() < deadline):
            time.sleep(0.05)
        inside, = (process for process in processes if process.poll() is None)
        assert inside.stdout.readline() == 'in\n'
        for process in processes:
            if process is not inside:
                assert 'in use by' in process.stderr.read()


@pytest.mark.parametrize('number', [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_of_a_process_that_was_killed_holds_nobody_up(tmp_path, holder, number):
    holder.send_signal(number)
    holder.wait()
    assert (tmp_path / lock.NAME).exists()
    with lock.locked(tmp_path):
        assert f'process {os.getpid()} ' in (tmp_path / lock.NAME).read_text()
    assert not list(tmp_path.iterdir())


def test_a_copy_of_a_folder_in_use_is_free(tmp_path, holder):
    copy = shutil.copytree(tmp_path, tmp_path / 'copy')
    with lock.locked(copy):
        pass


def test_a_folder_that_is_moved_while_in_use_stays_locked(tmp_path):
    before, after = tmp_path / 'before', tmp_path / 'after'
    before.mkdir()
    with lock.locked(before):
        before.rename(after)
        with pytest.raises(UsageError, match='in use'), lock.locked(after):
            pass


def test_a_file_that_was_removed_meanwhile_is_made_again(tmp_path, monkeypatch):
    """Its owner unlinks it between our open and our lock: what we then hold nobody can see."""
    flock, calls = portable.fcntl.flock, []

    def removed_first(handle, how):
        if not calls:
            (tmp_path / lock.NAME).unlink()
        calls.append(how)
        flock(handle, how)
    monkeypatch.setattr(portable.fcntl, 'flock', removed_first)
    with lock.locked(tmp_path):
        assert len(calls) == 2 and (tmp_path / lock.NAME).exists()


def test_a_look_at_the_lock_disturbs_no_start(tmp_path, monkeypatch):
    """A dry run looks in the moment in which a training begins: the training waits for its end."""
    (tmp_path / lock.NAME).touch()
    look = os.open(tmp_path / lock.NAME, os.O_RDWR)
    assert portable.lock(look, shared=True)
    lock.check_free(tmp_path)                               # another look at the same time
    monkeypatch.setattr(lock.time, 'sleep', lambda seconds: os.close(look))
    with lock.locked(tmp_path):
        pass


def test_where_the_folder_has_no_locks_nobody_is_refused(tmp_path, monkeypatch):
    def refuse(handle, how):
        raise OSError(95, 'Operation not supported')
    monkeypatch.setattr(portable.fcntl, 'flock', refuse)
    with lock.locked(tmp_path), lock.locked(tmp_path):
        pass
    (tmp_path / lock.NAME).touch()
    lock.check_free(tmp_path)
