"""What a run cannot do is refused before data, TensorFlow and a classifier; by a dry run, too."""

import errno
import io
import json
import os
import pathlib

import numpy as np
import pytest

import main1
from dcgan_tf import DeepConvolutionalGAN, data, portable
from dcgan_tf.cli import exits
from dcgan_tf.data.pictures import folder
from dcgan_tf.images import write_png
from dcgan_tf.run_folder import lock
from tests.cases import cases
from tests.data.written import write_mnist

CLUSTER = json.dumps({'cluster': {'worker': ['a:1', 'b:2']},
                      'task': {'type': 'worker', 'index': 0}})


def too_late(*_, **__):
    raise AssertionError('this came too late')


@pytest.fixture
def disk(here):
    """What the cases find: runs, a file where a folder should be, arrays, pictures."""
    np.savez('bare.npz', np.zeros([30, 8, 8], np.uint8))
    np.savez('named.npz', images=np.zeros([30, 8, 8], np.uint8), labels=np.arange(30) % 2)
    np.savez('alike.npz', images=np.zeros([30, 8, 8], np.uint8), labels=np.zeros(30, int))
    pathlib.Path('file').touch()
    for name in ('cats/1.png', 'cats/2.png', 'dogs/3.png', 'dogs/4.png', 'dogs/5.png'):
        path = here / 'animals' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png(path, np.full([9, 9, 3], len(name), np.uint8))
    (here / 'results' / 'full').mkdir(parents=True)
    (here / 'results' / 'full' / 'notes.txt').touch()
    (here / 'results' / 'name').touch()
    return here


def ended(capsys, *words):
    """The exit code and the last line on standard error of main1.py in this process."""
    code = exits.run(main1.main, list(words))
    return code, capsys.readouterr().err.splitlines()[-1:]


def refused(capsys, monkeypatch, words, code, problem):
    """A run and a dry run end with the same line, before any network is built."""
    monkeypatch.setattr(DeepConvolutionalGAN, 'from_config', too_late)
    dry, run = (ended(capsys, *words, *more) for more in (['--dry-run'], []))
    assert dry == run
    assert dry[0] == code and problem in dry[1][0]


@cases(('words', 'code', 'problem'), [
    ('--run-name full', 2, 'results/full is not empty: choose another name (--run-name'),
    ('--run-name name', 1, 'results/name is a file: expected a folder (--save-folder)'),
    ('--run-name a/b', 2, "run name 'a/b': expected a plain folder name"),
    ('--save-folder file', 1, 'file is a file: expected a folder (--save-folder)'),
    ('--save-folder file/below/it', 1, 'file is a file: expected a folder (--save-folder)'),
    (f'--save-folder {300 * "a"}', 2, 'a name of 300 letters is too long: file systems allow 255'),
    (f'--save-folder new/{300 * "a"}/b', 2, 'a name of 300 letters is too long'),
    (f'--save-folder {"/a" * 3000}', 1, 'such a folder cannot be made (File name too long) (--sa'),
    ('--graph-only --save-folder file', 1, 'file is a file: expected a folder (--save-folder)'),
    ('--graph-only --run-name a/b', 2, "run name 'a/b': expected a plain folder name"),
    ('--penalty none --penalty-every 2', 2, '--penalty-every 2 does nothing without --penalty'),
    ('--metrics-n 7', 2, '--metrics-n 7 does nothing without --metrics'),
    ('--type vae_gan --gamma 1', 2, '--gamma 1 trains no D, so what D sees means nothing: add '),
    ('--type vae_gan --feature-layer 9', 2, '--feature-layer 9: D has 3 convolutions: expected'),
    ('--objective wgan --label-smoothing 0.1', 2, 'has no target to smooth'),
    ('--penalty dragan --norm batch', 2, '--norm batch mixes the images of a batch'),
    ('--epochs 5 --trace-step 6', 2, '--trace-step 6 is never reached'),
    ('--dataset digits --download', 2, "--download: the data set 'digits' has nothing"),
    ('--data-dir absent', 2, '--data-dir absent: there is no such folder'),
    ('--resume absent', 2, 'absent is not a run folder'),
    ('--hold-out 0.6', 2, 'hold_out = 0.6: expected at most 0.5 (--hold-out)'),
    ('--hold-out -0.1', 2, 'hold_out = -0.1: expected at least 0 (--hold-out)'),
    ('--hold-out 0.1 --split-data', 2, 'hold_out = 0.1: with --split-data'),
    ('--dataset stacked_mnist --hold-out 0.1', 2, 'the pictures of stacked_mnist share their dig'),
    ('--dataset stacked_mnist --gray', 2, '--gray: the digits of a picture of stacked_mnist are'),
])
def test_what_the_command_line_and_the_disk_tell(disk, capsys, monkeypatch, words, code, problem):
    monkeypatch.setattr(data, 'load', too_late)
    refused(capsys, monkeypatch, words.split(), code, problem)


