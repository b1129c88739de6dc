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
from dcgan_tf.run_folder import run_folder
from tests.growing import Training

ROOT = pathlib.Path(__file__).parents[2]
FILES = [ROOT / 'main1.py', *sorted((ROOT / 'dcgan_tf').rglob('*.py')),
         *sorted((ROOT / 'tools').rglob('*.py'))]
NEVER = {'pickle', 'cPickle', 'dill', 'joblib', 'marshal', 'shelve', 'import_meta_graph', 'eval',
         'exec', 'extract', 'extractall', 'unpack_archive', 'system', 'load_model'}
LOADERS = {'torch.load', 'tf.saved_model.load', 'v1.saved_model.load', 'keras.models.load_model'}
OWN_OUTPUT = {'saved_model.py': {'tf.saved_model.load'}}    # it looks at what it has just written
OURS = {'gan.load_model'}              # restores variables, see dcgan_tf/gan.py


def words(tree):
    """(line, word) of all modules and names that are imported, and of all that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, part) for a in node.names for part in a.name.split('.'))
        elif isinstance(node, ast.ImportFrom):
            parts = [*node.module.split('.'), *(alias.name for alias in node.names)]
            yield from ((node.lineno, part) for part in parts)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) not in OURS:
            called = ast.unparse(node.func)
            yield from ((node.lineno, word) for word in (called, called.split('.')[-1]))


def forbidden(tree):
    """What must not be there: such words, and `np.load` that would unpickle."""
    found = [(line, word) for line, word in words(tree) if word in NEVER | LOADERS]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ('np.load', 'numpy.load'):
            allowed = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if allowed.get('allow_pickle') != 'False':
                found.append((node.lineno, 'allow_pickle'))
        elif isinstance(node, ast.ImportFrom) and node.module == 'numpy':
            found += [(node.lineno, alias.name) for alias in node.names if alias.name == 'load']
    return found


def test_no_program_has_a_word_for_it():
    found = {}
    for path in FILES:
        words = {word for _, word in forbidden(ast.parse(path.read_text()))}
        if wrong := words - OWN_OUTPUT.get(path.name, set()):
            found[str(path.relative_to(ROOT))] = wrong
    assert len(FILES) > 100 and found == {}


def test_the_search_finds_what_it_looks_for():
    lines = [
        'import pickle', 'from pickle import loads', 'from os import system', 'import joblib.pool',
        'from numpy import load', 'np.load(a)', 'np.load(a, allow_pickle=True)', 'a.extractall()',
        'tf.saved_model.load(a)', 'keras.models.load_model(a)', 'torch.load(a)', 'eval(a)',
        'v1.train.import_meta_graph(a)']
    assert [line for line in lines if not forbidden(ast.parse(line))] == []
    assert not forbidden(ast.parse('np.load(a, allow_pickle=False)'))


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
