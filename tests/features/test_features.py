"""What stands for a picture: each row of FEATURES, the cache of the classifier, the mistakes."""

import shutil
import tracemalloc

import numpy as np
import pytest

from dcgan_tf.config import FEATURES
from dcgan_tf.data import ImageFormat, held_out
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.stacked_mnist import StackedImages
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.features import OPENERS, _read, open_features
from dcgan_tf.features.classifier import FEATURES as WIDTH
from dcgan_tf.features.classifier import Classifier
from tests.helpers import assert_same


@pytest.fixture(scope='session')
def trained(stripes, tmp_path_factory):
    """(the cache of a classifier made from 400 pictures, what it saw in 100 others, its note)"""
    cache = tmp_path_factory.mktemp('trained')
    with open_features('classifier', stripes(400, 0), stripes(100, 1), cache=cache,
                       threads=1) as features:
        return cache, features.of(stripes(100, 1).images), features.note


@pytest.fixture
def cache(trained, tmp_path):
    """A copy of that cache, for this test."""
    return shutil.copytree(trained[0], tmp_path / 'cache')


@pytest.fixture
def seen(stripes, cache, graph_file):
    """seen(name, images) -> (ImageFeatures, Features) by features made from 400 pictures."""
    def see(name, images):
        with open_features(name, stripes(400, 0), stripes(100, 1), cache=cache,
                           threads=1, weights=graph_file if FEATURES[name].weights else None
                           ) as features:
            return features.of(images), features
    return see


def test_the_tables_agree():
    assert list(OPENERS) == list(FEATURES)