@cases(('cluster', 'problem'), [
    ('{', 'TF_CONFIG is not JSON'), (CLUSTER, '--batch-size 5 is for all 2 workers together')])
def test_what_the_workers_tell(here, capsys, monkeypatch, cluster, problem):
    monkeypatch.setattr(data, 'load', too_late)
    monkeypatch.setenv('TF_CONFIG', cluster)
    refused(capsys, monkeypatch, ['--batch-size', '5'], 2, problem)


def test_folders_that_are_read_only(disk, capsys, monkeypatch):
    """By the answer of the system: to the administrator the permissions mean nothing."""
    def read_only(**_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))
    monkeypatch.setattr(data, 'load', too_late)
    monkeypatch.setattr('tempfile.TemporaryFile', read_only)
    for words in ([], ['--run-name', 'new'], ['--save-folder', 'results/more'], ['--graph-only']):
        refused(capsys, monkeypatch, words, 1, 'results (Read-only file system) (--save-folder)')


@pytest.mark.skipif(not pathlib.Path('/proc/self').exists(), reason='this system has no /proc')
def test_a_folder_that_takes_no_files_from_anybody(here, capsys, monkeypatch):
    monkeypatch.setattr(data, 'load', too_late)
    refused(capsys, monkeypatch, ['--save-folder', '/proc/x'], 1, 'nothing can be written to /proc')


@pytest.fixture
def started(disk, capsys):
    """results/run: a run that has checkpoints of the steps 3 and 6, as far as names tell."""
    run = disk / 'results' / 'run'
    (run / 'checkpoints').mkdir(parents=True)
    assert exits.run(main1.main, ['--dataset', 'npz', '--data-dir', 'named.npz', '--maps', '2',
                                  '--batch-size', '4', '--epochs', '9', '--dry-run']) == 0
    config = json.loads(capsys.readouterr().out)
    images = data.load('npz', 'named.npz')
    (run / 'config.json').write_text(json.dumps({'config': config, 'data': {
        'name': 'npz', 'images': [30, 8, 8, 1], 'fingerprint': images.fingerprint}}))
    for step in (3, 6):
        (run / 'checkpoints' / f'model-{step}.index').touch()
    return run


@cases(('words', 'code', 'problem'), [
    ('--run-name run', 2, 'results/run is a run already: go on with it (--resume'),
    ('--graph-only --run-name run', 2, 'results/run is a run: choose another --run-name'),
    ('--resume latest --epochs 5', 2, '--epochs 5 counts from the start, and results/run has done'),
    ('--resume latest --trace-step 6', 2, '--trace-step 6 is past: results/run has done 6 steps'),
    ('--resume latest --z-dim 3', 2, '--z-dim 3 does not fit results/run'),
    ('--resume latest --hold-out 0.3', 2, '--hold-out 0.3 does not fit results/run'),
])
def test_what_a_run_tells(started, capsys, monkeypatch, words, code, problem):
    monkeypatch.setattr(data, 'load', too_late)
    refused(capsys, monkeypatch, words.split(), code, problem)


@pytest.mark.skipif(portable.fcntl is None, reason='this system has no such locks')
def test_a_run_that_is_in_use(started, capsys, monkeypatch):
    """A dry run that looks leaves no file, and does not lock the run."""
    monkeypatch.setattr(data, 'load', too_late)
    with (started / lock.NAME).open('w+b') as file:
        file.write(b'process 7 on here')
        file.flush()
        assert portable.lock(file.fileno())
        refused(capsys, monkeypatch, ['--resume', 'latest'], 2,
                'results/run is in use by process 7 on here: wait until it ends')
    lock.check_free(started)
    with lock.locked(started):
        lock.check_free(started)
    assert not (started / lock.NAME).exists()
    lock.check_free(started)
    assert not (started / lock.NAME).exists()


@cases(('part', 'words'), [
    ('checkpoints', ''), ('images', ''), ('best', '--metrics frechet --keep-best frechet'),
    ('run', '')])
def test_a_part_of_a_run_that_is_read_only(started, capsys, monkeypatch, part, words):
    """Before the run is locked, with which the lines of the run and the dry run differed."""
    def probe(dir, **_):
        if pathlib.Path(dir).name == part:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return io.BytesIO()
    for name in ('images', 'best'):
        (started / name).mkdir(exist_ok=True)
    monkeypatch.setattr(data, 'load', too_late)
    monkeypatch.setattr('tempfile.TemporaryFile', probe)
    if part == 'run':
        monkeypatch.setattr(lock, '_opened', too_late)
    refused(capsys, monkeypatch, ['--resume', 'latest', *words.split()], 1,
            f'the run folder results/run cannot be written: nothing can be written to '
            f'{started / part if part != "run" else started} (Read-only file system)')


def test_passes_that_the_run_has_done(started, capsys, monkeypatch):
    refused(capsys, monkeypatch, ['--resume', 'latest', '--max-epoch', '0.1'], 2,
            '--epochs 1 counts from the start')


