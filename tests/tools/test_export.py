"""tools/export.py on run folders and checkpoints."""

import functools
import json

import pytest

from dcgan_tf.cli import trained
from dcgan_tf.commands import export
from dcgan_tf.run_folder import run_folder
from dcgan_tf.show.exports import FORMATS, writing
from tests import programs
from tests.cases import cases
from tests.helpers import call_tool
from tests.show.exports.conftest import missing

pytestmark = pytest.mark.usefixtures('pooled')
call = functools.partial(call_tool, export)


def test_several_formats_at_their_default_places(run, capsys):
    assert call(run, '--format', 'saved_model,frozen,tflite') == 0
    folder = run / 'images/export'
    assert {path.name for path in folder.iterdir()} == {
        'saved_model', 'generator.pb', 'generator.pb.json', 'generator.tflite',
        'generator.tflite.json'}
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert lines[3].startswith(f'frozen: {folder / "generator.pb"}, 0.')
    assert lines[4] == '  z float32 [N, 64] -> image float32 [N, 28, 28, 1]'
    assert lines[5].startswith('  largest difference of a pixel ')
    assert lines[5].endswith(', in batches of 1, 7, 16')


def test_a_second_export_replaces_the_first(run, cgan, tmp_path):
    for model in (run, cgan):
        assert call(model, '--format', 'saved_model', '--out', tmp_path / 'm') == 0
    about = json.loads((tmp_path / 'm/assets.extra/about.json').read_text())
    assert about['type'] == 'cgan'
    assert about['image'] == 'float32 [N, 12, 12, 3], RGB from 0 (black) to 1'
    assert list(tmp_path.iterdir()) == [tmp_path / 'm']


def test_one_format_at_its_own_place(cgan, tmp_path, capsys):
    """Its signature has labels, and the latents are those that were asked for."""
    words = ('--n', '8', '--seed', '8')
    assert call(cgan, '--format', 'tflite', '--out', tmp_path / 'a.TFLITE', *words) == 0
    out = capsys.readouterr().out
    assert '  z float32 [N, 100], label int32 [N] -> image float32 [N, 12, 12, 3]' in out
    assert out.endswith('in batches of 1, 7, 8\n')
    assert (tmp_path / 'a.TFLITE').exists()


def test_a_saved_model_in_the_folder_where_one_is(run, tmp_path, monkeypatch):
    (tmp_path / 'here').mkdir()
    monkeypatch.chdir(tmp_path / 'here')
    for _ in range(2):
        assert call(run, '--format', 'saved_model', '--out', '.') == 0
        assert (tmp_path / 'here/saved_model.pb').exists()
        monkeypatch.chdir(tmp_path / 'here')               # the folder of that name is new


def test_several_formats_in_one_folder(cgan, tmp_path):
    folder = tmp_path / 'new/folder'
    assert call(cgan, '--format', 'frozen,saved_model,frozen', '--out', folder) == 0
    assert len(list(folder.iterdir())) == 3


@pytest.mark.skipif(bool(missing('onnx')), reason=str(missing('onnx')))
def test_onnx(cgan, tmp_path, capsys):
    assert call(cgan, '--format', 'onnx', '--out', tmp_path / 'a.onnx') == 0
    assert (tmp_path / 'a.onnx').stat().st_size > 1000
    assert 'label int32 [N] -> image float32 [N, 12, 12, 3]' in capsys.readouterr().out


def test_a_checkpoint_alone(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call(run / 'checkpoints/model-2', '--format', 'frozen') == 0
    assert (tmp_path / 'export/generator.pb').exists()


def test_the_checkpoint_that_is_asked_for(run, tmp_path, capsys):
    assert call(run, '--format', 'frozen', '--out', tmp_path / 'a.pb', '--checkpoint', '2') == 0
    assert '"step": 2' in (tmp_path / 'a.pb.json').read_text()
    assert call(run, '--format', 'frozen', '--checkpoint', '9') == 2
    assert '--checkpoint 9' in capsys.readouterr().err


def test_other_pictures_end_with_exit_code_1(run, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(writing, 'MAX_DIFFERENCE', -1.0)
    assert call(run, '--format', 'frozen', '--out', tmp_path / 'a.pb') == 1
    (line,) = capsys.readouterr().err.splitlines()[-1:]
    assert 'of the frozen file differ' in line
    assert not list(tmp_path.iterdir())


def test_a_package_that_is_missing_is_told_before_any_work(run, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr('importlib.util.find_spec', lambda name: None)
    assert call(run, '--format', 'frozen,onnx', '--out', tmp_path / 'out') == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert 'pip install -r tools/requirements-onnx.txt' in line
    assert not list(tmp_path.iterdir())


def test_the_extra_requirements_are_there():
    for row in FORMATS.values():
        if row.extra:
            words = (programs.ROOT / f'tools/requirements-{row.extra}.txt').read_text()
            assert all(f'\n{package}>=' in words for package in row.packages)


@cases(('words', 'match'), [
    ('', '--format'), ('--format gif', 'gif'), ('--format frozen,', "'' is not one of"),
    ('--format frozen --out a.onnx', 'ends in .pb'),
    ('--format frozen,tflite --out config.json', 'config.json is a file: expected a folder'),
    ('--format frozen --out no/such/a.pb', 'no/such'),
    ('--format saved_model --out no/such/m', 'no/such'),
    ('--format tflite --n 6', 'expected 7 to 1,000'), ('--format tflite --n 1001', '--n 1001'),
    ('--format tflite --seed -1', '--seed -1'), ('--format tflite --out=', '--out is empty')])
def test_mistakes_are_one_line(run, capsys, monkeypatch, words, match):
    monkeypatch.chdir(run)
    monkeypatch.setattr(trained, 'open_gan', None)
    assert call(run, *words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line


def test_damaged_and_missing_runs(run, tmp_path, capsys):
    assert call(tmp_path / 'none', '--format', 'frozen') == 2
    assert 'neither a run folder' in capsys.readouterr().err
    damaged = run_folder.create(str(tmp_path), 'damaged', run_folder.open_run(run).config, {})
    for file in (run / 'checkpoints').glob('model-2.*'):
        (damaged.checkpoints / file.name).write_bytes(file.read_bytes()[:100])
    assert call(damaged.path, '--format', 'frozen') == 1
    assert 'can be read' in capsys.readouterr().err.splitlines()[-1]
    assert not (damaged.images / 'export').exists()
