"""The forms in which fit takes its images: arrays, data sets, objects, tf.data."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.data.dataset import Dataset, fingerprint
from dcgan_tf.data.indexable import Indexable
from dcgan_tf.errors import UsageError
from dcgan_tf.fit import stream
from dcgan_tf.run_folder import run_folder
from tests.helpers import assert_same, values

CGAN = {'type': 'cgan', 'class_names': ('a', 'b')}


class Sorted:
    """Like an h5py array: of a list of indices, it takes only a sorted one of different numbers."""

    def __init__(self, images):
        self._images, self.shape, self.asked = images, images.shape, []

    def __len__(self):
        return len(self._images)

    def __getitem__(self, indices):
        assert isinstance(indices, list) and indices == sorted(set(indices))
        self.asked.append(len(indices))
        return self._images[indices]


class OneByOne(Sorted):
    """Like a list: it takes one index."""

    def __getitem__(self, index):
        if isinstance(index, list):
            raise TypeError('list indices must be integers')
        return self._images[index]


@pytest.fixture
def fit(finished, no_plot):
    """fit(config, data, ...) -> the GAN after `fit`."""
    def fit(config, data, **options):
        gan = finished(config)
        gan.fit(data, progress=False, **options)
        return gan
    return fit


@pytest.mark.parametrize('kind', [Sorted, OneByOne])
def test_an_object_is_read_as_it_is_needed(fit, one_layer, images, kind, tmp_path):
    """To the bits of an array, also with replacement, where an image may come twice."""
    source, config = kind(images), one_layer(replacement=True, epochs=5)
    gan = fit(config, source, run=tmp_path / 'run')
    assert_same(values(gan), values(fit(config, images)))
    assert max(source.asked, default=0) <= len(images)
    assert run_folder.open_run(tmp_path / 'run').record['data'] == {
        'name': 'arrays', 'images': [10, 8, 8, 1], 'fingerprint': fingerprint(images, None)}


def test_an_object_is_indexed_like_an_array(images):
    found = Indexable(Sorted(images))
    assert len(found) == 10 and found.shape == images.shape and found.dtype == np.uint8
    for key in (3, -1, slice(2, 7, 2), np.array([5, 1, 5, 0]), np.int64(4)):
        np.testing.assert_array_equal(found[key], images[key])
    assert [image.sum() for image in found] == [image.sum() for image in images]


def test_a_tensor_is_an_array(fit, one_layer, images):
    assert_same(values(fit(one_layer(), tf.constant(images))), values(fit(one_layer(), images)))


@pytest.mark.parametrize(('source', 'match'), [
    (Sorted(np.zeros([4, 8, 8], np.uint8)), r'shape \(4, 8, 8\)'),
    (Sorted(np.zeros([4, 8, 8, 1])), 'of them came as float64')], ids=['rank', 'type'])
def test_an_object_of_another_kind_is_refused(fit, one_layer, source, match):
    with pytest.raises(UsageError, match=match):
        fit(one_layer(), source)


def test_a_fingerprint_in_parts_is_that_of_the_whole(images, monkeypatch):
    whole = fingerprint(images, None)
    monkeypatch.setattr('dcgan_tf.data.dataset.CHUNK', 3)
    assert fingerprint(images, None) == whole == fingerprint(Indexable(Sorted(images)), None)


@pytest.mark.parametrize('batched', [False, True])
def test_a_stream_of_images(fit, one_layer, images, batched):
    """In the order of tf.data, over and over again, without the rest of a pass."""
    data = tf.data.Dataset.from_tensor_slices(images)
    gan = fit(one_layer(epochs=5), data.batch(3) if batched else data)
    order = np.concatenate([images] * 2)
    assert gan.steps_done() == 5
    made = stream.Stream(data.batch(3) if batched else data, gan.config)
    for i in range(5):
        np.testing.assert_array_equal(made.batch()[0], order[4 * i:4 * i + 4])
    assert made.n_images == (float('inf') if batched else 10)


def test_a_stream_with_labels(fit, one_layer, images, tmp_path, caplog):
    labels = np.arange(10) % 2
    data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(10)
    config = one_layer(epochs=2, **CGAN)
    fit(config, data, run=tmp_path / 'run')
    assert not caplog.records
    gan = fit(config, data, run=tmp_path / 'run', steps=2)
    assert gan.steps_done() == 4
    assert 'from step 2 on, the bits differ' in caplog.text
    with pytest.raises(UsageError, match='is not the one .* to fit, which got it as tf.data'):
        fit(config, images, labels=labels, run=tmp_path / 'run')


def test_the_examples_of_a_stream_have_every_class(one_layer, images, monkeypatch):
    monkeypatch.setattr(stream, 'EXAMPLES', 4)
    labels = np.array([0] * 8 + [1, 1])
    made = stream.Stream(tf.data.Dataset.from_tensor_slices((images, labels)), one_layer(**CGAN))
    assert made.labels.tolist() == [0] * 8 + [1, 1]
    endless = stream.Stream(tf.data.Dataset.from_tensor_slices(images).repeat(), one_layer())
    assert len(endless.images) == 4 and endless.n_images == float('inf')


@pytest.mark.parametrize(('elements', 'match'), [
    (lambda x: {'image': x}, 'expected images uint8'), (lambda x: x[0], 'expected images uint8'),
    (lambda x: (x, 0, 0), 'expected images uint8'), (lambda x: tf.cast(x, tf.float32), 'float32'),
    (lambda x: (x, 7), 'labels from 7 to 7: expected 0 to 1|labels: '),
    (lambda x: x, 'labels None: a cgan needs pairs'),
    (lambda x: (x, [1, 0]), 'labels TensorSpec.*needs pairs'), (lambda x: (x, 0.5), 'with labels')])
def test_a_stream_of_something_else_is_refused(fit, one_layer, images, elements, match):
    data = tf.data.Dataset.from_tensor_slices(images).map(elements)
    with pytest.raises(UsageError, match=match):
        fit(one_layer(**CGAN) if 'labels' in match else one_layer(), data)


def test_a_data_set_has_its_labels(fit, one_layer, images):
    with pytest.raises(UsageError, match='leave labels'):
        fit(one_layer(), Dataset('npz', images, None, (), None), labels=np.arange(10))
