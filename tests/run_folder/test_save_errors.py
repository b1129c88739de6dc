"""What becomes of a training whose disk is full: `--on-save-error stop|warn`."""

import contextlib
import logging

import pytest
from test_events import steps_of

from dcgan_tf.errors import CollapseError, RunError, UsageError, WorkerLost
from dcgan_tf.run_folder.checkpoint_files import steps
from dcgan_tf.run_folder.save_errors import SaveErrorPolicy
from dcgan_tf.run_folder.tables import loss_csv
from tests.growing import Training, started_at


@pytest.fixture
def training(tmp_path):
    made = []

    def training(**config):
        made.append(Training(tmp_path, **{'epochs': 60, 'checkpoint_step': 10, 'eval_step': 30,
                                          **config}))
        return made[-1]
    yield training
    for each in made:
        each.session.close()




def fail():
    raise OSError(28, 'No space left on device', 'log.csv')


def test_stop_lets_errors_through():
    with pytest.raises(OSError, match='No space left'):
        SaveErrorPolicy('stop')('log.csv', fail)
    assert SaveErrorPolicy('stop')('log.csv', lambda a, b: a + b, 1, 2) == 3


def test_warn_tells_the_first_of_a_row_and_when_it_is_over(caplog):
    save_errors = SaveErrorPolicy('warn')
    for what in ('log.csv', 'log.csv', 'pictures', 'log.csv'):
        assert save_errors(what, fail) is None
    assert save_errors('log.csv', lambda: 7) == 7 == save_errors('log.csv', lambda: 7)
    save_errors('log.csv', fail)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 4
    assert 'No space left' in told[0] and '--on-save-error warn' in told[0]
    assert told[2] == 'log.csv: written again; 3 are missing'


def test_a_folder_in_the_way_is_tolerated_too(caplog):
    def write():
        raise UsageError('fake_000010.png: it is a folder')
    assert SaveErrorPolicy('warn')('pictures', write) is None
    assert 'it is a folder' in caplog.text


@pytest.mark.parametrize('error', [CollapseError('a', step=1, last_good_step=0),
                                   WorkerLost('gone')])
def test_other_trouble_is_not_for_it(error):
    def write():
        raise error
    with pytest.raises(type(error)):
        SaveErrorPolicy('warn')('checkpoint', write)


@pytest.fixture
def fitted(full_disk):
    """fitted(training, full): trains; in the steps of `full` no file can grow beyond 50 bytes."""
    def fitted(training, full):
        def around(each):
            def call(step, values):
                with full_disk(50) if step in full else contextlib.nullcontext():
                    each.call(step, values)
            return each._replace(call=call)
        training.fit(last=60, around=around)
    return fitted


@pytest.mark.parametrize(('full', 'line'), [
    (30, 'cannot write TensorBoard events'), (35, 'model-35.*the checkpoints before it stay')])
def test_with_stop_a_full_disk_ends_the_training(training, fitted, full, line):
    made = training(checkpoint_step=5)
    with pytest.raises(RunError, match=line):
        fitted(made, {full})
    assert steps(made.run.checkpoints) == list(range(full - 25, full, 5))


def test_with_warn_the_training_goes_on_and_tries_again(training, fitted, caplog):
    made = training(on_save_error='warn')
    with caplog.at_level(logging.WARNING):
        fitted(made, {30, 40})
    assert steps(made.run.checkpoints) == [0, 10, 20, 50, 60]
    assert [row['step'] for row in loss_csv.read(made.run.log)] == [10, 20, 50, 60]
    text = made.run.log.read_text()
    assert text.endswith('\n') and text.count('\n') == 5          # no part of a row is left
    found = [step for path in sorted(made.run.path.glob('events.*')) for step in readable(path)]
    assert {50, 60} <= set(found)
    told = '\n'.join(record.getMessage() for record in caplog.records)
    for what in ('model-30', 'log.csv', 'TensorBoard events'):
        assert told.count(what) >= 1
    assert 'checkpoint: written again; 2 are missing' in told
    left = {path.name for path in made.run.checkpoints.iterdir()}
    assert not [name for name in left if 'model-30' in name or 'temp' in name], left


def readable(path):
    """Steps of the events in front of the first that is cut."""
    try:
        yield from steps_of(path)
    except Exception:                                            # noqa: BLE001
        return


def test_a_last_checkpoint_that_cannot_be_written_is_an_error_in_any_case(training, full_disk):
    made = training(on_save_error='warn')
    with pytest.raises(RunError, match='model-5'), made.recorder(0) as recorder:
        recorder.start(started_at(0))
        with full_disk(50):
            recorder.end(5, finished=True)


def test_without_room_for_a_checkpoint_nothing_is_begun(training, full_disk):
    made = training(on_save_error='warn')
    with (made.recorder(0) as recorder, full_disk(20_000),
          pytest.raises(RunError, match='checkpoint of 0.1 MB.*: .*large .--save-folder')):
        recorder.start(started_at(0))
    assert not list(made.run.checkpoints.iterdir())
