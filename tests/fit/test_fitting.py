"""Figures while a training goes on, the best checkpoint, and what is done about a collapse."""

import operator
import re
import shutil

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.fit.fitting import MAX_ROLLBACKS, Fitting
from dcgan_tf.monitoring import collapse, evaluation_hook
from dcgan_tf.monitoring.collapse import CollapseDetector
from dcgan_tf.monitoring.sample_diversity import SampleDiversity
from dcgan_tf.run_folder import best_checkpoint, run_folder
from dcgan_tf.run_folder.checkpoint_files import steps
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from tests.families import ONE
from tests.fit.fake_evaluator import FakeEvaluator
from tests.helpers import values

MEASURED = {'metrics': 'frechet,coverage', 'metrics_step': 2, 'metrics_n': 6,
            'keep_best': 'frechet', 'epochs': 8}


@pytest.fixture
def tiny(tiny):
    """Networks of one layer, whose pictures change from step to step."""
    return lambda **changes: tiny(**{**ONE, 'learning_rate': 0.1, 'ema': 0.0, **changes})


@pytest.fixture
def fit(tmp_path, images, pool, no_plot):
    """fit(config, evaluator) -> the weights at the end, in the run folder tmp_path / 'run'."""
    def trained(config, evaluator=None):
        folder = tmp_path / 'run'
        run = (run_folder.open_run(str(folder)) if folder.exists()
               else run_folder.create(str(tmp_path), 'run', config, {}))
        run.keep(config)
        with pool.gan(config) as gan:
            if steps(run.checkpoints):
                gan.load_model(run.checkpoints)
            gan.fit(images, run, evaluator=evaluator, progress=False)
            return values(gan)
    trained.folder = tmp_path / 'run'
    return trained


def noted(fit, split):
    """The rows of metrics.csv with that split."""
    return [row for row in metrics_csv.read(fit.folder / 'metrics.csv') if row['split'] == split]


def same(a, b):
    return all(np.array_equal(a[name], b[name]) for name in a)


# ---- the log

@pytest.mark.slow
def test_the_log_has_a_lazy_penalty_as_tensorboard_shows_it(fit, tiny, images, pool):
    """Step 10 has the penalty, step 20 has not; what is minimised has it threefold, or none."""
    config = tiny(penalty='r1', penalty_every=3, penalty_weight=50.0, epochs=20,
                  learning_rate=2e-4)
    fit(config)
    rows = loss_csv.read(fit.folder / 'log.csv')
    for row in rows:
        with pool.gan(config.replace(epochs=row['step'] - 1)) as gan:
            gan.fit(images, progress=False)
            variant = gan.steps.variant_of(row['step'] - 1)
            seen, minimised = gan.session.run((variant.scalars, variant.player_steps[0].loss),
                                              BatchFeeder(gan, images)(row['step'] - 1))
        assert row['d_loss'] == pytest.approx(seen['losses/d'], abs=2e-6)
        assert row['g_loss'] == pytest.approx(seen['losses/g'], abs=2e-6)
        assert abs(row['d_loss'] - minimised) > 1e-3
    assert [row['step'] for row in rows] == [10, 20]


# ---- figures

def test_values_are_noted_and_the_best_checkpoint_is_kept(fit, tiny):
    evaluator = FakeEvaluator(5.0, 3.0, 4.0, 3.5)
    fit(tiny(**MEASURED), evaluator)
    rows = noted(fit, 'test pictures')
    assert [(row['step'], row['figure'], row['value']) for row in rows[::2]] == [
        (2, 'frechet', 5.0), (4, 'frechet', 3.0), (6, 'frechet', 4.0), (8, 'frechet', 3.5)]
    assert (rows[1]['figure'], rows[1]['error'], rows[1]['samples'], rows[1]['real'],
            rows[1]['split']) == ('coverage', 0.1, 6, 6, 'test pictures')
    assert steps(fit.folder / 'best') == [4]
    assert [x.shape for x in evaluator.seen] == [(6, 8, 8, 1)] * 4
    assert not np.array_equal(evaluator.seen[0], evaluator.seen[1])


def test_a_resumed_run_knows_the_best_so_far(fit, tiny):
    fit(tiny(**{**MEASURED, 'epochs': 4}), FakeEvaluator(5.0, 3.0))
    fit(tiny(**MEASURED), FakeEvaluator(3.5, 3.25))
    assert steps(fit.folder / 'best') == [4]
    fit(tiny(**{**MEASURED, 'epochs': 10}), FakeEvaluator(2.0))
    assert steps(fit.folder / 'best') == [10]
    assert best_checkpoint.read(fit.folder / 'best') == best_checkpoint.Best(
        10, 'frechet', 2.0, 'taste, 6 samples, 6 test pictures')


