"""A file is asked for again and again: what was added comes, or all of it if it is another one."""

import pytest

from dcgan_tf.run_folder.tables import loss_csv
from dcgan_tf.show.explore import tails
from tests.cases import cases

HEAD = 'step,passes,d_loss,g_loss,images_per_second\n'
ROW = '{0},1.0000,{0}.500000,2.000000,100.0\n'


def rows(*steps):
    return ''.join(ROW.format(step) for step in steps)


@pytest.fixture
def file(tmp_path):
    """A log of two rows."""
    path = tmp_path / 'log.csv'
    path.write_text(HEAD + rows(10, 20))
    return path


def asked(file, mark=''):
    """-> (steps, the next mark, whether these are all rows)"""
    table, mark, fresh = tails.read_table(file, mark, loss_csv.parsed)
    return [row['step'] for row in table.rows], mark, fresh


def test_rows_come_once(file):
    steps, mark, fresh = asked(file)
    assert (steps, fresh) == ([10, 20], True)
    assert asked(file, mark) == ([], mark, False)
    with file.open('a') as log:
        log.write(rows(30) + ROW.format(40)[:9])                      # the training writes the rest
    steps, mark, fresh = asked(file, mark)
    assert (steps, fresh) == ([30], False)
    with file.open('a') as log:
        log.write(ROW.format(40)[9:])
    assert asked(file, mark)[::2] == ([40], False)


def test_a_file_that_was_written_again_comes_whole(file):
    _, mark, _ = asked(file)
    file.write_text(HEAD + rows(10))                                     # a resume drops a row
    assert asked(file, mark)[::2] == ([10], True)
    file.write_text(HEAD + rows(11, 21, 31))                             # a longer one
    assert asked(file, mark)[::2] == ([11, 21, 31], True)
    file.unlink()
    assert asked(file, mark) == ([], '', True)
    assert asked(None, mark) == ([], '', True)


def test_a_damaged_line_is_left_out(file):
    _, mark, _ = asked(file)
    with file.open('ab') as log:
        log.write(b'\xff\x00 no row\n' + rows(30).encode())
    table, _, fresh = tails.read_table(file, mark, loss_csv.parsed)
    assert [row['step'] for row in table.rows][-1:] == [30]
    assert table.lost.lines == 1
    assert fresh                                     # it is not in the program's own form any more


def test_a_file_that_a_spreadsheet_has_saved(file):
    file.write_text((HEAD + rows(10, 20)).replace(',', ';').replace('\n', '\r\n').rstrip())
    steps, mark, _ = asked(file)
    assert steps == [10, 20]
    assert asked(file, mark) == ([], mark, False)
    with file.open('a') as log:
        log.write('\r\n30;1;30.5;2;100\r\n')
    assert asked(file, mark)[::2] == ([10, 20, 30], True)


def test_lines_of_a_log_are_whole(tmp_path):
    path = tmp_path / 'warnings.log'
    path.write_text('step 10: a\nstep 2')
    tail = tails.read(path, '')
    assert (tail.lines, tail.rest) == (b'step 10: a\n', b'step 2')
    with path.open('a') as log:
        log.write('0: b\n')
    assert tails.read(path, tail.mark).lines == b'step 20: b\n'


@cases('mark', [
    'x', '-', '0-00000000', '5-', '-5-00000000', '1e3-00000000', '999999999999999-00000000',
    '9' * 4000 + '-00000000', '12-0000000g', '12-00000000', '../../etc/passwd', '\x00'])
def test_marks_that_the_server_has_not_given(file, mark):
    assert asked(file, mark)[::2] == ([10, 20], True)
