"""A run of 24 steps, recorded, and read back: events, pictures, log and checkpoints."""

import shutil

import pytest
import tensorflow as tf

from dcgan_tf import images
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.run_folder import kept, run_folder
from dcgan_tf.run_folder.best_checkpoint import Best
from dcgan_tf.run_folder.checkpoint_files import steps
from dcgan_tf.run_folder.tables import loss_csv
from tests.growing import LAST, LOGGED, Training, started_at

v1 = tf.compat.v1


@pytest.fixture(scope='module')
def done(tmp_path_factory):
    """The RunFolder of a whole training, to look at; the graph was finalized before it."""
    training = Training(tmp_path_factory.mktemp('done'), trace_step=5)
    training.fit()
    training.session.close()
    return training.run


@pytest.fixture
def make(tmp_path, no_plot):
    """make(**config) -> Training in tmp_path / 'run'."""
    made = []

    def training(**config):
        made.append(Training(tmp_path, **config))
        return made[-1]
    yield training
    for each in made:
        each.session.close()


def events_of(folder):
    """All events of a folder, oldest file first."""
    return [event for path in sorted(folder.glob('events.*'))
            for event in v1.train.summary_iterator(str(path))]


def values_of(folder):
    """tag -> [(step, value)]"""
    found = {}
    for event in events_of(folder):
        for value in event.summary.value:
            found.setdefault(value.tag, []).append((event.step, value))
    return found


def names(folder):
    return {path.name for path in folder.iterdir()}


# ---- a whole run

def test_a_run_leaves_all_its_files(done):
    shown = (0, 6, 12, 18, 24)
    assert names(done.images) == {
        'real.png', 'noise.png', 'progress.png', 'losses.png', 'training.gif',
        *(f'fake_{step:06d}.png' for step in shown), *(f'row_{step:06d}.png' for step in shown)}
    assert steps(done.checkpoints) == [0, 9, 18, 24]
    assert [row['step'] for row in loss_csv.read(done.log)] == [10, 20, 24]
    assert len(list(done.path.glob('events.*'))) == 1
    assert images.read_png(done.images / 'progress.png')[::4, 0, 0].tolist() == list(shown)


def test_scalars_can_be_read_back(done):
    values = values_of(done.path)
    for index, name in enumerate(LOGGED):
        found = [(step, value.simple_value) for step, value in values[name]]
        assert [step for step, _ in found] == [10, 20, 24]
        for step, value in found:        # fetched beside the step: from before it or after it
            assert value - index in (2 * step - 2, 2 * step)


def test_pictures_and_histograms_can_be_read_back(done):
    values = values_of(done.path)
    pictures, histograms = ([(step, value) for tag, found in values.items() if name in tag
                             for step, value in found] for name in ('samples', 'Generator/w'))
    assert [step for step, _ in pictures] == [step for step, _ in histograms] == [0, 6, 12, 18, 24]
    assert all(value.image.encoded_image_string.startswith(b'\x89PNG') for _, value in pictures)
    assert (pictures[0][1].image.height, pictures[0][1].image.width) == (4, 8)
    assert [value.histo.max for _, value in histograms] == [0, 6, 12, 18, 24]
    assert {value.histo.num for _, value in histograms} == {2}


def test_the_graph_is_in_the_events(done):
    [content] = [event.graph_def for event in events_of(done.path) if event.HasField('graph_def')]
    assert 'Generator/w' in {node.name for node in v1.GraphDef.FromString(content).node}


def test_the_options_are_in_the_events_once_a_start(make):
    """On two pages of TensorBoard: tests/run_folder/test_events.py."""
    training = make(seed=7)
    training.fit(last=6)
    training.fit(first=6, last=12)
    values = values_of(training.run.path)
    for tag in ('_hparams_/session_start_info', 'options'):
        assert [step for step, _ in values[tag]] == [1, 7]
    assert '| seed | `7` |' in str(tf.make_ndarray(values['options'][0][1].tensor))
    assert b'run' in values['_hparams_/session_start_info'][0][1].metadata.plugin_data.content


def test_the_trace_is_in_the_events(done):
    [trace] = [event.tagged_run_metadata for event in events_of(done.path)
               if event.HasField('tagged_run_metadata')]
    assert trace.tag == 'step 5'
    assert v1.RunMetadata.FromString(trace.run_metadata).step_stats.dev_stats


def test_no_trace_is_made_where_none_is_asked_for(make):
    with make().recorder(0) as recorder:
        assert recorder.trace() == {}


# ---- stopped and gone on with

def test_a_run_that_is_stopped_is_saved_and_has_no_film(make):
    training = make()
    training.stop.asked = True
    run = training.fit().run
    assert steps(run.checkpoints) == [0, 1]
    assert 'training.gif' not in names(run.images)


def test_a_run_gone_on_with_says_so_in_the_events(make):
    training = make()
    training.fit(last=18)
    training.fit(first=18)
    starts = [event.step for event in events_of(training.run.path)
              if event.session_log.status == v1.SessionLog.START]
    assert starts == [19, 19]          # TensorBoard takes the first one for the beginning
    assert [row['step'] for row in loss_csv.read(training.run.log)] == [10, 18, 20, 24]
    shown = images.read_png(training.run.images / 'progress.png')[::4, 0, 0]
    assert shown.tolist() == [0, 6, 12, 18, 24]


def test_what_came_after_the_step_gone_on_from_is_dropped(make):
    training = make()
    training.fit()
    training.session.run(training.w.initializer)
    training.fit(first=12, last=18)
    assert [row['step'] for row in loss_csv.read(training.run.log)] == [10, 18]
    assert len(images.read_png(training.run.images / 'progress.png')) == 4 * 4


