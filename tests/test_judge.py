"""The judge: every figure of pictures that are real, copied, or of one kind only."""

import math

import numpy as np
import pytest

from dcgan_tf.data import Fit, held_out
from dcgan_tf.data import load as load_data
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.held_out import Split
from dcgan_tf.errors import UsageError
from dcgan_tf.features import Features
from dcgan_tf.features.classifier import Seen
from dcgan_tf.judge import Judge
from dcgan_tf.metrics import METRICS


def pictures(n, seed):
    images = np.random.default_rng(seed).integers(0, 256, (n, 12, 12, 1), dtype=np.uint8)
    return Dataset('npz', images, None, (), None)


def look(images):
    """Features: means of quarters. Probabilities: dark or bright."""
    x = images.reshape(len(images), 2, 6, 2, 6).mean(axis=(2, 4)).reshape(len(images), 4)
    bright = (x.mean(axis=1) > 127.5).astype(np.float32)
    return Seen(x.astype(np.float32), np.stack([1 - bright, bright], axis=1))


@pytest.fixture
def judge():
    """judge(**changes) of 300 training and 200 held-out pictures."""
    def make(of=look, labels=True, unseen=True, **changes):
        real = Split(pictures(300, 0), pictures(200, 1), 'test pictures', unseen)
        return Judge(Features('means', 'means', 'means of quarters', of, labels), real,
                     **{'n': 150, **changes})
    return make


def test_real_pictures_come_out_well_and_others_do_not(judge):
    made = judge()
    assert made.n == 150
    (n, floor), fresh = made.floor(), made(pictures(150, 2).images)
    assert n == 150
    dark = made(pictures(150, 2).images // 4)
    assert set(fresh) == set(dark) == set(METRICS) == {*floor, 'copies'}
    for figures in (floor, fresh):
        assert figures['frechet'].value < 20 < dark['frechet'].value
        assert figures['coverage'].value > 0.8 > dark['coverage'].value
        assert figures['entropy'].value > 0.9 > dark['entropy'].value
    assert all(math.isfinite(estimate.value) for estimate in dark.values())


def test_copies_may_be_of_any_training_picture(judge):
    made = judge()
    assert made(pictures(300, 0).images)['copies'].value == 1
    assert made(pictures(300, 2).images)['copies'].value < 0.2


def test_only_what_is_asked_for_and_can_be_had(judge):
    assert list(judge(metrics=('recall', 'frechet')).floor()[1]) == ['recall', 'frechet']
    bare = judge(of=lambda images: look(images)._replace(probabilities=None), labels=False)
    assert set(METRICS) - set(bare(pictures(50, 2).images)) == {'classifier_score', 'entropy'}


def test_halves_where_there_is_no_test_split():
    data = load_data('digits', '')
    train, test, what, unseen = held_out.split(data, '', Fit())
    again = held_out.split(data, '', Fit()).train
    assert len(train) + len(test) == len(data) and abs(len(train) - len(test)) <= 1
    both = np.concatenate([train.images, test.images]).reshape(len(data), -1)
    assert len(np.unique(both, axis=0)) == len(np.unique(data.images.reshape(len(data), -1),
                                                         axis=0))
    np.testing.assert_array_equal(train.labels, again.labels)
    assert 'half' in what and not unseen


@pytest.mark.parametrize('n', [1, 3])
def test_too_few_pictures_for_halves(n):
    with pytest.raises(UsageError, match=f'npz has {n} pictures: 4 are needed') as error:
        held_out.split(pictures(n, 0), '', Fit())
    assert '\n' not in str(error.value)


@pytest.mark.parametrize(('changes', 'name', 'problem'), [
    ({'labels': False}, 'entropy', '--metrics entropy: features means do not know the classes'),
    ({'unseen': False}, 'copies', '--metrics copies: npz has no test split')])
def test_a_figure_that_cannot_be_had_is_refused_and_left_out_of_all(judge, changes, name, problem):
    with pytest.raises(UsageError, match=problem) as error:
        judge(metrics=('frechet', name), **changes)
    assert '\n' not in str(error.value)
    assert name not in judge(**changes)(pictures(50, 2).images)


def test_what_belongs_beside_a_figure(judge):
    assert judge().note(1_000) == (
        '1,000 samples against 150 test pictures; features: means of quarters')


def test_labels_are_as_frequent_as_in_the_data(judge):
    assert judge().labels(5).tolist() == [0] * 5
    train = Dataset('npz', pictures(100, 0).images, np.int32([1] * 90 + [0] * 10), ('a', 'b'), None)
    made = Judge(Features('', '', '', look), Split(train, train, '', True), n=9)
    assert made.labels(2_000).mean() == pytest.approx(0.9, abs=0.03)
    np.testing.assert_array_equal(made.labels(50), made.labels(50))
