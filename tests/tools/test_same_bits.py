"""tools/same_bits.py: which rows it trains, what it says of two checkpoints, how a side may fail.

A made-up checkout has a main1.py that trains nothing: it leaves a checkpoint that a test wrote.
"""

import functools
import pathlib

import numpy as np
import pytest
import tensorflow as tf

import main1
import same_bits
from dcgan_tf import images
from dcgan_tf.cli import exits
from dcgan_tf.config import PRESETS
from tests import programs
from tests.cases import cases
from tests.helpers import call_tool

v1 = tf.compat.v1
LEAVE_A_CHECKPOINT = '''
import pathlib, shutil
shutil.copytree(pathlib.Path(__file__).with_name('made'), 'results/bits/checkpoints')
'''
ARRAYS = {'D/weights': np.array([[1, 2], [3, 4]], np.float32),
          'G/weights': np.array([0.5, np.nan, np.inf], np.float32),
          'global_step': np.array(5)}
call = functools.partial(call_tool, same_bits)


@pytest.fixture
def checkout(tmp_path):
    """checkout(name, body, arrays) -> a folder whose main1.py is `body`, beside a checkpoint."""
    def make(name, body=LEAVE_A_CHECKPOINT, arrays=ARRAYS):
        folder = tmp_path / name
        (folder / 'made').mkdir(parents=True)
        (folder / 'main1.py').write_text(body)
        write(folder / 'made' / 'model-5', arrays)
        return folder
    return make


def write(path, arrays):
    """Writes a checkpoint of {name: array}."""
    with v1.Session(graph=tf.Graph()) as session, session.graph.as_default():
        session.run(tf.raw_ops.SaveV2(prefix=str(path), tensor_names=[*arrays],
                                      shape_and_slices=[''] * len(arrays),
                                      tensors=[*arrays.values()]))


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def test_the_rows_that_are_asked_for(capsys):
    assert call('--list', '--only', 'unroll,two_workers') == 0
    shown = lines(capsys)
    assert [line.split()[0] for line in shown] == ['unroll', 'two_workers']
    assert shown[0].endswith('--unroll 2') and shown[1].endswith('(2 workers)')


def test_every_preset_has_a_row(capsys):
    assert call('--list') == 0
    rows = {line.split()[0]: line for line in lines(capsys)}
    assert list(rows) == list(same_bits.CASES)
    assert all(f'--preset {name} ' in rows[name] for name in PRESETS)


@pytest.mark.slow
def test_every_row_is_a_training_that_main1_accepts(tmp_path, monkeypatch, capsys):
    same_bits.write_pictures(tmp_path)
    (tmp_path / 'side').mkdir()
    monkeypatch.chdir(tmp_path / 'side')
    refused = [name for name, flags in same_bits.CASES.items()
               if exits.run(main1.main, [*flags.split(), '--batch-size', '4', '--dry-run'])]
    assert refused == [], capsys.readouterr().err


@pytest.mark.slow
def test_this_checkout_against_itself(monkeypatch, capsys):
    """Both sides really train; each process is forked from one that has loaded TensorFlow."""
    def run(words, folder):
        code, _, said = programs.run(words, cwd=folder)
        return code, said
    monkeypatch.setattr(same_bits, 'run', run)
    assert call(same_bits.ROOT, '--only', 'main1', '--steps', 1) == 0
    assert lines(capsys) == ['main1  equal', '1 row: 1 equal, 0 with differences, 0 failed']


def test_a_checkpoint_is_read_to_the_bit(tmp_path):
    write(tmp_path / 'model-5', ARRAYS)
    found = same_bits.read(tmp_path / 'model-5')
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert found[name].tobytes() == array.tobytes()


@cases(('there', 'expected'), [
    ({}, []),
    ({'D/weights': np.array([[1, 2], [np.nextafter(np.float32(3), np.float32(4)), 4]], np.float32)},
     ['1 of 3 variables differ, by up to 2.4e-07; D/weights, the first by name, by up to '
      '2.4e-07']),
    ({'G/weights': np.array([-0.5, np.nan, np.inf], np.float32), 'global_step': np.array(8)},
     ['2 of 3 variables differ, by up to nan; G/weights, the first by name, by up to nan']),
    ({'D/weights': np.array([[1, 2], [5, 4]], np.float32), 'global_step': np.array(8)},
     ['2 of 3 variables differ, by up to 3; D/weights, the first by name, by up to 2']),
    ({'b': np.zeros(2), 'a': np.zeros(2)}, ['only there: a, b']),
    ({'D/weights': None}, ['only here: D/weights']),
    ({'D/weights': None, 'D/new': np.zeros(2), 'global_step': np.array(8)},
     ['only here: D/weights', 'only there: D/new',
      '1 of 2 variables differ, by up to 3; global_step, the first by name, by up to 3']),
    ({'D/weights': np.array([[1, 2, 3, 4]], np.float32)},
     ['D/weights is float32 [2, 2] here, float32 [1, 4] there']),
    ({'D/weights': ARRAYS['D/weights'].astype(np.float64)},
     ['D/weights is float32 [2, 2] here, float64 [2, 2] there'])])
def test_what_is_said_of_two_checkpoints(there, expected):
    """None takes a name away."""
    changed = {name: array for name, array in {**ARRAYS, **there}.items() if array is not None}
    assert list(same_bits.differences(ARRAYS, changed)) == expected


def test_minus_zero_has_other_bits():
    zero = {'a': np.zeros(1, np.float32)}
    assert list(same_bits.differences(zero, zero)) == []
    (text,) = same_bits.differences(zero, {'a': -zero['a']})
    assert text.startswith('1 of 1 variables differ, by up to 0;')


