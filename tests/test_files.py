"""A file is there whole or as it was before, whatever fails on the way, and nothing is left."""

import errno
import os
import pathlib
import stat
import tempfile

import pytest

from dcgan_tf import files
from dcgan_tf.files import remove_leftovers, whole_file, whole_folder, write_whole
from dcgan_tf.obstacles import folder_obstacle, obstacle
from tests.cases import cases


@pytest.fixture
def umask():
    """umask(mask) until the end of the test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def below(folder):
    """Every name in the folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


@cases(('content', 'expected'), [
    (b'\x00\xff\r\n', b'\x00\xff\r\n'), ('zwölf\n', b'zw\xc3\xb6lf\n'), (b'', b''),
])
@cases('as_path', [lambda path: path, str])
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


@cases('error', [ValueError, OSError, KeyboardInterrupt, SystemExit])
@cases('old', [b'old', None])
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


def test_a_full_disk_changes_nothing(tmp_path, full_disk):
    (tmp_path / 'a').write_bytes(b'old')
    with full_disk(2), pytest.raises(OSError, match='too large'):
        write_whole(tmp_path / 'a', b'new')
    assert below(tmp_path) == ['a']
    assert (tmp_path / 'a').read_bytes() == b'old'


def test_a_disk_that_is_full_at_the_last_moment_changes_nothing(tmp_path, monkeypatch):
    """All is written, but does not get onto the disk."""
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


@cases('place', ['missing/a', 'file/a'])
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
    (tmp_path / '.killed.tmp').mkdir()
    (tmp_path / '.killed.tmp/new').write_bytes(b'half a folder')
    remove_leftovers(tmp_path)
    assert below(tmp_path) == ['.hidden', 'a.png', 'b.tmp', 'c.png']


def test_of_a_link_the_file_behind_it_is_replaced(tmp_path):
    (tmp_path / 'far').mkdir()
    (tmp_path / 'link').symlink_to('far/a')
    for content in ('not there before', 'there before'):
        write_whole(tmp_path / 'link', content)
        assert (tmp_path / 'link').is_symlink()
        assert (tmp_path / 'far/a').read_text() == content
    assert below(tmp_path) == ['far', 'link'] and below(tmp_path / 'far') == ['a']


def test_what_is_in_the_way_of_a_file(tmp_path):
    (tmp_path / 'a').write_text('')
    (tmp_path / 'folder').mkdir()
    os.mkfifo(tmp_path / 'pipe')
    for name, target in (('to_a', 'a'), ('to_folder', 'folder'), ('to_pipe', 'pipe'),
                         ('to_none', 'none/a'), ('circle', 'circle'), ('to_new', 'folder/new')):
        (tmp_path / name).symlink_to(target)
    for name in ('a', 'new', 'to_a', 'to_new'):
        assert obstacle(tmp_path / name) is None
    for name, problem in (('folder', 'a folder'), ('to_folder', 'a folder'),
                          ('pipe', 'no plain file'), ('to_pipe', 'no plain file'),
                          ('none/a', f'no folder {tmp_path / "none"}'),
                          ('to_none', f'no folder {tmp_path / "none"}'), ('circle', 'circle')):
        assert obstacle(tmp_path / name).endswith(problem)
    for name in ('pipe', 'to_pipe'):
        with pytest.raises(OSError, match='no plain file'):
            write_whole(tmp_path / name, 'a')
        assert (tmp_path / 'pipe').is_fifo() and 'folder' in below(tmp_path)
    assert obstacle('/dev/stdout') == obstacle('/dev/null') == 'it is no plain file'
    if pathlib.Path('/dev/shm').is_dir():                           # a disk in memory
        assert obstacle('/dev/shm/no_such_file') is None


def test_a_name_that_is_too_long(tmp_path):
    for name in (300 * 'a', f'{300 * "a"}/b', 5_000 * 'a/'):
        assert obstacle(tmp_path / name) == 'File name too long'
        assert folder_obstacle(tmp_path / name).endswith('(File name too long)')
    assert below(tmp_path) == []


