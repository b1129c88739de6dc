"""Only a file that draws the right pictures is kept; what was there before stays else."""

import contextlib
import errno
import json
import shutil

import numpy as np
import pytest

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.show.exports import FORMATS, check, module, writing
from tests.cases import cases
from tests.show.exports.conftest import folder_and_file

KIND, OTHER = ('upsample_mnist', 'gan'), ('main1', 'cgan')    # of which others make exports, too


def below(folder):
    """Every file in a folder, hidden ones too -> its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob('*') if p.is_file()}


@folder_and_file
def test_other_pictures_are_not_kept(made, tmp_path, form):
    sampler, asked, expected = made(*KIND)
    wrong = expected.copy()
    wrong[8, 3, 4] += 2e-4                          # in the last picture alone
    with pytest.raises(RunError, match=rf'the {form} file .* by up to 0.0002'):
        writing.write(form, sampler, tmp_path / FORMATS[form].name, asked, {'image': wrong})
    assert not list(tmp_path.iterdir())
    wrong = expected + np.float32(5e-5)                        # as much is allowed
    writing.write(form, sampler, tmp_path / FORMATS[form].name, asked, {'image': wrong})


@pytest.fixture
def there(exported, tmp_path):
    """there(format, ...) -> the place of an export that a test may change."""
    def copy(*kind):
        source = exported(*kind).written.path
        shutil.copytree(source.parent, tmp_path / 'there')
        return tmp_path / 'there' / source.name
    return copy


@folder_and_file
@pytest.mark.parametrize('wrong', [lambda x: x * np.nan, lambda x: x[:, :-1]], ids=['NaN', 'size'])
def test_a_failure_leaves_what_was_there(made, there, form, wrong):
    place, (sampler, asked, expected) = there(form, *OTHER), made(*KIND)
    before = below(place.parent)
    with pytest.raises(RunError, match='by up to nan|gives .9, 11, 9, 1. for|for 1 rows'):
        writing.write(form, sampler, place, asked, {'image': wrong(expected)})
    assert below(place.parent) == before


@folder_and_file
def test_a_file_of_another_model_is_replaced_whole(made, there, form):
    place = there(form, *OTHER)
    old = set(below(place.parent))
    sampler, asked, expected = made(*KIND)
    writing.write(form, sampler, place, asked, {'image': expected})
    assert set(below(place.parent)) == old
    with module(form).load(place) as loaded:
        assert loaded.signature.startswith('z float32 [N, ')
        assert np.abs(loaded.run(asked)['image'] - expected).max() < 1e-5


@folder_and_file
def test_a_full_disk_leaves_nothing(made, tmp_path, form, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, 'No space left on device')
    sampler, asked, expected = made(*KIND)
    monkeypatch.setattr(module(form), 'load', full)
    with pytest.raises(OSError, match='No space left'):
        writing.write(form, sampler, tmp_path / FORMATS[form].name, asked, {'image': expected})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(('n', 'batches'), [(1, [1]), (3, [1, 3]), (7, [1, 7]), (9, [1, 7, 9])])
def test_the_batch_sizes_that_are_compared(made, tmp_path, monkeypatch, n, batches):
    sampler, asked, expected = made(*KIND)
    seen = []

    @contextlib.contextmanager
    def load(path, output):
        with kept(path, output) as loaded:
            yield loaded._replace(run=lambda fed: seen.append(len(fed['z'])) or loaded.run(fed))
    kept = module('frozen').load
    monkeypatch.setattr(module('frozen'), 'load', load)
    writing.write('frozen', sampler, tmp_path / 'a.pb', {'z': asked['z'][:n]},
                  {'image': expected[:n]})
    assert seen == batches


def test_sizes_count_all_that_a_folder_holds(exported):
    folder, file = (exported(form, *KIND).written for form in ('saved_model', 'frozen'))
    assert folder.size == sum(map(len, below(folder.path).values()))
    assert file.size == file.path.stat().st_size
    assert json.loads((file.path.parent / 'generator.pb.json').read_text())['z_dim'] == 5


def test_a_folder_with_something_else_is_not_touched(tmp_path):
    (tmp_path / 'thesis.tex').write_text('')
    (tmp_path / 'saved_model.pb').write_text('')
    with pytest.raises(UsageError, match=' holds thesis.tex'):
        check('saved_model', tmp_path)


@cases(('form', 'name', 'match'), [
    ('frozen', 'a.tflite', 'ends in .pb'), ('tflite', 'a', 'ends in .tflite'),
    ('frozen', 'folder.pb', 'is a folder'), ('saved_model', 'file', 'is a file')])
def test_places_that_do_not_suit_a_format(tmp_path, form, name, match):
    (tmp_path / 'folder.pb').mkdir()
    (tmp_path / 'file').write_text('')
    with pytest.raises(UsageError, match=match):
        check(form, tmp_path / name)


def test_packages_that_are_missing(tmp_path, monkeypatch):
    monkeypatch.setattr('importlib.util.find_spec', lambda name: None)
    for form, row in FORMATS.items():
        if row.packages:
            with pytest.raises(UsageError, match='format onnx needs tf2onnx, onnx, onnxruntime: '
                                                 'python -m pip install -r tools/'
                                                 'requirements-onnx.txt'):
                check(form, tmp_path / row.name)
        else:
            check(form, tmp_path / row.name)
