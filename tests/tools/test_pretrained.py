"""Generators that come along: pretrained:NAME in place of a run folder."""

import json
import shutil

import cv2
import numpy as np
import pytest

import main1
from dcgan_tf import GAN, RunError, UsageError, images, pretrained
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
    runs,
    sample,
)
from dcgan_tf.show.inversion import InversionOptions
from experiments import make_pretrained
from tests.helpers import call_tool as call

pytestmark = pytest.mark.usefixtures('pooled')
CARD = {'about': 'small digits', 'data': 'digits', 'command': 'python main1.py',
        'figures': {'distance': 1.5}}
LIMIT = 3_000_000               # bytes of all of them


@pytest.fixture(scope='module')
def made(run, tmp_path_factory):
    """A folder with a generator of the run of the other tests."""
    folder = tmp_path_factory.mktemp('made')
    (folder / 'card').write_text(json.dumps(CARD))
    assert make_pretrained.main([str(run), 'tiny', str(folder / 'card'), '--out',
                                 str(folder)]) == 0
    return folder


@pytest.fixture
def tiny(made, tmp_path, monkeypatch):
    """The name of one, alone in its folder; the current folder is an empty one."""
    monkeypatch.setattr(pretrained, 'FOLDER', shutil.copytree(made, tmp_path / 'with it'))
    (tmp_path / 'here').mkdir()
    monkeypatch.chdir(tmp_path / 'here')
    return 'pretrained:tiny'


def test_it_draws_what_its_run_draws(tiny, run):
    with GAN.open(tiny) as gan, GAN.open(run) as whole:
        assert gan.steps_done() == 2
        pictures = gan.sample(4)
        assert pictures.std() > 0.01
        assert np.abs(pictures - whole.sample(4)).max() < 0.01
        assert np.isfinite(gan.add((1, [3]), (-1, [4]))).all()


def test_every_tool_of_a_generator_writes_into_the_current_folder(tiny, tmp_path):
    here = tmp_path / 'here'
    assert call(sample, tiny, '--grid', '2x2') == 0
    assert call(morph, tiny, '--frames', 3) == 0
    assert call(arithmetic, tiny, '--plus', '1,2') == 0
    assert call(export, tiny, '--format', 'frozen') == 0
    assert {file.name for file in here.iterdir()} > {'grid.png', 'morph_sphere.gif',
                                                     'arithmetic.png'}
    assert call(graph, tiny) == 0
    assert images.read_png(here / 'grid.png').shape[:2] == (448, 448)


def test_it_inverts_in_pixels(tiny, tmp_path, capsys):
    with GAN.open(tiny) as gan:
        wanted = images.to_uint8(gan.sample(1, seed=5))
        found = gan.invert(wanted, options=InversionOptions(starts=2, steps=3))
        assert found.z.shape[:2] == (1, 2)
        with pytest.raises(UsageError, match="without D's features"):
            gan.invert(wanted, options=InversionOptions(starts=1, steps=1, features=0.1))
    cv2.imwrite(str(tmp_path / 'a.png'), wanted[0])
    assert call(invert, tiny, tmp_path / 'a.png', '--starts', 1, '--steps', 2) == 0
    assert (tmp_path / 'here' / 'inverted.png').is_file()
    assert call(invert, tiny, tmp_path / 'a.png', '--features', 1) == 2
    line = capsys.readouterr().err
    assert "pretrained:tiny is a generator alone, without D's features" in line
    assert 'in pixels if --features is left out' in line and 'invert' not in line.partition(':')[2]


@pytest.mark.parametrize('tool, words', [
    (evaluate, ()), (features, ()), (plot, ('--out', 'a.png')), (project, ()), (runs, ()),
    (graph, ('--variables',)), (graph, ('--tensors', 'losses/*'))])
def test_a_tool_that_needs_more_refuses_it_by_name(tiny, tool, words, capsys):
    assert call(tool, tiny, *words) == 2
    assert 'pretrained:tiny is a generator alone' in capsys.readouterr().err
    assert call(tool, 'pretrained:tinny', *words) == 2
    assert 'there is no such generator; expected pretrained:tiny; did' in capsys.readouterr().err


@pytest.mark.parametrize('flag', ['--resume', '--init-from'])
def test_a_training_refuses_it_by_name(tiny, flag, capsys):
    assert exits.run(main1.main, [flag, tiny, '--quiet']) == 2
    line = capsys.readouterr().err
    assert 'pretrained:tiny is a generator alone' in line and line.count(tiny) == 1


def test_python_refuses_what_needs_more(tiny):
    with GAN.open(tiny) as gan:
        for method, arguments in ((gan.fit, [np.zeros([40, 28, 28, 1], np.uint8)]),
                                  (gan.save_model, ['a']), (gan.features, []), (gan.scores, [])):
            with pytest.raises(UsageError, match='pretrained:tiny is a generator alone'):
                method(*arguments)


def test_a_wrong_name_names_those_that_there_are(tiny, capsys):
    assert call(sample, 'pretrained:tinny') == 2
    line = capsys.readouterr().err
    assert 'there is no such generator' in line and 'pretrained:tiny' in line
    assert call(sample, tiny, '--checkpoint', '7') == 2
    assert 'leave --checkpoint and --config out' in capsys.readouterr().err


@pytest.mark.parametrize('ending', ['json', 'npz'])
def test_a_damaged_file_is_one_line(tiny, ending):
    file = pretrained.FOLDER / f'tiny.{ending}'
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x80
    file.write_bytes(content)
    with pytest.raises(RunError, match='is damaged'):
        GAN.open(tiny)


@pytest.mark.parametrize('name', pretrained.names())
def test_those_of_the_package_are_whole(name):
    card = pretrained.find(f'pretrained:{name}')
    assert len(card.about) < 80 and card.data and card.figures and card.step > 0
    assert card.command.startswith('python main1.py ') and card.config.data_dir == 'dataset'
    found = pretrained.weights(card)
    assert found.keys() == {'G'}
    assert all(np.isfinite(values).all() for values in found['G'].values())
    with np.load(card.folder / f'{name}.npz', allow_pickle=False) as arrays:
        assert {arrays[key].dtype for key in arrays.files} == {np.dtype(np.float16)}


def test_those_of_the_package_are_small():
    assert sum(file.stat().st_size for file in pretrained.FOLDER.iterdir()) < LIMIT


@pytest.mark.slow
@pytest.mark.parametrize('name', pretrained.names())
def test_those_of_the_package_draw(name):
    with GAN.open(f'pretrained:{name}') as gan:
        pictures = gan.sample(16)
        assert pictures.std(axis=0).mean() > 0.05 and pictures.min() < 0.2 and pictures.max() > 0.8