@pytest.mark.parametrize(('changes', 'n'), [({'keep_best': 'coverage'}, 6), ({}, 5)], ids=str)
def test_another_measure_begins_anew_and_says_so(fit, tiny, caplog, changes, n):
    fit(tiny(**{**MEASURED, 'epochs': 2}), FakeEvaluator(1.0))
    fit(tiny(**{**MEASURED, 'epochs': 4, **changes}), FakeEvaluator(9.0, 8.0, n=n))
    assert steps(fit.folder / 'best') == [4]
    assert 'the best so far, of step 2 by frechet (taste, 6 samples' in caplog.text


def test_values_from_before_a_best_was_kept_do_not_stand_in_its_way(fit, tiny):
    fit(tiny(**{**MEASURED, 'keep_best': 'none', 'epochs': 4}), FakeEvaluator(1.0, 1.0))
    fit(tiny(**MEASURED), FakeEvaluator(3.0, 2.0))
    assert steps(fit.folder / 'best') == [8]


def test_what_a_kill_left_unmeasured_is_measured(fit, tiny):
    """The checkpoint of a step comes before its figures, and the best before its note."""
    fit(tiny(**{**MEASURED, 'epochs': 4}), FakeEvaluator(5.0, 3.0))
    lines = (fit.folder / 'metrics.csv').read_text().splitlines(keepends=True)
    (fit.folder / 'metrics.csv').write_text(''.join(
        line for line in lines if not line.startswith('4,')))
    (fit.folder / 'best/note.json').unlink()
    fit(tiny(**{**MEASURED, 'epochs': 6}), FakeEvaluator(3.0, 4.0))
    rows = [row for row in noted(fit, 'test pictures') if row['figure'] == 'frechet']
    assert [(row['step'], row['value']) for row in rows] == [(2, 5.0), (4, 3.0), (6, 4.0)]
    assert best_checkpoint.read(fit.folder / 'best').step == 4


def test_a_figure_asked_for_later_is_measured_where_the_run_goes_on(fit, tiny):
    """And those that are there already are not noted twice."""
    fit(tiny(**{**MEASURED, 'epochs': 4, 'metrics': 'coverage', 'keep_best': 'coverage'}),
        FakeEvaluator(9.0, 8.0, name='recall'))
    fit(tiny(**MEASURED), FakeEvaluator(3.0, 4.0, 5.0))
    rows = [row for row in noted(fit, 'test pictures') if row['figure'] != 'recall']
    assert [(row['step'], row['figure']) for row in rows] == [
        (2, 'coverage'), (4, 'coverage'), (4, 'frechet'), (6, 'frechet'), (6, 'coverage'),
        (8, 'frechet'), (8, 'coverage')]


def test_the_floor_is_noted_once(fit, tiny):
    fit(tiny(**{**MEASURED, 'epochs': 2}), FakeEvaluator(5.0))
    fit(tiny(**{**MEASURED, 'epochs': 4}), FakeEvaluator(5.0))
    rows = noted(fit, 'training pictures against test pictures')
    assert [(row['step'], row['figure'], row['value'], row['samples']) for row in rows] == [
        (0, 'frechet', 1.5, 6), (0, 'coverage', 0.9, 6), (0, 'entropy', 0.8, 6)]


def test_the_best_entropy_is_that_of_the_data(fit, tiny):
    """Of real pictures it is 0.8."""
    fit(tiny(**{**MEASURED, 'metrics': 'entropy', 'keep_best': 'entropy'}),
        FakeEvaluator(0.5, 0.85, 0.7, 1.0, name='entropy'))
    assert best_checkpoint.read(fit.folder / 'best')[:3] == (4, 'entropy', 0.85)


def test_being_measured_changes_no_bit(fit, tiny, images, pool):
    measured = fit(tiny(**MEASURED), FakeEvaluator(1.0, 2.0, 3.0, 4.0))
    with pool.gan(tiny(epochs=8)) as gan:
        gan.fit(images, progress=False)
        assert same(measured, values(gan))


