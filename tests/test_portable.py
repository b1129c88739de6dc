"""What differs between systems, shown on this one: as on Windows, without locks, without fsync."""

import errno
import importlib
import io
import os
import pathlib
import sys
import types
from argparse import ArgumentTypeError

import pytest

from dcgan_tf import files, names, portable, streams
from dcgan_tf.cli import debugging, exits, paths, resolving
from dcgan_tf.config import preset
from dcgan_tf.data import load
from dcgan_tf.data.pictures.scan import scan
from dcgan_tf.errors import UsageError
from dcgan_tf.obstacles import obstacle
from dcgan_tf.run_folder import lock, run_names
from tests.cases import cases


@pytest.fixture
def windows(monkeypatch):
    monkeypatch.setattr(portable, 'WINDOWS', True)


# ---- names

@cases(('name', 'part'), [
    ('run', None), ('2026-11-21', None), ('a.b', None), ('größe 1', None), ('console', None),
    ('com10', None), ('nullable.png', None), ('.hidden', None),
    ('CON', 'device'), ('nul', 'device'), ('NUL.png', 'device'), ('com1.tar.gz', 'device'),
    ('LPT\N{SUPERSCRIPT TWO}', 'device'), ('aux .png', 'device'), ('conin$', 'device'),
    ('10:30', "':'"), ('a?', "'?'"), ('a\\b', "'\\\\'"), ('a"', "'\"'"), ('a<b', "'<'"),
    ('a.', 'dots and blanks'), ('a ', 'dots and blanks'), ('a. .', 'dots and blanks')])
def test_names_that_windows_cannot_have(monkeypatch, tmp_path, name, part):
    """Refused for a run and for a file; on other systems they are names like others."""
    assert portable.bad_name(name) is None
    monkeypatch.setattr(portable, 'WINDOWS', True)
    found = portable.bad_name(name)
    assert (found is None) if part is None else (part in found)
    if '\\' not in name:                             # a separator, where this test runs it is none
        assert obstacle(tmp_path / name) == found
    if part and '\\' not in name:
        with pytest.raises(UsageError, match='run name .*Windows.*--run-name'):
            run_names.plain_name(name)


def test_folders_of_classes_are_names_on_every_system(windows):
    given = ['CON', 'nul.x', 'COM\N{SUPERSCRIPT ONE}', 'lpt0', 'a:b', 'a<b', 'a|b', 'a"b', 'a\\b',
             'a/b', 'end.', 'end ', 'end', 'Cat', 'cat', 'CAT', '?', '*', 'x' * 300, 'CONIN$']
    folders = names.folder_names(given)
    assert [folder for folder in folders if portable.bad_name(folder)] == []
    assert len({folder.casefold() for folder in folders}) == len(given)
    assert [pathlib.PureWindowsPath('C:/runs', folder).name for folder in folders] == folders


def test_a_folder_named_dev_on_a_drive_holds_files():
    for path, device in ((pathlib.PureWindowsPath('C:/dev/a.png'), False),
                         (pathlib.PurePosixPath('/dev/null'), True),
                         (pathlib.PurePosixPath('/dev/shm/a.png'), False),
                         (pathlib.PurePosixPath('/home/dev/a.png'), False)):
        assert portable.is_device(path) == device


# ---- paths

@cases(('text', 'expected'), [
    ('~\\runs', '{home}\\runs'), ('$HOME\\runs', '{home}\\runs'), ('C:\\data\\a', 'C:\\data\\a'),
    ('C:\\$PART/x', 'C:\\part/x'), ('\\\\server\\share\\$PART', '\\\\server\\share\\part'),
    ('D:/x\\y', 'D:/x\\y')])
def test_paths_with_backslashes(monkeypatch, tmp_path, text, expected):
    """As `ntpath` replaces `~`, which is the `os.path` of Windows."""
    home = str(tmp_path)
    monkeypatch.setattr(portable, 'SEPARATORS', r'[/\\]')
    monkeypatch.setenv('HOME', home)
    monkeypatch.setenv('PART', 'part')
    monkeypatch.setattr(paths.os.path, 'expanduser',
                        lambda text: home + text[1:] if text[:2] in ('~\\', '~/') else text)
    assert paths.local_path(text) == expected.format(home=home)


def test_an_unknown_home_folder_with_backslashes(monkeypatch):
    monkeypatch.setattr(portable, 'SEPARATORS', r'[/\\]')
    with pytest.raises(ArgumentTypeError, match='no home folder ~nosuchuser;'):
        paths.local_path('~nosuchuser\\runs')


def test_the_path_of_the_data_is_stored_with_slashes(monkeypatch):
    resolve = types.SimpleNamespace(resolve=lambda: pathlib.PureWindowsPath('C:\\data\\faces'))
    monkeypatch.setattr(resolving, 'pathlib', types.SimpleNamespace(Path=lambda text: resolve))
    config = resolving.fit_to_data(preset('dcgan28'), load('digits', 'dataset'))
    assert config.data_dir == 'C:/data/faces'


