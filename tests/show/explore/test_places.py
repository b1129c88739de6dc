"""A page names runs by keys, so that no request leads out of the folder of runs."""

import os

import pytest

from dcgan_tf.show.explore.places import (
    NoSuchRunError,
    OneRun,
    ResultsFolder,
    file_in,
    key_of,
)

NAMES = ['a <b>"c\' & d', 'ünï çode \U0001f600', ' space ', '%2e%2e', '..a', 'a?b#c', 'line\nbreak']


@pytest.fixture
def results(tmp_path):
    """A folder of runs with odd names, next to one that is outside of it."""
    for name in NAMES:
        (tmp_path / 'results' / name).mkdir(parents=True)
        (tmp_path / 'results' / name / 'log.csv').touch()
    (tmp_path / 'outside').mkdir()
    (tmp_path / 'outside' / 'log.csv').touch()
    return ResultsFolder(tmp_path / 'results')


def test_every_name_has_a_key(results):
    keys = {key_of(path) for path in results.runs()}
    assert len(keys) == len(NAMES) - 1                        # a hidden folder is no run
    for path in results.runs():
        assert results.find(key_of(path)) == path
        assert key_of(path).isalnum() and key_of(path).isascii()


def test_nothing_else_is_found(results):
    (results.path / 'no run').mkdir()
    for key in ('', '..', '../outside', 'outside', 'no run', NAMES[0], '\x00', 'x' * 9999,
                key_of(results.path / 'no run'), key_of(results.path.parent / 'outside')):
        with pytest.raises(NoSuchRunError, match='not there'):
            results.find(key)


def test_a_run_or_the_folder_that_was_removed(results):
    path = results.path / NAMES[0]
    (path / 'log.csv').unlink()
    with pytest.raises(NoSuchRunError):
        results.find(key_of(path))
    assert ResultsFolder(results.path / 'gone').runs() == []
    one = OneRun(results.path / NAMES[1])
    assert one.find('') == one.path
    for key in (key_of(one.path), '..'):
        with pytest.raises(NoSuchRunError):
            one.find(key)
    (one.path / 'log.csv').unlink()
    with pytest.raises(NoSuchRunError):
        one.find('')
    assert OneRun(None).find('') is None


@pytest.mark.skipif(not hasattr(os, 'fchmod'), reason='a file system that takes all bytes as names')
def test_a_name_that_is_no_utf8(results):
    path = results.path / os.fsdecode(b'\xff\xfe')
    try:
        path.mkdir()
    except OSError:
        pytest.skip('this file system takes only UTF-8')
    (path / 'log.csv').touch()
    assert results.find(key_of(path)) == path


def test_links_that_lead_out_of_a_run_are_no_files(results, tmp_path):
    run = results.runs()[0]
    (tmp_path / 'secret').write_text('secret')
    (run / 'images').mkdir()
    (run / 'images' / 'fake_000001.png').symlink_to(tmp_path / 'secret')
    (run / 'inside.csv').symlink_to(run / 'log.csv')
    assert file_in(run, 'inside.csv') == run / 'inside.csv'
    for names in (('images', 'fake_000001.png'), ('..', '..', 'secret'), ('images',), ('none',),
                  ('\x00',), ('x' * 300,)):
        assert file_in(run, *names) is None
    os.mkfifo(run / 'metrics.csv')
    assert file_in(run, 'metrics.csv') is None                # to read it would take for ever
    linked = results.path / 'linked'
    linked.symlink_to(tmp_path / 'outside')                   # a whole run may lie on another disk
    assert file_in(linked, 'log.csv') == linked / 'log.csv'
