"""The progress bar as it appears on standard error."""

import io

import pytest

from dcgan_tf.fit.progress import Progress

COLUMNS = ('d_loss', 'g_loss', 'd_accuracy')


def run(first, last, **options):
    with Progress(first, last, 8, COLUMNS, **options) as bar:
        for step in range(first + 1, last + 1):
            both(bar, step, {'d_loss': 0.12345, 'g_loss': 67.0, 'other': None})


def both(bar, step, values):
    bar.count(step, values)
    bar.show(step, values)


def test_it_shows_both_losses_and_the_steps(capsys):
    run(0, 5)
    shown = capsys.readouterr()
    assert 'D 0.123, G 67.000' in shown.err
    assert '5/5' in shown.err
    assert shown.out == ''


def test_a_line_stands_whole_above_the_bar(capsys, monkeypatch):
    """In a window of eighty columns, and the bar itself is not cut off either."""
    monkeypatch.setenv('COLUMNS', '81')
    monkeypatch.setenv('LINES', '24')
    monkeypatch.setattr('sys.stderr.isatty', lambda: True)
    line = 'step 2,000: ' + ', '.join(f'figure{i} 0.123' for i in range(12)) + ' (5,000 samples)'
    with Progress(0, 20_000, 32, COLUMNS) as bar:
        for step in (1, 2):
            both(bar, step, {'d_loss': 1.0, 'g_loss': 2.0})
            bar.print_line(line)
        both(bar, 20_000, {'d_loss': 1.0, 'g_loss': 2.0})
    shown = capsys.readouterr().err
    assert shown.count(f'{line}\n') == 2 and len(line) > 80
    last = shown.split('\r')[-1].rstrip('\n')
    assert last.endswith('D 1.000, G 2.000]') and len(last) <= 80


def test_the_bar_is_cleared_for_a_line(capsys, monkeypatch):
    monkeypatch.setattr('sys.stderr.isatty', lambda: True)
    with Progress(0, 10, 8, COLUMNS) as bar:
        both(bar, 3, {'d_loss': 1.0, 'g_loss': 2.0})
        bar.print_line('a line')
    before, _ = capsys.readouterr().err.split('a line\n')
    assert before.endswith('\r')


def test_it_starts_where_the_run_goes_on(capsys):
    run(3, 10)
    shown = capsys.readouterr().err
    assert '3/10' in shown
    assert '10/10' in shown


@pytest.mark.parametrize('first', [0, 3])
def test_disabled_it_shows_nothing(capsys, first):
    run(first, 5, shown=False)
    with Progress(first, 5, 8, COLUMNS, shown=False) as bar:
        bar.print_line('frechet 3')
    assert capsys.readouterr() == ('', '')


def test_nothing_to_do_is_no_error(capsys):
    run(5, 5)
    assert '5/5' in capsys.readouterr().err


def test_an_error_inside_passes_through_and_ends_the_line(capsys):
    with pytest.raises(ValueError, match='mine'), Progress(0, 5, 8, COLUMNS):
        raise ValueError('mine')
    assert capsys.readouterr().err.endswith('\n')


def test_without_a_terminal_it_writes_few_lines(capsys):
    run(0, 1000)
    assert len(capsys.readouterr().err.split('\r')) < 10


def test_a_full_disk_takes_its_lines_and_nothing_else(monkeypatch):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, 'No space left on device')

        def flush(self):
            self.write('')

    monkeypatch.setattr('sys.stderr', Full())
    run(0, 5)
