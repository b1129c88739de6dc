"""--steps-per-run: the same bits, the same log and the same errors, in fewer runs."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.errors import CollapseError
from dcgan_tf.training import log, run_folder

LONG = {'epochs': 24, 'eval_step': 100, 'checkpoint_step': 100, 'ema': 0.9}
ROWS = [
    {'penalty': 'r1', 'penalty_every': 3, 'instance_noise': 0.2, 'flip': True, 'label_flip': 0.3},
    pytest.param({'type': 'cgan', 'class_names': ('a', 'b'), 'd_steps': 2, 'g_steps': 2,
                  'gradient_accumulate': 2, 'penalty': 'mode_regularised', 'penalty_every': 2},
                 marks=pytest.mark.slow),
    {'norm': 'spectral', 'diff_augment': 'color,cutout', 'check_numerics': True},
]
LABELS = np.arange(10) % 2


@pytest.fixture
def gan(tiny, finished):
    """gan(steps_per_run, **changes) -> a finished model, closed at the end."""
    return lambda n, **changes: finished(tiny(steps_per_run=n, **{**LONG, **changes}))


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


def variables(gan):
    return gan.session.run({v.op.name: v for v in gan.variables()})


@pytest.mark.parametrize('row', ROWS, ids=lambda row: '-'.join(row))
def test_the_bits_stay_the_same(gan, images, row):
    states = []
    for n in (1, 4):
        made = gan(n, epochs=12, **row)
        made.fit(images, labels=LABELS, progress=False)
        states.append(variables(made))
    for name, value in states[0].items():
        np.testing.assert_array_equal(value, states[1][name], err_msg=name)


def test_so_they_do_behind_a_stop(tiny, images, tmp_path):
    """24 steps, five a run; or 13, saved, and the rest two a run."""
    whole = tiny(steps_per_run=5, **LONG)
    with DeepConvolutionalGAN.from_config(whole) as gan:
        gan.fit(images, progress=False)
        expected = variables(gan)
    with DeepConvolutionalGAN.from_config(whole.replace(epochs=13)) as gan:
        gan.fit(images, progress=False)
        gan.save_model(tmp_path)
    with DeepConvolutionalGAN.from_config(whole.replace(steps_per_run=2)) as gan:
        assert gan.load_model(tmp_path) == 13
        gan.fit(images, progress=False)
        for name, value in variables(gan).items():
            np.testing.assert_array_equal(value, expected[name], err_msg=name)


@pytest.mark.parametrize(('n', 'runs'), [(1, 24), (2, 15), (9, 6), (50, 6)])
def test_what_is_looked_at_is_a_run_by_itself(gan, images, runs_of, n, runs):
    """Steps 10, 20 and the last; between them up to n at once. Pictures and saving are other runs.

    Of nine steps two at a time one is left over.
    """
    made = gan(n)
    seen = runs_of(made)
    made.fit(images, progress=False)
    assert sum(map(trains, seen)) == runs
    assert made.steps_done() == 24


def test_the_log_is_the_same(tiny, images, tmp_path):
    rows = []
    for n in (1, 7):
        config = tiny(steps_per_run=n, penalty='r1', penalty_every=3, **LONG)
        run = run_folder.create(tmp_path, f'run{n}', config, {})
        with DeepConvolutionalGAN.from_config(config) as gan:
            gan.fit(images, run, progress=False)
        rows.append([{k: v for k, v in row.items() if k != 'images_per_second'}
                     for row in log.read(run.log)])
    assert rows[0] == rows[1]
    assert [row['step'] for row in rows[0]] == [10, 20, 24]


@pytest.mark.parametrize('more', [{}, {'d_steps': 2, 'gradient_accumulate': 2}], ids=str)
def test_the_step_in_the_middle_that_fails_is_named_and_changes_nothing(gan, images, monkeypatch,
                                                                         more):
    """The learning rate of step 6 is not a number: its loss is not finite in step 7."""
    def planted(rate, half_life, step):
        return tf.where(tf.equal(step, 5), np.float32(np.inf), rate)
    monkeypatch.setattr('dcgan_tf.model.learners._rate', planted)
    said, states = [], []
    for n in (1, 8):
        made = gan(n, **more)
        with pytest.raises(CollapseError) as caught:
            made.fit(images, progress=False)
        said.append(str(caught.value))
        states.append(variables(made))
    assert said[0] == said[1] and said[0].startswith('step ')
    for name, value in states[0].items():
        np.testing.assert_array_equal(value, states[1][name], err_msg=name)


def test_a_trace_is_of_its_step(tiny, images, tmp_path):
    config = tiny(steps_per_run=9, trace_step=4, **{**LONG, 'epochs': 5})
    run = run_folder.create(tmp_path, 'run', config, {})
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.fit(images, run, progress=False)
    tags = [event.tagged_run_metadata.tag for path in run.path.glob('events.*')
            for event in tf.compat.v1.train.summary_iterator(str(path))
            if event.HasField('tagged_run_metadata')]
    assert tags == ['step 4']
