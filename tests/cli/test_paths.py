"""Every flag that takes a path expands ~ and $NAME and refuses an address such as gs://bucket."""

import importlib
import pathlib
from argparse import ArgumentTypeError

import pytest

import main1
from dcgan_tf.cli import exits, flags, parser, resolving
from dcgan_tf.cli.paths import local_path
from dcgan_tf.commands import COMMANDS

PROGRAMS = [row.module or name for name, row in COMMANDS.items()]
# Arguments of the tools and of main1.py whose text is no path, and no row of a table.
PLAIN = {'help', 'run_name', 'histograms', 'class_', 'to_class', 'class_loss', 'code_variance',
         'checkpoint', 'features', 'metrics', 'host', 'sort',
         'workers', 'preset', 'dataset', 'type', 'objective', 'norm', 'g_norm', 'penalty',
         'tensors', 'diff_augment', 'keep_best', 'on_collapse', 'on_save_error', 'precision',
         'prior', 'divergence'}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder that is HOME, the working directory, and has a file whose name begins with ~."""
    monkeypatch.setenv('HOME', str(tmp_path))
    monkeypatch.setenv('PART', 'a/b')
    monkeypatch.setenv('EMPTY', '')
    monkeypatch.delenv('NOT_SET', raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ('~old.png', '$NOT_SET', 'a$NOT_SET'):
        pathlib.Path(name).touch()
    return tmp_path


@pytest.mark.parametrize(('text', 'path'), [
    ('~', '{home}'), ('~/runs', '{home}/runs'), ('$HOME/runs', '{home}/runs'),
    ('${HOME}', '{home}'), ('~/$PART/c', '{home}/a/b/c'), ('x/${PART}', 'x/a/b'),
    # names that are no variable and no home folder stay
    ('./~', './~'), ('a~', 'a~'), ('x/~', 'x/~'), ('~old.png', '~old.png'),
    ('$NOT_SET', '$NOT_SET'),
    ('x$PART', 'xa/b'), ('pre${PART}post/$PART', 'prea/bpost/a/b'), ('a$NOT_SET/y', 'a$NOT_SET/y'),
    ('a$$b', 'a$$b'), ('$5/a$', '$5/a$'), ('100%', '100%'), ('', ''), ('a//b/', 'a//b/'),
    ('C:/data', 'C:/data'), ('12:30/x', '12:30/x'), ('./gs:/x', './gs:/x'),
    ('./gs:x', './gs:x'), ('9' * 255, '9' * 255), ('a:b', 'a:b'), ('cats3:x', 'cats3:x')])
def test_a_path(home, text, path):
    assert local_path(text) == path.format(home=home)


@pytest.mark.parametrize(('text', 'part'), [
    ('gs://bucket/x', 'is an address'), ('s3://b', 'is an address'), ('gs:/x', 'is an address'),
    ('https://example.com/a.png', 'is an address'), ('me@host:/data', 'is an address'),
    ('gs:bucket', 'is an address'), ('me@host:data', 'is an address'),
    ('x$NOT_SET/x', 'variable NOT_SET is not set'),
    ('file:///data', 'is an address'), ('~nosuchuser/x', r'typed \./~nosuchuser/x'),
    ('$NOT_SET/x', 'variable NOT_SET is not set'), ('x/${EMPTY}', 'variable EMPTY is not set'),
    ('9' * 5000, 'a name of 5,000 letters is too long'), ('x/' + 'ü' * 128, 'is too long')])
def test_no_path(home, text, part):
    with pytest.raises(ArgumentTypeError, match=f'^[^\n]+{part}'):
        local_path(text)


def test_the_flags_of_main1(home):
    options = flags.parse(['--save-folder=~/runs', '--cache-folder=$HOME/cache', '--folder', '~/p',
                           '--resume', '~/runs/a'])
    assert options.save_folder == f'{home}/runs' and options.cache_folder == f'{home}/cache'
    assert options.given['data_dir'] == f'{home}/p' and options.resume == f'{home}/runs/a'


def test_environment_variables(home, monkeypatch):
    for name in ('SAVE_FOLDER', 'CACHE_FOLDER', 'DATASET_FOLDER'):
        monkeypatch.setenv(name, f'~/{name}')
    options = flags.parse([])
    assert options.save_folder == f'{home}/SAVE_FOLDER'
    assert options.cache_folder == f'{home}/CACHE_FOLDER'
    assert resolving.new(options).data_dir == f'{home}/DATASET_FOLDER'


def test_a_wrong_environment_variable_is_named(home, monkeypatch, capsys):
    """It is not read if its flag is typed."""
    monkeypatch.setenv('DATASET_FOLDER', 'gs:/q')
    assert exits.run(main1.main, ['--dataset', 'digits', '--dry-run']) == exits.WRONG_USAGE
    error, = capsys.readouterr().err.splitlines()
    assert 'the environment variable DATASET_FOLDER: gs:/q is an address' in error
    assert resolving.new(flags.parse(['--data-dir', 'here'])).data_dir == 'here'


@pytest.mark.parametrize('flag', ['--save-folder', '--cache-folder', '--data-dir', '--folder',
                                  '--resume'])
def test_an_address_is_refused_before_any_work(home, capsys, flag):
    assert exits.run(main1.main, [flag, 'gs://bucket/x']) == exits.WRONG_USAGE
    error = capsys.readouterr().err
    assert flag in error and 'gs://bucket/x' in error and error.count('\n') == 1
    assert sorted(path.name for path in home.iterdir()) == ['$NOT_SET', 'a$NOT_SET', '~old.png']


@pytest.mark.parametrize('program', PROGRAMS)
def test_every_argument_that_is_a_path_is_read_as_one(program, monkeypatch):
    """A new argument is a path, is read by a function of its own, or is named in PLAIN."""
    made = []
    monkeypatch.setattr(parser.Parser, 'parse_args',
                        lambda *given, **ranges: made.append(given[0]) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        (flags if program == 'main1' else importlib.import_module(program)).parse([])
    texts = [action for action in made[0]._actions if action.nargs != 0 and not action.choices
             and action.type in (None, str, pathlib.Path) and action.dest not in PLAIN]
    assert [action.dest for action in texts] == []
    assert any(action.type is local_path for action in made[0]._actions)
