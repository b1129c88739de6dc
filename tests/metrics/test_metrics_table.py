"""What every row of the table keeps to: types, input errors, and no marks left on its arrays."""

import numpy as np
import pytest

from dcgan_tf import metrics
from dcgan_tf.config import METRICS as HELP
from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import INPUTS, METRICS, Estimate, TwoSample
from tests.cases import cases

RNG = np.random.default_rng(9)
ARRAYS = {
    'real': RNG.integers(0, 200, (30, 4)), 'fake': RNG.integers(20, 180, (25, 4)),
    'train': RNG.integers(0, 200, (40, 4)), 'held_out': RNG.integers(0, 200, (20, 4)),
    'probabilities': RNG.dirichlet(np.ones(5), 25), 'images': RNG.uniform(size=(6, 28, 28, 1)),
    'labels': np.arange(25) // 2 % 5, 'real_labels': np.arange(30) // 2 % 5,
    'told_clusters': np.random.default_rng(10).dirichlet(np.ones(7), 30),
    'told_classes': RNG.dirichlet(np.ones(5), 30), 'told_codes': RNG.dirichlet(np.ones(4), 30),
    'real_images': RNG.uniform(size=(5, 3, 3, 1)), 'rebuilt': RNG.uniform(size=(5, 3, 3, 1)),
    'rebuilt_probabilities': np.random.default_rng(11).dirichlet(np.ones(5), 30),
    'codes': RNG.integers(0, 200, (30, 4)), 'train_codes': RNG.integers(0, 200, (40, 4)),
    'train_labels': np.arange(40) // 2 % 5,
    'latents': RNG.integers(0, 200, (30, 4)), 'cycled': RNG.integers(0, 200, (30, 4)),
}
FEATURES = ('real', 'fake', 'train', 'held_out', 'codes', 'train_codes', 'latents', 'cycled')
OF_FEATURES = [(name, place) for name, row in METRICS.items() for place, key in enumerate(row.takes)
               if key in FEATURES]
every_row = cases('name', METRICS)
every_array = cases(('name', 'place'), OF_FEATURES)


def arrays(name):
    return [ARRAYS[key] for key in METRICS[name].takes]


def measure(*names, **inputs):
    """{name: Estimate} of `results`."""
    return {name: metrics.estimate(x) for name, x in metrics.results(*names, **inputs).items()}


def figure(name, *inputs):
    return np.atleast_1d(METRICS[name].of(*inputs))


@every_row
def test_a_row_takes_what_there_is(name):
    assert set(METRICS[name].takes) <= set(INPUTS)


def test_the_choices_are_the_rows():
    assert list(METRICS) == list(HELP)


def test_a_row_is_what_it_is_called():
    figures = measure(**ARRAYS)
    pair, p = (ARRAYS['real'], ARRAYS['fake']), ARRAYS['probabilities']
    rebuilt = ARRAYS['real_images'], ARRAYS['rebuilt']
    codes = [ARRAYS[key] for key in ('codes', 'real_labels', 'train_codes', 'train_labels')]
    assert {name: figure.value for name, figure in figures.items()} == {
        'frechet': metrics.frechet_distance(*pair),
        'kernel': metrics.kernel_distance(*pair).value,
        **metrics.manifold.metrics(['precision', 'recall', 'density', 'coverage'], *pair),
        'two_sample': metrics.nearest_neighbour_accuracy(*pair).accuracy,
        'classifier_score': metrics.classifier_score(p).value,
        'entropy': metrics.class_entropy(p),
        'similarity': metrics.similarity(ARRAYS['images']).value,
        'copies': metrics.copies(ARRAYS['train'], ARRAYS['fake'], ARRAYS['held_out']),
        'class_accuracy': metrics.class_accuracy(p, ARRAYS['labels']).value,
        'class_diversity': metrics.class_diversity(ARRAYS['real'], ARRAYS['real_labels'],
                                                   ARRAYS['fake'], ARRAYS['labels']),
        'modes': metrics.modes(p), 'modes_kl': metrics.modes_kl(p),
        'head_accuracy': metrics.class_accuracy(ARRAYS['told_classes'],
                                                ARRAYS['real_labels']).value,
        'code_error': metrics.code_error(ARRAYS['told_codes'], ARRAYS['real_labels']),
        'cluster_error': metrics.cluster_error(ARRAYS['told_clusters'], ARRAYS['real_labels']),
        'reconstruction': metrics.reconstruction(*rebuilt).value,
        'wrong_reconstruction': metrics.wrong_reconstruction(*rebuilt).value,
        'reconstruction_ratio': metrics.reconstruction_ratio(*rebuilt),
        'psnr': metrics.psnr(*rebuilt).value,
        'reconstruction_accuracy': metrics.class_accuracy(ARRAYS['rebuilt_probabilities'],
                                                          ARRAYS['real_labels']).value,
        'cycle': metrics.cycle(ARRAYS['cycled'], ARRAYS['latents']),
        'code_moments': metrics.code_moments(ARRAYS['codes'], ARRAYS['latents']),
        'code_neighbour': metrics.neighbour_accuracy(*codes).value,
        'code_svm': metrics.svm_accuracy(*codes).value,
    }


