"""`python main1.py` as a user types it: from first line to GIFs, stopped, killed, resumed."""

import csv
import json
import os
import pathlib
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
from dcgan_tf import DeepConvolutionalGAN, UsageError, images
from dcgan_tf.cli import exits
from dcgan_tf.data import load
from dcgan_tf.training import checkpoint_files, log
from dcgan_tf.training.run_folder import open_run

v1 = tf.compat.v1
ROOT = pathlib.Path(__file__).parents[1]
QUICK = ['--dataset', 'digits', '--batch-size', '4', '--eval-step', '3', '--checkpoint-step', '2',
         '--penalty', 'none']
SMALL = [*QUICK, '--maps', '4,6']
HOLDER = '''
import pathlib, sys, time
from dcgan_tf.training import lock
with lock.locked(pathlib.Path(sys.argv[1])):
    print('in', flush=True)
    time.sleep(60)
'''


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Each test in an empty folder, without the user's environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv('DATASET_FOLDER', raising=False)
    monkeypatch.delenv('SAVE_FOLDER', raising=False)
    monkeypatch.delenv('CACHE_FOLDER', raising=False)
    return tmp_path


def whole(*words):
    """With the preset's own networks, in this process; returns the exit code."""
    return exits.run(main1.main, [*QUICK, *words])


def train(*words):
    """The same with small ones."""
    return exits.run(main1.main, [*SMALL, *words])


