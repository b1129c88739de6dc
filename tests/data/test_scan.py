"""Classes, files and what is left out of a folder, whatever the names are."""

import contextlib
import os

import pytest

from dcgan_tf.data.pictures.scan import scan
from dcgan_tf.errors import RunError, UsageError
from tests.cases import cases

ODD_NAMES = ['写真 顔.jpg', '😀.png', "-rf it's 100% #1; ok.jpg", 'a\tb.jpg', 'a\nb.jpg', 'x' * 250,
             'no ending', 'back\\slash', '*?[a]', ' leading', os.fsdecode(b'bad\xff\xfe.jpg')]


def grown(root, *names):
    """Files of one byte, and folders where a name ends with a slash."""
    for name in names:
        path = root / name
        (path if name.endswith('/') else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith('/'):
            path.write_bytes(b'x')
    return root


def names(found):
    return [file.name for file in found.files]


def test_sub_folders_are_classes_in_the_order_of_their_names(tmp_path):
    found = scan(grown(tmp_path, 'dog/2', 'dog/10', 'cat/z', 'Ant/q'))
    assert found.class_names == ('Ant', 'cat', 'dog')
    assert [(file.name, file.label) for file in found.files] == [
        ('Ant/q', 0), ('cat/z', 1), ('dog/10', 2), ('dog/2', 2)]
    assert found.left_out == []


def test_a_flat_folder_is_one_class_of_its_own_name(tmp_path, monkeypatch):
    grown(tmp_path / 'faces', 'b', 'a')
    for given in (tmp_path / 'faces', str(tmp_path / 'faces') + '/'):
        found = scan(given)
        assert found.class_names == ('faces',)
        assert [(file.name, file.label) for file in found.files] == [('a', 0), ('b', 0)]
    monkeypatch.chdir(tmp_path / 'faces')
    assert scan('.').class_names == ('faces',)


def test_size_and_time_of_a_file_are_noted(tmp_path):
    path = grown(tmp_path, 'a') / 'a'
    path.write_bytes(b'12345')
    os.utime(path, ns=(0, 1_234_567_890_123_456_789))
    assert scan(tmp_path).files == [('a', 0, 5, 1_234_567_890_123_456_789, True)]


def test_a_file_that_this_user_may_not_read_is_noted(tmp_path, monkeypatch):
    monkeypatch.setattr(os, 'access', lambda path, mode: path.name != 'b' or mode != os.R_OK)
    assert [file.readable for file in scan(grown(tmp_path, 'a', 'b')).files] == [True, False]


@cases('cache', ['in/cache', 'in/other/../cache', 'link'])
def test_what_this_program_writes_is_no_class(tmp_path, cache):
    grown(tmp_path / 'in', 'a/1', 'cache/in-0123/images.npy', 'other/2', 'results/run/config.json')
    (tmp_path / 'link').symlink_to(tmp_path / 'in' / 'cache')
    found = scan(tmp_path / 'in', ours=(tmp_path / cache, tmp_path / 'in/results', 'no/such'))
    assert found.class_names == ('a', 'other')
    assert found.left_out == [('cache', 'written by this program'),
                              ('results', 'written by this program')]


@cases(('names', 'refused'), [
    (['1.jpg', 'empty/'], True), (['1.jpg', '2.PNG', 'old/3'], True), (['1.jpg', 'a/2'], False),
    (['readme.txt', 'list.tsv', 'a/1'], False)])
def test_more_pictures_beside_the_classes_than_in_them_are_pointed_out(tmp_path, names, refused):
    for name in names:
        grown(tmp_path, name)
    with (pytest.raises(UsageError, match=f"folder '{tmp_path}': .*'1.jpg' next to '")
          if refused else contextlib.nullcontext()):
        assert scan(tmp_path).class_names == ('a',)


def test_files_beyond_the_number_are_counted(tmp_path):
    grown(tmp_path, 'a/1', 'a/2', 'a/3', 'b/4')
    assert (scan(tmp_path, 1).skipped, scan(tmp_path).skipped) == (2, 0)


@cases('name', ODD_NAMES)
@cases('folder', ['', 'class'])
def test_an_odd_name_is_a_name(tmp_path, name, folder):
    assert names(scan(grown(tmp_path, f'{folder}/{name}'.lstrip('/')))) == [
        f'{folder}/{name}'.lstrip('/')]


@cases(('extra', 'left_out'), [
    ('.DS_Store', ('.DS_Store', 'hidden')),
    ('a/.hidden.jpg', ('a/.hidden.jpg', 'hidden')),
    ('.git/config', ('.git', 'hidden')),
    ('a/.thumbs/1', ('a/.thumbs', 'hidden')),
    ('beside.jpg', ('beside.jpg', 'beside the class folders')),
    ('a/deep/1', ('a/deep/', 'a folder inside a class folder')),
])
def test_what_is_left_out_is_named_with_the_reason(tmp_path, extra, left_out):
    found = scan(grown(tmp_path, 'a/1', 'b/2', extra))
    assert (names(found), found.class_names) == (['a/1', 'b/2'], ('a', 'b'))
    (name, why), = found.left_out
    assert name == left_out[0]
    assert left_out[1] in why


@cases('make', [
    os.mkfifo,
    lambda path: path.symlink_to('missing'),
    lambda path: path.symlink_to(path.name),
])
@cases('folder', ['', 'class'])
def test_what_is_no_file_is_left_out(tmp_path, make, folder):
    grown(tmp_path, f'{folder}/picture'.lstrip('/'))
    make(tmp_path / folder / 'odd')
    found = scan(tmp_path)
    assert len(found.files) == 1
    assert found.left_out == [(f'{folder}/odd'.lstrip('/'), 'not a regular file')]


def test_links_to_files_and_folders_are_followed_and_loops_end(tmp_path):
    grown(tmp_path / 'there', '1')
    grown(tmp_path / 'data', 'a/2')
    (tmp_path / 'data/b').symlink_to(tmp_path / 'there')
    (tmp_path / 'data/a/3').symlink_to(tmp_path / 'there/1')
    (tmp_path / 'data/a/loop').symlink_to(tmp_path / 'data')
    found = scan(tmp_path / 'data')
    assert names(found) == ['a/2', 'a/3', 'b/1']
    assert found.left_out == [('a/loop/', 'a folder inside a class folder')]


def test_file_num_takes_the_first_of_each_class(tmp_path):
    grown(tmp_path, 'a/1', 'a/2', 'a/3', 'b/4')
    assert names(scan(tmp_path, 2)) == ['a/1', 'a/2', 'b/4']
    assert len(scan(tmp_path, 0).files) == 4


def test_an_empty_class_is_a_class_all_the_same(tmp_path):
    assert scan(grown(tmp_path, 'a/1', 'b/')).class_names == ('a', 'b')


@cases('inside', [[], ['.hidden'], ['a/', 'b/'], ['a/.hidden']])
def test_a_folder_without_files_is_a_usage_error(tmp_path, inside):
    with pytest.raises(UsageError, match=f"folder '{tmp_path}' has no file"):
        scan(grown(tmp_path, *inside))


@cases(('name', 'why'), [
    ('missing', 'there is no such folder; expected a folder of pictures .--folder; .*data-dir.$'),
    ('file', 'it is a file; expected'), ('x' * 300, 'there is no such folder; expected'),
    ('file/below', "there is no folder '.*file' either; expected"),
    ('fotos', r'there is no such folder; .*; did you mean photos\?')])
def test_no_folder_is_a_usage_error(tmp_path, name, why):
    grown(tmp_path, 'file', 'photos/1', 'totally other/1')
    with pytest.raises(UsageError, match=f"folder '{tmp_path / name}': {why}"):
        scan(tmp_path / name)


@cases('name', ['a\nb', 'a\tb', '\x1b[31m', os.fsdecode(b'\xff')])
def test_a_class_that_cannot_be_printed_is_a_usage_error(tmp_path, name):
    with pytest.raises(UsageError, match='cannot be printed: rename it') as caught:
        scan(grown(tmp_path, f'{name}/1', 'fine/2'))
    assert str(caught.value).isprintable()


def test_a_folder_that_cannot_be_read_is_a_run_error(tmp_path, monkeypatch):
    def denied(path):
        raise PermissionError(13, 'Permission denied')

    grown(tmp_path, 'a/1')
    monkeypatch.setattr('pathlib.Path.iterdir', denied)
    with pytest.raises(RunError, match=f'{tmp_path}: Permission denied'):
        scan(tmp_path)


def test_what_cannot_be_looked_at_is_left_out(tmp_path, monkeypatch):
    def denied(path, **_):
        if path.name == 'a':
            raise PermissionError(13, 'Permission denied')
        return looked_at(path)

    looked_at = type(tmp_path).stat
    grown(tmp_path, 'a', 'b')
    monkeypatch.setattr('pathlib.Path.stat', denied)
    found = scan(tmp_path)
    assert names(found) == ['b']
    assert found.left_out == [('a', 'Permission denied')]
