"""--steps-per-run: the same bits, the same log and the same errors, in fewer runs."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import CollapseError
from dcgan_tf.optimizers import rates
from dcgan_tf.run_folder import run_folder
from tests.helpers import assert_same, boxes, log_rows, traced_steps, values

LONG = {'epochs': 24, 'eval_step': 100, 'checkpoint_step': 100}
# A second kind of step, draws of each step; G's batch norm has variables that follow.
ALL = {'penalty': 'r1', 'penalty_every': 3, 'instance_noise': 0.2}
ROWS = [
    ALL,
    pytest.param({**ALL, 'norm': 'spectral', 'flip': True, 'label_flip': 0.3},
                 marks=pytest.mark.slow),
    pytest.param({'type': 'cgan', 'class_names': ('a', 'b'), 'd_steps': 2, 'g_steps': 2,
                  'gradient_accumulate': 2, 'penalty': 'mode_regularised', 'penalty_every': 2},
                 marks=pytest.mark.slow),
    pytest.param({'norm': 'spectral', 'diff_augment': 'color,cutout', 'check_numerics': True},
                 marks=pytest.mark.slow),
]
LABELS = np.arange(10) % 2


@pytest.fixture
def gan(one_layer, finished):
    """gan(steps_per_run, **changes) -> a finished model from the pool."""
    return lambda n, **changes: finished(one_layer(steps_per_run=n, **{**LONG, **changes}))


@pytest.fixture
def runs_of(monkeypatch):
    """runs_of(gan): the fetches of the session's runs from now on, a list that grows."""
    def watch(gan):
        seen, run = [], gan.session.run
        monkeypatch.setattr(gan.session, 'run', lambda fetches, *more, **words: (
            seen.append(fetches), run(fetches, *more, **words))[1])
        return seen
    return watch


def trains(fetches):
    return isinstance(fetches, dict) and 'train' in fetches


@pytest.mark.parametrize('row', ROWS, ids=lambda row: '-'.join(row))
def test_bits_and_log_stay_the_same(gan, images, tmp_path, no_plot, row):
    one, four = (gan(n, **row) for n in (1, 4))
    assert boxes(four) - boxes(one) == {'many_steps'}
    rows = []
    for made in (one, four):
        run = run_folder.create(tmp_path, f'run{len(rows)}', made.config, {})
        made.fit(images, run, labels=LABELS, progress=False)
        rows.append([*log_rows(run.log), *log_rows(run.penalty_log)])
    assert_same(values(one), values(four))
    assert rows[0] == rows[1]
    assert [row['step'] for row in rows[0]][:3] == [10, 20, 24]
    assert any(name.endswith('_minimised') for row in rows[0] for name in row) == one.steps.lazy


def test_so_they_do_behind_a_stop(one_layer, pool, images, tmp_path):
    """24 steps, four a run; or 13, saved, and the rest one a run."""
    def trained(n, epochs, resume=False):
        with pool.gan(one_layer(steps_per_run=n, **{**LONG, **ALL, 'epochs': epochs})) as gan:
            if resume:
                assert gan.load_model(tmp_path) == 13
            gan.fit(images, progress=False)
            gan.save_model(tmp_path)
            return values(gan)
    trained(4, 13)
    resumed = trained(1, 24, resume=True)
    assert_same(trained(4, 24), resumed)


@pytest.mark.parametrize(('n', 'row', 'runs'), [
    (1, ALL, 24), (4, ALL, 10), *(pytest.param(n, {}, runs, marks=pytest.mark.slow)
                                  for n, runs in ((2, 15), (9, 6), (50, 6)))], ids=str)
def test_what_is_looked_at_is_a_run_by_itself(gan, images, runs_of, n, row, runs):
    """Steps 10, 20 and the last; between them up to n at once. Pictures and saving are other runs.

    Of nine steps two or four at a time one is left over.
    """
    made = gan(n, **row)
    seen = runs_of(made)
    made.fit(images, progress=False)
    assert sum(map(trains, seen)) == runs
    assert made.steps_done() == 24


@pytest.mark.parametrize('more', [
    {'d_steps': 2}, *(pytest.param(more, marks=pytest.mark.slow)
                      for more in ({}, {'d_steps': 2, 'gradient_accumulate': 2}))], ids=str)
def test_the_step_in_the_middle_that_fails_is_named_and_changes_nothing(one_layer, built, images,
                                                                        monkeypatch, more):
    """The learning rate of step 6 is not a number: its loss is not finite in step 7."""
    def planted(step):
        return tf.where(tf.equal(step, 5.0), np.float32(np.inf), 1.0)
    monkeypatch.setattr(rates, 'constant', planted)
    said, states = [], []
    for n in (1, 8):
        made = built(one_layer(steps_per_run=n, **LONG, **more))
        with pytest.raises(CollapseError) as caught:
            made.fit(images, progress=False)
        said.append(str(caught.value))
        states.append(values(made))
    assert said[0] == said[1] and said[0].startswith('step ')
    assert_same(*states)


def test_a_trace_is_of_its_step(gan, images, tmp_path, no_plot):
    made = gan(4, trace_step=4, epochs=5, **ALL)
    run = run_folder.create(tmp_path, 'run', made.config, {})
    made.fit(images, run, progress=False)
    assert traced_steps(run.path) == ['step 4 with penalty', 'step 5']
