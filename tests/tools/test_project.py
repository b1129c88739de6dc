"""tools/project.py: which pictures, what is said of each, and what happens without the data set."""

import functools
import pathlib
import shutil

import numpy as np
import pytest

from dcgan_tf import data, images
from dcgan_tf.cli import trained
from dcgan_tf.commands import project
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.samples import draw
from dcgan_tf.show.projector import METADATA, SPRITE, VECTORS
from tests.cases import cases
from tests.helpers import call_tool
from tests.tools.conftest import STEPS

pytestmark = pytest.mark.usefixtures('pooled')
call = functools.partial(call_tool, project)


@pytest.fixture
def needy(classes, tmp_path):
    """A run whose data set can go, though its D, without averages, needs it."""
    config = run_folder.open_run(str(classes)).config.replace(
        dataset='npz', data_dir=str(tmp_path / 'absent.npz'))
    run = run_folder.create(tmp_path, 'needy', config, {})
    shutil.copytree(classes / 'checkpoints', run.checkpoints, dirs_exist_ok=True)
    return run.path


def table(out):
    """The rows of metadata.tsv, each a dict."""
    head, *rows = [line.split('\t') for line in (out / METADATA).read_text().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_half_real_half_samples(either, tmp_path, capsys):
    out, digits = tmp_path / 'out', data.load('digits', '')
    assert call(either, '--n', 31, '--dimensions', 6, '--seed', 5, '--out', out) == 0
    said = capsys.readouterr().out
    assert said.startswith('15 real pictures and 16 samples, step '
                           f'{STEPS[either.name]}: 6 of 160 dimensions with ')
    assert f'tensorboard --logdir {out})' in said
    rows, sheet = table(out), images.read_png(out / SPRITE)
    tiles = sheet.reshape(6, 28, 6, 28, 1).swapaxes(1, 2).reshape(36, 28, 28, 1)
    assert [row['kind'] for row in rows] == ['real'] * 15 + ['sample'] * 16
    for row, tile in zip(rows[:15], tiles, strict=False):
        np.testing.assert_array_equal(tile, digits.images[int(row['place'])])
        assert row['class'] == digits.class_names[digits.labels[int(row['place'])]]
        assert (row['label'], row['seed']) == (f'real {row["class"]}', '-')
    assert len({row['place'] for row in rows[:15]}) == 15
    assert [(row['seed'], row['place']) for row in rows[15:]] == [(str(s), '-')
                                                                  for s in range(5, 21)]
    classes = [row['class'] for row in rows[15:]]
    assert classes == (['-'] * 16 if either.name == 'run' else [str(s % 10) for s in range(5, 21)])
    assert rows[15]['label'] == ('sample' if either.name == 'run' else 'sample 5')
    assert np.loadtxt(out / VECTORS).shape == (31, 6)


def test_real_pictures_are_those_of_the_training(kept_away, tmp_path):
    """Their places are those in the whole data set."""
    out, config = tmp_path / 'out', run_folder.open_run(str(kept_away)).config
    assert call(kept_away, '--n', 100, '--what', 'real', '--dimensions', 2, '--out', out) == 0
    seen = data.load('digits', '', fit=data.image_format_of(config), hold_out=0.3)
    assert sorted(int(row['place']) for row in table(out)) == seen.indices.tolist()


def test_the_features_are_d_s_own(run, pool, tmp_path):
    out = tmp_path / 'out'
    assert call(run, '--n', 5, '--what', 'samples', '--dimensions', 0, '--out', out) == 0
    run = run_folder.open_run(run)
    with pool.gan(run.config, training=False, features=True) as gan:
        gan.load_model(run.checkpoints, training=False)
        made = draw(gan.generate_images, gan.config, 0, [None] * 5)
        wanted = gan.discriminator_features(made)
    np.testing.assert_allclose(np.loadtxt(out / VECTORS), wanted, rtol=1e-4, atol=1e-6)
    assert [row['kind'] for row in table(out)] == ['sample'] * 5


def test_real_pictures_alone_at_most_all_of_them(cgan, capsys):
    assert call(cgan, '--what', 'real', '--dimensions', 3) == 0
    out = cgan / 'images' / 'projector'
    assert capsys.readouterr().out.startswith('9 real pictures and 0 samples')
    assert {row['class'] for row in table(out)} == {'T-shirt/top', '..', 'Bag'}
    assert images.read_png(out / SPRITE).shape == (36, 36, 3)
    shutil.rmtree(out)


def test_without_its_data_set_samples_alone(cgan, needy, tmp_path, capsys, monkeypatch):
    gone = ['--n', 6, '--data-dir', tmp_path / 'gone.npz', '--out', tmp_path / 'out']
    assert call(cgan, *gone) == 0
    said = capsys.readouterr()
    assert said.out.startswith('0 real pictures and 6 samples')
    assert 'only samples (--what samples): ' in said.err and 'gone.npz' in said.err
    shutil.rmtree(tmp_path / 'out')
    monkeypatch.setattr(trained, 'open_gan', None)                     # before it is needed
    for words in (['--what', 'real'], ['--what', 'both']):
        assert call(cgan, *gone, *words) == 2
        assert 'gone.npz' in capsys.readouterr().err
    for words in ([], ['--what', 'samples']):
        assert call(needy, *gone, *words) == 2
        assert 'D of the preset main1 normalises all' in capsys.readouterr().err
    assert not (tmp_path / 'out').exists()


def test_other_data_than_the_run_s_is_not_shown_as_its_own(cgan, tmp_path, capsys):
    np.savez(tmp_path / 'other.npz', images=np.zeros([9, 12, 12, 3], np.uint8))
    words = ['--n', 6, '--data-dir', tmp_path / 'other.npz', '--out', tmp_path / 'out']
    assert call(cgan, *words) == 0
    assert 'is not the one' in capsys.readouterr().err
    assert call(cgan, *words, '--what', 'both') == 2


def test_a_checkpoint_alone(run, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    alone = shutil.copytree(run / 'checkpoints', tmp_path / 'alone')
    shutil.copy(run / 'config.json', alone)
    assert call(alone / 'model-2', '--n', 8) == 0
    assert capsys.readouterr().out.startswith('4 real pictures and 4 samples')
    assert len(table(pathlib.Path('projector'))) == 8


@cases(('words', 'problem'), [
    ('--n 1', '--n 1: expected 2 to 10,000'), ('--n 10001', '--n 10001'), ('--n many', '--n'),
    ('--dimensions -1', '--dimensions -1: expected'), ('--seed -1', '--seed -1'),
    ('--what fake', '--what'), ('--out=', '--out is empty'),
    ('--out config.json/x', 'config.json is a file: expected a folder')])
def test_mistakes(run, capsys, monkeypatch, words, problem):
    monkeypatch.chdir(run)
    monkeypatch.setattr(trained, 'open_gan', None)
    assert call(run, *words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line


def test_a_folder_of_somebody_else_stays(run, tmp_path, capsys):
    (tmp_path / 'mine').write_text('mine')
    assert call(run, '--out', tmp_path) == 2
    assert 'there is something else' in capsys.readouterr().err
    assert [f.name for f in tmp_path.iterdir()] == ['mine']


def test_no_run(tmp_path, capsys):
    assert call(tmp_path) == 2
    assert 'is neither a run folder' in capsys.readouterr().err
