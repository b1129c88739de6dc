"""What stands for a picture: each row of FEATURES, the cache of the classifier, the mistakes."""

import tracemalloc

import numpy as np
import pytest

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.features import FEATURES, open_features
from dcgan_tf.features.classifier import FEATURES as WIDTH
from dcgan_tf.features.classifier import Classifier


@pytest.fixture
def seen(stripes, tmp_path, graph_file):
    """seen(name, images) -> (Seen, Features) by features made from 400 pictures."""
    def see(name, images):
        with open_features(name, stripes(400, 0), stripes(100, 1), cache=tmp_path / 'cache',
                           threads=1, weights=graph_file if FEATURES[name].weights else None
                           ) as features:
            return features.of(images), features
    return see


def test_the_classifier_learns(stripes, seen):
    test = stripes(100, 1)
    (features, probabilities), row = seen('classifier', test.images)
    assert features.shape == (100, WIDTH) and probabilities.shape == (100, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    right = (probabilities.argmax(axis=1) == test.labels).mean()
    assert right > 0.95
    assert row.note == (f'classifier of npz, right on {right:.2%} of 100 held-out pictures')


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


def test_a_trained_classifier_is_kept(stripes, seen, monkeypatch):
    images = stripes(50, 3).images
    first, row = seen('classifier', images)
    monkeypatch.setattr(Classifier, 'train', lambda *_, **__: pytest.fail('trained again'))
    again, kept = seen('classifier', images)
    np.testing.assert_array_equal(first.features, again.features)
    assert kept.note == row.note


def compressed_otherwise(path):
    content = bytearray(path.read_bytes())
    for head, method in ((b'PK\x03\x04', 8), (b'PK\x01\x02', 10)):
        content[content.index(head) + method] = 99
    path.write_bytes(content)


@pytest.mark.parametrize('damage', [
    lambda place: (place / 'note.json').write_text('{"accuracy": "much"}'),
    lambda place: (place / 'note.json').unlink(),
    lambda place: (place / 'weights.npz').write_bytes(b'PK half'),
    lambda place: compressed_otherwise(place / 'weights.npz'),
    lambda place: (place / 'weights.npz').write_bytes(b'\x93NUMPY'),
    lambda place: np.savez(place / 'weights.npz', other=np.zeros(3)),
], ids=['note', 'no note', 'half', 'compressed', 'no archive', 'other'])
def test_a_damaged_one_is_trained_again(stripes, seen, tmp_path, damage):
    images = stripes(50, 3).images
    first, _ = seen('classifier', images)
    place, = (tmp_path / 'cache').iterdir()
    damage(place)
    again, _ = seen('classifier', images)
    np.testing.assert_array_equal(first.features, again.features)


def test_other_data_has_another_classifier(stripes, tmp_path):
    for seed in (0, 5):
        with open_features('classifier', stripes(100, seed), stripes(50, 1), cache=tmp_path,
                           threads=1):
            pass
    assert len(list(tmp_path.iterdir())) == 2


def test_mistakes(stripes, tmp_path):
    bare = stripes(20, 0, labelled=False)
    with pytest.raises(UsageError, match='needs a data set with labels, and npz has none: choose '
                                         'random or pixels'):
        open_features('classifier', bare, bare, cache=tmp_path)
    with pytest.raises(UsageError, match='--features sight: expected one of classifier, random'):
        open_features('sight', bare, bare, cache=tmp_path)
    for name in ('random', 'pixels'):
        with open_features(name, bare, bare, cache=tmp_path) as features:
            assert features.of(bare.images).probabilities is None


def test_a_cache_that_cannot_be_written(stripes, tmp_path):
    (tmp_path / 'cache').write_text('a file')
    with (pytest.raises(RunError, match='--cache-folder says where the classifier is kept'),
          open_features('classifier', stripes(50, 0), stripes(20, 1), cache=tmp_path / 'cache')):
        pass