def test_a_run_without_its_checkpoints(started, capsys, monkeypatch):
    monkeypatch.setattr(data, 'load', too_late)
    for step in (3, 6):
        file = started / 'checkpoints' / f'model-{step}.index'
        file.rename(file.with_name(f'model-{step}.data-00000-of-00001'))
    refused(capsys, monkeypatch, ['--resume', 'latest'], 1, 'holds no whole checkpoint')


@cases(('words', 'code', 'problem'), [
    ('animals/cats --type cgan', 2, '--type cgan needs two classes or more, and folder has 1'),
    ('animals --batch-size 6 --split-data', 2, '--batch-size 6 does not fit the data set'),
    ('animals --batch-size 6', 2, '--batch-size 6 does not fit the data set: expected 1 to 5'),
    ('animals --resize 4 --maps 4,8,16', 2, 'layers of stride 2 are too many for pictures 4 wide'),
    ('animals --metrics copies', 2, '--metrics copies: folder has no test split'),
    ('animals --metrics precision', 2, '--metrics precision: 2 pictures are compared'),
    ('animals --metrics frechet --cache-folder file', 1, 'cache file: '),
    ('animals --keep-best density', 2, '--metrics density: 2 pictures are compared'),
    ('animals/cats --metrics entropy --batch-size 1', 2, 'folder has 2 pictures: 4 are needed'),
    ('animals/dogs --metrics frechet', 2, 'folder has 3 pictures: 4 are needed'),
    ('animals --metrics similarity --resize 10', 2, 'at least 11x11 pixels are needed'),
    ('animals --hold-out 0.1', 2, '--hold-out 0.1 holds out no picture'),
    ('animals --hold-out 0.4 --batch-size 4', 2,
     'expected 1 to 3, its number of images without the 2 that --hold-out keeps away'),
    ('animals --hold-out 0.4 --metrics precision', 2, '--metrics precision: 2 pictures are comp'),
])
def test_what_a_folder_tells_before_it_is_decoded(disk, capsys, monkeypatch, words, code, problem):
    monkeypatch.setattr(folder, 'make_pack', too_late)
    refused(capsys, monkeypatch, ['--batch-size', '2', '--folder', *words.split()], code, problem)
    assert not (disk / 'cache').exists()


def test_a_class_without_a_file_is_told_before_the_others_are_decoded(disk, capsys, monkeypatch):
    (disk / 'animals' / 'bats').mkdir()
    monkeypatch.setattr('dcgan_tf.data.pictures.pack.write_images', too_late)
    refused(capsys, monkeypatch, ['--folder', 'animals', '--batch-size', '2'], 2,
            "class 'bats' has no picture that can be used")


@cases(('words', 'code', 'problem'), [
    ('bare.npz --type cgan', 2, '--type cgan needs two classes or more, and npz has none'),
    ('bare.npz --metrics entropy', 2, '--metrics entropy: features random do not classify'),
    ('alike.npz --type infogan --preset dcgan28 --metrics code_error', 2,
     '--metrics code_error: npz has one class, and two or more are needed'),
    ('named.npz --metrics copies', 2, '--metrics copies: npz has no test split'),
    ('named.npz --metrics similarity', 2, '--metrics similarity: at least 11x11 pixels'),
    ('named.npz --metrics density --metrics-n 5', 2, '5 pictures are compared, but at least 6'),
    ('named.npz --metrics frechet --cache-folder file', 1, 'cache file: '),
    ('named.npz --maps 2,2,2,2,2', 2, 'layers of stride 2 are too many for pictures 8 wide'),
    ('named.npz --hold-out 0.2 --batch-size 25', 2, 'expected 1 to 24, its number of images witho'),
    ('named.npz --hold-out 0.01', 2, '--hold-out 0.01 holds out no picture: that share of 30'),
    ('named.npz --hold-out 0.1 --metrics density', 2, '3 pictures are compared, but at least 6'),
    ('named.npz --batch-size 31', 2, '--batch-size 31 does not fit the data set'),
    ('named.npz --batch-size 31 --split-data', 2, 'row 30 of a batch has no image'),
])
def test_what_arrays_tell(disk, capsys, monkeypatch, words, code, problem):
    refused(capsys, monkeypatch, ['--dataset', 'npz', '--batch-size', '2', '--maps', '2',
                                  '--data-dir', *words.split()], code, problem)


def test_test_pictures_that_are_missing(here, capsys, monkeypatch):
    write_mnist(here / 'dataset')
    refused(capsys, monkeypatch, ['--metrics', 'frechet'], 2, 'no mnist files: looked in')


def test_a_dry_run_that_would_have_to_fetch_the_data(here, capsys):
    code, (line,) = ended(capsys, '--download', '--dry-run')
    assert code == 2
    assert '--dry-run fetches nothing, and the files of --dataset auto are not in dataset' in line
