"""`python main1.py` as a user types it: from first line to GIFs, stopped, killed, resumed."""

import csv
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest
import tensorflow as tf

import main1
from dcgan_tf import DeepConvolutionalGAN, MorphingGenerator, UsageError, images
from dcgan_tf.cli import exits
from dcgan_tf.run_folder import checkpoint_files
from dcgan_tf.run_folder.run_folder import open_run
from dcgan_tf.run_folder.tables import loss_csv
from tests import programs
from tests.helpers import LOG_COLUMNS, assert_same, checkpoint, traced_steps

v1 = tf.compat.v1
MAIN = programs.ROOT / 'main1.py'
DIGITS = ['--dataset', 'digits', '--batch-size', '4', '--penalty', 'none']
SELDOM = ['--eval-step', '99999', '--checkpoint-step', '99999']
OWN = ['--folder', 'pictures', '--resize', '12x10', '--maps', '4,6', '--flip', '--type', 'cgan',
       '--batch-size', '4', '--eval-step', '5', '--checkpoint-step', '2', '--penalty', 'none',
       '--z-dim', '3']
HOLDER = programs.ROOT / 'tests' / 'run_folder' / 'holder.py'
pytestmark = pytest.mark.usefixtures('here', 'pooled')


def digits(*words):
    """With the preset's own networks, in this process; returns the exit code."""
    return exits.run(main1.main, [*DIGITS, *words])


@pytest.fixture(scope='module')
def kept(tmp_path_factory):
    """What `ran` copies."""
    return tmp_path_factory.mktemp('kept')


@pytest.fixture
def train(small):
    """train(*words) -> the exit code of such a training in this process."""
    return lambda *words: exits.run(main1.main, [*small, *words])


@pytest.fixture
def ran(here, pooled, kept, train, capsys):
    """results/a: a run of four steps."""
    if not (kept / 'a').exists():
        assert train('--epochs', '4', '--run-name', 'a', '--save-folder', str(kept)) == 0
        capsys.readouterr()
    return shutil.copytree(kept / 'a', here / 'results' / 'a')


@pytest.fixture
def endless(here, small):
    """A training in a process of its own, ten steps on or more."""
    words = ['--epochs', '100000', '--run-name', 'run', *SELDOM]
    with programs.Program([MAIN, *small, *words]) as program:
        wait_for_step(here / 'results' / 'run', 10, program)
        yield program


def finish(*words):
    """With the preset's own networks, in a process of its own -> what it prints."""
    code, out, err = programs.run([MAIN, *DIGITS, *words], timeout=300)
    assert code == 0, err
    return out


