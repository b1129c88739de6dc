"""FILE.py:NAME as the value of an option: which files are run, and which are refused by name."""

import hashlib
import sys

import pytest

from dcgan_tf import own_code
from dcgan_tf.config import Config, from_dict, preset
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.own_code.failures import PREFIX
from tests.own_code.conftest import PLAIN

SHA = hashlib.sha256(PLAIN.encode()).hexdigest()


def test_a_name_loses_its_folder_and_the_config_has_the_digest(plain):
    config = preset(objective=f'{plain.parent}/my.py:mine', epochs=3)
    assert config.objective == 'my.py:mine' and config.code == (f'my.py:{SHA}',)
    assert config == preset(objective='my.py:mine', epochs=3)
    assert own_code.find('objective', config.objective, config.code).d_output == 'a logit'
    assert f'{PREFIX}{SHA[:16]}' in sys.modules


def test_two_versions_of_a_file_are_open_at_once(plain):
    old = preset(objective='my.py:mine')
    plain.write_text(PLAIN.replace('a logit', 'an energy'))
    new = preset(objective='my.py:mine')
    assert old.code != new.code
    for config, output in ((old, 'a logit'), (new, 'an energy')):
        assert own_code.find('objective', config.objective, config.code).d_output == output


def test_a_config_keeps_its_version_and_can_do_without(plain):
    old = preset(objective='my.py:mine')
    plain.unlink()
    assert old.replace(epochs=5).code == old.replace(objective='my.py:mine').code == old.code
    assert old.replace(objective='hinge').code == ()
    assert from_dict({**old.to_dict(), 'code': list(old.code)}) == old


def test_the_facts_of_an_objective(plain):
    with pytest.raises(UsageError, match='my.py:mine has no target to smooth'):
        preset(objective='my.py:mine', label_smoothing=0.1)


@pytest.mark.parametrize(('value', 'problem'), [
    ('gone.py:mine', 'gone.py: there is no such file'),
    ('my.py:mne', 'my.py has no mne; did you mean mine'),
    ('my.py:text', 'my.py:text is a value of the type str: expected an Objective'),
    ('my.py:function', 'my.py:function is a function: expected an Objective'),
    ('my.py:', 'expected FILE.py:NAME'),
    ('my.py:a-b', 'expected FILE.py:NAME'),
    ('.py:mine', r'expected a name of letters'),
])
def test_what_is_not_there(plain, value, problem):
    with pytest.raises(UsageError, match=problem):
        preset(objective=value)


@pytest.mark.parametrize(('field', 'expected'), [
    ('architecture', 'derived from dcgan_tf.networks.Architecture'),
    ('type', 'derived from dcgan_tf.systems.System')])
def test_an_objective_is_no_class(plain, field, expected):
    with pytest.raises(UsageError, match=expected):
        preset(**{field: 'my.py:mine'})


@pytest.mark.parametrize(('source', 'problem'), [
    ('a = 1\nb = (', r'my.py, line 2: it is not Python'),
    ('a = 1\nb = a / 0', r'my.py \(my.py, line 2\): ZeroDivisionError'),
    ('import no_such_package', r'my.py \(my.py, line 1\): ModuleNotFoundError.*no_such_package'),
    ('raise SystemExit(3)', 'SystemExit: 3'),
    ('from . import other', 'line 1: it imports ., a file next to it'),
    ('def late():\n    import other', 'line 2: it imports other, a file next to it'),
    ('from other.deep import a', 'line 1: it imports other, a file next to it'),
])
def test_what_cannot_be_run(plain, source, problem):
    (plain.parent / 'other.py').touch()
    plain.write_text(source)
    with pytest.raises(UsageError, match=problem):
        preset(objective='my.py:mine')
    assert not [name for name in sys.modules if name.startswith(PREFIX)]


def test_two_files_of_one_name(plain):
    (plain.parent / 'b').mkdir()
    (plain.parent / 'b' / 'my.py').write_text(PLAIN + '# other')
    with pytest.raises(UsageError, match='another file of this name is in use'):
        preset(objective='my.py:mine', type='b/my.py:mine')


@pytest.mark.parametrize('name', ['../my.py:mine', '/tmp/my.py:mine', 'code/my.py:mine',
                                  'C:\\my.py:mine', '.my.py:mine'])
@pytest.mark.parametrize('field', own_code.FIELDS)
def test_a_config_json_cannot_name_a_path(plain, field, name):
    values = {**preset().to_dict(), field: name, 'code': [f'my.py:{SHA}']}
    with pytest.raises(RunError, match='a path is not allowed'):
        from_dict(values)


@pytest.mark.parametrize('entry', ['../my.py', f'../my.py:{SHA}', 'my.py:12', f'a/my.py:{SHA}',
                                   f'my.txt:{SHA}', f'my.py:{SHA.upper()}'])
def test_a_config_json_has_plain_digests(plain, entry):
    with pytest.raises(RunError, match='expected FILE.py:SHA256'):
        from_dict({**preset().to_dict(), 'code': [entry]})


def test_a_config_json_runs_nothing(plain):
    """The file lies in the current folder, and is not the one of the run."""
    plain.write_text('raise SystemError("was run")')
    with pytest.raises(RunError, match='my.py has not been loaded'):
        from_dict({**preset().to_dict(), 'objective': 'my.py:mine'})
    config = from_dict({**preset().to_dict(), 'objective': 'my.py:mine', 'code': [f'my.py:{SHA}']})
    with pytest.raises(UsageError, match=r'not loaded: open it with GAN.open'):
        own_code.find('objective', config.objective, config.code)


def test_a_config_alone_takes_no_file(plain):
    with pytest.raises(UsageError, match='my.py has not been loaded'):
        Config(objective='my.py:mine')
