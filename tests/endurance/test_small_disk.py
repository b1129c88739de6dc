"""A file system that fills up: what was written stays, and with more room the run is as ever."""

import contextlib
import re
import shutil
import subprocess

import left
import pytest

import main1
from dcgan_tf.cli import exits
from dcgan_tf.errors import RunError
from dcgan_tf.run_folder import checkpoint_files
from dcgan_tf.run_folder.tables import loss_csv
from tests import programs
from tests.growing import LAST, Training
from tests.helpers import checkpoint

SIZE = 4 << 20                         # bytes of the small one
ENOUGH_TO_BEGIN = 5 << 19              # of what a run of `FLAGS` takes
FLAGS = ['--dataset', 'digits', '--maps', '4,6', '--batch-size', '4', '--epochs', '60',
         '--checkpoint-step', '5', '--eval-step', '5', '--threads', '1', '--run-name', 'run',
         '--resume', 'auto', '--cache-folder', 'cache', '--save-folder']


def mount(folder, *words):
    mounted = shutil.which('mount') and subprocess.run(
        ['mount', '-t', 'tmpfs', *words, 'tmpfs', folder], capture_output=True, check=False)
    if not mounted or mounted.returncode:
        pytest.skip('needs the right to mount a file system')


@pytest.fixture
def disk(tmp_path):
    """A folder with room for SIZE bytes."""
    folder = tmp_path / 'disk'
    folder.mkdir()
    mount(folder, '-o', f'size={SIZE}')
    yield folder
    subprocess.run(['umount', folder], check=True)


@contextlib.contextmanager
def full(disk):
    """Not one block is free."""
    filler = disk / 'filler'
    with filler.open('wb', buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture
def trained(disk):
    """trained(**config) -> a Training, the disk full in its steps 10 to 17, and its error."""
    made = []

    def trained(**config):
        training = Training(disk, checkpoint_step=4, eval_step=6, **config)
        made.append(training)

        def around(each):
            def call(step, values):
                with full(disk) if 10 <= step < 18 else contextlib.nullcontext():
                    each.call(step, values)
            return each._replace(call=call)
        try:
            training.fit(around=around)
        except RunError as error:
            return training, str(error)
        return training, None
    yield trained
    for each in made:
        each.session.close()


def tags(run):
    return {(tag, step) for tag, step in left.shown(run.path) if tag == 'd_loss'}


def test_with_warn_all_goes_on_when_there_is_room(trained, caplog):
    training, error = trained(on_save_error='warn')
    assert error is None
    assert checkpoint_files.steps(training.run.checkpoints) == [0, 4, 8, 20, LAST]
    assert {20, LAST} <= {row['step'] for row in loss_csv.read(training.run.log)}
    assert {20, LAST} <= {step for _, step in tags(training.run)}
    empty = [path for path in training.run.path.rglob('*') if path.is_file() and not
             path.stat().st_size]
    assert not empty
    told = [record.getMessage() for record in caplog.records]
    assert sum('model-12' in line for line in told) == 1
    assert sum('checkpoint: written again; 2 are missing' in line for line in told) == 1
    for line in told:                      # one line of trouble before each of its end
        if found := re.match('(.*): written again', line):
            before = told[:told.index(line)]
            assert len([each for each in before if 'goes on without' in each]) >= len(
                [each for each in before if 'written again' in each]) + 1, found[1]


def test_with_stop_the_checkpoints_stay(trained):
    """Whatever is written first when the disk is full: the checkpoint, or the events."""
    training, error = trained()
    assert error.startswith('cannot ') and 'No space left' in error
    assert checkpoint_files.steps(training.run.checkpoints) == [0, 4, 8]
    assert not [path.name for path in training.run.checkpoints.iterdir() if 'temp' in path.name]


@pytest.mark.usefixtures('here', 'pooled')
@pytest.mark.parametrize('there', [False, True], ids=['new', 'resumed'])
def test_a_folder_that_is_read_only_is_refused_before_the_first_step(disk, small, capsys, there):
    def train(*words):
        return exits.run(main1.main, [*small, '--save-folder', str(disk), '--run-name', 'run',
                                      '--resume', 'auto', '--epochs', '60', '--quiet', *words])
    if there:
        assert train('--epochs', '1') == 0
    before = sorted(disk.rglob('*'))
    remount(disk, 'ro')
    capsys.readouterr()
    assert train() == 1
    assert 'run folder' in (line := capsys.readouterr().err.splitlines()[-1])
    assert 'cannot' in line and 'Read-only file system' in line and str(disk) in line
    assert sorted(disk.rglob('*')) == before
    remount(disk, 'rw')


def remount(disk, how):
    subprocess.run(['mount', '-o', f'remount,{how}', disk], check=True)


def trained_by_main1(folder, *words):
    """-> exit code, standard error."""
    code, _, error = programs.run([programs.ROOT / 'main1.py', *FLAGS, folder, *words], timeout=300,
                                  cwd=folder.parent, env={'TF_CPP_MIN_LOG_LEVEL': '3'})
    return code, error


def newest(run):
    """-> step, {name: bits} of the newest checkpoint."""
    step = checkpoint_files.steps(run / 'checkpoints')[-1]
    return step, {name: value.tobytes() for name, value in checkpoint(run, step).items()}


@pytest.mark.slow
def test_a_run_that_fills_its_disk_ends_as_ever_when_it_gets_a_larger_one(disk, tmp_path):
    remount(disk, f'size={ENOUGH_TO_BEGIN}')
    code, error = trained_by_main1(disk)
    assert code == 1 and 'Traceback' not in error
    assert 'No space left' in error.splitlines()[-1], error
    stopped = checkpoint_files.steps(disk / 'run/checkpoints')
    assert 5 <= stopped[-1] < 60
    straight = tmp_path / 'straight'
    assert trained_by_main1(straight)[0] == 0
    remount(disk, f'size={64 * SIZE}')
    assert trained_by_main1(disk)[0] == 0
    assert newest(disk / 'run') == newest(straight / 'run')
    left.assert_same(disk / 'run', straight / 'run')


@pytest.mark.slow
def test_with_warn_it_trains_to_the_end_and_says_that_the_last_checkpoint_is_missing(disk):
    remount(disk, f'size={ENOUGH_TO_BEGIN}')
    code, error = trained_by_main1(disk, '--on-save-error', 'warn')
    assert code == 1 and 'Traceback' not in error
    assert 'goes on without it (--on-save-error warn)' in error
    assert 'model-60' in error.splitlines()[-1]
    assert loss_csv.read(disk / 'run/log.csv')
    newest(disk / 'run')                    # it can be read
