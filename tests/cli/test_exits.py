"""Errors to one line and an exit code."""

import errno
import os
import pathlib
import subprocess
import sys

import pytest
import tensorflow as tf

from dcgan_tf.cli import exits
from dcgan_tf.cli.readers import grid, seeds, speeds
from dcgan_tf.errors import RunError, UsageError, reason

ROOT = pathlib.Path(__file__).parents[2]


def failing(error):
    def main(argv):
        raise error
    return main


@pytest.mark.parametrize(('error', 'code'), [
    (UsageError('this and that'), 2),
    (RunError('this and that'), 1),
    (OSError(errno.ENOSPC, 'this and that'), 1),
    (MemoryError('this and that'), 1),
    (tf.errors.ResourceExhaustedError(None, None, 'this and that\n\tat 0x1\n\tat 0x2'), 1),
    (KeyboardInterrupt(), 130)], ids=lambda e: type(e).__name__)
def test_an_error_is_one_line_and_a_code(capsys, error, code):
    assert exits.run(failing(error)) == code
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert 'this and that' in lines[0] or code == 130


def test_a_bug_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        exits.run(failing(ZeroDivisionError()))


def test_success_and_signals():
    assert exits.run(lambda argv: exits.DONE) == 0
    assert exits.stopped(None) == 0
    assert exits.stopped(2) == 130
    assert exits.stopped(15) == 143


@pytest.mark.parametrize(('code', 'seconds', 'words', 'said'), [
    (0, 12.3, [], 'took 12 s\n'), (0, 7_200, ['--epochs', '9'], 'took 2 hours\n'), (0, 0.9, [], ''),
    (1, 12, [], ''), (130, 12, [], ''), (0, 12, ['--quiet'], ''), (0, 12, ['--help-all'], ''),
    (0, 12, ['--workers', '2', '--', 'train'], '')])
def test_a_command_that_is_done_says_how_long_it_took(monkeypatch, capsys, code, seconds, words,
                                                      said):
    clock = iter([100.0, 100.0 + seconds])
    monkeypatch.setattr(sys, 'argv', ['morph.py', *words])
    monkeypatch.setattr(exits.time, 'monotonic', lambda: next(clock))
    for name in ('protect', '_set_up_tensorflow'):
        monkeypatch.setattr(exits, name, lambda: None)
    monkeypatch.setattr(exits.notices, 'hide_at_import', lambda: None)
    monkeypatch.setattr(exits.atexit, 'register', lambda function: None)
    assert exits.run(lambda argv: code) == code
    assert capsys.readouterr() == ('', said)


def test_the_reason_stands_behind_tensorflows_trace():
    text = 'Graph execution error:\n\nDetected at\n  File "a"\nNode: \'x\'\nIt broke.\n\t [[x]]'
    assert reason(tf.errors.InvalidArgumentError(None, None, text)) == 'It broke.'
    assert reason(ValueError('one\ntwo')) == 'one'
    assert reason(ValueError()) == 'ValueError'


def test_words_of_tools():
    assert grid('4x08') == (4, 8)
    assert speeds('-1,2') == (-1, 2) and speeds('1,2,3') == (1, 2, 3)
    assert seeds('3,17,0') == (3, 17, 0)
    for parse, wrong in ((grid, ('0x4', '4', '4x', 'x', '4x4x4', '-1x3', '99999x1')),
                         (speeds, ('', '1,', 'a,b', '1.5,2')),
                         (seeds, ('', '1,', '-1', 'a', '1 2', '9' * 20))):
        for word in wrong:
            with pytest.raises(Exception, match='such as'):
                parse(word)


@pytest.mark.skipif(not pathlib.Path('/dev/full').exists(), reason='this system has no /dev/full')
@pytest.mark.parametrize(('shown', 'code'), [
    ('print("a table") or 0', 1),
    ('print("a line", file=Lossy(sys.stdout)) or lose_lines() or 0', 0)])
def test_what_a_full_disk_did_not_take_is_an_error_unless_it_was_only_said(shown, code):
    program = ('import sys; from dcgan_tf.cli.exits import run\n'
               'from dcgan_tf.streams import Lossy, lose_lines\n'
               f'sys.exit(run(lambda argv: {shown}))')
    with pathlib.Path('/dev/full').open('w') as full:
        ended = subprocess.run([sys.executable, '-c', program], stdout=full, check=False,
                               stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert ended.returncode == code and 'Traceback' not in ended.stderr
    assert ('No space left' in ended.stderr) == bool(code)


PROGRAM = """
import os, pathlib, sys
from dcgan_tf.cli.exits import run
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.progress import Progress
def main(argv):
    with Progress(0, 20_000, 1, ['d_loss']) as bar:
        for step in range(1, 20_001):
            print(step)
            bar.count(step, {})
    with open('descriptor', 'w') as file:
        file.write(str(file.fileno()))
    if len(sys.argv) > 1:
        raise UsageError('--this')
    return 0
sys.exit(run(main))
"""


@pytest.mark.parametrize(('word', 'shell'), [
    ('', '| head -1'), ('', '2>&1 | head -1'), ('', '>&-'), ('', '2>&-'), ('', '<&- >&- 2>&-'),
    ('--this', '2>&1 | head -1'), ('--this', '>&- 2>&-')])
def test_a_reader_that_goes_away_changes_no_exit_code(tmp_path, word, shell):
    """And a file that is opened does not get the number of a stream that is closed."""
    (tmp_path / 'program.py').write_text(PROGRAM)
    line = f'"{sys.executable}" program.py {word} {shell}; exit ${{PIPESTATUS[0]}}'
    ended = subprocess.run(['bash', '-c', line], cwd=tmp_path, capture_output=True, text=True,
                           env={**os.environ, 'PYTHONPATH': str(ROOT)}, check=False)
    assert ended.returncode == (2 if word else 0), ended.stderr
    assert 'Traceback' not in ended.stderr and 'Exception ignored' not in ended.stderr
    assert int((tmp_path / 'descriptor').read_text()) > 2
