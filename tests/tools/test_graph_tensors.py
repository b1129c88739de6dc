"""tools/graph.py --tensors: a table, a file of arrays and a picture of any tensors of a run."""

import functools
import json
import shutil

import numpy as np
import pytest

from dcgan_tf.commands import graph
from dcgan_tf.images import read_png
from dcgan_tf.run_folder import run_folder
from tests.cases import cases
from tests.helpers import call_tool

pytestmark = pytest.mark.usefixtures('pooled')
REAL = 'Discriminator_real/*'
call = functools.partial(call_tool, graph)


def test_the_table_and_the_arrays(run, tmp_path, capsys):
    words = ('--save', tmp_path / 'a.npz', '--json', tmp_path / 'a.json')
    assert call(run, '--tensors', REAL, '--seed', 5, *words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ('run: weights of step 2; a batch of seed 5: 4 images of digits, noise and '
                        'latents of seed 5')
    rows = json.loads((tmp_path / 'a.json').read_text())
    assert lines[-2:] == [f'tensors: {len(rows)}', f'{tmp_path}/a.npz: {len(rows)} arrays']
    with np.load(tmp_path / 'a.npz', allow_pickle=False) as arrays:
        assert arrays.files == [row['name'] for row in rows]
        for row, line in zip(rows, lines[3:], strict=False):
            value = arrays[row['name']]
            assert list(value.shape) == row['shape'] and value.min() == row['minimum']
            assert line.split()[0] == row['name'] and line.split()[-1] == row['step']
            assert row['step'] == 'every' or '/parities/' in row['name']
            assert (value == 0).mean() == pytest.approx(row['zeros'])


def test_the_last_line_counts_what_is_left_out(run, capsys):
    assert call(run, '--tensors', '*') == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith('tensors: ') and 'ops left out: ' in line
    assert 'that run with an update' in line and 'without numbers' in line


def test_a_picture(run, tmp_path, pool, capsys):
    with pool.gan(run_folder.open_run(str(run)).config) as gan:
        fake = gan.built.out.fake.name
    assert call(run, '--tensors', fake, '--picture', tmp_path / 'a.png') == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f'{tmp_path}/a.png: {fake[:-2]}, a row for each of 4 images, a column '
                           'for each of 1 maps')
    assert read_png(tmp_path / 'a.png').shape == (4 * 29 - 1, 28, 3)


@pytest.fixture
def complete(cgan, pool, tmp_path):
    """A copy of that run with Adam's variables: --tensors computes what belongs to a training."""
    run = run_folder.open_run(str(shutil.copytree(cgan, tmp_path / 'complete')))
    with pool.gan(run.config) as gan:
        gan.save_model(run.checkpoints)
    return run.path


def test_images_are_read_only_if_they_are_needed(cgan, complete, tmp_path, capsys):
    """Also for checkpoints outside of their run folder, whose data set may be gone."""
    (tmp_path / 'b').mkdir()
    for file in (complete / 'checkpoints').iterdir():
        shutil.copy(file, tmp_path / 'b')
    options = json.loads((complete / 'config.json').read_text())
    del options['digest']
    options['config']['data_dir'] = str(tmp_path / 'gone.npz')
    (tmp_path / 'options.json').write_text(json.dumps(options))
    assert call(tmp_path / 'b', '--tensors', 'Generator_sample/*') == 0
    assert 'images of' not in capsys.readouterr().out.splitlines()[0]
    assert call(tmp_path / 'b', '--tensors', REAL) == 2
    line, = capsys.readouterr().err.splitlines()
    assert f'--tensors {REAL}: these need real images, but ' in line and 'gone.npz' in line
    data = cgan.parent / 'a.npz'
    assert call(tmp_path / 'b', '--tensors', 'inputs/labels', '--data-dir', data) == 0
    assert ' int32 ' in capsys.readouterr().out.splitlines()[3]
    assert call(complete, '--tensors', REAL) == 0


@cases(('words', 'problem'), [
    (['--tensors', 'Discriminatr_real/*'], 'the nearest: Discriminator_real/*'),
    (['--tensors', REAL, '--picture', 'a.png'], '--picture draws one tensor [N, H, W, C], and '),
    (['--tensors', 'losses/*', '--picture', 'a.png'], 'and none of these is such: name one'),
    (['--tensors', REAL, '--picture', 'a.jpg'], 'a name that ends in .png'),
    (['--tensors', REAL, '--save', 'a.txt'], 'a name that ends in .npz'),
    (['--tensors', REAL, '--save', 'absent/a.npz'], 'there is no folder absent'),
    (['--tensors', REAL, '--seed', '-1'], '--seed -1: expected 0 to'),
    (['--tensors', REAL, '--variables'], '--variables and --tensors: give one of these'),
    (['--tensors', REAL, '--checkpoint', '9'], 'run has newest, 0, 2'),
    (['--tensors', REAL, '--data-dir', 'absent'], '--data-dir absent: there is no'),
    (['--tensors', ''], '--tensors is empty'), (['--seed', '1'], '--seed is for --tensors'),
    (['--save', 'a.npz'], '--save is for'), (['--data-dir', 'a'], '--data-dir is for')])
def test_mistakes_are_one_line(run, tmp_path, monkeypatch, capsys, words, problem):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'run').symlink_to(run)
    assert call('run', *words) == 2
    line, = capsys.readouterr().err.splitlines()
    assert problem in line
    assert [path.name for path in tmp_path.iterdir()] == ['run']


def test_a_full_disk(run, tmp_path, capsys, full_disk):
    with full_disk(1000):
        assert call(run, '--tensors', 'Generator_train/*', '--save', tmp_path / 'a.npz') == 1
    line, = capsys.readouterr().err.splitlines()
    assert f'--save {tmp_path}/a.npz: ' in line
    assert not [*tmp_path.iterdir()]