def wait_for_step(run, step, program):
    """Until the run's log has reached the step."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if any(row['step'] >= step for row in loss_csv.read(run / 'log.csv')):
            return
        assert program.poll() is None, program.text()
        time.sleep(0.05)
    pytest.fail('the run did not get that far in 120 s')


@pytest.fixture
def pictures(here):
    """Twelve pictures of 20x16 in two classes, below `here`."""
    rng = np.random.default_rng(0)
    for i in range(12):
        path = here / 'pictures' / ('cats' if i % 3 else 'dogs') / f'{i}.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), rng.integers(0, 256, (16, 20, 3), dtype=np.uint8))
    return here


def own(*words):
    return exits.run(main1.main, [*OWN, '--quiet', *words])


def test_pictures_of_ones_own_by_class_from_start_to_resume(pictures, capsys):
    assert own('--run-name', 'run', '--epochs', '5') == 0
    assert own('--run-name', 'other', '--epochs', '2') == 0
    assert exits.run(main1.main, ['--resume', 'results/other', '--epochs', '5', '--quiet']) == 0
    assert capsys.readouterr().out == ''
    images_ = pictures / 'results/run/images'
    assert images.read_png(images_ / 'fake2_000005.png').shape == (19 * 10, 19 * 24, 3)
    assert images.read_png(images_ / 'real.png').shape == (19 * 80, 19 * 24, 3)
    assert images.read_png(images_ / 'progress.png').shape[1:] == (24, 3)
    assert_same(*(checkpoint(pictures / 'results' / name, 5) for name in ('run', 'other')))
    (pictures / 'pictures/cats').rename(pictures / 'pictures/cats0')
    assert exits.run(main1.main, ['--resume', 'latest', '--epochs', '6']) == 2
    assert "'cats0' was 'cats'" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(('words', 'problem'), [
    (['--resize', '2', '--maps', '2,2,2,2'],
     '4 generator layers of stride 2 are too many for pictures 2 wide'),
    (['--resize', '4', '--maps', '2,2,2'], '3 need 5 pixels'),
    (['--crop', 'top'], "'top' is not one of center, none"),
    (['--type', 'cgan', '--folder', 'pictures/cats'], 'needs two classes or more'),
])
def test_mistakes_are_told_before_pictures_are_decoded(pictures, capsys, words, problem):
    assert exits.run(main1.main, ['--folder', 'pictures', '--epochs', '1', *words]) == 2
    assert problem in capsys.readouterr().err
    assert not (pictures / 'cache').exists()


def test_a_training_from_start_to_gifs(here, train, capsys):
    assert train('--epochs', '4', '--eval-step', '4', '--trace-step', '2', '--run-name',
                 'run') == 0
    out = capsys.readouterr().out
    assert re.search(r'logdir results/\S+ --samples_per_plugin images=1000\)', out)
    run = here / 'results' / 'run'
    assert 'npz, 10 images 8x8 grey' in out and '4 steps of 4 images = 1.6 passes' in out
    assert 'generator 769 + discriminator 741 parameters, on ' in out
    assert re.search(r'\nmodel: .+\na step: .+FLOP, about 0\.25 s here, so 4 steps take about 1 s, '
                     r'plus start, .+; memory: about .+ GB\nrun folder: ', out)
    assert 'done: step 4' in out
    with (run / 'log.csv').open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == LOG_COLUMNS
    assert [row['step'] for row in rows] == ['4']
    assert images.read_png(run / 'images' / 'fake_000004.png').max() > 0
    assert images.read_png(run / 'images' / 'progress.png').shape == (2 * 8, 4 * 8, 1)
    for name in ('training.gif', 'morph1.gif', 'morph2.gif'):
        assert (run / 'images' / name).read_bytes()[:6] == b'GIF89a'
    assert len([*run.glob('events.*')]) == 1
    assert traced_steps(run) == ['step 2']


@pytest.mark.slow
@pytest.mark.parametrize(('preset', 'penalty'), [('dcgan28', 'r1'), ('main1', 'none')])
def test_a_stop_in_the_middle_changes_no_bit(here, preset, penalty):
    """6 steps, against 3 and 3 more, each in a process of its own.

    In one process all sessions have the threads of the first, which may be another test's.
    """
    words = ['--preset', preset, '--penalty', penalty]
    for name, steps in (('straight', '6'), ('resumed', '3')):
        finish(*words, '--epochs', steps, '--run-name', name)
    out = finish('--resume', 'latest', '--epochs', '6', '--penalty', penalty)
    assert 'going on from step 3' in out
    straight, resumed = (here / 'results' / name for name in ('straight', 'resumed'))
    assert_same(checkpoint(straight, 6), checkpoint(resumed, 6))
    for picture in ('fake_000006.png', 'row_000006.png'):
        assert (straight / 'images' / picture).read_bytes() == \
            (resumed / 'images' / picture).read_bytes()


@pytest.mark.parametrize(('number', 'code'), [
    pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow), (signal.SIGTERM, 143)])
def test_a_signal_saves_and_leaves(here, train, endless, number, code):
    endless.send_signal(number)
    out, err = endless.communicate(60)
    assert endless.returncode == code, err
    assert 'Traceback' not in err
    run = here / 'results' / 'run'
    stopped = int(re.search(r'stopped and saved at step (\d+)', out.replace(',', ''))[1])
    assert checkpoint_files.steps(run / 'checkpoints') == [0, stopped]
    assert checkpoint(run, stopped)['global_step'] == stopped
    if number == signal.SIGTERM:                 # the rest is the same
        return
    last = ['--epochs', str(stopped + 1), *SELDOM]
    assert train(*last, '--resume', 'latest') == 0
    assert train(*last, '--run-name', 'straight') == 0
    assert_same(checkpoint(run, stopped + 1), checkpoint(here / 'results/straight', stopped + 1))


@pytest.mark.slow
def test_a_closed_terminal_saves_and_leaves(here, small):
    """The window is closed: its lines cannot be written any more, and two SIGHUP arrive."""
    window, terminal = pty.openpty()
    words = [MAIN, *small, '--epochs', '100000', '--run-name', 'run', *SELDOM]
    with programs.Program(words, terminal=os.ttyname(terminal)) as program:
        wait_for_step(here / 'results' / 'run', 10, program)
        os.close(terminal)
        os.close(window)
        program.send_signal(signal.SIGHUP)
        program.send_signal(signal.SIGHUP)
        assert program.wait(60) == 129
    first, saved = checkpoint_files.steps(here / 'results' / 'run' / 'checkpoints')
    assert first == 0 and saved >= 10


@pytest.mark.slow
def test_a_killed_run_goes_on(here, train, endless):
    """Killed before its first regular checkpoint: it goes on from the one of step 0."""
    run = here / 'results' / 'run'
    endless.kill()
    assert endless.wait(60) == -signal.SIGKILL
    with (run / 'log.csv').open('a') as file:
        file.write('99,0.1,0.')                                     # a half row
    (run / 'images' / '.x.tmp.png').write_bytes(b'half a picture')
    assert train('--resume', str(run), '--epochs', '3') == 0
    assert [line.split(',')[0] for line in (run / 'log.csv').read_text().splitlines()] == [
        'step', '3']
    assert not list(run.rglob('*.tmp*'))


@pytest.mark.parametrize(('words', 'code', 'match'), [
    ('--dataset cats', 2, 'digits'),
    ('--preset cats', 2, 'dcgan28'),
    ('--epochs 0', 2, '--epochs'),
    ('--batch-size 5000', 2, '--batch-size 5000'),
    ('--data-dir nowhere', 2, '--data-dir nowhere'),
    ('--nonsense', 2, '--nonsense'),
    ('--resume nowhere', 2, 'nowhere'),
    ('--dataset mnist', 2, '--download'),
    ('--epochs 1' + 400 * '0', 2, '--epochs'),
    ('--z-dim 100000000000', 2, '--z-dim'),
    ('--graph-only --run-name ../evil', 2, '--run-name'),
    ('--run-name a/b', 2, '--run-name')], ids=lambda value: str(value)[:40])
def test_a_mistake_is_one_line_and_nothing_is_made(here, capsys, words, code, match):
    assert digits(*words.split()) == code
    err = [line for line in capsys.readouterr().err.splitlines() if line]
    assert len(err) == 1 and match in err[0]
    assert list(here.iterdir()) == []


def test_a_run_folder_that_cannot_be_written(here, train, capsys):
    (here / 'results').write_text('a file, where a folder should be')
    assert train('--epochs', '2') == 1
    assert '--save-folder' in capsys.readouterr().err.splitlines()[-1]


def test_fewer_steps_than_done(ran, train, capsys):
    assert train('--epochs', '1', '--resume', 'latest') == 2
    assert '--epochs 1' in capsys.readouterr().err.splitlines()[-1]
    assert train('--resume', 'latest') == 0                        # its own 4 steps: done already


def test_pictures_of_another_shape(ran, train):
    """Somebody has edited one: it is left out, the training goes on."""
    folder = ran / 'images'
    for name in ('row_000003.png', 'fake_000003.png'):
        images.write_png(folder / name, np.zeros([5, 5, 3], np.uint8))
    (folder / 'row_000000.png').write_bytes(b'damaged')
    assert train('--resume', 'latest', '--epochs', '6') == 0
    assert images.read_png(folder / 'progress.png').shape == (2 * 8, 4 * 8, 1)


def test_pictures_gone(ran, train):
    shutil.rmtree(ran / 'images')
    assert train('--resume', 'latest') == 0                        # nothing left to do
    shutil.rmtree(ran / 'images')
    assert train('--resume', 'latest', '--epochs', '6') == 0
    assert (ran / 'images/training.gif').exists()


def test_dry_run_shows_the_config_and_makes_nothing(here, capsys):
    assert digits('--dry-run', '--z-dim', '7') == 0
    assert '"z_dim": 7' in capsys.readouterr().out
    assert list(here.iterdir()) == []


@pytest.mark.skipif(tf.config.list_physical_devices('GPU') != [],
                    reason='a GPU needs op determinism, which holds for the whole process')
def test_the_process_is_left_as_it_was_found(train):
    assert train('--epochs', '1') == 0
    with tf.Graph().as_default(), v1.Session() as session:
        session.run(tf.random.uniform([]))                # refused where determinism is enabled


def test_graph_only(here, train, capsys):
    assert train('--graph-only') == 0
    out = capsys.readouterr().out
    assert 'tensorboard --logdir results/graph-dcgan28' in out and 'a step:' not in out
    folder = here / 'results/graph-dcgan28'
    assert sorted(p.name.split('.')[0] for p in folder.iterdir()) == ['events', 'options']
    options = json.loads((folder / 'options.json').read_text())
    assert options['config']['preset'] == 'dcgan28'


def test_latents_too_short_for_a_sphere_still_make_gifs(here, ran):
    """A run of two numbers, and one."""
    config = open_run(str(ran)).config
    assert config.z_dim == 2
    morphing = MorphingGenerator(lambda z: np.zeros([len(z), 4, 4, 1]), 1)
    main1.write_films(morphing, config.replace(z_dim=1), here, ((1, 1), None), scale=3)
    for folder in (ran / 'images', here):
        assert (folder / 'morph1.gif').exists() and (folder / 'morph2.gif').exists()
    sizes = [cv2.imdecodeanimation(np.fromfile(folder / 'morph1.gif', np.uint8))[1].frames[0].shape
             for folder in (here, ran / 'images')]
    assert [size[1] for size in sizes] == [3 * 4, 448]             # four columns of 8 pixels


def test_the_folder_comes_from_the_environment_and_quiet_says_nothing(here, train, monkeypatch,
                                                                      capsys):
    monkeypatch.setenv('SAVE_FOLDER', 'elsewhere')
    monkeypatch.setattr(DeepConvolutionalGAN, 'cost', None)          # quiet measures nothing
    assert train('--epochs', '1', '--quiet') == 0
    said = capsys.readouterr()
    assert said.out == '' and 'step' not in said.err
    (run,) = (here / 'elsewhere').iterdir()
    assert re.fullmatch(r'\d{8}-\d{6}-npz-dcgan28', run.name)
    assert checkpoint_files.steps(run / 'checkpoints') == [0, 1]


def test_resume_auto_starts_and_goes_on(here, ran, train, capsys):
    """One command for the first start and all later ones, as schedulers repeat it."""
    words = ['--run-name', 'b', '--resume', 'auto', '--norm', 'auto', '--d-learning-rate', '0']
    assert train(*words, '--epochs', '2') == 0
    assert train(*words, '--epochs', '4') == 0
    assert re.search(r'going on from step 2\na step: .+ so the 2 steps that are left take about '
                     r'0\.5 s, plus', capsys.readouterr().out)
    assert_same(checkpoint(here / 'results/b', 4), checkpoint(ran, 4))
    assert train(*words, '--epochs', '4', '--seed', '3') == 2
    assert '--seed 3 does not fit' in capsys.readouterr().err


@pytest.mark.parametrize('resume', ['auto --run-name a', 'latest'])
def test_a_run_that_was_killed_before_its_first_checkpoint_is_begun(ran, train, capsys, resume):
    shutil.rmtree(ran / 'checkpoints')
    (ran / 'log.csv').unlink()
    assert train('--epochs', '2', '--resume', *resume.split()) == 0
    assert 'going on from step 0' in capsys.readouterr().out


@pytest.mark.parametrize(('gone', 'resume', 'problem'), [
    ('*', 'auto --run-name a', 'no whole checkpoint'),
    ('*.index', 'latest', 'no whole checkpoint'),
    ('*.data*', 'latest', 'none of the 3 checkpoints')])
def test_a_run_that_has_trained_is_never_started_over(ran, train, capsys, gone, resume, problem):
    def contents():
        return {file: file.read_bytes() for file in ran.rglob('*') if file.is_file()}
    for file in (ran / 'checkpoints').glob(gone):
        file.unlink()
    before = contents()
    assert train('--epochs', '6', '--resume', *resume.split()) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert 'results/a/checkpoints' in line and problem in line
    assert before == contents()


@pytest.fixture
def holder(here):
    """Another process that is in results/a."""
    with programs.Program([HOLDER, 'results/a']) as program:
        while program.text() != 'in\n':
            assert program.poll() is None, program.text()
            time.sleep(0.01)
        yield program


def test_a_run_in_use_is_refused(here, ran, train, holder, capsys):
    """Before anything of it is read; from Python, too."""
    config, by = (ran / 'config.json').read_bytes(), f'in use by process {holder.pid}'
    for resume in ('auto --run-name a', 'latest', 'results/a'):
        assert train('--epochs', '6', '--resume', *resume.split()) == 2
        assert by in capsys.readouterr().err.splitlines()[-1]
    run = open_run('results/a')
    with DeepConvolutionalGAN.from_config(run.config) as gan:
        gan.load_model(run.checkpoints)
        with pytest.raises(UsageError, match=by):
            gan.fit(np.zeros([10, 8, 8, 1], np.uint8), run, progress=False)
    holder.kill()
    holder.wait(60)
    assert (ran / 'config.json').read_bytes() == config
    ran.rename(here / 'moved')
    assert train('--epochs', '5', '--resume', 'moved') == 0                  # nobody holds it now
    shutil.copytree('moved', 'copied')
    assert train('--epochs', '6', '--resume', 'copied') == 0


@pytest.mark.slow
@pytest.mark.skipif(not pathlib.Path('/dev/full').exists(), reason='this system has no /dev/full')
def test_a_full_disk_below_the_terminal_stops_no_training(here, small):
    """And `python main1.py` starts as from a shell, in a process that imports all it needs."""
    with pathlib.Path('/dev/full').open('w') as full:
        process = subprocess.run([sys.executable, MAIN, *small, '--epochs', '5', '--run-name', 'a'],
                                 stdout=full, stderr=full, check=False)
    assert process.returncode == 0
    assert checkpoint_files.steps(here / 'results/a/checkpoints')[-1] == 5
