"""The copy of the user's code in a run folder: when it is run, and when it is refused."""

import importlib.util
import json
import os
import pathlib
import types

import numpy as np
import pytest

from dcgan_tf import portable
from dcgan_tf.config import preset
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.fit.workers import facts
from dcgan_tf.own_code import find, is_loaded, open_code, trusted
from dcgan_tf.own_code.loading import digest_of
from dcgan_tf.run_folder import config_json, run_folder, trained_weights
from tests.own_code.conftest import PLAIN


@pytest.fixture
def run(plain):
    """A RunFolder with code/my.py, which a training in this process has made."""
    config = preset(objective=f'{plain}:mine')
    return run_folder.create(str(plain.parent / 'runs'), 'a', config, {})


def test_the_file_is_copied_and_listed(run, plain, listed):
    copy = run.path / 'code' / 'my.py'
    assert copy.read_text() == PLAIN
    (entry,) = run.config.code
    assert listed() == {entry.partition(':')[2]}
    assert json.loads((run.path / 'config.json').read_text())['config']['code'] == [entry]
    assert trusted.path().parent.parent == plain.parent / 'settings'


def test_the_copy_is_run_and_not_the_original(run, plain, new_process):
    plain.write_text('raise SystemError("was run")')
    new_process()
    again = run_folder.open_run(run.path)
    assert not is_loaded(again.config.code)                   # to open it runs nothing
    open_code(again.path, again.config)
    assert find('objective', 'my.py:mine', again.config.code).d_output == 'a logit'


def test_a_run_of_somebody_else_is_refused_until_it_is_trusted(run, listed, new_process):
    trusted.path().unlink()
    new_process()
    with pytest.raises(UsageError, match=r'a/code/my.py is a Python program.*--trust.*trust=True'):
        open_code(run.path, run.config)
    assert not is_loaded(run.config.code)
    open_code(run.path, run.config, trust=True)
    assert is_loaded(run.config.code)
    assert listed() == set()                                  # to open it adds nothing
    run_folder.create(str(run.path.parent), 'b', run.config, {})
    assert listed() == set() and (run.path.parent / 'b' / 'code' / 'my.py').exists()


def test_a_file_that_the_user_names_later_is_listed_then(run, plain, listed, new_process):
    trusted.path().unlink()
    new_process()
    open_code(run.path, run.config, trust=True)
    assert preset(objective=f'{plain}:mine') == run.config    # the same content
    run_folder.create(str(run.path.parent), 'b', run.config, {})
    assert len(listed()) == 1


def test_workers_compare_the_digest(run):
    worker = types.SimpleNamespace(data='fingerprint', gpu='')
    assert facts(run.config, worker, np.zeros([1, 8, 8, 1]))['code'] == run.config.code


def test_a_changed_copy_is_refused_whatever_is_trusted(run, new_process):
    copy = run.path / 'code' / 'my.py'
    copy.write_text(PLAIN + 'import os')
    trusted.add('my.py', digest_of(copy.read_bytes()))
    new_process()
    for trust in (False, True):
        with pytest.raises(RunError, match='my.py was changed'):
            open_code(run.path, run.config, trust)


@pytest.mark.parametrize('change', ['changed', 'missing'])
def test_code_in_memory_does_not_stand_for_the_copy(run, change):
    """Else a run would open here, and in no other process."""
    copy = run.path / 'code' / 'my.py'
    if change == 'changed':
        copy.write_text(PLAIN + 'import os')
    else:
        copy.unlink()
    assert is_loaded(run.config.code)
    with pytest.raises(RunError, match=f'my.py (was|is) {change}'):
        open_code(run.path, run.config)


def test_a_copy_that_is_gone(run, new_process):
    new_process()
    (run.path / 'code' / 'my.py').unlink()
    with pytest.raises(RunError, match='my.py is missing'):
        open_code(run.path, run.config)


@pytest.mark.skipif(portable.WINDOWS, reason='links need rights there')
@pytest.mark.parametrize('what', ['file', 'folder', 'pipe'])
def test_a_link_or_a_pipe_is_refused(run, plain, new_process, what):
    new_process()
    copy = run.path / 'code' / 'my.py'
    copy.unlink()
    if what == 'file':
        copy.symlink_to(plain)
    elif what == 'pipe':
        os.mkfifo(copy)
    else:
        copy.parent.rmdir()
        copy.parent.symlink_to(plain.parent)
    with pytest.raises(RunError, match='is missing' if what == 'pipe' else 'is a link'):
        open_code(run.path, run.config, trust=True)


def test_compiled_files_in_a_run_folder_are_not_read(run, new_process):
    new_process()
    cache = run.path / 'code' / '__pycache__'
    cache.mkdir()
    source = run.path / 'code' / 'my.py'
    compiled = pathlib.Path(importlib.util.cache_from_source(str(source)))
    compiled.write_bytes(b'nonsense')
    open_code(run.path, run.config)
    assert compiled.read_bytes() == b'nonsense' and len([*cache.iterdir()]) == 1


def test_options_next_to_a_checkpoint_have_the_code_too(plain, new_process):
    folder = plain.parent / 'model'
    folder.mkdir()
    config_json.write_options(folder / 'options.json', preset(objective='my.py:mine'))
    new_process()
    config, _ = trained_weights.options(folder / 'options.json', named=True)
    assert is_loaded(config.code)
    new_process()
    trusted.path().unlink()
    with pytest.raises(UsageError, match='--trust'):
        trained_weights.options(folder / 'options.json', named=True)
    assert trained_weights.options(folder / 'options.json', named=True, trust=True)[0] == config


def test_a_start_that_was_killed_before_config_json_can_be_made_again(run):
    (run.path / 'config.json').unlink()
    for name in ('images', 'checkpoints'):
        (run.path / name).rmdir()
    assert run_folder.create(str(run.path.parent), 'a', run.config, {}).config == run.config
    (run.path / 'config.json').unlink()
    (run.path / 'code' / 'notes.txt').touch()
    with pytest.raises(UsageError, match='is not empty'):
        run_folder.create(str(run.path.parent), 'a', run.config, {})


def test_a_list_that_cannot_be_written_is_a_warning(plain, caplog, monkeypatch):
    monkeypatch.setenv('XDG_CONFIG_HOME', str(plain))         # a file
    run_folder.create(str(plain.parent / 'runs'), 'a', preset(objective='my.py:mine'), {})
    assert 'trusted cannot be written' in caplog.text and '--trust' in caplog.text


def test_the_place_of_the_list(monkeypatch, tmp_path):
    assert portable.config_folder() == tmp_path / 'settings' / 'dcgan_tf'
    monkeypatch.setenv('XDG_CONFIG_HOME', 'relative')         # such a value is to be ignored
    monkeypatch.setenv('HOME', str(tmp_path))
    assert portable.config_folder() == tmp_path / '.config' / 'dcgan_tf'
    monkeypatch.setattr(portable, 'WINDOWS', True)
    monkeypatch.setenv('APPDATA', str(tmp_path / 'roaming'))
    assert portable.config_folder() == tmp_path / 'roaming' / 'dcgan_tf'
