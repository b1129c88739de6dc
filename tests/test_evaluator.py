"""The evaluator: every metric of pictures that are real, copied, or of one kind only."""

import math

import numpy as np
import pytest

from dcgan_tf.config import METRICS as ROWS
from dcgan_tf.data import ImageFormat, held_out
from dcgan_tf.data import load as load_data
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.held_out import Split
from dcgan_tf.errors import UsageError
from dcgan_tf.evaluator import Evaluator, check
from dcgan_tf.features import NO_FEATURES, Features
from dcgan_tf.features.classifier import ImageFeatures
from dcgan_tf.metrics import METRICS, Pictures, Seer, refusal

OF_ALL = [name for name, row in METRICS.items()
          if not (ROWS[name].types or ROWS[name].encoder or row.data)]


def pictures(n, seed, labels=None):
    images = np.random.default_rng(seed).integers(0, 256, (n, 12, 12, 1), dtype=np.uint8)
    return Dataset('npz', images, labels, () if labels is None else ('dark', 'bright'), None)


def look(images):
    """Features: means of quarters. Probabilities: dark or bright."""
    x = images.reshape(len(images), 2, 6, 2, 6).mean(axis=(2, 4)).reshape(len(images), 4)
    bright = (x.mean(axis=1) > 127.5).astype(np.float32)
    return ImageFeatures(x.astype(np.float32), np.stack([1 - bright, bright], axis=1))


def measured(evaluator, images, **options):
    return evaluator.evaluate(images, **options).metrics


@pytest.fixture
def evaluator():
    """evaluator(**changes) of 300 training and 200 held-out pictures."""
    def make(of=look, labels=True, unseen=True, **changes):
        real = Split(pictures(300, 0), pictures(200, 1), 'test pictures', unseen)
        return Evaluator(Features('means', 'means', 'means of quarters', of, labels), real,
                         **{'n': 150, **changes})
    return make


