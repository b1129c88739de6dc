"""experiments/graph_pictures.py: TensorBoard's pictures of the graph in README and docs."""

import pathlib

import cv2
import numpy as np
import pytest

from experiments import graph_pictures
from experiments.graph_pictures import CHROMIUM, PICTURES, ROOT
from tests.cases import cases
from tests.families import LAZY


@pytest.fixture
def gan(one_layer, finished):
    """A small GAN of the default family and penalty, with the box d2_conv of the pictures."""
    return finished(one_layer(**LAZY, discriminator_maps=(1, 4, 6)))


def boxes(graph_def):
    """The names of all boxes of a GraphDef, the inner ones, too."""
    return {node.name[:i] for node in graph_def.node
            for i, letter in enumerate(node.name) if letter == '/'}


def test_the_boxes_of_the_pictures_are_there(gan):
    wanted = {box for picture in PICTURES.values() for box in (*picture.opened, picture.box) if box}
    assert wanted - boxes(gan.training_graph()) == set()


def test_the_pictures_are_shown():
    pages = (ROOT / 'README.md').read_text() + (ROOT / 'docs/graph.md').read_text()
    assert [name for name in PICTURES if f'images/{name})' not in pages] == []


@cases(('words', 'problem'), [
    ('--open losses', '--open, --box and --run need the name of a file'),
    ('--only other.png', "invalid choice: 'other.png'"),
    ('a.png --colour red', "invalid choice: 'red'")])
def test_mistakes(capsys, words, problem):
    with pytest.raises(SystemExit):
        graph_pictures.main(words.split())
    assert problem in capsys.readouterr().err


@pytest.mark.slow
def test_a_box_is_cut_out_of_each_graph(gan, tmp_path, capsys):
    """An open box is larger than a closed one; only the whole graph has the box save."""
    if not pathlib.Path(CHROMIUM).exists():
        pytest.skip(f'there is no {CHROMIUM}')
    pytest.importorskip('playwright.sync_api', reason='playwright is not installed')
    gan.write_tensorboard_graph(tmp_path / 'run')

    def size(*words):
        file = tmp_path / 'box.png'
        graph_pictures.main([str(file), '--run', str(tmp_path / 'run'), *words])
        picture = cv2.imread(str(file))
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 10
        return np.array(picture.shape[:2])
    closed, opened = (size(*words, '--box', 'losses') for words in ((), ('--open', 'losses')))
    assert (opened > 1.5 * closed).all()
    assert (size('--tag', 'whole graph', '--box', 'save') > 50).all()
    with pytest.raises(SystemExit, match='there is no box save: expected one of Discriminator, '):
        size('--open', 'save')