def test_a_folder_appears_at_the_end(tmp_path, umask):
    umask(0o027)
    with whole_folder(tmp_path / 'a') as temporary:
        (temporary / 'b').mkdir()
        (temporary / 'b/c').write_text('new')
        assert not (tmp_path / 'a').exists()
        assert temporary.name.startswith('.') and temporary.parent == tmp_path
    assert (tmp_path / 'a/b/c').read_text() == 'new'
    assert stat.S_IMODE((tmp_path / 'a').stat().st_mode) == 0o750
    assert below(tmp_path) == ['a']


def test_a_folder_in_place_is_replaced_whole(tmp_path):
    """Behind a link, too, which stays one."""
    (tmp_path / 'a').mkdir()
    (tmp_path / 'a/old').write_text('old')
    (tmp_path / 'link').symlink_to(tmp_path / 'a')
    with whole_folder(str(tmp_path / 'link')) as temporary:
        (temporary / 'new').write_text('new')
        assert below(tmp_path / 'a') == ['old']
    assert below(tmp_path / 'a') == ['new']
    assert below(tmp_path) == ['a', 'link']
    assert (tmp_path / 'link').is_symlink()


@cases('error', [ValueError, OSError, KeyboardInterrupt])
def test_an_error_inside_leaves_the_folder(tmp_path, error):
    (tmp_path / 'a').mkdir()
    (tmp_path / 'a/old').write_text('old')
    with pytest.raises(error), whole_folder(tmp_path / 'a') as temporary:
        (temporary / 'new').write_text('new')
        raise error
    assert below(tmp_path) == ['a']
    assert below(tmp_path / 'a') == ['old']


def test_a_folder_whose_name_is_taken_meanwhile_comes_back(tmp_path, monkeypatch):
    """The last rename fails: the old folder gets its name again."""
    (tmp_path / 'a').mkdir()
    (tmp_path / 'a/old').write_text('old')
    rename = pathlib.Path.rename

    def fails(path, target):
        if path.name.endswith('.tmp'):
            raise OSError(errno.EIO, 'Input/output error')
        return rename(path, target)
    monkeypatch.setattr(pathlib.Path, 'rename', fails)
    with pytest.raises(OSError, match='Input/output'), whole_folder(tmp_path / 'a') as temporary:
        (temporary / 'new').write_text('new')
    assert below(tmp_path) == ['a']
    assert below(tmp_path / 'a') == ['old']


def test_folders_that_a_killed_process_left_are_removed(tmp_path):
    for name in ('.x1y2.tmp', '.x1y2.tmp.old', 'kept'):
        (tmp_path / name).mkdir()
        (tmp_path / name / 'file').write_text('')
    remove_leftovers(tmp_path)
    assert below(tmp_path) == ['kept']


def test_of_what_is_appended_to_a_full_disk_no_part_stays(tmp_path, full_disk):
    path = tmp_path / 'log.csv'
    files.append(path, 'step\n')
    with full_disk(10), pytest.raises(OSError, match='too large.*log.csv'):
        files.append(path, '12345678\n')
    assert path.read_text() == 'step\n'
    files.append(path, '1\n')
    assert path.read_text() == 'step\n1\n'


def test_room_is_asked_for_and_given_back(tmp_path, full_disk):
    files.check_room(tmp_path, 1_000_000)
    with full_disk(1_000), pytest.raises(OSError, match='too large'):
        files.check_room(tmp_path, 1_001)
    with pytest.raises(FileNotFoundError):
        files.check_room(tmp_path / 'none', 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('writing', [files.whole_file, files.whole_folder])
def test_a_read_only_folder_is_no_matter_of_a_temporary_file(tmp_path, monkeypatch, writing):
    """The error names what was to be written; so does the check before the work."""
    def refused(*place, **options):
        raise PermissionError(13, 'Permission denied', str(tmp_path / '.x123.tmp'))
    for name in ('touch', 'mkdir'):
        monkeypatch.setattr(pathlib.Path, name, refused)
    with pytest.raises(PermissionError) as caught, writing(tmp_path / 'a.png'):
        pass
    assert caught.value.filename == str(tmp_path / 'a.png')
    monkeypatch.setattr(tempfile, 'TemporaryFile', refused)
    assert obstacle(tmp_path / 'a.png') == (f'nothing can be written to {tmp_path} '
                                            '(Permission denied)')
