"""`dcgan-tf NAME`, `python -m dcgan_tf NAME` and `python tools/NAME.py` are one program.

A message names a command as its reader types it: `dcgan_tf.program`.
"""

import ast
import os
import pathlib
import re
import subprocess
import sys

import pytest

import dcgan_tf
from dcgan_tf import __main__ as door
from dcgan_tf import program
from dcgan_tf.cli import exits
from dcgan_tf.commands import COMMANDS
from dcgan_tf.errors import UsageError
from dcgan_tf.show import exports
from tests import programs
from tests.cases import cases

ROOT = pathlib.Path(__file__).parents[1]
DOORS = [verb for verb, row in COMMANDS.items() if row.module and verb != 'train']
DOOR = '''
import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import {0}

if __name__ == '__main__':
    sys.exit(exits.run({0}.main))
'''
# main1.py, tools/runs.py, morph.py, tools/requirements-onnx.txt
ORIGINAL = 'the original main1.py'           # a program of the past, whose networks a preset has
OF_A_CHECKOUT = re.compile(rf'\b(main1|{"|".join(COMMANDS)})\.py\b|\btools/')


@pytest.fixture(autouse=True)
def started(monkeypatch):
    """started(words): as if these words had started this process; at first dcgan-tf alone.

    `door.main` leaves other words, and all are put back at the end of the test.
    """
    def start(*words):
        monkeypatch.setattr(sys, 'argv', list(words))
    start(program.COMMAND)
    return start


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """The package lies in a folder without tools/."""
    monkeypatch.setattr(program, 'ROOT', tmp_path)


def call(capsys, *words):
    """-> (the exit code, what it says, its errors)"""
    try:
        code = exits.run(door.main, list(words))
    except SystemExit as end:                       # argparse's --help
        code = end.code
    return code, *capsys.readouterr()


# ---- the doors

def test_each_command_is_a_file_of_the_package_or_of_tools():
    files = {path.stem for path in (ROOT / 'dcgan_tf/commands').glob('*.py')} - {'__init__'}
    assert files == {*DOORS}
    assert {verb: COMMANDS[verb].module for verb in ('train', *DOORS)} == {
        'train': 'main1', **{verb: f'dcgan_tf.commands.{verb}' for verb in DOORS}}
    tools = {path.stem for path in (ROOT / 'tools').glob('*.py')} - {'_root', 'scaling_worker'}
    assert tools == {*COMMANDS} - {'train'}


@cases('verb', DOORS)
def test_all_doors_are_alike(verb):
    _, docstring, code = (ROOT / f'tools/{verb}.py').read_text().split('"""')
    assert f'python tools/{verb}.py ' in docstring
    assert code == f'\n{DOOR.format(verb)}'


@cases('verb', DOORS)
def test_each_door_starts_as_a_program(verb):
    """main1.py does in tests/test_main1.py."""
    code, out, err = programs.run([ROOT / f'tools/{verb}.py', '--help'])
    assert (code, err) == (0, '') and out.startswith(f'usage: {verb}.py ')
    assert program.COMMAND not in out