@every_row
def test_a_figure_is_a_real_number(name):
    value = METRICS[name].of(*arrays(name))
    assert isinstance(value, Estimate | TwoSample | float)
    assert all(type(x) is float and np.isfinite(x) for x in np.atleast_1d(value).tolist())


@every_row
def test_a_row_knows_how_many_rows_and_pixels_it_needs(name):
    row = METRICS[name]
    enough = [x[:row.rows, :row.side, :row.side] if x.ndim == 4 else x[:row.rows]
              for x in arrays(name)]
    assert np.isfinite(metrics.estimate(row.of(*enough)).value)
    with pytest.raises(UsageError):
        row.of(*(x[:row.rows - 1] for x in enough))
    if row.side > 1:
        with pytest.raises(UsageError):
            row.of(*(x[:, 1:] for x in enough))


@every_row
def test_lists_and_other_types_count_as_float64(name):
    """The features are integers up to 200: they survive uint8, float16 and back unrounded."""
    expected = figure(name, *arrays(name))
    np.testing.assert_array_equal(figure(name, *(x.tolist() for x in arrays(name))), expected)
    of_features = METRICS[name].takes[0] in FEATURES
    kinds = [np.float32] if not of_features else [
        np.uint8, np.float16, np.float32, np.float64]
    for kind in kinds:
        np.testing.assert_allclose(figure(name, *(x.astype(kind) for x in arrays(name))), expected,
                                   rtol=1e-5)


@every_row
def test_arrays_are_left_as_they_were(name):
    inputs = [x.astype(np.float64) for x in arrays(name)]
    for x in inputs:
        x.flags.writeable = False
    np.testing.assert_array_equal(figure(name, *inputs), figure(name, *inputs))


BAD = {
    'one row':    (lambda x: x[:1], r'got the shape \[1, 4\], expected \[N, F\] of 2 or more rows'),
    'no row':     (lambda x: x[:0], r'got the shape \[0, 4\]'),
    'no feature': (lambda x: x[:, :0], r'got the shape \[\d+, 0\]'),
    'a vector':   (lambda x: x[:, 0], r'got the shape \[\d+\], expected \[N, F\]'),
    'images':     (lambda x: x[:, None], r'got the shape \[\d+, 1, 4\]'),
    'a NaN':      (lambda x: np.where(x == x[3, 2], np.nan, x), 'got NaN or infinity'),
    'infinity':   (lambda x: np.where(x == x[3, 2], -np.inf, x), 'got NaN or infinity'),
    'complex':    (lambda x: x + 1j, 'got complex128 values, expected real numbers'),
    'words':      (lambda x: [['a', 'b']] * 5, 'expected real numbers'),
    'ragged':     (lambda x: [[1, 2], [3]], 'got rows of different shapes'),
    'nothing':    (lambda x: None, 'got object values'),
    'too wide':   (lambda x: np.hstack([x, x]), r'expected the same number'),
}


@every_array
@cases('bad', BAD)
def test_bad_features_are_one_line(name, place, bad):
    spoil, message = BAD[bad]
    inputs = arrays(name)
    inputs[place] = spoil(inputs[place].astype(np.float64))
    with pytest.raises(UsageError, match=message) as error:
        METRICS[name].of(*inputs)
    assert '\n' not in str(error.value)


def test_results_are_what_can_be_had():
    everything = measure(**ARRAYS)
    assert list(everything) == list(METRICS)
    assert all(isinstance(x, Estimate) for x in everything.values())
    some = measure(fake=ARRAYS['fake'], probabilities=ARRAYS['probabilities'])
    assert list(some) == ['classifier_score', 'entropy', 'modes', 'modes_kl']
    assert some['entropy'].value == METRICS['entropy'].of(ARRAYS['probabilities'])
    assert np.isnan(some['entropy'].error)
    assert metrics.results(**ARRAYS)['two_sample'] == metrics.nearest_neighbour_accuracy(
        ARRAYS['real'], ARRAYS['fake'])
    assert list(measure(['two_sample', 'frechet'], **ARRAYS)) == ['two_sample', 'frechet']
