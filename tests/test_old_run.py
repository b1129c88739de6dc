"""A run folder of an earlier version, commit 2a4ff0f, is gone on with and serves every tool.

It is `golden/run_2a4ff0f`: twelve steps of dcgan28 on digits with `--maps 2,3 --z-dim 3
--batch-size 4 --threads 1`. Its checkpoint holds the variable `penalty`, which no graph has now.
"""

import pathlib
import re
import shutil

import cv2
import numpy as np
import pytest
import tensorflow as tf

import dcgan_tf
import main1
from dcgan_tf import DeepConvolutionalGAN, images
from dcgan_tf.cli import exits
from dcgan_tf.commands import (
    arithmetic,
    evaluate,
    export,
    features,
    graph,
    invert,
    morph,
    plot,
    project,
    sample,
)
from dcgan_tf.data import load
from dcgan_tf.run_folder import checkpoints, run_folder
from dcgan_tf.run_folder.tables import loss_csv
from tests.helpers import checkpoint, decode

GraphDef = tf.compat.v1.GraphDef
OLD = pathlib.Path(__file__).parent / 'golden' / 'run_2a4ff0f'
QUICK = (sample, graph)
pytestmark = pytest.mark.usefixtures('here', 'pooled')


@pytest.fixture
def old(tmp_path):
    """A copy of it."""
    return shutil.copytree(OLD, tmp_path / 'old')


def test_it_has_what_is_gone():
    names = [name for name, _ in checkpoints.variables(OLD / 'checkpoints', 12)]
    assert 'penalty' in names and 'Generator_ema/g0_linear/weights' in names


def test_it_is_gone_on_with(old):
    before, rows = checkpoint(old, 12), loss_csv.read(old / 'log.csv')
    assert exits.run(main1.main, ['--resume', str(old), '--epochs', '20', '--quiet']) == 0
    after = checkpoint(old, 20)
    assert set(before) - set(after) == {'penalty'} and after['global_step'] == 20
    for name, value in after.items():
        assert not np.array_equal(value, before[name]), name
    log = loss_csv.read(old / 'log.csv')
    assert log[:2] == rows and [row['step'] for row in log] == [10, 12, 20]
    assert run_folder.open_run(str(old)).made_by == dcgan_tf.__version__


def test_a_new_run_starts_from_its_networks(old, tmp_path):
    """Its config.json has no entry of an origin, and its checkpoint a variable too many."""
    words = ['--dataset', 'digits', '--init-from', str(old), '--batch-size', '4', '--threads', '1']
    assert exits.run(main1.main, [*words, '--epochs', '1', '--run-name', 'new', '--quiet']) == 0
    before, new = checkpoint(old, 12), checkpoint(tmp_path / 'results/new', 0)
    assert set(before) - set(new) == {'penalty'} and new['global_step'] == 0
    for name in ('Generator/g0_linear/weights', 'Generator_ema/g0_linear/weights'):
        np.testing.assert_array_equal(new[name], before[name])


# A tool, its words, and what they leave: a function of what the tool says.
TOOLS = [
    (sample, '--n 2 --out samples', lambda said: [
        images.read_png(f'samples/00000{k}.png').shape for k in (0, 1)] == 2 * [(28, 28, 1)]),
    (graph, '--variables', lambda said: re.search(r'^penalty .* 0\.01052 ', said, re.M)
     and re.search(r'^all +3,708 +0$', said, re.M)),
    (morph, '--out a.gif --frames 4 --grid 1x1', lambda said: '4 frames in a.gif: ' in said
     and decode(pathlib.Path('a.gif'))[0].shape[1:] == (28, 28, 3)),
    (arithmetic, '--plus 1,2 --minus 3 --out sum.png', lambda said: (
        images.read_png('sum.png').std() > 0)),
    (export, '--format frozen --out exported.pb', lambda said: 'in batches of 1, 7, 16' in said
     and 'image' in GraphDef.FromString(pathlib.Path('exported.pb').read_bytes()).node[-1].name),
    (plot, '--out curves.png', lambda said: cv2.imread('curves.png').std() > 0),
    (features, '--n 60', lambda said: re.search(r"^D's features \(80\) +60 +898 ", said, re.M)),
    (project, '--n 8 --out projector', lambda said: (
        np.loadtxt('projector/features.tsv').shape == (8, 8))),
]


@pytest.mark.parametrize(('tool', 'words', 'proof'), [
    pytest.param(*row, id=row[0].__name__, marks=[pytest.mark.slow] * (row[0] not in QUICK))
    for row in TOOLS])
def test_it_serves_every_tool(old, capsys, caplog, tool, words, proof):
    """And each says once that another version made it."""
    assert exits.run(tool.main, [str(old), *words.split()]) == 0
    assert proof(capsys.readouterr().out)
    assert caplog.text.count('old was made by dcgan_tf 0.1.0; this is dcgan_tf ') == 1


@pytest.mark.slow
def test_it_is_measured_and_inverted(old):
    assert exits.run(sample.main, [str(old), '--n', '1', '--out', 'one']) == 0
    picture = next(pathlib.Path('one').glob('*.png'))
    assert exits.run(invert.main, [str(old), str(picture), '--out', 'found.png', '--steps', '3',
                                   '--starts', '1']) == 0
    assert exits.run(evaluate.main, [str(old), '--metrics', 'frechet', '--features', 'pixels',
                                     '--n', '50']) == 0


def test_it_is_opened_and_gone_on_with_from_python(old, caplog):
    images = load('digits', '')
    with DeepConvolutionalGAN.open(old) as gan:
        assert gan.sample(2).shape == (2, 28, 28, 1)
        assert caplog.text.count('old was made by dcgan_tf 0.1.0; this is dcgan_tf ') == 1
        caplog.clear()
        config = gan.config.replace(epochs=13)
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.fit(images, run=old, progress=False)
        assert gan.steps_done() == 13
    assert caplog.text.count('old was made by dcgan_tf 0.1.0; this is dcgan_tf ') == 1
    assert run_folder.open_run(str(old)).made_by == dcgan_tf.__version__


def test_its_config_is_read(old):
    c = run_folder.open_run(str(old)).config
    assert (c.type, c.penalty, c.penalty_every, c.z_dim) == ('gan', 'r1', 4, 3)
