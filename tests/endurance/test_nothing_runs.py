"""What is read is data: nothing that a file holds is ever run, loaded as a graph or unpacked."""

import ast
import os
import pathlib
import re

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
NEVER = {
    # what unpickles
    'pickle', 'cPickle', '_pickle', 'dill', 'cloudpickle', 'jsonpickle', 'joblib', 'marshal',
    'shelve', 'read_pickle', 'unsafe_load', 'full_load', 'yaml.load',
    # what loads a graph or a model
    'import_graph_def', 'import_meta_graph', 'read_meta_graph_file', 'FromString',
    'ParseFromString', 'MergeFromString', 'text_format', 'saved_model.load', 'load_model',
    'model_from_json', 'model_from_config', 'Interpreter', 'InferenceSession', 'onnx.load',
    'torch.load', 'jit.load', 'hub.load',
    # what runs Python or a library
    'eval', 'exec', 'compile', '__import__', 'import_module', 'spec_from_file_location',
    'module_from_spec', 'exec_module', 'load_module', 'SourceFileLoader', 'runpy', 'run_path',
    'run_module', 'py_func', 'py_function', 'numpy_function', 'load_op_library', 'load_library',
    'load_file_system_library', 'load_pluggable_device_library', 'ctypes', 'cffi', 'CDLL',
    'InteractiveInterpreter', 'InteractiveConsole',
    # what starts a program
    'subprocess', 'Popen', 'popen', 'os.system', 'startfile', 'pty', 'webbrowser', 'posix_spawn',
    'create_subprocess_exec', 'create_subprocess_shell',
    *(f'exec{end}' for end in ('l', 'le', 'lp', 'lpe', 'v', 've', 'vp', 'vpe')),
    *(f'spawn{end}' for end in ('l', 'le', 'lp', 'lpe', 'v', 've', 'vp', 'vpe')),
    # what unpacks an archive to the paths that it names
    'extract', 'extractall', 'unpack_archive'}
OURS = {'re.compile', 'torch.compile',
        'gan.load_model', 'self.load_model'}                 # these restore variables
ALLOWED = {                                       # file: what it has, and may have, because ...
    # a module of our own, by a name from a table of our own
    'dcgan_tf/__init__.py': {'import_module'},
    'dcgan_tf/__main__.py': {'import_module'},
    'dcgan_tf/data/__init__.py': {'import_module'},
    'dcgan_tf/show/exports/__init__.py': {'import_module'},
    'tools/peers/race.py': {'import_module'},
    # a file that it has just written
    'dcgan_tf/show/exports/frozen.py': {'import_graph_def', 'FromString'},
    'dcgan_tf/show/exports/saved_model.py': {'saved_model.load'},
    'dcgan_tf/show/exports/tflite.py': {'Interpreter'},
    'dcgan_tf/show/exports/onnx.py': {'InferenceSession'},
    # a part of the graph at hand, built once more
    'dcgan_tf/train_ops/many_steps.py': {'import_graph_def'},
    # only ops of a list: tests/features/test_frozen_graph.py
    'dcgan_tf/features/frozen_graph.py': {'import_graph_def', 'FromString'},
    # a file that the user has named, or trusts: tests/own_code
    'dcgan_tf/own_code/loading.py': {'exec', 'compile'},
    # this Python, with this file alone, which reads what TensorFlow writes
    'dcgan_tf/notices.py': {'subprocess', 'Popen'},
    # the command line that the user typed
    'dcgan_tf/distributed/launching.py': {'ctypes', 'CDLL', 'subprocess', 'Popen'},
    'tools/same_bits.py': {'subprocess'},
}


def words(tree):
    """(line, word) of all modules and names that are imported or used, with and without dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, part) for a in node.names for part in a.name.split('.'))
        elif isinstance(node, ast.ImportFrom):
            for name in (alias.name for alias in node.names):
                parts = [*node.module.split('.'), name]
                yield from ((node.lineno, part) for part in (*parts, '.'.join(parts[-2:])))
        elif isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) not in OURS:
            parts = ast.unparse(node).split('.')
            yield from ((node.lineno, '.'.join(parts[-n:])) for n in (1, 2))


def forbidden(tree):
    """What must not be there: such words, and `np.load` that would unpickle."""
    found = [(line, word) for line, word in words(tree) if word in NEVER]
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
        if wrong := {word for _, word in forbidden(ast.parse(path.read_text()))}:
            found[path.relative_to(ROOT).as_posix()] = wrong
    assert len(FILES) > 100 and found == ALLOWED


def test_the_search_finds_what_it_looks_for():
    lines = [
        'import pickle', 'from pickle import loads', 'from os import system', 'import joblib.pool',
        'from numpy import load', 'np.load(a)', 'np.load(a, allow_pickle=True)', 'a.extractall()',
        'tf.saved_model.load(a)', 'keras.models.load_model(a)', 'torch.load(a)', 'eval(a)',
        'v1.train.import_meta_graph(a)', 'tf.import_graph_def(a)', 'load = v1.saved_model.load',
        'v1.GraphDef.FromString(a)', 'a.ParseFromString(b)', 'tf.load_op_library(a)',
        'importlib.import_module(a)', 'spec.loader.exec_module(a)', 'import runpy', 'compile(a)',
        'yaml.load(a)', 'pandas.read_pickle(a)', 'tf.py_function(a)', 'map(exec, a)', 'os.popen(a)',
        'os.execvp(a)', 'from subprocess import run', 'ort.InferenceSession(a)', '__import__(a)']
    assert [line for line in lines if not forbidden(ast.parse(line))] == []
    for line in ('np.load(a, allow_pickle=False)', 're.compile(a)', 'json.load(a)'):
        assert not forbidden(ast.parse(line))


def test_links_are_secure():
    """But those to this machine, and the names of XML that look like links."""
    files = [path for name in ('*.py', '*.md', '*.html', '*.js', '*.css', '*.txt', '*.toml', '*.sh')
             for path in ROOT.rglob(name) if 'tests' not in path.relative_to(ROOT).parts]
    found = [(path.name, link) for path in files
             for link in re.findall(r'(?:http|ftp)://[^\s\'"]*', path.read_text())
             if not re.match(r'http://(127\.0\.0\.1|localhost|\[?\{host|www\.w3\.org/)', link)]
    assert len(files) > 150 and found == []


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
