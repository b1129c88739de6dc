"""log.csv and metrics.csv after a spreadsheet or an editor has saved them: nothing is lost."""

import csv
import io
import types

import numpy as np
import pytest

from dcgan_tf import preset
from dcgan_tf.config import Config
from dcgan_tf.errors import RunError
from dcgan_tf.monitoring.collapse_hook import resumed_detector
from dcgan_tf.run_folder import trained_weights
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from dcgan_tf.run_folder.tables.loss_csv import LossCsv
from dcgan_tf.run_folder.tables.loss_plot import running_mean
from tests.helpers import LOG_COLUMNS, LOGGED

ROWS = [[str(10 * i), f'{i / 8:.4f}', f'{0.7 + i / 7:.6f}', f'{1234 + i / 3:.6f}', '1.000000',
         f'{1.234567e-5 * i:.6g}', f'{2 + i / 9:.6g}', f'{1000 + i / 2:.1f}'] for i in range(1, 31)]
METRICS = [['10', 'frechet', '33.123457', '0.123', 'classifier', '5000', '10000', 'test pictures'],
           ['10', 'kernel', '-2e-07', 'nan', 'classifier', '5000', '10000', 'test; and others'],
           ['20', 'frechet', '1234.5678', '0.02', 'raw pixels', '5000', '10000', 'test pictures']]


