"""docs/runs.md: its sweep, as a shell runs it, and its other commands."""

import json
import pathlib
import re
import shlex
import shutil
import sys

import pytest

import main1
from dcgan_tf.cli import exits, flags
from dcgan_tf.commands import runs
from dcgan_tf.config import from_dict
from dcgan_tf.run_folder import run_folder
from tests.helpers import call_tool
from tests.shells import words_of

PAGE = (pathlib.Path(__file__).parents[1] / 'docs' / 'runs.md').read_text()
BLOCKS = re.findall(r'^```\n(.*?)^```', PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which('bash') is None, reason='needs bash')
def test_the_sweep(here, tmp_path, capsys):
    """Three trainings with right flags; in the table of their folders the rates differ."""
    sweep, = (block for block in BLOCKS if block.startswith('for '))
    assert len(sweep.splitlines()) == 3 + 1                          # the loop and the table
    *trainings, table = words_of(sweep, tmp_path)
    assert len(trainings) == 3
    for program, *words in trainings:
        assert program == 'main1.py'
        assert exits.run(main1.main, [*words, '--dry-run']) == 0
        config = from_dict(json.loads(capsys.readouterr().out))
        options = flags.parse(words)
        run_folder.create(options.save_folder, options.run_name, config, {})
    program, *words = table
    assert program == 'tools/runs.py'
    words[words.index('--sort') + 1] = 'learning_rate'               # nothing was measured here
    assert call_tool(runs, *words) == 0
    text = capsys.readouterr().out
    assert '3 runs in sweep' in text
    head, *rows = text.partition('options that differ:\n')[2].splitlines()
    assert head.split()[:2] == ['run', 'learning_rate']
    assert [row.split()[0] for row in rows] == [
        'rate-2e-4', 'rate-1e-3', 'rate-5e-3']


def test_the_other_commands_have_right_flags(monkeypatch):
    """Those that ask a question need a terminal."""
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, 'isatty', lambda: True)
    lines = [line for block in BLOCKS for line in block.splitlines()]
    found = [shlex.split(line, comments=True)[2:] for line in lines
             if line.startswith('python tools/runs.py')]
    assert len(found) > 4
    for words in found:
        runs.parse(words)
