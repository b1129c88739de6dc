"""The steps with a lazy penalty that are recorded and traced."""

import pytest

from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.fit.penalty_recorder import next_recorded, traced
from dcgan_tf.run_folder.run_folder import create
from dcgan_tf.run_folder.tables.loss_plot import losses
from dcgan_tf.train_ops.step import Steps
from tests.cases import cases
from tests.families import LAZY
from tests.helpers import LOG_COLUMNS, traced_steps
from tests.helpers import log_rows as rows


@pytest.mark.parametrize('last', [1, 8, 300, 304, 309])
@cases('every', [2, 3, 4, 7, 9, 10, 11, 16, 25, 1000])
def test_the_last_penalty_up_to_each_row_of_the_log(every, last):
    recorded, step = [], 0
    while (step := next_recorded(step, every, last)) <= last:
        recorded.append(step)
    with_penalty = range(1, last + 1, every)
    assert recorded == sorted({max(p for p in with_penalty if p <= row)
                               for row in (*range(10, last, 10), last)})
    assert [next_recorded(step - 1, every, last) for step in recorded] == recorded


@cases(('step', 'last', 'expected'), [
    (0, 200, []), (100, 200, ['step 100', 'step 101 with penalty']),
    (101, 200, ['step 101 with penalty', 'step 102']),
    (100, 100, ['step 100', 'step 97 with penalty']),
    (101, 101, ['step 101 with penalty', 'step 100']), (1, 1, ['step 1 with penalty']),
    (2, 3, ['step 2', 'step 1 with penalty'])])
def test_a_step_of_each_kind_is_traced(step, last, expected):
    steps = Steps([None, None], 0, 4, None, [])
    assert [*traced(steps, step, last).values()] == expected
    alone = Steps([None], 0, 1, None, [])
    assert traced(alone, step, last) == ({step: f'step {step}'} if step else {})


@pytest.fixture
def trained(one_layer, pool, images, tmp_path, no_plot):
    """trained(name, epochs, folder to go on from) -> (run, the GAN after it)."""
    lent = []

    def make(name, epochs, before=None, **options):
        gan = pool.gan(config := one_layer(**{**LAZY, 'epochs': epochs, 'eval_step': 50,
                                              'checkpoint_step': 50, **options}))
        lent.append(gan)
        run = before or create(str(tmp_path), name, config, {})
        run.config = config
        if before:
            gan.load_model(run.checkpoints)
        gan.fit(images, run, progress=False)
        gan.close()
        return run
    return make


def test_rows_of_steps_with_the_penalty(trained, finished, one_layer, images):
    """They have the numbers of their step; those of log.csv stay as they are, without them."""
    run = trained('whole', 22)
    assert [row['step'] for row in rows(run.log)] == [10, 20, 22]
    assert list(rows(run.log)[0]) == LOG_COLUMNS[:-1]
    found = rows(run.penalty_log)
    assert [row['step'] for row in found] == [9, 17, 21]
    assert list(found[0]) == [*LOG_COLUMNS[:-1], 'd_minimised']
    assert losses(found[0]).keys() == {'D', 'G', 'D + G'}

    c = one_layer(**LAZY, epochs=8)
    gan = finished(c)
    gan.fit(images, progress=False)
    names, variant = ('d_loss', 'g_loss', 'd_gradient'), gan.steps.variant_of(8)
    scalars, numbers, minimised = gan.session.run(
        (variant.scalars, {name: variant.values[name] for name in names},
         variant.player_steps[0].loss), BatchFeeder(gan, images)(8))
    for name in names:
        assert found[0][name] == pytest.approx(numbers[name], abs=1e-6)
    assert found[0]['d_minimised'] == pytest.approx(minimised, abs=1e-6) == pytest.approx(
        scalars['losses/d_objective'] + 4 * LAZY['penalty_weight'] * scalars['penalty'], abs=1e-6)


def test_the_last_row_of_the_log_has_its_penalty(trained):
    """Also where it is no tenth step; both rows stay when the run goes on."""
    run = trained('short', 8)
    assert [row['step'] for row in rows(run.log)] == [8]
    assert [row['step'] for row in rows(run.penalty_log)] == [5]
    run = trained('short', 20, before=run)
    assert [row['step'] for row in rows(run.log)] == [8, 10, 20]
    assert [row['step'] for row in rows(run.penalty_log)] == [5, 9, 17]


@pytest.mark.parametrize('stop', [9, *(pytest.param(n, marks=pytest.mark.slow)
                                      for n in (10, 12))])
def test_a_resumed_run_has_the_rows_of_one_without_a_stop(trained, stop):
    whole = rows(trained('whole', 20).penalty_log)
    run = trained('stopped', stop)
    assert [row['step'] for row in rows(run.penalty_log)] == [9]
    assert rows(trained('stopped', 20, before=run).penalty_log) == whole


def test_rows_after_a_rollback_are_dropped(trained):
    """As those of log.csv: each table is cut at the step that the training goes on from."""
    run = trained('whole', 20)
    (run.checkpoints / 'model-20.index').unlink()
    (run.checkpoints / 'model-20.data-00000-of-00001').unlink()
    run = trained('whole', 9, before=run)
    assert [row['step'] for row in rows(run.penalty_log)] == [9]


def test_no_second_table_where_all_steps_have_the_penalty(trained):
    run = trained('every', 10, penalty_every=1)
    assert not run.penalty_log.exists() and rows(run.log)


def test_both_kinds_are_traced(trained):
    assert traced_steps(trained('traced', 6, trace_step=4).path) == [
        'step 4', 'step 5 with penalty']
