"""A file is there whole or as it was before, whatever fails on the way, and nothing is left."""

import errno
import os
import pathlib
import stat

import pytest

from dcgan_tf import files
from dcgan_tf.files import remove_leftovers, whole_file, whole_folder, write_whole


@pytest.fixture
def umask():
    """umask(mask) until the end of the test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def below(folder):
    """Every name in the folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(('content', 'expected'), [
    (b'\x00\xff\r\n', b'\x00\xff\r\n'), ('zwölf\n', b'zw\xc3\xb6lf\n'), (b'', b''),
], ids=['bytes', 'text', 'nothing'])
@pytest.mark.parametrize('as_path', [lambda path: path, str], ids=['Path', 'str'])
def test_the_content_is_written(tmp_path, content, expected, as_path):
    write_whole(as_path(tmp_path / 'a.txt'), content)
    assert (tmp_path / 'a.txt').read_bytes() == expected
    assert below(tmp_path) == ['a.txt']


def test_a_file_in_place_is_replaced(tmp_path):
    (tmp_path / 'a').write_bytes(b'something longer')
    write_whole(tmp_path / 'a', b'new')
    assert (tmp_path / 'a').read_bytes() == b'new'


def test_a_reader_sees_the_old_content_until_the_end(tmp_path):
    path = tmp_path / 'a.png'
    path.write_bytes(b'old')
    with whole_file(path) as temporary:
        temporary.write_bytes(b'half')
        assert path.read_bytes() == b'old'
        assert (temporary.parent, temporary.suffix) == (tmp_path, '.png')
        assert temporary.name.startswith('.')
    assert path.read_bytes() == b'half'


@pytest.mark.parametrize('error', [ValueError, OSError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize('old', [b'old', None])
def test_an_error_inside_changes_nothing(tmp_path, error, old):
    path = tmp_path / 'a'
    if old is not None:
        path.write_bytes(old)
    before = below(tmp_path)
    with pytest.raises(error), whole_file(path) as temporary:
        temporary.write_bytes(b'half')
        raise error
    assert below(tmp_path) == before
    assert old is None or path.read_bytes() == old


def test_a_full_disk_changes_nothing(tmp_path, monkeypatch):
    def full(path):
        raise OSError(errno.ENOSPC, 'No space left on device')

    (tmp_path / 'a').write_bytes(b'old')
    monkeypatch.setattr(files, 'sync', full)
    with pytest.raises(OSError, match='No space left'):
        write_whole(tmp_path / 'a', b'new')
    assert below(tmp_path) == ['a']
    assert (tmp_path / 'a').read_bytes() == b'old'


def test_content_is_on_the_disk_before_the_name(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(files, 'sync',
                        lambda path: seen.append((path, (tmp_path / 'a').exists())))
    write_whole(tmp_path / 'a', b'new')
    (temporary, named_before), folder = seen
    assert temporary.name.startswith('.')
    assert not named_before
    assert folder == (tmp_path, True)


def test_a_folder_in_the_way_is_an_error(tmp_path):
    (tmp_path / 'a').mkdir()
    with pytest.raises(OSError, match='directory'):
        write_whole(tmp_path / 'a', b'new')
    assert below(tmp_path) == ['a']


@pytest.mark.parametrize('place', ['missing/a', 'file/a'])
def test_a_missing_folder_is_an_error(tmp_path, place):
    (tmp_path / 'file').write_bytes(b'')
    with pytest.raises(OSError, match=place.split('/')[0]):
        write_whole(tmp_path / place, b'new')
    assert below(tmp_path) == ['file']


@pytest.mark.parametrize('mask', [0o022, 0o077, 0o002])
@pytest.mark.parametrize('replacing', [False, True])
def test_permissions_follow_the_umask(tmp_path, umask, mask, replacing):
    if replacing:
        write_whole(tmp_path / 'a', b'old')
    umask(mask)
    write_whole(tmp_path / 'a', b'new')
    assert stat.S_IMODE((tmp_path / 'a').stat().st_mode) == 0o666 & ~mask
    assert umask(mask) == mask


def test_leftovers_of_a_killed_process_are_removed(tmp_path):
    for name in ('a.png', '.hidden', 'b.tmp'):
        write_whole(tmp_path / name, b'kept')
    with whole_file(tmp_path / 'c.png') as temporary:
        killed = temporary.with_name(f'{temporary.name.split(".tmp")[0]}-killed.tmp.png')
        killed.write_bytes(b'half')
        temporary.write_bytes(b'whole')
    remove_leftovers(tmp_path)
    assert below(tmp_path) == ['.hidden', 'a.png', 'b.tmp', 'c.png']


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize('replacing', [False, True])
def test_a_folder_appears_at_the_end(tmp_path, umask, replacing):
    umask(0o027)
    path = tmp_path / 'a'
    if replacing:
        path.mkdir()
        (path / 'old').write_bytes(b'old')
    with whole_folder(path) as temporary:
        (temporary / 'new').write_bytes(b'new')
        assert content(path) == {'old': b'old'} if replacing else not path.exists()
    assert content(path) == {'new': b'new'} and below(tmp_path) == ['a']
    assert stat.S_IMODE(path.stat().st_mode) == 0o750


@pytest.mark.parametrize('error', [ValueError, OSError, KeyboardInterrupt])
@pytest.mark.parametrize('replacing', [False, True])
def test_an_error_inside_leaves_the_folder_as_it_was(tmp_path, error, replacing):
    path = tmp_path / 'a'
    if replacing:
        path.mkdir()
        (path / 'old').write_bytes(b'old')
    with pytest.raises(error), whole_folder(path) as temporary:
        (temporary / 'new').write_bytes(b'half')
        raise error
    assert below(tmp_path) == (['a'] if replacing else [])
    assert not replacing or content(path) == {'old': b'old'}


def test_a_folder_that_cannot_be_put_in_place_brings_the_old_one_back(tmp_path, monkeypatch):
    path = tmp_path / 'a'
    path.mkdir()
    (path / 'old').write_bytes(b'old')
    rename = pathlib.Path.rename

    def refuse(self, target):
        if self.suffix == '.tmp' and not self.name.endswith('.old.tmp'):
            raise OSError(errno.EACCES, 'Permission denied', str(self))
        return rename(self, target)

    monkeypatch.setattr(pathlib.Path, 'rename', refuse)
    with pytest.raises(OSError, match='Permission denied') as caught, whole_folder(path):
        pass
    assert caught.value.filename == str(path)
    assert below(tmp_path) == ['a'] and content(path) == {'old': b'old'}


def test_a_killed_process_s_folders_are_removed_too(tmp_path):
    with whole_folder(tmp_path / 'a') as temporary:
        killed = temporary.with_name('.killed.tmp')
        killed.mkdir()
        (killed / 'half').write_bytes(b'half')
    remove_leftovers(tmp_path)
    assert below(tmp_path) == ['a']
