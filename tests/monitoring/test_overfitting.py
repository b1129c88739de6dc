"""The sign that D has learnt its training pictures by heart: formula, count, warning."""

import logging
import math
import types

import numpy as np
import pytest

from dcgan_tf.config import preset
from dcgan_tf.monitoring.overfitting import NAME, OverfittingHook, overfitting
from dcgan_tf.run_folder.tables import metrics_csv
from tests.cases import cases


@cases(('train', 'held_out', 'fake', 'expected'), [
    ([1.0, 3.0], [2.0, 2.0], [-1.0, -1.0], 0.0),              # other real pictures look as real
    ([1.0, 3.0], [-1.0], [-1.0], 1.0),                        # ... as fake as samples
    ([4.0], [1.0], [-2.0], 0.5),
    ([0.0], [1.0], [-1.0], -1.0), ([0.0], [-3.0], [-1.0], 3.0),         # nothing is clipped
    ([0.0], [1.0], [0.0], math.nan), ([0.0], [-1.0], [2.0], math.nan),
    ([math.nan], [0.0], [0.0], math.nan),
])
def test_the_formula(train, held_out, fake, expected):
    found = overfitting(*(np.float32(x) for x in (train, held_out, fake)))
    assert found == pytest.approx(expected, nan_ok=True)


class Recorder:
    """What the hook writes goes to a list."""

    def __init__(self):
        self.rows = []
        self.metrics_csv = types.SimpleNamespace(recorded=lambda conditions, step: {
            NAME for at, _, those in self.rows if (at, those) == (step, conditions)})

    def write_metrics(self, step, metrics, conditions):
        self.rows.append((step, metrics[NAME][0], conditions))


@pytest.fixture
def hook():
    """hook(level, ...): D scores training pictures 1, samples 0, held-out ones 1 - level.

    level: step -> number. Training pictures are bright, held-out ones grey, samples black.
    """
    def make(level, *, first=0, run=None, recorder=None, n=(100, 70), **changes):
        config = preset('dcgan28', eval_step=500, **changes)
        made = OverfittingHook(
            config, (np.full([n[0], 2, 2, 1], 200, np.uint8), None),
            (np.full([n[1], 2, 2, 1], 100, np.uint8), None), scores,
            lambda z, y: np.zeros([len(z), 2, 2, 1], np.float32), recorder, run, first)
        made.start(types.SimpleNamespace(note=lambda step, metrics: None))
        check, (one,) = made._check, made.calls()

        def at(step):
            now.append(level(step))
            check(step, {})
        return types.SimpleNamespace(at=at, every=one.every, missing=one.missing)

    def scores(images, labels):
        kind = images[:, 0, 0, 0]
        seen.append((kind.max(), len(images)))
        return np.where(kind == 200, 1.0, np.where(kind == 100, 1.0 - now[-1], 0.0))
    now, seen = [], []
    make.seen = seen
    return make


def test_what_is_compared_and_recorded(hook):
    recorder = Recorder()
    made = hook(lambda step: 0.25, recorder=recorder, n=(100, 53))
    assert made.every == 500 and made.missing(500)
    made.at(500)
    assert hook.seen == [(200, 53), (100, 53), (0, 53)]
    (step, value, conditions), = recorder.rows
    assert (step, value) == (500, pytest.approx(0.25))
    assert str(conditions) == 'scores of D, 53 samples, 53 held-out pictures'
    assert not made.missing(500) and made.missing(1_000)
    made.at(700)                                              # the last step of a run
    made.at(500)                                              # after a kill
    assert len(recorder.rows) == 1


@pytest.mark.parametrize('on_collapse', ['warn', 'stop', 'rollback'])
def test_a_warning_that_ends_no_run(hook, caplog, on_collapse):
    """D has seen nothing before step 1, so a run that overfits at once is not a slow start."""
    warned = []
    made = hook(lambda step: 0.6, on_collapse=on_collapse,
                run=types.SimpleNamespace(metrics='absent.csv', warn=warned.append))
    for step in range(500, 3_001, 500):
        made.at(step)
        assert len(warned) == (step >= 2_000)
    assert warned[0].startswith('step 2,000: D has learnt its training pictures by heart')
    assert 'takes others for fakes (overfitting = 0.6); what helps' in warned[0]
    for help in ('more pictures', '--flip', '--diff-augment color,translation', '--init-from RUN'):
        assert help in warned[0]
    assert [record.getMessage() for record in caplog.records] == warned


@cases(('level', 'step'), [
    (lambda step: 0.45, None),
    (lambda step: 0.9 if step == 1_000 else 0.1, None),              # chance, once
    (lambda step: 0.4 if step == 2_000 else 0.7, 1_500),
    (lambda step: 0.1 if step <= 1_000 else 0.9, 2_000),
    (lambda step: 0.0 if step <= 1_000 else 0.9, 2_500),            # the mean of four counts, 0.5
    (lambda step: {2_000: 0.9, 2_500: 0.2, 3_000: 0.4}.get(step, 0.0), None),
    (lambda step: math.nan, None),
])
def test_one_value_is_no_sign(hook, caplog, level, step):
    caplog.set_level(logging.WARNING)
    made = hook(level)
    for at in range(500, 6_001, 500):
        made.at(at)
    lines = [record.getMessage() for record in caplog.records]
    caplog.clear()
    assert [line.split(':')[0] for line in lines] == ([f'step {step:,}'] if step else [])


def test_few_pictures_give_no_sign(hook, caplog):
    """Their values are mostly chance."""
    made = hook(lambda step: 0.9, n=(100, 15))
    for at in range(500, 6_001, 500):
        made.at(at)
    assert not caplog.records and hook.seen[-1] == (0, 15)


@pytest.mark.parametrize(('first', 'told'), [(1_000, [1_500]), (2_500, [])])
def test_a_resumed_run_counts_on(hook, tmp_path, caplog, first, told):
    """And what was told already is not told again."""
    table = metrics_csv.MetricsCsv(tmp_path / 'metrics.csv', 0)
    for step in (500, 1_000, 1_500, 2_000, 2_500):
        table.add(step, {NAME: (0.7, math.nan)}, metrics_csv.Conditions('scores of D', 9, 9, 'x'))
    warned = []
    made = hook(lambda step: 0.7, first=first, run=types.SimpleNamespace(
        metrics=tmp_path / 'metrics.csv', warn=warned.append))
    for step in range(first + 500, 4_001, 500):
        made.at(step)
    assert [int(line.split()[1].strip(':').replace(',', '')) for line in warned] == told


def test_other_pictures_at_each_step_and_the_same_again():
    images = np.arange(100, dtype=np.uint8).reshape(100, 1, 1, 1)
    seen = []

    def scores(shown, labels):
        seen.append((shown.ravel().tolist(), labels.tolist()))
        return np.float32(shown.ravel())
    config = preset('dcgan28', type='cgan', class_names=('a', 'b'))
    made = OverfittingHook(config, (images, np.arange(100) % 2), (images, np.arange(100) % 2),
                           scores, lambda z, y: np.zeros([len(z), 1, 1, 1]), None, None, 0)
    for step in (500, 1_000, 500):
        made.measure(step)
    (first, labels), (_, asked), (other, _), (again, _) = seen[0], seen[2], seen[3], seen[6]
    assert first == again != other and len(set(first)) == 64
    assert labels == [x % 2 for x in first] == asked            # samples are of the same classes