def test_classes_have_the_same_order_on_every_system(tmp_path, monkeypatch):
    """Paths of Windows are compared without regard to case, and labels would be others."""
    for name in ('Zoe', 'ann', 'Bob'):
        (tmp_path / name).mkdir()
        for file in ('b.png', 'A.png', 'C.png'):
            (tmp_path / name / file).touch()
    monkeypatch.setattr(pathlib.PurePath, '__lt__', lambda a, b: str(a).lower() < str(b).lower())
    found = scan(tmp_path)
    assert found.class_names == ('Bob', 'Zoe', 'ann')
    assert [file.name for file in found.files[:3]] == ['Bob/A.png', 'Bob/C.png', 'Bob/b.png']


# ---- locks

class ByteLocks:
    """msvcrt's `locking`: of one byte, which nobody else can read, and only of what is open."""

    LK_NBLCK = 2

    def __init__(self, flock):
        self._flock, self.bytes = flock, []

    def locking(self, handle, how, count):
        self.bytes.append(os.lseek(handle, 0, os.SEEK_CUR))
        assert (how, count) == (self.LK_NBLCK, 1)
        if not self._flock(handle):
            raise PermissionError(errno.EACCES, 'Permission denied')


@pytest.fixture
def byte_locks(monkeypatch, windows):
    """Windows: no fcntl, locks on bytes, and an open file is not removed."""
    made = ByteLocks(portable.lock if portable.fcntl is None else _flock(portable.fcntl))
    unlink, opened = pathlib.Path.unlink, os.open
    handles = {}

    def open_noted(path, *args, **options):
        handle = opened(path, *args, **options)
        handles[handle] = pathlib.Path(path)
        return handle

    def refused_if_open(path, missing_ok=False):
        if path in handles.values():
            raise PermissionError(errno.EACCES, 'in use')
        unlink(path, missing_ok)
    close = os.close
    monkeypatch.setattr(os, 'open', open_noted)
    monkeypatch.setattr(os, 'close', lambda handle: (handles.pop(handle, None), close(handle)))
    monkeypatch.setattr(pathlib.Path, 'unlink', refused_if_open)
    monkeypatch.setattr(portable, 'fcntl', None)
    monkeypatch.setattr(portable, 'msvcrt', made)
    return made


def _flock(fcntl):
    def flock(handle):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
    return flock


def test_a_run_folder_is_locked_by_a_byte_beyond_the_text(tmp_path, byte_locks):
    with lock.locked(tmp_path):
        assert f'process {os.getpid()} on ' in (tmp_path / lock.NAME).read_text()
        lock._HELD.clear()                                    # as another process
        with pytest.raises(UsageError, match=f'in use by process {os.getpid()} on '), \
                lock.locked(tmp_path):
            pass
        lock._HELD.add(tmp_path.resolve())
    assert byte_locks.bytes[1:] and {*byte_locks.bytes} == {portable.LOCKED_BYTE}
    assert list(tmp_path.iterdir()) == []


def test_without_any_locks_nothing_is_locked_and_nothing_stays(tmp_path, monkeypatch, byte_locks):
    monkeypatch.setattr(portable, 'msvcrt', None)
    with lock.locked(tmp_path), files.shared(tmp_path):
        lock._HELD.clear()
        with lock.locked(tmp_path):
            lock._HELD.add(tmp_path.resolve())
        lock._HELD.add(tmp_path.resolve())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('age', [0, 2 * files.RECENT_SECONDS])
def test_a_folder_that_cannot_be_locked_loses_only_old_leftovers(tmp_path, windows, monkeypatch,
                                                                age):
    monkeypatch.setattr(portable, 'fcntl', None)
    left = tmp_path / '.x.tmp'
    left.touch()
    os.utime(left, (left.stat().st_mtime - age,) * 2)
    with files.shared(tmp_path):
        assert left.exists() == (age == 0)


# ---- what is written

@pytest.fixture
def windows_files(monkeypatch, windows):
    """No folder is opened, and fsync needs a handle that can write."""
    opened, modes, fsync = os.open, {}, os.fsync

    def open_file(path, flags, *rest, **options):
        if pathlib.Path(path).is_dir():
            raise PermissionError(errno.EACCES, 'Permission denied')
        handle = opened(path, flags, *rest, **options)
        modes[handle] = flags
        return handle

    def fsync_written(handle):
        if not modes[handle] & (os.O_RDWR | os.O_WRONLY):
            raise OSError(errno.EBADF, 'Bad file descriptor')
        fsync(handle)
    monkeypatch.setattr(os, 'open', open_file)
    monkeypatch.setattr(os, 'fsync', fsync_written)


def test_files_and_folders_are_written_and_synced(tmp_path, windows_files):
    files.write_whole(tmp_path / 'a', 'new')
    with files.whole_folder(tmp_path / 'folder') as temporary:
        (temporary / 'b').write_text('new')
    assert (tmp_path / 'a').read_text() == (tmp_path / 'folder/b').read_text() == 'new'


@cases(('windows', 'refusals', 'written'), [
    (True, 3, True), (True, 10_000, False), (False, 1, False)])