def text(rows, separator=',', quoting=csv.QUOTE_MINIMAL, end='\n'):
    file = io.StringIO()
    csv.writer(file, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    return file.getvalue()


def each(change, rows):
    return [rows[0], *([change(cell) for cell in row] for row in rows[1:])]


def german(cell):
    """A number as a German spreadsheet shows it, with E-05 in capitals and no zeros at the end."""
    try:
        number = float(cell)
    except ValueError:
        return cell
    cell = f'{number:.12g}' if 'e' not in cell else cell.upper()
    return cell.replace('.', ',')


def grouped(cell):
    whole, comma, rest = german(cell).partition(',')
    return f'{int(whole):,}'.replace(',', '.') + comma + rest if whole.isdigit() else cell


def english(cell):
    whole, point, rest = cell.partition('.')
    return f'{int(whole):,}{point}{rest}' if whole.isdigit() else cell


SAVED = {                       # how it was saved: rows with their header -> the bytes of the file
    'CRLF': lambda rows: text(rows, end='\r\n').encode(),
    'CRLF without the last': lambda rows: text(rows, end='\r\n').strip().encode(),
    'CR': lambda rows: text(rows, end='\r').encode(),
    'a mark': lambda rows: text(rows).encode('utf-8-sig'),
    'quotes': lambda rows: text(rows, quoting=csv.QUOTE_ALL).encode(),
    'semicolons': lambda rows: text(rows, ';', end='\r\n').encode(),
    'decimal commas': lambda rows: text(each(german, rows), ';', end='\r\n').encode(),
    'decimal commas in quotes': lambda rows: text(each(german, rows)).encode(),
    'thousands': lambda rows: text(each(grouped, rows), ';').encode(),
    'English thousands': lambda rows: text(each(english, rows)).encode(),
    'a minus for readers': lambda rows: text(rows, ';').replace(';-', ';\u2212').encode(),
    'tabs in UTF-16': lambda rows: text(each(german, rows), '\t', end='\r\n').encode('utf-16'),
    'UTF-16 without a mark': lambda rows: text(rows).encode('utf-16-le'),
    'UTF-16 BE': lambda rows: b'\xfe\xff' + text(rows, ';').encode('utf-16-be'),
    'a column moved': lambda rows: text(row[3:] + row[:3] for row in rows).encode(),
    'one column of text': lambda rows: text(([text([row]).strip()] for row in rows),
                                            ';', csv.QUOTE_ALL, '\r\n').encode(),
    'sep=;': lambda rows: ('sep=;\r\n' + text(each(german, rows), ';', end='\r\n')).encode(),
    'blank lines and columns': lambda rows: (
        '\n' + text([*([*row, '', ''] for row in rows), *[[''] * 10] * 3], ';') + '\n').encode(),
    'spaces': lambda rows: text([f' {cell} ' for cell in row] for row in rows).encode(),
    'Names in capitals': lambda rows: text([[name.capitalize() for name in rows[0]],
                                            *each(german, rows)[1:]], ';').encode(),
    'the last row first': lambda rows: text([rows[0], *rows[:0:-1]]).encode(),
}


@pytest.mark.parametrize('saved', SAVED)
def test_a_resumed_table_is_as_it_was(tmp_path, caplog, saved):
    path = tmp_path / 'log.csv'
    rows = [LOG_COLUMNS, *ROWS]
    path.write_bytes(text(rows).encode())
    before = loss_csv.read(path)
    path.write_bytes(SAVED[saved](rows))
    assert loss_csv.read(path) == before
    LossCsv(path, LOGGED, 300, 32, 1000)
    assert path.read_bytes() == text(rows).encode()
    assert 'kept as' not in caplog.text

    path = tmp_path / 'metrics.csv'
    rows = [list(metrics_csv.COLUMNS), *METRICS]
    path.write_bytes(SAVED[saved](rows))
    metrics_csv.MetricsCsv(path, 20)
    assert sorted(path.read_text().splitlines()) == sorted(text(rows).splitlines())


@pytest.mark.parametrize('separator', [',', '\t'])
def test_rows_without_their_names_are_in_the_known_order(tmp_path, caplog, separator):
    path, rows = tmp_path / 'log.csv', [*ROWS[:4], ['cut'], *ROWS[4:]]
    path.write_text(text(rows, separator))
    LossCsv(path, LOGGED, 300, 32, 1000)
    assert path.read_text() == text([LOG_COLUMNS, *ROWS])
    assert 'has 1 line that cannot be read: left out' in caplog.text
    path.write_text(text(row[1:] for row in ROWS))
    LossCsv(path, LOGGED, 300, 32, 1000)
    assert loss_csv.read(path) == [] and 'has 30 lines that cannot be read' in caplog.text


@pytest.mark.parametrize('content', ['', '\n'])
def test_an_empty_file_is_told(tmp_path, caplog, content):
    path = tmp_path / 'log.csv'
    LossCsv(path, LOGGED, 50, 32, 1000)
    assert not caplog.text                            # there was no file
    path.write_text(content)
    LossCsv(path, LOGGED, 50, 32, 1000)
    assert caplog.messages == [f'{path} is empty: the rows that it had are lost']


@pytest.mark.parametrize('column', ['d_loss', 'images_per_second', 'passes'])
def test_a_column_that_was_removed_is_nan(tmp_path, column):
    path, at = tmp_path / 'log.csv', LOG_COLUMNS.index(column)
    path.write_text(text((row[:at] + row[at + 1:] for row in [LOG_COLUMNS, *ROWS]), ';'))
    LossCsv(path, LOGGED, 300, 32, 1000)
    rows = loss_csv.read(path)
    assert len(rows) == 30 and all(np.isnan(row[column]) for row in rows)
    assert rows[7]['g_gradient'] == float(ROWS[7][6])


def test_a_column_that_was_added_is_kept_in_the_old_file(tmp_path, caplog):
    path = tmp_path / 'log.csv'
    notes = ['note', 'better\nhere', *[''] * 29]
    saved = text([note, *row] for note, row in zip(notes, [LOG_COLUMNS, *ROWS], strict=True))
    path.write_text(saved)
    LossCsv(path, LOGGED, 300, 32, 1000)
    assert path.read_text() == text([LOG_COLUMNS, *ROWS])
    assert 'log.csv has columns of another program (note): left out; the old file' in caplog.text
    assert (tmp_path / 'log.csv.damaged').read_text() == saved


def test_dates_in_place_of_numbers_lose_only_themselves(tmp_path, caplog):
    path, rows = tmp_path / 'log.csv', [[*row] for row in ROWS]
    rows[3][7], rows[4][0], rows[5] = '12. Mai', '10. Jan', rows[5][:4]
    path.write_text(text(each(german, [LOG_COLUMNS, *rows]), ';', end='\r\n'))
    LossCsv(path, LOGGED, 300, 32, 1000)
    assert 'has 2 lines that cannot be read and 1 cell that cannot be read: left' in caplog.text
    found = loss_csv.read(path)
    assert [row['step'] for row in found] == [10, 20, 30, 40, *range(70, 301, 10)]
    assert np.isnan(found[3]['images_per_second']) and found[3]['d_loss'] == float(ROWS[3][2])


def test_old_files_are_never_written_over(tmp_path, caplog):
    path = tmp_path / 'log.csv'
    for content in (b'step;a\n1;2\n', b'first\rsecond', b'no end of a line'):
        path.write_bytes(content)
        LossCsv(path, LOGGED, 0, 32, 1000)
    assert [file.read_bytes() for file in sorted(tmp_path.glob('*.damaged*'))] == [
        b'step;a\n1;2\n', b'first\rsecond', b'no end of a line']
    assert 'kept as log.csv.damaged-3' in caplog.text


def test_saved_by_a_spreadsheet_while_the_training_goes_on(tmp_path):
    path = tmp_path / 'log.csv'
    log = LossCsv(path, LOGGED, 0, 32, 1000)
    log(10, dict.fromkeys(LOGGED, 0.5))
    path.write_bytes(SAVED['decimal commas']([LOG_COLUMNS, *ROWS[:1]]))
    log(20, dict.fromkeys(LOGGED, 0.25))
    path.unlink()
    log(30, dict.fromkeys(LOGGED, 0.125))
    log(40, dict.fromkeys(LOGGED, 0.0625))
    assert [(row['step'], row['d_loss']) for row in loss_csv.read(path)] == [(30, 0.125),
                                                                             (40, 0.0625)]


def test_rows_before_and_after_the_save_are_in_one_form(tmp_path):
    path = tmp_path / 'log.csv'
    log = LossCsv(path, LOGGED, 0, 32, 1000)
    path.write_bytes(SAVED['a column moved']([LOG_COLUMNS, *ROWS[:1]]))
    log(20, dict.fromkeys(LOGGED, 0.25))
    first, second = path.read_text().splitlines()[1:]
    assert first == ','.join(ROWS[0]) and second.startswith('20,0.6400,0.250000,0.250000,')


def test_words_cannot_break_a_row(tmp_path):
    path = tmp_path / 'metrics.csv'
    conditions = metrics_csv.Conditions('a "b", c', 5, 6, 'one\r\ntwo')
    table = metrics_csv.MetricsCsv(path, 0)
    table.add(10, {'frechet': (1.0, 0.5)}, conditions)
    row, = metrics_csv.MetricsCsv(path, 10) and metrics_csv.read(path)
    assert (row['features'], row['split']) == ("a 'b'; c", r'one\r\ntwo')


def test_the_guard_counts_on_after_a_spreadsheet(tmp_path):
    """D wins in every row; the cells that became dates and the lost row end no count."""
    rows = [[str(step), '0.1', '0.5', '0.5', '0.5' if step == 10 else '1', '1', '1', '9']
            for step in range(10, 2000, 10)]
    rows[50][4], rows[60] = '12. Mai', ['a date', *rows[60][1:]]
    log = tmp_path / 'log.csv'
    log.write_text(text(each(german, [LOG_COLUMNS, *rows]), ';', end='\r\n'))
    run = types.SimpleNamespace(config=Config(**preset().to_dict()), log=log,
                                metrics=tmp_path / 'metrics.csv')
    assert resumed_detector(run, 1990).last_good_step(1990) < 400


def test_a_log_that_cannot_be_read_still_says_that_the_run_has_trained(tmp_path):
    run = types.SimpleNamespace(log=tmp_path / 'log.csv', checkpoints=tmp_path / 'checkpoints')
    run.log.write_text('0.1;0.2\n')
    with pytest.raises(RunError, match='the run has trained'):
        trained_weights.load_newest(None, run)


def test_a_running_mean_goes_on_after_a_value_that_is_missing():
    values = [1.0, np.nan, 3.0, 5.0, np.inf, 7.0]
    np.testing.assert_allclose(running_mean(values, 1), [1, 2, 4, 4, 6, 7])
    assert np.isnan(running_mean([np.nan, 1.0], 0)[0])
