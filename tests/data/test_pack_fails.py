"""A pack that cannot be made is one error with an explanation, and nothing of it is left."""

import contextlib
import warnings

import cv2
import numpy as np
import pytest
from packing import below, made

from dcgan_tf.data.pictures import pack_images
from dcgan_tf.data.pictures.header import Refused
from dcgan_tf.data.pictures.pack import open_pack
from dcgan_tf.errors import RunError, UsageError


@pytest.fixture
def log_level():
    """OpenCV's during the test: not that of another test that failed."""
    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    yield cv2.utils.logging.LOG_LEVEL_ERROR
    cv2.utils.logging.setLogLevel(before)


@pytest.mark.parametrize(('good', 'bad', 'problem'), [
    ((2, 1), {'a': 4}, '4 of 7 files'),
    ((2, 1), {'a': 3}, None),
    ((2,), {'b': 1}, "class 'b' has no picture that can be used"),
    ((2, 1), {'c': 0}, "class 'c' has no picture that can be used"),
    ((), {'a': 2}, '2 of 2 files cannot be used'),
], ids=str)
def test_too_few_pictures_stop_with_an_explanation(pictures, good, bad, problem):
    folder = pictures(*good)
    for name, n in bad.items():
        (folder / name).mkdir(exist_ok=True, parents=True)
        for i in range(n):
            (folder / name / f'bad{i}').write_bytes(b'no picture')
    with contextlib.nullcontext() if problem is None else pytest.raises(UsageError) as caught:
        made(folder)
    if problem:
        assert problem in str(caught.value)
        assert 'rejected.tsv' in str(caught.value)
        assert below(folder.parent / 'cache') == ['rejected.tsv']


def test_pictures_that_lie_too_deep_are_pointed_out(tmp_path):
    (tmp_path / 'in/train/cat').mkdir(parents=True)
    with pytest.raises(UsageError, match="folders deeper inside, such as 'train/cat/'"):
        made(tmp_path / 'in')


@pytest.mark.parametrize('error', [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_no_pack_and_no_temporary_file(
        pictures, monkeypatch, log_level, error):
    def interrupted(path, fit):
        if path.stem == '005':
            raise error
        return np.zeros([6, 8, 3], np.uint8)

    folder = pictures(9)
    monkeypatch.setattr(pack_images, 'decode', interrupted)
    with pytest.raises(error):
        made(folder)
    assert below(folder.parent / 'cache') == []
    assert cv2.utils.logging.getLogLevel() == log_level


@pytest.mark.parametrize('room', [100, 3000, 30_000])
def test_a_full_disk_is_a_run_error_and_leaves_no_pack(pictures, full_disk, room):
    folder = pictures(250)                                   # 36 kB of pixels, 1 kB of labels
    with full_disk(room), pytest.raises(RunError, match='images.npy: .* large; decoded pictures'):
        made(folder)
    assert below(folder.parent / 'cache') == []


@pytest.mark.parametrize('name', ['rejected.tsv', 'pack.json'])
def test_a_file_that_cannot_be_written_is_a_run_error_and_no_pack(pictures, monkeypatch, name):
    def full(path):
        if path.suffix and name.endswith(path.suffix):
            raise OSError(28, 'No space left on device')

    folder = pictures(2)
    monkeypatch.setattr('dcgan_tf.files.sync', full)
    with pytest.raises(RunError, match=f'{name}: No space left on device; decoded'):
        made(folder)
    where, = (folder.parent / 'cache').iterdir()
    assert open_pack(where) is None
    assert not [path for path in below(where) if path.startswith('.')]


def test_a_cache_that_cannot_be_made_is_a_run_error(pictures):
    folder = pictures(2)
    (folder.parent / 'cache').write_bytes(b'a file')
    with pytest.raises(RunError, match='kept in the cache .--cache-folder'):
        made(folder)


def test_logging_and_warnings_are_as_before(pictures, monkeypatch, log_level):
    def loud(path, fit):
        seen.append(cv2.utils.logging.getLogLevel())
        warnings.warn('about one file', stacklevel=1)
        raise Refused('no')

    seen, folder = [], pictures(2)
    filters = list(warnings.filters)
    monkeypatch.setattr(pack_images, 'decode', loud)
    with pytest.raises(UsageError):
        made(folder)
    assert seen == [cv2.utils.logging.LOG_LEVEL_SILENT] * 2
    assert (cv2.utils.logging.getLogLevel(), warnings.filters) == (log_level, filters)
