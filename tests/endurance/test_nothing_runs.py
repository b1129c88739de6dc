"""What is read is data: nothing that a file holds is ever run, loaded as a graph or unpacked."""

import ast
import os
import pathlib

import numpy as np
import pytest

from dcgan_tf import preset
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.features import _read
from dcgan_tf.latent.files import load
from dcgan_tf.training import run_folder
from tests.growing import Training

ROOT = pathlib.Path(__file__).parents[2]
FILES = [ROOT / 'main1.py', *sorted((ROOT / 'dcgan_tf').rglob('*.py')),
         *sorted((ROOT / 'tools').rglob('*.py'))]
NEVER = {'pickle', 'cPickle', 'dill', 'joblib', 'marshal', 'shelve', 'import_meta_graph', 'eval',
         'exec', 'extract', 'extractall', 'unpack_archive', 'system', 'load_model_from_pickle'}


def names(tree):
    """(line, name) of all that is imported or called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node.lineno, alias.name.split('.')[0]) for alias in node.names)
        elif isinstance(node, ast.Call):
            yield node.lineno, getattr(node.func, 'id', getattr(node.func, 'attr', ''))


def calls_of_numpy_load(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)
            and ast.unparse(node.func) in ('np.load', 'numpy.load')]


@pytest.mark.parametrize('path', FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_program_has_a_word_for_it(path):
    tree = ast.parse(path.read_text())
    assert not [(line, name) for line, name in names(tree) if name in NEVER]
    for call in calls_of_numpy_load(tree):
        words = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert words.get('allow_pickle') == 'False', f'line {call.lineno}'


def test_the_search_finds_what_it_looks_for():
    tree = ast.parse('from os import system\nimport pickle\nnp.load(a)\na.extractall()')
    assert {name for _, name in names(tree)} >= {'system', 'pickle', 'extractall'}
    assert len(calls_of_numpy_load(tree)) == 1


@pytest.mark.parametrize('name', ['a.npz', 'a.npy'])
def test_latents_are_not_unpickled(tmp_path, planted, name):
    path = tmp_path / name
    with path.open('wb') as file:
        np.savez(file, z=planted.array) if name == 'a.npz' else np.save(file, planted.array)
    with pytest.raises((RunError, UsageError), match=name):
        load(path, 3)
    planted.array.dump(path)
    with pytest.raises((RunError, UsageError), match=name):
        load(path, 3)
    assert not planted.file.exists()


def test_a_cached_classifier_is_not_unpickled(tmp_path, planted):
    class Network:
        def set_weights(self, weights):
            dict(weights)                                        # reads all of them
    (tmp_path / 'note.json').write_text('{"accuracy": 0.9}')
    np.savez(tmp_path / 'weights.npz', w=np.zeros(3))
    assert _read(tmp_path, Network()) == 0.9
    np.savez(tmp_path / 'weights.npz', w=planted.array)
    assert _read(tmp_path, Network()) is None
    assert not planted.file.exists()


def test_a_graph_that_lies_beside_a_checkpoint_is_not_read(tmp_path):
    """Named pipes: who opened one would wait for ever."""
    training = Training(tmp_path)
    training.fit(last=2)
    for step in (0, 2):
        os.mkfifo(training.run.checkpoints / f'model-{step}.meta')
    assert training.checkpoints.restore(training.session, training.run.checkpoints) == 2
    training.session.close()


@pytest.mark.parametrize('name', ['..', '../a', '/tmp/a', 'a/b', 'a/../b', '.hidden', '', 'a\nb'])
def test_no_run_leads_out_of_its_folder(tmp_path, name):
    if name:
        with pytest.raises(UsageError, match='run name'):
            run_folder.create(str(tmp_path / 'runs'), name, preset(), {})
    else:
        path = run_folder.create(str(tmp_path / 'runs'), name, preset(), {}).path
        assert path.parent == tmp_path / 'runs'
    assert {each.name for each in tmp_path.iterdir()} <= {'runs'}
