"""Every progress bar, in a log: a line every ten seconds, and no more."""

import pathlib

import pytest

from dcgan_tf import bars

ROOT = pathlib.Path(__file__).parents[1]


def test_all_bars_are_made_here():
    files = [*(ROOT / 'dcgan_tf').rglob('*.py'), *(ROOT / 'tools').rglob('*.py'), ROOT / 'main1.py']
    assert [path.name for path in files if 'import tqdm' in path.read_text()] == ['bars.py']


@pytest.mark.parametrize(('leave', 'steps', 'lines'), [
    (True, 600, 6 + 2), (False, 600, 6 + 1), (True, 50, 2), (False, 50, 0)])
def test_a_log_gets_few_lines(capsys, monkeypatch, leave, steps, lines):
    """A step takes a tenth of a second; the first and the last state are shown, too."""
    now = [0.0]
    monkeypatch.setattr('time.monotonic', lambda: now[0])
    for step in bars.bar(range(steps), desc='classifier', leave=leave):
        now[0] = step / 10
    written = [line for line in capsys.readouterr().err.split('\r') if 'classifier' in line]
    assert lines - 2 <= len(written) <= lines


def test_a_line_in_a_log_brings_no_state_of_the_bar(capsys, monkeypatch):
    """30 measurements in three seconds: each has a line of its own, between two states."""
    monkeypatch.setattr('time.monotonic', lambda: 0.0)
    with bars.bar(total=30, desc='training') as bar:
        for step in range(30):
            bar.update()
            bar.print_line(f'frechet {step}')
    first, *lines, last = capsys.readouterr().err.strip().split('\n')
    assert lines == [f'frechet {step}' for step in range(30)] and '0/30' in first
    assert '30/30' in last


@pytest.mark.parametrize(('shown', 'terminal'), [(None, False), (None, True), (True, True)])
def test_a_line_is_printed_whether_the_bar_is_shown_or_not(capsys, monkeypatch, shown, terminal):
    """On a terminal the bar is cleared first."""
    monkeypatch.setattr('sys.stderr.isatty', lambda: terminal)
    with bars.bar(total=3, desc='timing', shown=shown, leave=False) as bar:
        bar.print_line('torch is left out')
    before, _ = capsys.readouterr().err.split('torch is left out\n')
    assert before == '' if not terminal else before.endswith(' \r')


def test_a_clock_that_goes_back_stops_no_bar(capsys, monkeypatch):
    """The clock of the day is set back by an hour in the tenth minute of twenty."""
    now = [5000.0]
    monkeypatch.setattr('tqdm.std.time', lambda: now[0] - 3600 * (now[0] > 5600))
    monkeypatch.setattr('time.monotonic', lambda: now[0])
    for step in bars.bar(range(1200), desc='training'):
        now[0] = 5000.0 + step
    written = [line for line in capsys.readouterr().err.split('\r') if 'training' in line]
    assert 115 < len(written) <= 122 and '1.00it/s' in written[-2]
    assert not [line for line in written if ', -' in line or '[-' in line]


def test_only_a_terminal_or_nothing(capsys):
    for shown in (None, False):
        for _ in bars.bar(range(5), shown=shown):
            pass
    assert capsys.readouterr().err == ''