def test_going_on_with_a_finished_run_is_no_error(make):
    training = make()
    training.fit()
    before = names(training.run.images)
    training.fit(first=LAST)
    assert loss_csv.read(training.run.log)[-1]['step'] == LAST
    assert names(training.run.images) == before
    assert steps(training.run.checkpoints) == [0, 9, 18, 24]


def test_the_beginning_is_not_shown_again(make):
    training = make()
    training.fit(last=6)
    (training.run.images / 'real.png').unlink()
    training.fit(first=6, last=12)
    assert 'real.png' not in names(training.run.images)


def test_leftovers_of_a_killed_process_are_removed(make):
    training = make()
    left = [training.run.checkpoints / 'model-3.index.tempstate1',
            training.run.checkpoints / 'model-3.data-00000-of-00001',
            training.run.path / '.abc.tmp.csv', training.run.images / '.abc.tmp.png']
    for path in left:
        path.write_bytes(b'half')
    training.fit(last=6)
    assert not [path for path in left if path.exists()]


# ---- killed between two things

def test_pictures_that_a_kill_left_out_are_made(make):
    """The checkpoint of a step comes before its pictures, the first of these as the last."""
    training = make()
    training.fit(last=18)
    for name in ('fake_000018.png', 'row_000018.png'):
        (training.run.images / name).unlink()
    training.fit(first=18, last=18)
    assert {'fake_000018.png', 'row_000018.png'} <= names(training.run.images)
    pictures, = (found for tag, found in values_of(training.run.path).items() if 'samples' in tag)
    assert [step for step, _ in pictures] == [0, 6, 12, 18, 18]
    before = (training.run.images / 'fake_000018.png').stat().st_mtime_ns
    training.fit(first=18, last=18)
    assert (training.run.images / 'fake_000018.png').stat().st_mtime_ns == before


def test_the_row_of_a_checkpoint_comes_before_it(make, monkeypatch):
    def full(session, folder, step, **options):
        raise RunError('full')
    training = make(checkpoint_step=10)
    training.fit(last=10)
    monkeypatch.setattr(training.checkpoints, 'save', full)
    with pytest.raises(RunError, match='full'):
        training.fit(first=10, last=20)
    assert [row['step'] for row in loss_csv.read(training.run.log)] == [10, 20]


def test_checkpoints_that_are_kept_for_ever(make):
    """--keep-every saves at its own steps, too; step 0 counts only among the newest five."""
    training = make(checkpoint_step=2, keep_every=5)
    training.fit()
    assert steps(training.run.checkpoints) == [5, 10, 15, 16, 18, 20, 22, 24]


def test_what_was_kept_stays_when_a_resume_keeps_others(make):
    training = make(checkpoint_step=1, keep_every=3)
    run = training.fit(last=12).run
    run.keep(run.config.replace(keep_every=5))
    training.fit(first=12)
    assert steps(run.checkpoints) == [3, 6, 9, 10, 12, 15, *range(20, 25)]
    again = run_folder.open_run(str(run.path))
    again.keep(again.config.replace(keep_every=0))
    assert again.record['kept'] == [3, 6, 9, 10, 12, 15, 20]
    assert [step for step in range(30) if kept.stays(again, step)] == [3, 6, 9, 10, 12, 15, 20]


def test_a_step_is_saved_once(make, monkeypatch):
    training, saved = make(checkpoint_step=6, keep_every=12), []
    save = training.checkpoints.save
    monkeypatch.setattr(training.checkpoints, 'save', lambda session, folder, step, **more: (
        saved.append(step), save(session, folder, step, **more)))
    training.fit()
    assert saved == [0, 6, 12, 18, 24]


def test_newer_checkpoints_that_could_not_be_read_go_with_the_next_one(make):
    """They would count among the newest five, and good ones would go."""
    training = make()
    training.fit(last=18)
    for step in (19, 20, 21, 22, 24):
        for ending in ('index', 'data-00000-of-00001'):
            (training.run.checkpoints / f'model-{step}.{ending}').write_bytes(b'damaged')
    with training.recorder(18) as recorder:
        recorder.start(started_at(18))
        assert steps(training.run.checkpoints) == [0, 9, 18, 19, 20, 21, 22, 24]
        recorder.calls()[1].call(20, {})
        assert steps(training.run.checkpoints) == [0, 9, 18, 20]


def test_a_best_of_the_same_step_is_never_half_the_old_one(make, monkeypatch):
    """After a way back a step may be measured again: its weights are others."""
    training = make()
    training.fit(last=6)
    with training.recorder(6) as recorder:
        recorder.save_best(Best(6, 'frechet', 1.0, 'all'))
        there = []
        save = training.checkpoints.save
        monkeypatch.setattr(training.checkpoints, 'save', lambda *words, **more: (
            there.extend(training.run.best.glob('model-*')), save(*words, **more)))
        assert recorder.save_best(Best(6, 'frechet', 0.5, 'all'))
        assert not there and steps(training.run.best) == [6] and recorder.best().value == 0.5


# ---- places that cannot be written

def test_a_run_folder_that_is_gone_is_named(make):
    training = make()
    with training.recorder(0) as recorder:
        recorder.start(started_at(0))
        shutil.rmtree(training.run.images)
        with pytest.raises((RunError, UsageError), match='images'):
            recorder.calls()[2].call(6, {})


def test_leaving_on_an_error_keeps_the_error(make):
    training = make()
    with pytest.raises(ZeroDivisionError), training.recorder(0):
        raise ZeroDivisionError
    assert len(events_of(training.run.path)) >= 1