def test_a_door_finds_the_package_from_anywhere(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
    ran = subprocess.run([sys.executable, ROOT / 'tools/runs.py', 'none'], cwd=tmp_path, text=True,
                         env=environment, capture_output=True, check=False)
    assert ran.returncode == 2 and ran.stderr.startswith('runs.py: none: ')


def test_the_package_is_a_program():
    """-m finds it in the folder of the checkout, where nothing is installed."""
    ran = subprocess.run([sys.executable, '-m', 'dcgan_tf', 'runs', 'none'], cwd=ROOT, text=True,
                         capture_output=True, check=False)
    assert ran.returncode == 2 and ran.stderr.startswith('dcgan-tf runs: none: ')


def test_the_version(capsys):
    assert call(capsys, '--version') == (0, f'dcgan-tf {dcgan_tf.__version__}\n', '')


# ---- dcgan-tf

@cases('words', [[], ['--help'], ['-h']])
def test_all_commands_are_listed(capsys, words):
    code, out, _ = call(capsys, *words)
    assert code == 0
    assert re.findall(r'^  (\w+)  +(\S.*)$', out, re.M) == [
        (verb, row.help) for verb, row in COMMANDS.items()]
    assert max(map(len, out.splitlines())) <= 80


@cases(('verb', 'match'), [
    ('smaple', "dcgan-tf: there is no command 'smaple'"), ('smaple', 'did you mean sample'),
    ('--epochs', "no command '--epochs'"), ('', "no command ''"), ('a\nb', r"'a\nb'"),
    ('same-bits', 'did you mean same_bits'),
    ('benchmark', 'python tools/benchmark.py'), ('scaling', 'python tools/scaling.py'),
    ('same_bits', 'dcgan-tf: same_bits measures the project itself and needs its repository')])
def test_what_it_does_not_have_is_one_line(capsys, verb, match):
    code, _, err = call(capsys, verb, '--epochs', '3')
    (line,) = err.splitlines()
    assert code == 2 and match in line


def test_a_command_gets_its_words(capsys, here):
    code, out, err = call(capsys, 'runs', 'none')
    assert (code, out) == (2, '') and err.startswith('dcgan-tf runs: none: ')
    code, out, _ = call(capsys, 'train', '--dataset', 'digits', '--dry-run')
    assert code == 0 and '"dataset": "digits"' in out


# ---- how messages name commands

@cases(('words', 'expected'), [
    (['dcgan-tf'], 'dcgan-tf'), (['dcgan-tf sample', '--n'], 'dcgan-tf sample'),
    (['/a/tools/morph.py'], 'morph.py'), (['main1.py'], 'main1.py'), ([''], '')])
def test_the_name_of_this_program(started, words, expected):
    started(*words)
    assert program.name() == expected


def test_the_forms_of_a_checkout(started):
    for word in ('main1.py', 'tools/sample.py', '/usr/bin/pytest', ''):
        started(word)
        assert program.command('train') == 'main1.py'
        assert program.command('sample') == 'tools/sample.py'
        assert program.install('onnx') == (
            'python -m pip install -r tools/requirements-onnx.txt')


def check_installed():
    assert program.command('train') == 'dcgan-tf train'
    assert program.command('sample') == 'dcgan-tf sample'
    assert program.install('onnx') == 'python -m pip install "dcgan-tf[onnx]"'


def test_the_forms_of_the_command(started):
    """Also where it is started in a checkout."""
    started('dcgan-tf sample')
    check_installed()


def test_the_forms_of_the_installed_package(started, installed):
    """Also in a notebook, and in a worker of `dcgan-tf launch`, which is the file main1.py."""
    for word in ('/usr/bin/jupyter', '', '/usr/lib/python3/main1.py'):
        started(word)
        check_installed()
    assert program.name() == 'dcgan-tf train'


@cases('verb', ['train', *DOORS])
def test_help_names_commands_as_they_are_typed(capsys, verb):
    code, out, _ = call(capsys, verb, '--help')
    assert code == 0 and out.startswith(f'usage: dcgan-tf {verb} ')
    found = [each[0] for each in OF_A_CHECKOUT.finditer(out.replace(ORIGINAL, ''))]
    assert found == []


def test_an_error_names_them_so_too(started, tmp_path, monkeypatch):
    started('dcgan-tf export')
    monkeypatch.setattr('importlib.util.find_spec', lambda name: None)
    with pytest.raises(UsageError, match=r'pip install "dcgan-tf\[onnx\]"$'):
        exports.check('onnx', tmp_path / 'a.onnx')


def test_no_message_names_a_command_by_hand():
    """All go through `program`; what stands in a docstring is not shown to a user."""
    found = []
    for path in sorted((ROOT / 'dcgan_tf').rglob('*.py')):
        tree = ast.parse(path.read_text())
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found += [(path.relative_to(ROOT).as_posix(), node.value) for node in ast.walk(tree)
                  if isinstance(node, ast.Constant) and isinstance(node.value, str)
                  and id(node) not in docstrings and OF_A_CHECKOUT.search(node.value)
                  and ORIGINAL not in node.value]
    assert {path for path, _ in found if path not in ALLOWED} == set(), found


ALLOWED = {'dcgan_tf/program.py',
           'dcgan_tf/__main__.py'}           # of the commands that only the repository has


def test_the_page_lists_all():
    page = (ROOT / 'docs/install.md').read_text()
    rows = re.findall(r'^\| (?:`dcgan-tf (\w+)`|) ?\| `python (\S+)` \| (.*?) \|$', page, re.M)
    assert rows == [(verb if row.module else '', 'main1.py' if verb == 'train' else
                     f'tools/{verb}.py', row.help) for verb, row in COMMANDS.items()]
    lines = [line.split('#')[0].split() for line in page.splitlines()
             if line.startswith('dcgan-tf ')]
    assert {words[1] for words in lines} == {'train', 'launch'}