def test_a_file_that_another_program_reads_is_replaced_a_little_later(
        tmp_path, monkeypatch, windows, refusals, written):
    real, calls = pathlib.Path.replace, []

    def replace(source, target):
        calls.append(source)
        if len(calls) <= refusals:
            raise PermissionError(errno.EACCES, 'it is being used by another process')
        return real(source, target)
    monkeypatch.setattr(portable, 'WINDOWS', windows)
    monkeypatch.setattr(portable, 'REPLACE_SECONDS', 0.1)
    monkeypatch.setattr(pathlib.Path, 'replace', replace)
    (tmp_path / 'a').write_text('old')
    if written:
        files.write_whole(tmp_path / 'a', 'new')
    else:
        with pytest.raises(PermissionError, match='another process'):
            files.write_whole(tmp_path / 'a', 'new')
    assert (tmp_path / 'a').read_text() == ('new' if written else 'old')
    assert [path.name for path in tmp_path.iterdir()] == ['a']
    assert windows or len(calls) == 1


def test_the_room_of_a_disk_without_posix_fallocate(tmp_path, monkeypatch):
    monkeypatch.delattr(os, 'posix_fallocate', raising=False)
    files.check_room(tmp_path, 10_000)
    with pytest.raises(OSError, match=f'No space left.*{tmp_path.name}'):
        files.check_room(tmp_path, 1 << 60)
    assert list(tmp_path.iterdir()) == []


# ---- memory

def test_the_memory_of_this_process(monkeypatch, tmp_path):
    now = portable.resident_memory()
    assert 1e7 < now <= 1.1 * portable.peak_memory()
    kept = b'x' * 50_000_000
    assert portable.resident_memory() > now + 0.8 * len(kept)
    monkeypatch.setattr(portable, 'PROC', tmp_path)                  # as on macOS and Windows
    assert portable.resident_memory() == portable.peak_memory()


@cases(('lines', 'files', 'expected'), [
    (['0::/a/b'], {'a/b/memory.max': '7000', 'a/memory.max': '5000'}, 5000),
    (['0::/a/b'], {'a/b/memory.max': 'max', 'memory.max': '6000'}, 6000),
    (['2:cpu:/', '4:memory:/host/c'], {'memory/memory.limit_in_bytes': '8000'}, 8000),
    (['4:memory:/c', '0::/'], {'memory/c/memory.limit_in_bytes': '9000',
                               'memory/memory.limit_in_bytes': '9223372036854771712'}, 9000),
    (['0::/'], {}, None), (['1:cpu:/'], {'memory.max': '6000'}, None)])
def test_the_memory_of_a_container(monkeypatch, tmp_path, lines, files, expected):
    """None: no limit but that of the machine."""
    whole = portable.memory_limit()
    for number, (name, text) in enumerate([('cgroup', '\n'.join(lines)), *files.items()]):
        path = tmp_path / ('groups' if number else 'proc') / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'{text}\n')
    monkeypatch.setattr(portable, 'PROC', tmp_path / 'proc')
    monkeypatch.setattr(portable, 'CGROUPS', tmp_path / 'groups')
    found = portable.memory_limit()
    assert found == expected if expected else found >= whole > 1e8


def test_a_system_that_tells_no_memory(monkeypatch, windows, tmp_path):
    monkeypatch.setattr(portable, 'PROC', tmp_path)
    monkeypatch.delattr(os, 'sysconf_names')
    assert portable.memory_limit() is None


# ---- printed lines

def test_a_pipe_of_windows_whose_reader_has_gone(windows):
    class Gone(io.StringIO):
        def write(self, text):
            raise OSError(errno.EINVAL, 'Invalid argument')
    assert streams.Unread(Gone()).write('a line') == 6


def test_letters_that_an_encoding_lacks_end_no_program(monkeypatch):
    """A pipe of Windows has one of 256 letters, such as cp1252."""
    for encoding, line in (('cp1252', b'\xe9 \\u732b'), ('ascii', b'\\xe9 \\u732b'),
                           ('utf-8', 'é 猫'.encode())):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, 'stdout', io.TextIOWrapper(raw, encoding=encoding))
        monkeypatch.setattr(sys, 'stderr', streams.Lossy(io.StringIO()))
        streams.protect()
        sys.stdout.write('é 猫')
        sys.stdout.flush()
        assert raw.getvalue() == line


# ---- refused at the start

@pytest.mark.parametrize('module', ['dcgan_tf.commands.launch', 'scaling'])
def test_several_workers_are_refused(windows, module, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ['--workers', '2', *(['--', 'main1.py'] if module.endswith('launch') else [])]
    assert exits.run(importlib.import_module(module).main, words) == exits.WRONG_USAGE
    error = capsys.readouterr().err
    assert 'need Linux or macOS' in error and error.count('\n') == 1
    assert list(tmp_path.iterdir()) == []


def test_tfdbg_is_refused_without_readline(monkeypatch):
    terminal = types.SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(debugging, 'sys', types.SimpleNamespace(stdin=terminal, stdout=terminal))
    debugging.check('cli', False)
    monkeypatch.setattr(debugging.importlib.util, 'find_spec', lambda name: None)
    with pytest.raises(UsageError, match=r'--debug cli needs .* readline'):
        debugging.check('cli', False)
