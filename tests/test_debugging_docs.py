"""docs/debugging.md and docs/nan.md: their commands, their program and their pictures."""

import pathlib
import re
import shlex

import pytest

import graph
import main1
from dcgan_tf.cli import exits
from docs import board_pictures, graph_pictures
from tests.cases import cases

ROOT = pathlib.Path(__file__).parents[1]
PAGES = {name: (ROOT / 'docs' / name).read_text() for name in ('debugging.md', 'nan.md')}


def commands(program):
    """Returns the arguments of each `python PROGRAM ...` of the pages, without a comment."""
    line = re.compile(rf'^(?:\$ )?python {re.escape(program)} (.*)$', re.MULTILINE)
    found = [shlex.split(words, comments=True)
             for page in PAGES.values() for words in line.findall(page)]
    assert found
    return found


def test_each_training_has_right_flags(here, capsys):
    """`--debug cli` asks for a terminal even in a dry run, so `dump` stands in for it."""
    for words in commands('main1.py'):
        words = ['dump' if word == 'cli' else word for word in words]
        assert exits.run(main1.main, [*words, '--dry-run']) == 0, words
        assert '"dataset": "digits"' in capsys.readouterr().out


def test_each_tool_has_right_flags():
    runs = {words[words.index('--run-name') + 1] for words in commands('main1.py')
            if '--run-name' in words}
    for words in commands('tools/graph.py'):
        assert pathlib.Path(graph.parse(words).run).name in runs
    for words in commands('docs/board_pictures.py'):
        assert {run.name for run in board_pictures.parse(words).run} <= runs
    for words in commands('docs/graph_pictures.py'):
        assert graph_pictures.parse(words).run.name in runs


def test_the_pictures_are_shown_and_small():
    shown = {name for page in PAGES.values() for name in re.findall(r'\(images/(\S+?)\)', page)}
    assert set(board_pictures.PICTURES) <= shown
    for name in shown:
        assert (ROOT / 'docs/images' / name).stat().st_size < 60_000


@pytest.mark.slow
def test_the_program_with_the_wrong_sign(here, capsys):
    """The gradient of G's loss by D's output is positive; the right formula has it negative."""
    program, = re.findall(r'```python\n(.*?)```', PAGES['debugging.md'], re.DOTALL)
    place = {}
    exec(compile(program.replace('epochs=200', 'epochs=2'), 'debugging.md', 'exec'), place)
    name, least, most = capsys.readouterr().out.splitlines()[-1].split()
    assert name == 'train_G/backward/losses/G/minus_log_D_grad/mul'
    assert 0 < float(least) <= float(most)
    assert (here / 'results/sign/log.csv').exists()


@cases(('words', 'problem'), [
    ('a.png --tags losses', 'expected FILE, --tags and --run together'),
    ('--tags losses --run a', 'expected FILE, --tags and --run together'),
    ('--only other.png', "invalid choice: 'other.png'")])
def test_mistakes(capsys, words, problem):
    with pytest.raises(SystemExit):
        board_pictures.main(words.split())
    assert problem in capsys.readouterr().err


def test_a_folder_without_events(tmp_path):
    with (pytest.raises(SystemExit, match='has no events of TensorBoard'),
          board_pictures.together([tmp_path])):
        pass