def test_equal_and_different_checkouts(checkout, monkeypatch, capsys):
    monkeypatch.setattr(same_bits, 'ROOT', checkout('here'))
    assert call(checkout('same'), '--only', 'main1,lazy_r1') == 0
    assert lines(capsys) == ['main1    equal', 'lazy_r1  equal',
                             '2 rows: 2 equal, 0 with differences, 0 failed']
    other = checkout('other', arrays={**ARRAYS, 'global_step': np.array(7)})
    assert call(other, '--only', 'main1') == 1
    assert lines(capsys) == [
        'main1  1 of 3 variables differ, by up to 2; global_step, the first by name, by up to 2',
        '1 row: 0 equal, 1 with differences, 0 failed']


@cases(('body', 'said'), [
    ('import sys; print("one\\ntwo", file=sys.stderr); sys.exit(3)', 'two'),
    ('import sys; sys.exit(3)', 'ended with 3'),
    ('1 / 0', 'ZeroDivisionError: division by zero'),
    ('', 'left no checkpoint results/bits/checkpoints/model-5')])
def test_a_side_that_fails(tmp_path, monkeypatch, capsys, body, said):
    for name, text in (('here', LEAVE_A_CHECKPOINT), ('other', body)):
        (tmp_path / name / 'made').mkdir(parents=True)
        (tmp_path / name / 'main1.py').write_text(text)
        write(tmp_path / name / 'made' / 'model-5', ARRAYS)
    monkeypatch.setattr(same_bits, 'ROOT', tmp_path / 'here')
    assert call(tmp_path / 'other', '--only', 'main1') == 1
    assert lines(capsys) == [f'main1  failed there: {said}',
                             '1 row: 0 equal, 0 with differences, 1 failed']


def test_both_sides_fail_and_the_next_row_is_trained(checkout, monkeypatch, capsys):
    body = LEAVE_A_CHECKPOINT + 'import sys; sys.exit("no R1" if "r1" in sys.argv else 0)'
    monkeypatch.setattr(same_bits, 'ROOT', checkout('here', body))
    assert call(checkout('other', body), '--only', 'lazy_r1,main1') == 1
    assert lines(capsys) == ['lazy_r1  failed here: no R1; there: no R1', 'main1    equal',
                             '2 rows: 1 equal, 0 with differences, 1 failed']


def test_where_and_how_a_side_runs(checkout, monkeypatch, capsys):
    """In an empty folder beside the pictures, on the CPU, without variables of another training."""
    body = ('import os, pathlib, sys; print(*sys.argv[1:], [*pathlib.Path().iterdir()],'
            ' sorted(path.name for path in pathlib.Path("..").glob("pictures*")),'
            ' sorted({"TF_CONFIG", "SAVE_FOLDER", "KEPT"} & set(os.environ)),'
            ' [os.environ["CUDA_VISIBLE_DEVICES"]], file=sys.stderr); sys.exit(1)')
    for name in ('TF_CONFIG', 'SAVE_FOLDER', 'KEPT', 'CUDA_VISIBLE_DEVICES'):
        monkeypatch.setenv(name, '0')
    monkeypatch.setattr(same_bits, 'ROOT', checkout('here'))
    assert call(checkout('other', body), '--only', 'cifar10', '--steps', 5) == 1
    flags = same_bits.CASES['cifar10']
    said = lines(capsys)[0]
    assert said.startswith(f'cifar10  failed there: {flags} --epochs 5 --batch-size 4 --threads 1')
    assert said.endswith("[] ['pictures32', 'pictures64'] ['KEPT'] ['']")


def test_two_workers_are_started_by_the_launcher_of_their_checkout(checkout, monkeypatch, capsys):
    body = 'import sys; sys.exit(" ".join(sys.argv[1:]))'
    other = checkout('other')
    (other / 'tools').mkdir()
    (other / 'tools' / 'launch.py').write_text(body)
    monkeypatch.setattr(same_bits, 'ROOT', checkout('here'))
    assert call(other, '--only', 'two_workers') == 1
    assert f'there: --workers 2 -- {other}/main1.py --preset dcgan28 ' in lines(capsys)[0]


def test_nothing_is_left(checkout, tmp_path, monkeypatch):
    monkeypatch.setattr(same_bits.tempfile, 'tempdir', str(tmp_path / 'rooms'))
    (tmp_path / 'rooms').mkdir()
    monkeypatch.setattr(same_bits, 'ROOT', checkout('here'))
    assert call(checkout('other', '1 / 0'), '--only', 'main1') == 1
    assert list((tmp_path / 'rooms').iterdir()) == []


def test_pictures_are_of_the_size_of_their_preset(tmp_path):
    same_bits.write_pictures(tmp_path)
    for size in (32, 64):
        found = list((tmp_path / f'pictures{size}').glob('[ab]/*.png'))
        assert len(found) == same_bits.N_PICTURES
        assert {images.read_png(path).shape for path in found} == {(size, size, 3)}


@cases(('words', 'problem'), [
    ('', 'OTHER_CHECKOUT is missing'), ('nowhere', 'there is no such folder'),
    ('file', 'there is no such folder'), ('empty', 'it has no main1.py'),
    ('empty --only main2', "'main2' is not one of dcgan28, main1"),
    ('empty --steps 0', '--steps 0: expected 1'), ('empty --steps x', '--steps'),
    ('empty --case main1', '--case'), ('empty empty', 'empty')])
def test_mistakes_are_one_line(tmp_path, monkeypatch, capsys, words, problem):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'empty').mkdir()
    pathlib.Path('file').touch()
    assert call(*words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line