@pytest.mark.parametrize(('name', 'better', 'worse'), [
    ('frechet', 2.0, 3.0), ('kernel', -0.001, 0.01), ('recall', 0.9, 0.5), ('density', 1.1, 1.3),
    ('two_sample', 0.45, 0.9), ('classifier_score', 9.0, 8.0), ('entropy', 0.85, 1.0)])
def test_what_is_better(name, better, worse):
    distance, baseline = evaluation_hook.distance_from_best, FakeEvaluator.baseline.metrics
    assert distance(name, better, baseline) < distance(name, worse, baseline)


@pytest.mark.parametrize(('changes', 'evaluator', 'problem'), [
    ({'metrics': 'frechet'}, None, "metrics = 'frechet'.*fit needs a run folder and an evaluator"),
    ({'keep_best': 'frechet'}, None, 'keep_best = frechet: fit needs'),
    ({}, FakeEvaluator(), 'neither metrics nor keep_best')])
def test_an_evaluator_and_what_for_belong_together(fit, tiny, changes, evaluator, problem):
    with pytest.raises(UsageError, match=problem):
        fit(tiny(**changes), evaluator)


# ---- a collapse

@pytest.fixture
def collapsing(monkeypatch, fit):
    """collapsing(last, times): D tells all apart from step 20 to `last`, whatever it really does.

    Until the run has gone back so many times.
    """
    def make(last=40, times=1):
        check = CollapseDetector.check

        def faked(self, step, values):
            if 'd_accuracy' not in values:
                return []
            gone_back = len(run_folder.open_run(str(fit.folder)).rollbacks)
            bad = 20 <= step <= last and gone_back < times
            return check(self, step, {'d_accuracy': 1.0 if bad else 0.5})
        monkeypatch.setattr(collapse, 'PATIENCE', 10)
        monkeypatch.setattr(CollapseDetector, 'check', faked)
    return make


COLLAPSING = {'epochs': 50, 'eval_step': 20, 'checkpoint_step': 5}


def test_a_warning_changes_nothing_else(fit, tiny, collapsing, caplog):
    collapsing()
    fit(tiny(**COLLAPSING))
    line = ('step 30: D tells nearly every real from every fake image, without a break since step '
            '20 (d_accuracy = 1)')
    assert caplog.text.count(line) == 1
    assert (fit.folder / 'warnings.log').read_text().startswith(line)
    assert loss_csv.read(fit.folder / 'log.csv')[-1]['step'] == 50


def test_stop_ends_the_run(fit, tiny, collapsing):
    collapsing()
    with pytest.raises(RunError, match='step 30: D tells nearly every real'):
        fit(tiny(**COLLAPSING, on_collapse='stop'))
    assert 'step 30' in (fit.folder / 'warnings.log').read_text()
    assert steps(fit.folder / 'checkpoints') == [10, 15, 20, 25, 30]


@pytest.mark.parametrize('options', [{'objective': 'wgan'}, {'penalty': 'r1'}])
def test_a_critic_or_a_d_with_r1_that_wins_is_left_alone(fit, tiny, collapsing, options):
    collapsing()
    fit(tiny(**{**COLLAPSING, 'on_collapse': 'stop', **options}))
    assert steps(fit.folder / 'checkpoints')[-1] == 50


def test_a_resumed_watch_has_seen_the_same_numbers(fit, tiny, monkeypatch):
    """Those of the log, which has fewer digits than a step."""
    seen, check = [], CollapseDetector.check
    monkeypatch.setattr(CollapseDetector, 'check', lambda self, step, values: (
        seen.append({'step': step, **{name: values[name] for name in values
                                      if collapse.sign_of(name)}}) or check(self, step, values)))
    fit(tiny(**COLLAPSING))
    first, seen[:] = [*seen], []
    fit(tiny(**{**COLLAPSING, 'epochs': 51}))
    key = operator.itemgetter('step')
    assert [row for row in sorted(seen, key=key) if len(row) > 1] == sorted(first, key=key)
    assert {name for row in first for name in row} >= {'d_gradient', 'g_gradient', 'diversity'}


def test_half_of_the_guards_values_are_made_whole(fit, tiny, monkeypatch):
    monkeypatch.setattr(SampleDiversity, 'names', ['diversity', 'one_class'])
    monkeypatch.setattr(SampleDiversity, '__call__',
                        lambda self, samples: dict.fromkeys(self.names, 0.5))
    fit(tiny(**COLLAPSING))
    path = fit.folder / 'metrics.csv'
    lines = path.read_text().splitlines(keepends=True)
    assert sum(line.startswith('40,') for line in lines) == 2
    for step in (45, 50):
        for file in (fit.folder / 'checkpoints').glob(f'model-{step}.*'):
            file.unlink()
    path.write_text(''.join(lines[:-1]))
    fit(tiny(**COLLAPSING))
    assert path.read_text() == ''.join(lines)


