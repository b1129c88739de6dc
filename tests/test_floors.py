"""The house stays easy to see: a file imports its own folder and lower floors, nothing else."""

import ast
import functools
import pathlib

from dcgan_tf import _HOME as HOME

PACKAGE = pathlib.Path(__file__).parents[1] / 'dcgan_tf'
FLOORS = [                                                  # lowest first
    {'portable'},                                           # what differs between systems
    {'errors', 'files', 'hooks', 'names', 'notices', 'obstacles', 'program', 'seeds', 'signals',
     'streams'},                                            # ground
    {'arguments', 'bars', 'own_code'},
    {'config', 'data', 'images', 'latent', 'metrics'},      # numbers, without TensorFlow
    {'ops', 'pretrained'},
    {'distributed', 'losses', 'optimizers', 'run_folder'},
    {'monitoring', 'networks'},
    {'systems'},                                            # one file a GAN
    {'train_ops'},                                          # its training step
    {'fit'},                                                # its training
    {'features', 'graph_report', 'show'},
    {'evaluator'},
    {'evaluating'},
    {'gan'},
    {'cli'},                                                # command lines
    {'commands'},                                           # one file a command
    {'__main__'},                                           # dcgan-tf
]
WITHOUT_TENSORFLOW = {*FLOORS[0], *FLOORS[1], *FLOORS[2], *FLOORS[3], 'pretrained',
                      'show/explore', 'show/arrangement', 'show/curve_titles', 'show/morphing',
                      'show/projector', 'show/reconstruction', 'cli', 'commands', '__main__'}
FILES = sorted(p for p in PACKAGE.rglob('*.py') if p.parent != PACKAGE or p.stem != '__init__')


def room(path):
    """The top-level module or folder that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix('.py')


def places(path):
    """The room of a file, the folders of that room that it lies in, and the module itself."""
    parts = path.relative_to(PACKAGE).with_suffix('').parts
    return {'/'.join(parts[:i]) for i in range(1, len(parts) + 1)}


def floor(name):
    return next(level for level, rooms in enumerate(FLOORS) if name in rooms)


@functools.cache
def imports(path):
    """Every module or name that a file imports, at its top and inside its functions."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f'{path}: relative import'
            found += [f'{node.module}.{alias.name}' for alias in node.names]
    return found


def rooms_imported(path):
    """The rooms of the package that a file imports, also by the public names of its top."""
    names = [name.split('.')[1] for name in imports(path) if name.startswith('dcgan_tf.')]
    return {HOME.get(name, name).split('.')[0] for name in names}


def test_every_room_has_a_floor():
    assert {room(path) for path in FILES} == set().union(*FLOORS)


def test_imports_go_down():
    assert not [f'{path} imports {name}' for path in FILES for name in rooms_imported(path)
                if name != room(path) and floor(name) >= floor(room(path))]


def test_only_the_upper_floors_know_tensorflow():
    assert not [f'{path} imports {name}' for path in FILES if places(path) & WITHOUT_TENSORFLOW
                for name in imports(path) if name.split('.')[0] == 'tensorflow']


def test_no_high_level_layers():
    assert not [f'{path} imports {name}' for path in FILES for name in imports(path)
                if 'keras' in name.split('.')[0]]
    assert not [f'{path}: {word}' for path in FILES
                for word in ('tf.keras', 'v1.layers', 'estimator') if word in path.read_text()]
