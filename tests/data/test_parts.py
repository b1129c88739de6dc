"""Parts of a data set: what a worker reads, and batches that are the same for any number."""

import io

import cv2
import numpy as np
import pytest

from dcgan_tf import data
from dcgan_tf.data import stream
from dcgan_tf.data.dataset import fingerprint
from dcgan_tf.data.parts import Part, PartBatches
from dcgan_tf.errors import RunError, UsageError

B = 6


def parts(count):
    return [Part(k * B // count, B // count, B) for k in range(count)]


@pytest.fixture
def pictures():
    return np.random.default_rng(0).integers(0, 256, (20, 5, 4, 3), np.uint8)


@pytest.fixture(params=['npz', 'npy', 'folder', 'packed npz'])
def source(request, tmp_path, pictures):
    """(name, path) of the same pictures, in a folder with some files that are none."""
    if request.param == 'folder':
        for i, picture in enumerate(pictures):
            place = tmp_path / 'all' / f'{i % 2}'
            place.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(place / f'{i:02}.png'), picture)
        (tmp_path / 'all' / '0' / '03x.png').write_text('no picture')
        return 'folder', tmp_path / 'all'
    path = tmp_path / f'a.{request.param[-3:]}'
    if request.param == 'npy':
        np.save(path, pictures)
    else:
        save = np.savez_compressed if 'packed' in request.param else np.savez
        save(path, images=pictures, labels=np.arange(20) % 3)
    return 'npz', path


def load(source, folder, part=None):
    name, path = source
    return data.load(name, path, fit=data.ImageFormat(size=(4, 5)), cache=folder / 'cache',
                     part=part)


@pytest.mark.parametrize('count', [1, 2, 3])
def test_the_parts_are_the_whole(source, tmp_path, count):
    whole, found = load(source, tmp_path), [load(source, tmp_path, part) for part in parts(count)]
    assert sum(map(len, found)) == len(whole)
    assert len({each.fingerprint for each in found}) == 1
    assert len({each.n_total for each in found}) == 1
    assert max(map(len, found)) <= -(-found[0].n_total // B) * B // count
    order = np.argsort(np.concatenate([each.indices for each in found]))
    images = np.concatenate([each.images for each in found])[order]
    np.testing.assert_array_equal(images, whole.images)
    if whole.labels is not None:
        labels = np.concatenate([each.labels for each in found])[order]
        np.testing.assert_array_equal(labels, whole.labels)


@pytest.mark.parametrize('replacement', [False, True])
@pytest.mark.parametrize('count', [2, 3, 6])
def test_batches_do_not_depend_on_the_number_of_workers(source, tmp_path, count, replacement):
    def shown(part, step):
        found = load(source, tmp_path, part)
        batches = PartBatches(found.indices, part, seed=3, replacement=replacement)
        return found.images[batches.indices(step)]
    for step in (0, 1, 5, 1000):
        whole = shown(Part(0, B, B), step)
        own = [shown(part, step) for part in parts(count)]
        np.testing.assert_array_equal(np.concatenate(own), whole)


def test_a_row_shows_all_of_its_own_before_any_again():
    batches = PartBatches(np.arange(20), Part(0, B, B), seed=0)
    assert batches.n_images == 20
    shown = np.array([batches.indices(step) for step in range(12)])             # [12, B]
    for row in range(B):
        own = set(range(row, 20, B))
        for first in range(0, 12 - len(own) + 1, len(own)):
            assert set(shown[first:first + len(own), row]) == own
    assert not np.array_equal(shown[:3], shown[3:6])


def test_a_row_without_an_image_is_told():
    with pytest.raises(UsageError, match='row 3 of a batch has no image'):
        PartBatches(np.arange(3), Part(0, B, B), seed=0)
    with pytest.raises(UsageError, match='a worker has no image'):
        data.load('digits', '', part=Part(2000, 1, 4000))


def test_the_fingerprint_of_an_array_is_that_of_the_whole(tmp_path, pictures):
    np.savez(tmp_path / 'a.npz', images=pictures, labels=np.arange(20) % 3)
    found = data.load('npz', tmp_path / 'a.npz', part=Part(1, 1, 3))
    assert found.fingerprint == fingerprint(pictures, np.arange(20) % 3)
    assert found.fingerprint == data.load('npz', tmp_path / 'a.npz').fingerprint


def test_no_more_than_a_block_is_held(pictures):
    """What is asked of the stream at once is as long as one batch."""
    class Watched(io.BytesIO):
        most = 0

        def read(self, n=-1):
            Watched.most = max(Watched.most, n)
            return super().read(n)
    file = io.BytesIO()
    np.save(file, pictures)
    kept, count, _ = stream.read_part(Watched(file.getvalue()), Part(2, 1, 4))
    np.testing.assert_array_equal(kept, pictures[2::4])
    assert count == 20 and Watched.most == 4 * pictures[0].size


@pytest.mark.parametrize('cut', [1, 100, 700])
def test_an_array_that_ends_too_soon_is_refused(tmp_path, pictures, cut):
    np.save(tmp_path / 'a.npy', pictures)
    whole = (tmp_path / 'a.npy').read_bytes()
    (tmp_path / 'a.npy').write_bytes(whole[:-cut])
    with pytest.raises(RunError, match='ends too soon'):
        data.load('npz', tmp_path / 'a.npy', part=Part(0, 1, 2))


def test_arrays_that_cannot_be_read_in_parts(tmp_path, pictures):
    np.save(tmp_path / 'a.npy', np.asfortranarray(pictures))
    with pytest.raises(RunError, match='rows lie in order'):
        data.load('npz', tmp_path / 'a.npy', part=Part(0, 1, 2))
    np.save(tmp_path / 'b.npy', np.float32(pictures))
    with pytest.raises(RunError, match='images are float32'):
        data.load('npz', tmp_path / 'b.npy', part=Part(0, 1, 2))


def test_a_part_may_have_none_of_a_class(tmp_path, pictures):
    for i, name in enumerate('abc'):
        (tmp_path / 'all' / name).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / 'all' / name / 'x.png'), pictures[i])
    found = data.load('folder', tmp_path / 'all', cache=tmp_path / 'c', part=Part(2, 1, 3))
    assert (len(found), found.labels.tolist(), found.class_names) == (1, [2], ('a', 'b', 'c'))