def start(*words, networks=SMALL):
    """In a process of its own, which heeds SIGINT even where the tests run in the background."""
    return subprocess.Popen([sys.executable, str(ROOT / 'main1.py'), *networks, *words],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def finish(*words):
    """With the preset's own networks, in a process of its own -> what it prints."""
    process = start(*words, networks=QUICK)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


def wait_for_step(run, step):
    """Until the run's log has reached the step."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if any(row['step'] >= step for row in log.read(run / 'log.csv')):
            return
        time.sleep(0.05)
    pytest.fail('the run did not get that far in 120 s')


def variables(run, step):
    reader = v1.train.NewCheckpointReader(str(run / 'checkpoints' / f'model-{step}'))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


@pytest.fixture
def pictures(here):
    """Twelve pictures of 20x16 in two classes, below `here`."""
    rng = np.random.default_rng(0)
    for i in range(12):
        path = here / 'pictures' / ('cats' if i % 3 else 'dogs') / f'{i}.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), rng.integers(0, 256, (16, 20, 3), dtype=np.uint8))
    return here


def test_pictures_of_ones_own_by_class_from_start_to_resume(pictures, capsys):
    words = ['--folder', 'pictures', '--resize', '12x10', '--maps', '4,6', '--flip', '--type',
             'cgan', '--quiet', '--batch-size', '4', '--eval-step', '3', '--checkpoint-step', '2']
    run = ['--run-name', 'run', '--epochs', '5']
    assert exits.run(main1.main, [*words, *run]) == 0
    assert exits.run(main1.main, [*words, '--run-name', 'other', '--epochs', '2']) == 0
    assert exits.run(main1.main, ['--resume', 'results/other', '--epochs', '5', '--quiet']) == 0
    assert capsys.readouterr().out == ''
    images_ = pictures / 'results/run/images'
    assert images.read_png(images_ / 'fake2_000005.png').shape == (10, 24, 3)
    assert images.read_png(images_ / 'real.png').shape == (80, 24, 3)
    assert_same(*(variables(pictures / 'results' / name, 5) for name in ('run', 'other')))


@pytest.mark.parametrize(('words', 'problem'), [
    (['--resize', '2'], '3 generator layers of stride 2 are too many for pictures 2 wide'),
    (['--resize', '4', '--maps', '2,2,2'], '3 need 5 pixels'),
    (['--crop', 'top'], "'top' is not one of center, none"),
    (['--type', 'cgan', '--folder', 'pictures/cats'], 'needs two classes or more'),
])
def test_mistakes_are_told_before_pictures_are_decoded(pictures, capsys, words, problem):
    assert exits.run(main1.main, ['--folder', 'pictures', '--epochs', '1', *words]) == 2
    assert problem in capsys.readouterr().err
    assert not (pictures / 'cache').exists()


def test_a_training_from_start_to_gifs(here, capsys):
    assert whole('--epochs', '6', '--run-name', 'run') == 0
    out = capsys.readouterr().out
    run = here / 'results' / 'run'
    assert 'digits, 1,797 images 28x28 grey' in out and '6 steps of 4 images = 0.0134 passes' in out
    assert 'generator 472,861 + discriminator 327,673 parameters, on ' in out
    assert 'done: step 6' in out
    with (run / 'log.csv').open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(log.COLUMNS)
    assert [row['step'] for row in rows] == ['6']
    assert images.read_png(run / 'images' / 'fake_000006.png').max() > 0
    assert images.read_png(run / 'images' / 'progress.png').shape == (3 * 28, 4 * 28, 1)
    for name in ('training.gif', 'morph1.gif', 'morph2.gif'):
        assert (run / 'images' / name).read_bytes()[:6] == b'GIF89a'


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
    assert_same(variables(straight, 6), variables(resumed, 6))
    for picture in ('fake_000006.png', 'row_000006.png'):
        assert (straight / 'images' / picture).read_bytes() == \
            (resumed / 'images' / picture).read_bytes()


@pytest.mark.parametrize(('number', 'code'), [
    pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow), (signal.SIGTERM, 143)])
def test_a_signal_saves_and_leaves(here, number, code):
    process = start('--epochs', '100000', '--run-name', 'run', '--checkpoint-step', '99999')
    run = here / 'results' / 'run'
    wait_for_step(run, 10)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert 'Traceback' not in err
    stopped = int(re.search(r'stopped and saved at step (\d+)', out.replace(',', ''))[1])
    assert checkpoint_files.steps(run / 'checkpoints') == [0, stopped]
    if number == signal.SIGINT:                  # the rest is the same
        return
    assert train('--epochs', str(stopped + 1), '--resume', 'latest', '--checkpoint-step',
                 '99999') == 0
    assert train('--epochs', str(stopped + 1), '--run-name', 'straight', '--checkpoint-step',
                 '99999') == 0
    assert_same(variables(run, stopped + 1), variables(here / 'results/straight', stopped + 1))


def test_a_killed_run_goes_on(here):
    """Killed before its first regular checkpoint: it goes on from the one of step 0."""
    process = start('--epochs', '100000', '--run-name', 'run', '--checkpoint-step', '99999')
    run = here / 'results' / 'run'
    wait_for_step(run, 10)
    process.kill()
    process.communicate()
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
    assert train(*words.split()) == code
    err = [line for line in capsys.readouterr().err.splitlines() if line]
    assert len(err) == 1 and match in err[0]
    assert list(here.iterdir()) == []


def test_a_run_folder_that_cannot_be_written(here, capsys):
    (here / 'results').write_text('a file, where a folder should be')
    assert train('--epochs', '2') == 1
    assert '--save-folder' in capsys.readouterr().err.splitlines()[-1]


def test_fewer_steps_than_done(here, capsys):
    assert train('--epochs', '2', '--run-name', 'run') == 0
    assert train('--epochs', '1', '--resume', 'latest') == 2
    assert '--epochs 1' in capsys.readouterr().err.splitlines()[-1]
    assert train('--resume', 'latest') == 0                        # its own 2 steps: done already


def test_checkpoints_gone(here, capsys):
    assert train('--epochs', '2', '--run-name', 'run') == 0
    for file in (here / 'results/run/checkpoints').iterdir():
        file.unlink()
    assert train('--resume', 'latest') == 1
    assert 'no whole checkpoint' in capsys.readouterr().err.splitlines()[-1]


def test_pictures_of_another_shape(here, capsys):
    """Somebody has edited one: it is left out, the training goes on."""
    assert train('--epochs', '4', '--run-name', 'run') == 0
    folder = here / 'results/run/images'
    for name in ('row_000003.png', 'fake_000003.png'):
        images.write_png(folder / name, np.zeros([5, 5, 3], np.uint8))
    (folder / 'row_000000.png').write_bytes(b'damaged')
    assert train('--resume', 'latest', '--epochs', '6') == 0
    assert images.read_png(folder / 'progress.png').shape == (2 * 28, 4 * 28, 1)


def test_what_a_start_looks_into_does_not_bind_the_next(here):
    assert train('--epochs', '2', '--check-numerics', '--trace-step', '1', '--run-name', 'run') == 0
    assert train('--resume', 'latest', '--epochs', '3', '--trace-step', '0') == 0
    assert '"check_numerics": false' in (here / 'results/run/config.json').read_text()


def test_pictures_gone(here):
    assert train('--epochs', '4', '--run-name', 'run') == 0
    shutil.rmtree(here / 'results/run/images')
    assert train('--resume', 'latest') == 0                        # nothing left to do
    shutil.rmtree(here / 'results/run/images')
    assert train('--resume', 'latest', '--epochs', '6') == 0
    assert (here / 'results/run/images/training.gif').exists()


def test_dry_run_shows_the_config_and_makes_nothing(here, capsys):
    assert train('--dry-run', '--z-dim', '7') == 0
    assert '"z_dim": 7' in capsys.readouterr().out
    assert list(here.iterdir()) == []


@pytest.mark.skipif(tf.config.list_physical_devices('GPU') != [],
                    reason='a GPU needs op determinism, which holds for the whole process')
def test_the_process_is_left_as_it_was_found():
    assert train('--epochs', '1') == 0
    with tf.Graph().as_default(), v1.Session() as session:
        session.run(tf.random.uniform([]))                # refused where determinism is enabled


def test_graph_only(here, capsys):
    assert train('--graph-only') == 0
    assert 'tensorboard --logdir results/graph-dcgan28' in capsys.readouterr().out
    folder = here / 'results/graph-dcgan28'
    assert sorted(p.name.split('.')[0] for p in folder.iterdir()) == ['events', 'options']
    assert json.loads((folder / 'options.json').read_text())['preset'] == 'dcgan28'


def test_quiet_says_nothing(here, capsys):
    assert train('--quiet', '--epochs', '2') == 0
    said = capsys.readouterr()
    assert said.out == '' and 'step' not in said.err


@pytest.mark.parametrize('z_dim', [1, 2])
def test_latents_too_short_for_a_sphere_still_make_gifs(here, z_dim):
    assert train('--epochs', '1', '--z-dim', str(z_dim), '--run-name', 'run') == 0
    assert (here / 'results/run/images/morph2.gif').exists()


def test_the_folder_comes_from_the_environment(here, monkeypatch):
    monkeypatch.setenv('SAVE_FOLDER', 'elsewhere')
    assert train('--epochs', '1') == 0
    (run,) = (here / 'elsewhere').iterdir()
    assert re.fullmatch(r'\d{8}-\d{6}-digits-dcgan28', run.name)
    assert checkpoint_files.steps(run / 'checkpoints') == [0, 1]


def test_resume_auto_starts_and_goes_on(here, capsys):
    """One command for the first start and all later ones, as schedulers repeat it."""
    words = ['--run-name', 'a', '--resume', 'auto', '--norm', 'auto', '--d-learning-rate', '0']
    assert train(*words, '--epochs', '2') == 0
    assert train(*words, '--epochs', '4') == 0
    assert 'going on from step 2' in capsys.readouterr().out
    assert train('--run-name', 'b', '--epochs', '4') == 0
    for name in ('a', 'b'):
        steps = checkpoint_files.steps(here / 'results' / name / 'checkpoints')
        assert steps[-1] == 4
    a, b = (v1.train.load_checkpoint(str(here / 'results' / name / 'checkpoints' / 'model-4'))
            for name in ('a', 'b'))
    for name in b.get_variable_to_shape_map():
        np.testing.assert_array_equal(a.get_tensor(name), b.get_tensor(name), err_msg=name)
    assert train(*words, '--epochs', '4', '--seed', '3') == 2
    assert '--seed 3 does not fit' in capsys.readouterr().err


def test_resume_auto_of_a_run_that_was_killed_before_its_first_checkpoint(here, capsys):
    words = ['--run-name', 'a', '--resume', 'auto', '--epochs', '2']
    assert train(*words) == 0
    for resume in ('auto --run-name a', 'latest'):
        shutil.rmtree(here / 'results' / 'a' / 'checkpoints')
        (here / 'results' / 'a' / 'log.csv').unlink()
        assert train('--epochs', '2', '--resume', *resume.split()) == 0
        assert 'going on from step 0' in capsys.readouterr().out


@pytest.mark.parametrize(('gone', 'resume'), [
    ('*', 'auto --run-name a'), ('*.index', 'auto --run-name a'), ('*.data*', 'latest')])
def test_a_run_that_has_trained_is_never_started_over(here, capsys, gone, resume):
    assert train('--run-name', 'a', '--epochs', '2') == 0
    for file in (here / 'results/a/checkpoints').glob(gone):
        file.unlink()
    before = {file: file.read_bytes() for file in (here / 'results').rglob('*') if file.is_file()}
    assert train('--epochs', '4', '--resume', *resume.split()) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert 'results/a/checkpoints' in line and 'othing was started over' in line
    assert before == {file: file.read_bytes() for file in (here / 'results').rglob('*')
                      if file.is_file()}


def test_a_run_in_use_is_refused(here, capsys):
    """Before anything of it is read; from Python, too."""
    assert train('--run-name', 'a', '--epochs', '2') == 0
    config = (here / 'results/a/config.json').read_bytes()
    words = [sys.executable, '-c', HOLDER, 'results/a']
    with subprocess.Popen(words, env={**os.environ, 'PYTHONPATH': str(ROOT)}, text=True,
                          stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == 'in\n'
        for resume in ('auto --run-name a', 'latest', 'results/a'):
            assert train('--epochs', '4', '--resume', *resume.split()) == 2
            assert f'in use by process {holder.pid}' in capsys.readouterr().err.splitlines()[-1]
        run = open_run('results/a')
        with DeepConvolutionalGAN.from_config(run.config) as gan:
            gan.load_model(run.checkpoints)
            with pytest.raises(UsageError, match=f'in use by process {holder.pid}'):
                gan.fit(load('digits', '').images, run, progress=False)
        holder.kill()
    assert (here / 'results/a/config.json').read_bytes() == config
    (here / 'results/a').rename(here / 'moved')
    assert train('--epochs', '3', '--resume', 'moved') == 0                  # nobody holds it now
    shutil.copytree('moved', 'copied')
    assert train('--epochs', '4', '--resume', 'copied') == 0


@pytest.mark.skipif(not pathlib.Path('/dev/full').exists(), reason='this system has no /dev/full')
def test_a_full_disk_below_the_terminal_stops_no_training(here):
    with pathlib.Path('/dev/full').open('w') as full:
        process = subprocess.run([sys.executable, ROOT / 'main1.py', *SMALL, '--epochs', '20',
                                  '--run-name', 'a'], stdout=full, stderr=full, check=False)
    assert process.returncode == 0
    assert checkpoint_files.steps(here / 'results/a/checkpoints')[-1] == 20


def test_pictures_whose_classes_have_other_names(pictures, capsys):
    words = ['--folder', 'pictures', '--resize', '12x10', '--maps', '4,6', '--batch-size', '4']
    assert exits.run(main1.main, [*words, '--epochs', '1']) == 0
    (pictures / 'pictures/cats').rename(pictures / 'pictures/cats0')
    assert exits.run(main1.main, ['--resume', 'latest', '--epochs', '2']) == 2
    assert "'cats0' was 'cats'" in capsys.readouterr().err.splitlines()[-1]