def test_real_pictures_come_out_well_and_others_do_not(evaluator):
    made = evaluator()
    assert made.n == 150
    baseline, fresh = made.baseline.metrics, measured(made, pictures(150, 2).images)
    dark = measured(made, pictures(150, 2).images // 4)
    assert set(fresh) == set(dark) == set(OF_ALL) == {*baseline, 'copies'}
    for metrics in (baseline, fresh):
        assert metrics['frechet'].value < 20 < dark['frechet'].value
        assert metrics['coverage'].value > 0.8 > dark['coverage'].value
        assert metrics['entropy'].value > 0.9 > dark['entropy'].value
    assert all(math.isfinite(estimate.value) for estimate in dark.values())


def test_copies_may_be_of_any_training_picture(evaluator):
    made = evaluator()
    assert measured(made, pictures(300, 0).images)['copies'].value == 1
    assert measured(made, pictures(300, 2).images)['copies'].value < 0.2


def test_training_pictures_are_looked_at_in_parts(evaluator, monkeypatch):
    """The last part is a smaller one; a copy may be in any of them."""
    monkeypatch.setattr('dcgan_tf.evaluator.PART', 70)
    sizes = []
    made = evaluator(of=lambda images: sizes.append(len(images)) or look(images),
                     metrics=('copies',))
    assert measured(made, pictures(300, 0).images)['copies'].value == 1
    assert sorted(sizes) == [20, 70, 70, 70, 70, 150, 300]     # and held-out pictures, samples


def test_only_what_is_asked_for_and_can_be_had(evaluator):
    assert list(evaluator(metrics=('recall', 'frechet')).baseline.metrics) == ['recall', 'frechet']
    bare = evaluator(of=lambda images: look(images)._replace(probabilities=None), labels=False)
    found = measured(bare, pictures(50, 2).images)
    assert set(OF_ALL) - set(found) == {'classifier_score', 'entropy'}


def test_classes_that_were_asked_for_and_what_a_network_of_the_run_says():
    """The labels are what `look` sees, so the baseline is 1."""
    train, test = (pictures(n, seed) for n, seed in ((300, 0), (200, 1)))
    train, test = (pictures(len(x.images), seed, np.int32(look(x.images).probabilities.argmax(1)))
                   for x, seed in ((train, 0), (test, 1)))
    made = Evaluator(Features('means', '', '', look, True),
                     Split(train, test, 'test pictures', True), n=200)
    assert made.baseline.metrics['class_accuracy'].value == 1
    assert made.baseline.metrics['class_diversity'].value == pytest.approx(1, abs=0.1)
    fresh = pictures(200, 2).images
    seen = look(fresh).probabilities.argmax(1)
    found = measured(made, fresh, labels=1 - seen,
                     tell=lambda images: look(images).probabilities)
    assert found['class_accuracy'].value == 0 and found['head_accuracy'].value == 1
    assert 'code_error' not in found and made.left_out == {}
    told = made.evaluate(fresh, codes=2, tell=lambda images: np.hstack(
        [1 - look(images).probabilities, np.ones((len(images), 3))]))
    assert told.metrics['code_error'].value == 0 and 'head_accuracy' not in told.metrics
    assert told.details['codes']['classes'] == [1, 0] and 'class_accuracy' not in told.metrics
    assert np.sum(told.details['codes']['table']) == 200


def test_codes_alone_need_no_samples_and_no_features():
    train, test = (pictures(n, n, np.int32(np.arange(n) % 2)) for n in (300, 20))
    made = Evaluator(NO_FEATURES, Split(train, test, 'test pictures', True), n=30,
                     metrics=('code_error',))
    assert (made.n, made.n_samples) == (20, 0) and made.baseline.metrics == {}
    assert made.note == '20 test pictures (30 were requested: there are no more), no samples'
    told = made.evaluate(None, codes=2, tell=lambda images: np.eye(2)[[0] * 15 + [1] * 5])
    assert told.metrics['code_error'].value == pytest.approx(0.45)


def test_what_an_encoder_says():
    """A perfect inverse; beside its codes, the pixels find the classes of the baseline.

    Nobody names the SVM, so it is left out.
    """
    train, test = (pictures(n, n, np.int32(np.arange(n) % 2)) for n in (300, 20))
    asked = []

    def encoded(wanted, learnt, seen):
        asked.append((sorted(wanted), len(learnt), len(seen)))
        codes, near = np.eye(2)[seen.labels], np.eye(2)[learnt.labels]
        return {'rebuilt': seen.images, 'codes': codes, 'train_codes': near, 'latents': codes,
                'cycled': codes}
    encoders = [name for name in METRICS if ROWS[name].encoder and not ROWS[name].named]
    made = Evaluator(Features('means', '', '', look, True), Split(train, test, '', True), n=30,
                     encoder=True)
    found = measured(made, test.images, encoded=encoded)
    assert set(found) == {*OF_ALL, *encoders} and made.left_out == {}
    assert asked == [(['codes', 'cycled', 'latents', 'rebuilt', 'train_codes'], 20, 20)]
    assert [found[name].value for name in ('reconstruction', 'reconstruction_ratio', 'cycle',
                                           'code_moments', 'code_neighbour')] == pytest.approx(
        [0, 0, 0, 0, 1])
    by_pixels = made.baseline.metrics
    assert found['reconstruction_accuracy'] == by_pixels['reconstruction_accuracy']
    others = measured(made, test.images, encoded=lambda *args: {
        **encoded(*args), 'rebuilt': 255 - test.images})['reconstruction_accuracy']
    assert others.value == pytest.approx(1 - found['reconstruction_accuracy'].value)
    assert 'copies' not in by_pixels and not {'code_svm', 'psnr', 'cycle'} & set(by_pixels)
    assert 0 < by_pixels['code_neighbour'].value < 1                  # the classes are random
    few = Evaluator(NO_FEATURES, Split(train, test, '', True), n=30, metrics=('psnr', 'code_svm'))
    found = few.evaluate(None, encoded=encoded).metrics
    assert asked[2:] == [(['codes', 'rebuilt', 'train_codes'], 20, 20)] and few.n_samples == 0
    assert found['code_svm'].value == 1 and list(few.baseline.metrics) == ['code_svm']


def test_codes_of_pictures_without_labels(evaluator):
    """The line that says why the classes are left out comes only where there is an encoder."""
    bare = evaluator(encoder=True)
    assert bare.left_out == dict.fromkeys(['reconstruction_accuracy', 'code_neighbour'],
                                          'npz has no labels')
    assert evaluator().left_out == {}
    codes = np.arange(150.)[:, None]
    found = measured(bare, pictures(150, 2).images, encoded=lambda wanted, *_: dict.fromkeys(
        wanted - {'rebuilt'}, codes) | {'rebuilt': pictures(150, 3).images})
    assert found['cycle'].value == 0 and 'code_neighbour' not in found


def test_a_network_is_not_asked_what_no_metric_needs():
    train, test = (pictures(n, n, np.int32(np.arange(n) % 2)) for n in (30, 20))
    made = Evaluator(Features('means', '', '', look, True), Split(train, test, '', True), n=20,
                     metrics=('frechet',))
    found = made.evaluate(test.images, codes=2, tell=lambda images: pytest.fail('it was asked'))
    assert list(found.metrics) == ['frechet'] and 'codes' not in found.details


def test_a_class_without_a_held_out_picture_has_its_column_in_the_table_of_codes():
    train, test = pictures(300, 0, np.int32(np.arange(300) % 2)), pictures(20, 1, np.zeros(
        20, np.int32))
    made = Evaluator(Features('means', '', '', look, True), Split(train, test, '', True), n=20)
    told = made.evaluate(test.images, codes=3, tell=lambda images: np.ones((len(images), 3)))
    assert told.details['codes']['table'] == [[20, 0], [0, 0], [0, 0]]


def test_one_class_is_no_class_for_the_metrics_of_labels():
    train, test = (Dataset('folder', pictures(n, n).images, np.zeros(n, np.int32), ('a',), None)
                   for n in (30, 20))
    real, features = Split(train, test, '', True), Features('means', '', '', look, True)
    told = Evaluator(features, real, n=20).evaluate(
        test.images, codes=3, tell=lambda images: np.ones((len(images), 3)))
    assert 'code_error' not in told.metrics and 'codes' not in told.details
    with pytest.raises(UsageError, match='code_error: folder has one class, and two or more are '):
        Evaluator(features, real, n=20, metrics=('code_error',))


def test_halves_where_there_is_no_test_split():
    data = load_data('digits', '')
    train, test, what, unseen = held_out.split(data, '', ImageFormat())
    again = held_out.split(data, '', ImageFormat()).train
    assert len(train) + len(test) == len(data) and abs(len(train) - len(test)) <= 1
    both = np.concatenate([train.images, test.images]).reshape(len(data), -1)
    assert len(np.unique(both, axis=0)) == len(np.unique(data.images.reshape(len(data), -1),
                                                         axis=0))
    np.testing.assert_array_equal(train.labels, again.labels)
    assert 'half' in what and not unseen


@pytest.mark.parametrize('n', [1, 3])
def test_too_few_pictures_for_halves(n):
    with pytest.raises(UsageError, match=f'npz has {n} pictures: 4 are needed') as error:
        held_out.split(pictures(n, 0), '', ImageFormat())
    assert '\n' not in str(error.value)


OF_IMAGENET = Seer('inception', classes=True, of_data=False)


@pytest.mark.parametrize(('pictures_of', 'seer', 'name', 'problem'), [
    ('mnist', Seer('classifier'), 'modes', 'it counts the modes of stacked_mnist, '),
    ('stacked_mnist', OF_IMAGENET, 'modes_kl', 'inception tell other classes than'),
    ('mnist', OF_IMAGENET, 'class_accuracy', 'other classes than those of mnist'),
    ('mnist', OF_IMAGENET, 'classifier_score', ''),
    ('stacked_mnist', Seer('classifier'), 'modes', '')])
def test_which_classes_are_told(pictures_of, seer, name, problem):
    """Classes of ImageNet are no digits; the Inception Score needs none."""
    why = refusal(name, Pictures(pictures_of, 100, 100, (28, 28), True, 10), seer)
    assert (problem in why) if problem else not why


@pytest.mark.parametrize(('changes', 'name', 'problem'), [
    ({'labels': False}, 'entropy', '--metrics entropy: features means do not classify'),
    ({'unseen': False}, 'copies', '--metrics copies: npz has no test split')])
def test_a_figure_that_cannot_be_had_is_refused_and_left_out_of_all(evaluator, changes, name,
                                                                    problem):
    with pytest.raises(UsageError, match=problem) as error:
        evaluator(metrics=('frechet', name), **changes)
    assert '\n' not in str(error.value)
    assert name not in measured(evaluator(**changes), pictures(50, 2).images)


def test_what_belongs_beside_a_figure(evaluator):
    assert evaluator().note == '150 samples against 150 test pictures; features: means of quarters'


def test_a_figure_and_its_floor_have_the_same_numbers(evaluator):
    """There are 300 training pictures and 200 held-out ones."""
    made, seen = evaluator(n=1_000), []
    assert made.n == 200
    assert made.note == ('200 samples against 200 test pictures (1,000 were requested: there are '
                         'no more); features: means of quarters')
    made.features = made.features._replace(of=lambda x: seen.append(len(x)) or look(x))
    assert made.baseline.metrics['coverage'].value > 0.8
    assert seen == [200, 200]


def test_what_came_with_the_figures(evaluator):
    images = pictures(150, 2).images.copy()
    images[:140] //= 4
    metrics, details = evaluator().evaluate(images)
    assert details['classes'][0] >= 140 and sum(details['classes']) == 150
    halves = details['two_sample']
    assert metrics['two_sample'].value == pytest.approx((halves['real'] + halves['fake']) / 2)


@pytest.mark.parametrize(('n', 'side', 'asked', 'missing', 'problem'), [
    (30, 8, 30, {'similarity'}, 'at least 11x11 pixels are needed, but the pictures have 8x8'),
    (30, 12, 5, {'density', 'coverage', 'classifier_score'},
     '5 pictures are compared, but at least 6 are needed: ask for more with --n of a tool, '),
    (3, 12, 99, {'precision', 'recall', 'density', 'coverage', 'classifier_score'},
     '3 pictures are compared, but at least 4 are needed: there are no more held-out, '
     'test or other pictures')])
def test_a_figure_that_such_pictures_do_not_allow(n, side, asked, missing, problem):
    rng = np.random.default_rng(0)
    train, test = (Dataset('npz', rng.integers(0, 256, (n, side, side, 1), dtype=np.uint8), None,
                           (), None) for _ in range(2))
    real = Split(train, test, 'test pictures', True)

    def of(images):
        return ImageFeatures(images.reshape(len(images), -1)[:, :4], np.full((len(images), 2), 0.5))
    features = Features('corner', '', '', of, True)
    made = Evaluator(features, real, n=asked)
    assert set(made.left_out) == missing
    assert any(why.startswith(problem) for why in made.left_out.values())
    assert set(measured(made, train.images[:made.n])) == set(OF_ALL) - missing
    for name in missing:
        with pytest.raises(UsageError, match=f'--metrics {name}: ') as error:
            check(('frechet', name), real, asked)
        assert '\n' not in str(error.value)


def test_labels_are_as_frequent_as_in_the_data(evaluator):
    assert evaluator().labels(5).tolist() == [0] * 5
    train = Dataset('npz', pictures(100, 0).images, np.int32([1] * 90 + [0] * 10), ('a', 'b'), None)
    made = Evaluator(Features('', '', '', look), Split(train, train, '', True), n=9)
    assert made.labels(2_000).mean() == pytest.approx(0.9, abs=0.03)
    np.testing.assert_array_equal(made.labels(50), made.labels(50))
