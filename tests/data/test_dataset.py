"""Dataset refuses what does not fit together; Batches is a pure function of (seed, step)."""

import numpy as np
import pytest

from dcgan_tf.data.dataset import Batches, Dataset
from dcgan_tf.errors import UsageError
from tests.cases import cases


def numbered(n):
    """[n, 1, 2, 1] uint8: both pixels of image i are i."""
    return np.repeat(np.arange(n, dtype=np.uint8), 2).reshape(n, 1, 2, 1)


def parts(**changed):
    """What a good Dataset of 4 images and 2 classes is made of, with some parts changed."""
    good = {'name': 'tiny', 'images': numbered(4), 'labels': np.array([0, 1, 1, 0], np.int32),
            'class_names': ('a', 'b'), 'folder': None}
    return good | changed


def test_a_good_dataset_knows_its_length():
    assert len(Dataset(**parts())) == 4
    assert len(Dataset(**parts(labels=None, class_names=()))) == 4


@cases('changed', [
    {'class_names': ('a',)},
    {'labels': None},
    {'images': numbered(4).astype(np.float32)},
    {'images': numbered(4)[..., 0]},
    {'images': numbered(0)},
    {'images': numbered(4).tolist()},
    {'images': numbered(5)},
    {'labels': np.array([0, 1, 1, 0])},
    {'labels': np.array([[0], [1], [1], [0]], np.int32)},
    {'labels': np.array([0, 1, -1, 0], np.int32)},
    {'labels': np.array([0, 1, 2, 0], np.int32)},
])
def test_parts_that_do_not_fit_are_refused(changed):
    with pytest.raises(ValueError, match='Dataset: '):
        Dataset(**parts(**changed))


def test_fingerprint_is_of_shape_pixels_and_labels_alone():
    fingerprint = Dataset(**parts()).fingerprint
    brighter = numbered(4).copy()
    brighter[3, 0, 1, 0] += 1
    same = [parts(name='other'), parts(folder='elsewhere'), parts(class_names=('x', 'y')),
            parts(images=numbered(8)[::2] // 2)]
    other = [parts(images=brighter), parts(images=numbered(4).reshape(4, 2, 1, 1)),
             parts(labels=np.array([1, 1, 1, 0], np.int32)), parts(labels=None, class_names=())]
    assert len(fingerprint) == 64
    assert {Dataset(**each).fingerprint for each in same} == {fingerprint}
    assert len({Dataset(**each).fingerprint for each in other} | {fingerprint}) == 5


@cases(('n', 'size'), [(7, 3), (6, 3), (5, 5), (9, 1)])
def test_every_pass_shows_every_image_once(n, size):
    batches = Batches(numbered(n), size, seed=1)
    seen = np.concatenate([batches.indices(step) for step in range(4 * n)]).reshape(-1, n)
    assert (np.sort(seen, axis=1) == np.arange(n)).all()
    assert len({tuple(order) for order in seen}) > 1 or n == 1


@cases('replacement', [False, True])
def test_a_batch_depends_on_seed_and_step_alone(replacement):
    def fresh(seed):
        return Batches(numbered(50), 20, seed=seed, replacement=replacement)

    straight, backwards = fresh(3), fresh(3)
    forth = [straight.batch(step) for step in range(9)]
    back = [backwards.batch(step) for step in reversed(range(9))][::-1]
    assert np.array_equal(forth, back)
    assert np.array_equal(fresh(3).batch(np.int64(8)), forth[8])
    assert not np.array_equal(fresh(4).batch(0), forth[0])
    assert not np.array_equal(forth[1], forth[0])


def test_a_batch_holds_the_images_of_its_indices():
    batches = Batches(numbered(9), 4, seed=0)
    batch = batches.batch(2)
    assert batch.shape == (4, 1, 2, 1)
    assert batch.dtype == np.uint8
    assert batch[:, 0, 0, 0].tolist() == batches.indices(2).tolist()


def test_changing_a_batch_changes_nothing_else():
    batches = Batches(numbered(9), 4, seed=0)
    before = batches.batch(0).copy()
    batches.batch(0)[:] = 255
    assert np.array_equal(batches.batch(0), before)
    with pytest.raises(ValueError, match='read-only'):
        batches.indices(0)[0] = 1


def test_with_replacement_images_repeat_within_a_pass():
    batches = Batches(numbered(20), 20, seed=0, replacement=True)
    assert len(set(batches.indices(0))) < 20


@cases('size', [11, 0, -1])
def test_a_batch_that_cannot_be_filled_is_refused(size):
    with pytest.raises(UsageError, match=f'--batch-size {size} .* 10'):
        Batches(numbered(10), size, seed=0)