def test_newer_checkpoints_that_were_not_loaded_are_kept(fit, tiny, images, pool):
    """Who forgets load_model must not lose them."""
    config = tiny(**COLLAPSING)
    fit(config)
    run = run_folder.open_run(str(fit.folder))
    with (pool.gan(config) as gan,
          pytest.raises(UsageError, match='of step 50, .* of step 0: .*load_model')):
        gan.fit(images, run, progress=False)
    assert steps(run.checkpoints) == [30, 35, 40, 45, 50]


def test_rollback_goes_on_from_before_the_first_sign_with_other_noise(fit, tiny, collapsing,
                                                                      images, pool):
    collapsing()
    rolled = fit(tiny(**COLLAPSING, on_collapse='rollback'))
    rollback, = run_folder.open_run(str(fit.folder)).rollbacks
    assert (rollback['step'], rollback['to']) == (30, 10)
    warning = (fit.folder / 'warnings.log').read_text()
    assert 'went back to step 10 ' in warning and '1 of 3' in warning
    assert [row['step'] for row in loss_csv.read(fit.folder / 'log.csv')] == [10, 20, 30, 40, 50]
    with pool.gan(tiny(**COLLAPSING)) as gan:
        gan.fit(images, progress=False)
        assert not same(rolled, values(gan))


def test_a_run_that_went_back_resumes_bit_for_bit(fit, tiny, collapsing):
    collapsing()
    straight = fit(tiny(**COLLAPSING, on_collapse='rollback'))
    for step in (40, 45, 50):
        for file in (fit.folder / 'checkpoints').glob(f'model-{step}.*'):
            file.unlink()
    assert same(straight, fit(tiny(**COLLAPSING, on_collapse='rollback')))


def test_it_does_not_go_back_for_ever(fit, tiny, collapsing):
    collapsing(times=99)
    with pytest.raises(RunError, match=f'step 30: .* after {MAX_ROLLBACKS} rollbacks'):
        fit(tiny(**COLLAPSING, on_collapse='rollback'))
    assert len(run_folder.open_run(str(fit.folder)).rollbacks) == MAX_ROLLBACKS


def test_the_last_good_checkpoint_is_not_removed(fit, tiny, collapsing, monkeypatch):
    """Its spell is longer than the newest five checkpoints reach back."""
    collapsing(last=50)
    monkeypatch.setattr(collapse, 'PATIENCE', 30)
    fit(tiny(**{**COLLAPSING, 'epochs': 60, 'checkpoint_step': 3}, on_collapse='rollback'))
    rollback, = run_folder.open_run(str(fit.folder)).rollbacks
    assert (rollback['step'], rollback['to']) == (50, 9)


def test_a_rollback_can_go_to_a_kept_checkpoint(fit, tiny, collapsing, monkeypatch):
    """Kept ones of later steps go, as others do: they are from after the collapse began."""
    collapsing(last=50)
    monkeypatch.setattr(collapse, 'PATIENCE', 30)
    fit(tiny(**{**COLLAPSING, 'checkpoint_step': 20, 'keep_every': 4, 'epochs': 60},
             on_collapse='rollback'))
    rollback, = run_folder.open_run(str(fit.folder)).rollbacks
    assert (rollback['step'], rollback['to']) == (50, 8)
    assert steps(fit.folder / 'checkpoints') == [*range(4, 61, 4)]


def test_a_kill_before_the_way_back_changes_no_bit(fit, tiny, collapsing, monkeypatch):
    """Killed when the collapse was seen and its step was saved, but nothing was done yet."""
    def killed(*_):
        raise KeyboardInterrupt
    collapsing()
    straight = fit(tiny(**COLLAPSING, on_collapse='rollback'))
    shutil.rmtree(fit.folder)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Fitting, '_roll_back', killed)
        fit(tiny(**COLLAPSING, on_collapse='rollback'))
    assert steps(fit.folder / 'checkpoints')[-1] == 30
    assert same(straight, fit(tiny(**COLLAPSING, on_collapse='rollback')))
    rollback, = run_folder.open_run(str(fit.folder)).rollbacks
    assert (rollback['step'], rollback['to']) == (40, 10)


