"""How different samples are: known answers, with and without classes."""

import numpy as np
import pytest

from dcgan_tf.monitoring.sample_diversity import N_SAMPLES, SampleDiversity

RANDOM = np.random.default_rng(3)
SHADES = np.arange(5) * 60                                   # class k is about as bright as this


def pictures(labels, noise=20, side=12):
    """uint8 [N, side, side, 1]: the shade of each class, and noise."""
    shade = SHADES[labels][:, None, None, None]
    spread = RANDOM.integers(0, noise + 1, (len(labels), side, side, 1))
    return np.clip(shade + spread, 0, 255).astype(np.uint8)


@pytest.fixture(scope='module')
def data():
    """(images, labels) of 500 pictures of five classes."""
    labels = RANDOM.integers(0, 5, 500).astype(np.int32)
    return pictures(labels), labels


def test_real_pictures_are_as_different_as_real_pictures(data):
    images, labels = data
    diversity = SampleDiversity(images, labels, 5, conditioned=False)
    found = diversity(images[:N_SAMPLES])
    assert found['diversity'] == pytest.approx(1, abs=0.25)
    assert found['one_class'] < 0.5


def test_the_literal_ratio(data):
    """With as many pictures as are looked at, the real ones are all of them."""
    images = data[0][:N_SAMPLES]
    samples = RANDOM.integers(0, 256, images.shape, dtype=np.uint8)
    literal = np.mean([np.var([float(s[i, j, 0]) for s in samples])
                       for i in range(12) for j in range(12)])
    literal /= np.mean([np.var([float(s[i, j, 0]) for s in images])
                        for i in range(12) for j in range(12)])
    assert SampleDiversity(images, None, 0, conditioned=False)(samples) == {
        'diversity': pytest.approx(literal, rel=1e-12)}


def test_samples_that_are_all_alike(data):
    images, labels = data
    diversity = SampleDiversity(images, labels, 5, conditioned=False)
    found = diversity(np.repeat(images[:1], N_SAMPLES, axis=0))
    assert found == {'diversity': 0.0, 'one_class': 1.0}


@pytest.mark.parametrize('k', range(5))
def test_samples_of_one_class(data, k):
    images, labels = data
    samples = pictures(np.full(N_SAMPLES, k))
    found = SampleDiversity(images, labels, 5, conditioned=False)(samples)
    assert found['one_class'] == 1.0
    assert 0 < found['diversity'] < 0.1


def test_with_labels_each_class_is_looked_at_alone(data):
    """A generator that draws one picture a class has lost all variety, though classes differ."""
    images, labels = data
    diversity = SampleDiversity(images, labels, 5, conditioned=True)
    assert np.bincount(diversity.labels).tolist() == [13, 13, 13, 13, 12]
    one_each = np.stack([images[labels == k][0] for k in range(5)])
    assert diversity(one_each[diversity.labels])['diversity'] == 0
    assert diversity(pictures(diversity.labels))['diversity'] == pytest.approx(1, abs=0.1)


def test_a_few_of_many_classes_have_several_pictures_each():
    labels = np.arange(400, dtype=np.int32) % 100
    images = RANDOM.integers(0, 256, (400, 4, 4, 3), dtype=np.uint8)
    diversity = SampleDiversity(images, labels, 100, conditioned=True)
    assert np.bincount(diversity.labels).tolist() == [8] * 8


def test_a_class_that_rules_the_data_is_no_sign(data):
    images = pictures(np.zeros(300, int))
    labels = np.zeros(300, np.int32)
    labels[:3], images[:3] = 1, 255
    diversity = SampleDiversity(images, labels, 2, conditioned=False)
    assert 'one_class' not in diversity(images[-N_SAMPLES:])


@pytest.mark.parametrize('n', [1, 2, 5])
def test_few_pictures(n):
    """As many samples as ever: two would often be of one picture."""
    images = RANDOM.integers(0, 256, (n, 6, 5, 1), dtype=np.uint8)
    diversity = SampleDiversity(images, None, 0, conditioned=False)
    assert (len(diversity.labels), diversity.real) == (N_SAMPLES, n)
    found = diversity(images[RANDOM.integers(0, n, N_SAMPLES)])
    assert found == ({'diversity': pytest.approx(1, abs=0.15)} if n > 1 else {})


def test_pictures_of_many_channels():
    images = RANDOM.integers(0, 256, (70, 6, 5, 9), dtype=np.uint8)
    diversity = SampleDiversity(images, np.arange(70) % 2, 2, conditioned=False)
    assert diversity(images[:N_SAMPLES]) == {'diversity': pytest.approx(1, abs=0.1)}


def test_pictures_that_are_all_the_same_tell_nothing():
    same = np.full((70, 6, 6, 1), 9, np.uint8)
    assert SampleDiversity(same, None, 0, conditioned=False)(same[:N_SAMPLES]) == {}


def test_it_is_the_same_again(data):
    images, labels = data
    first, again = (SampleDiversity(images, labels, 5, conditioned=True)(images[:N_SAMPLES])
                    for _ in range(2))
    assert first == again