def test_the_classifier_learns(stripes, trained):
    test, (_, (features, probabilities), note) = stripes(100, 1), trained
    assert features.shape == (100, WIDTH) and probabilities.shape == (100, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    right = (probabilities.argmax(axis=1) == test.labels).mean()
    assert right > 0.95
    assert note == f'classifier of npz, right on {right:.2%} of 100 held-out pictures'


@pytest.mark.parametrize('name', FEATURES)
def test_a_picture_is_seen_by_itself_and_again_the_same(stripes, seen, name):
    images = stripes(600, 2).images                       # more than one run of the network
    (all_, _), row = seen(name, images)
    (alone, _), _ = seen(name, images[550:551])
    assert all_.dtype == np.float32 and all_.shape[0] == 600 and all_.std(axis=0).max() > 0
    np.testing.assert_allclose(all_[550:551], alone, rtol=1e-4, atol=1e-5)
    assert row.name == name and row.note


def test_pixels_become_floats_a_part_at_a_time(stripes, tmp_path):
    """All 4,000 pictures of 32x32 at once would be 16 MB as floats."""
    few, many = (stripes(n, 0) for n in (100, 4_000))
    few, many = (x.replace_images(x.images.repeat(4, 1).repeat(4, 2)) for x in (few, many))
    with open_features('pixels', few, few, cache=tmp_path) as row:
        tracemalloc.start()
        row.of(many.images)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 10e6


def test_a_trained_classifier_is_kept(stripes, seen, trained, monkeypatch):
    monkeypatch.setattr(Classifier, 'train', lambda *_, **__: pytest.fail('trained again'))
    again, kept = seen('classifier', stripes(100, 1).images)
    np.testing.assert_array_equal(trained[1].features, again.features)
    assert kept.note == trained[2]


def compressed_otherwise(path):
    content = bytearray(path.read_bytes())
    for head, method in ((b'PK\x03\x04', 8), (b'PK\x01\x02', 10)):
        content[content.index(head) + method] = 99
    path.write_bytes(content)


DAMAGES = {
    'note': lambda place: (place / 'note.json').write_text('{"accuracy": "much"}'),
    'no note': lambda place: (place / 'note.json').unlink(),
    'half': lambda place: (place / 'weights.npz').write_bytes(b'PK half'),
    'compressed': lambda place: compressed_otherwise(place / 'weights.npz'),
    'no archive': lambda place: (place / 'weights.npz').write_bytes(b'\x93NUMPY'),
    'other': lambda place: np.savez(place / 'weights.npz', other=np.zeros(3)),
}


def test_every_damage_is_noticed(trained, tmp_path):
    """Then nothing is read: the network keeps its weights."""
    place, = trained[0].iterdir()
    with Classifier((8, 8, 1), 3, threads=1) as network:
        before = network.weights()
        for name, damage in DAMAGES.items():
            copy = shutil.copytree(place, tmp_path / name)
            damage(copy)
            assert _read(copy, network) is None, name
            assert_same(network.weights(), before)
        assert _read(place, network) > 0.95


def test_a_damaged_one_is_trained_again(stripes, seen, cache, trained):
    place, = cache.iterdir()
    DAMAGES['half'](place)
    again, _ = seen('classifier', stripes(100, 1).images)
    np.testing.assert_array_equal(trained[1].features, again.features)


def test_other_data_has_another_classifier(stripes, cache):
    with open_features('classifier', stripes(20, 5), stripes(50, 1), cache=cache, threads=1):
        assert len(list(cache.iterdir())) == 2


def test_the_classifier_does_not_learn_held_out_pictures(stripes, tmp_path, monkeypatch):
    """With another share it is another classifier."""
    learnt, data = [], stripes(60, 0)
    monkeypatch.setattr(Classifier, 'train', lambda self, images, labels, **_: learnt.append(
        [image.tobytes() for image in images]))
    for share, n in ((0.1, 54), (0.2, 48)):
        part = held_out.divided(data, share)
        with open_features('classifier', *held_out.split(part, '', ImageFormat())[:2],
                           cache=tmp_path, threads=1) as row:
            assert row.note.endswith(f'of {60 - n} held-out pictures')
        assert len(learnt[-1]) == n
        assert not {image.tobytes() for image in part.held_out.images} & set(learnt[-1])
    assert len(list(tmp_path.iterdir())) == len(learnt) == 2


def test_mistakes(stripes, tmp_path):
    bare = stripes(20, 0, labelled=False)
    with pytest.raises(UsageError, match='need a data set with labels, and npz has none: choose '
                                         'random or pixels'):
        open_features('classifier', bare, bare, cache=tmp_path)
    with pytest.raises(UsageError, match="features 'sight' is unknown: expected classifier"):
        open_features('sight', bare, bare, cache=tmp_path)
    for name in ('random', 'pixels'):
        with open_features(name, bare, bare, cache=tmp_path) as features:
            assert features.of(bare.images).probabilities is None


def test_a_read_only_cache_with_another_classifier(stripes, cache, monkeypatch):
    """It is found out before the minutes of training."""
    def read_only(**_):
        raise OSError(30, 'Read-only file system')
    monkeypatch.setattr('tempfile.TemporaryFile', read_only)
    monkeypatch.setattr(Classifier, 'train', None)
    with (pytest.raises(RunError, match=f'cache {cache}: nothing can be written to'),
          open_features('classifier', stripes(20, 5), stripes(50, 1), cache=cache, threads=1)):
        pass


def test_a_cache_that_cannot_be_written(stripes, tmp_path):
    (tmp_path / 'cache').write_text('a file')
    with (pytest.raises(RunError, match='cache .*cache is a file: expected a folder'),
          open_features('classifier', stripes(20, 0), stripes(20, 1), cache=tmp_path / 'cache')):
        pass


def test_a_stacked_picture_is_judged_a_channel_at_a_time(stripes, cache, monkeypatch):
    """By the classifier of the grey pictures: the class abc has channels of classes a, b, c."""
    monkeypatch.setattr('dcgan_tf.features.CHUNK', 25)               # of 60 pictures
    def stacked(grey, n):
        triples = np.random.default_rng(len(grey)).integers(len(grey), size=(n, 3))
        images = StackedImages(grey, triples.astype(np.int32))
        return Dataset('stacked_mnist', images, np.zeros(n, np.int32), ('a', 'b'), None), triples
    (train, _), (test, triples) = stacked(stripes(400, 0), 40), stacked(stripes(100, 1), 60)
    with open_features('classifier', train, test, cache=cache, threads=1) as features:
        assert features.note.endswith(' of 100 held-out pictures, a channel at a time')
        seen = features.of(test.images)
    assert seen.features.shape == (60, 3 * WIDTH) and seen.probabilities.shape == (60, 27)
    np.testing.assert_allclose(seen.probabilities.sum(axis=1), 1, rtol=1e-4)
    told = np.stack(np.unravel_index(seen.probabilities.argmax(axis=1), (3, 3, 3)), axis=1)
    assert (told == stripes(100, 1).labels[triples]).all(axis=1).mean() > 0.9