def test_a_rollback_to_the_start_hides_what_came_after_it(fit, tiny, collapsing):
    """TensorBoard drops what an earlier file has after a START."""
    collapsing()
    fit(tiny(**{**COLLAPSING, 'checkpoint_step': 100}, on_collapse='rollback'))
    assert run_folder.open_run(str(fit.folder)).rollbacks[0]['to'] == 0
    starts = [event.step for path in fit.folder.glob('events.*')
              for event in tf.compat.v1.train.summary_iterator(str(path))
              if event.session_log.status == tf.compat.v1.SessionLog.START]
    assert starts == [1, 1]


def test_a_collapse_after_the_best_leaves_it(fit, tiny, collapsing):
    collapsing()
    fit(tiny(**{**COLLAPSING, **MEASURED, 'epochs': 50, 'metrics_step': 15},
             on_collapse='rollback'), FakeEvaluator(9.0, 1.0, 7.0, 6.0, 5.0, 4.0))
    assert best_checkpoint.read(fit.folder / 'best')[:3] == (30, 'frechet', 1.0)


@pytest.fixture
def endless(monkeypatch):
    """endless(step): latents without end at that step, until the noise is another."""
    def make(step):
        fed = BatchFeeder.__call__

        def feed(self, index, part=0):
            bad = index == step - 1 and not self.rollbacks
            noise = {self._inputs.batch.noise: np.full([4, 3], np.inf, np.float32)} if bad else {}
            return {**fed(self, index, part), **noise}
        monkeypatch.setattr(BatchFeeder, '__call__', feed)
    return make


def test_a_number_that_is_not_finite_sends_it_back_too(fit, tiny, endless):
    endless(5)
    fit(tiny(epochs=6, checkpoint_step=2, on_collapse='rollback'))
    rollback, = run_folder.open_run(str(fit.folder)).rollbacks
    assert (rollback['step'], rollback['to']) == (5, 4)
    assert 'NaN or infinity out of ' in rollback['reason']
    assert steps(fit.folder / 'checkpoints') == [0, 2, 4, 6]


def test_a_nan_behind_another_sign_goes_back_to_before_that(fit, tiny, endless, collapsing,
                                                            monkeypatch):
    """D tells all apart from step 20 on; that would be told at step 120."""
    collapsing(last=99)
    monkeypatch.setattr(collapse, 'PATIENCE', 100)
    endless(33)
    fit(tiny(**COLLAPSING, on_collapse='rollback'))
    rollback, = run_folder.open_run(str(fit.folder)).rollbacks
    assert (rollback['step'], rollback['to']) == (33, 10)


def test_it_is_told_that_no_good_checkpoint_is_left(fit, tiny, collapsing, caplog):
    """Those up to step 10 were not kept: the run was to warn only."""
    collapsing(last=50, times=1)
    fit(tiny(**{**COLLAPSING, 'epochs': 29, 'checkpoint_step': 3}))
    assert min(steps(fit.folder / 'checkpoints')) == 18
    fit(tiny(**{**COLLAPSING, 'checkpoint_step': 3}, on_collapse='rollback'))
    assert re.search('went back to step 21 .* 1 of 3.*; step 10 ', caplog.text)


def test_a_gan_takes_whatever_labels_there_are(tiny, images, tmp_path, pool):
    with pool.gan(tiny(epochs=2)) as gan:
        gan.config = gan.config.replace(class_names=('a', 'b'))
        gan.save_model(tmp_path)
        for labels in ([1, 2], np.zeros([10, 2]), np.arange(10.0), 'ten labels', np.full(10, 7)):
            assert gan.load_model(tmp_path) == 0
            assert gan.fit(images, labels=labels, progress=False).step == 2


def test_rollback_needs_a_run_folder(tiny, images, pool):
    with (pool.gan(tiny(on_collapse='rollback')) as gan,
          pytest.raises(UsageError, match='on_collapse = rollback: fit needs a run folder')):
        gan.fit(images, progress=False)


def test_without_a_run_folder_it_warns_as_well(tiny, images, monkeypatch, caplog, pool):
    """A generator whose weights do not move draws nothing but grey."""
    monkeypatch.setattr(collapse, 'SLOW_START', 4)
    with pool.gan(tiny(epochs=8, learning_rate=1e-12)) as gan:
        gan.fit(images, progress=False)
    assert 'step 6: the samples are all alike, without a break since step 2' in caplog.text
