"""log.csv: rows, speed, and what is left of it after a kill; the plot made from it."""

import types

import numpy as np
import pytest

from dcgan_tf import images
from dcgan_tf.errors import RunError
from dcgan_tf.run_folder.tables import loss_csv as loss_csv
from dcgan_tf.run_folder.tables.loss_csv import LossCsv, read
from dcgan_tf.run_folder.tables.loss_plot import LossPlot, losses, running_mean
from dcgan_tf.run_folder.tables.thinned import MAX_BINS
from tests.helpers import LOG_COLUMNS, LOGGED

HEAD = ','.join(LOG_COLUMNS) + '\n'
ROWS = ['10,0.1000,0.100000,0.200000,0.300000,0.5,2e-09,160.0\n',
        '20,0.2000,1.100000,1.200000,0.400000,0.5,3e-09,161.0\n',
        '30,0.3000,2.100000,2.200000,0.500000,0.5,4e-09,162.0\n']


@pytest.fixture
def clock(monkeypatch):
    """The log's clock: `clock.now` in seconds."""
    clock = types.SimpleNamespace(now=100.0)
    monkeypatch.setattr(loss_csv, 'time', types.SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'log.csv'


def values(number):
    return {'d_loss': number, 'g_loss': 2 * number, 'd_accuracy': 0.5, 'd_gradient': 1e-9 / 3,
            'g_gradient': 12.5, 'other': None}


def steps_of(path):
    return [row['step'] for row in read(path)]


# ---- rows

def test_a_new_log_is_its_head(path):
    LossCsv(path, LOGGED, 0, 32, 1000)
    assert path.read_text() == HEAD
    assert read(path) == []


def test_a_call_is_a_row(path, clock):
    log = LossCsv(path, LOGGED, 0, 32, 1000)
    clock.now += 2
    log(10, values(np.float32(0.125)))
    assert path.read_text() == (
        HEAD + '10,0.3200,0.125000,0.250000,0.500000,3.33333e-10,12.5,160.0\n')
    assert read(path) == [{'step': 10, 'passes': 0.32, 'd_loss': 0.125, 'g_loss': 0.25,
                           'd_accuracy': 0.5, 'd_gradient': 3.33333e-10, 'g_gradient': 12.5,
                           'images_per_second': 160.0}]


def test_images_per_second_are_those_since_the_last_row(path, clock):
    log = LossCsv(path, LOGGED, 100, 8, 1000)
    for step, seconds in ((110, 1), (120, 4), (123, 0.5)):
        clock.now += seconds
        log(step, values(1.0))
    assert [row['images_per_second'] for row in read(path)] == [80, 20, 48]


def test_a_clock_that_stands_still_is_no_error(path, clock):
    LossCsv(path, LOGGED, 0, 8, 1000)(10, values(1.0))
    assert np.isfinite(read(path)[0]['images_per_second'])


def test_a_loss_that_is_not_finite_can_be_read_back(path):
    LossCsv(path, LOGGED, 0, 8, 1000)(1, values(float('nan')))
    assert np.isnan(read(path)[0]['d_loss'])


def test_no_file_has_no_rows(path):
    assert read(path) == read(str(path)) == []


# ---- gone on with

@pytest.mark.parametrize(('first', 'expected'), [(30, [10, 20, 30]), (20, [10, 20]),
                                                 (25, [10, 20]), (5, []), (0, [])])
def test_rows_after_the_step_gone_on_from_are_dropped(path, first, expected):
    path.write_text(HEAD + ''.join(ROWS))
    log = LossCsv(path, LOGGED, first, 32, 1000)
    assert steps_of(path) == expected
    log(first + 10, values(1.0))
    assert steps_of(path) == [*expected, first + 10]


def test_numbers_survive_being_gone_on_with(path):
    path.write_text(HEAD + ''.join(ROWS))
    before = read(path)
    LossCsv(path, LOGGED, 30, 32, 1000)
    assert read(path) == before


def test_a_log_gone_on_with_reads_like_a_straight_one(path, tmp_path, clock):
    straight = LossCsv(path, LOGGED, 0, 32, 1000)
    for step in (10, 20, 30):
        clock.now += 1
        straight(step, values(step / 7))
    other = tmp_path / 'other.csv'
    other.write_bytes(path.read_bytes())
    resumed = LossCsv(other, LOGGED, 20, 32, 1000)
    clock.now += 1
    resumed(30, values(30 / 7))
    assert read(other) == read(path)


@pytest.mark.parametrize('end', [0, 1, 2, 3, 20, *range(len(ROWS[1]) - 9, len(ROWS[1]))])
def test_a_half_row_is_dropped(path, end):
    """Even where what is cut off is the end of its last number."""
    path.write_text(HEAD + ROWS[0] + ROWS[1][:end])
    log = LossCsv(path, LOGGED, 20, 32, 1000)
    whole = read(path)
    assert whole in ([numbers(ROWS[0])], [numbers(ROWS[0]), numbers(ROWS[1])])
    assert end == len(ROWS[1]) - 1 or len(whole) == 1
    log(30, values(1.0))
    assert steps_of(path) == [*(row['step'] for row in whole), 30]


def numbers(row):
    return {c: float(n) for c, n in zip(LOG_COLUMNS, row.split(','), strict=True)}


@pytest.mark.parametrize('content', [
    b'', b'\n', b'\0' * 50, bytes(range(256)), b'x' * 200_000, b'"' + b'a\n' * 100_000,
    b'step\r1\r', b'\xff\xfes\0t\0', HEAD.encode() + b'10,1,2\n,,,,,\nnan,1,1,1,1,1,1,1\n',
    b'10,0.1,0.1,0.2,0.3,1,160\n', b'step,step\n1,2\n',
], ids=['nothing', 'a line', 'zeros', 'bytes', 'a long line', 'an open quote', 'returns',
        'UTF-16', 'half rows', 'no head', 'another head'])
def test_garbage_is_dropped(path, content):
    path.write_bytes(content)
    log = LossCsv(path, LOGGED, 20, 32, 1000)
    assert path.read_text() == HEAD
    log(30, values(1.0))
    assert steps_of(path) == [30]


def test_rows_among_garbage_are_kept(path):
    path.write_bytes(HEAD.encode() + b'\xff\xfe\n' + ROWS[0].encode() + b'a,b\n'
                     + ROWS[1].encode())
    LossCsv(path, LOGGED, 20, 32, 1000)
    assert steps_of(path) == [10, 20]


@pytest.mark.parametrize(('content', 'lost'), [
    (HEAD.replace('step', 'stop').encode() + ROWS[0].encode() + ROWS[1].encode(),
     '3 lines that cannot be read'),
    (HEAD.replace('d_loss', 'd_lops').encode() + ROWS[0].encode() + ROWS[1].encode(),
     'columns of another program (d_lops)'),
    (HEAD.encode() + ROWS[0].encode() + b'a,b\n' + ROWS[1].encode(),
     '1 line that cannot be read')], ids=['head', 'name', 'row'])
def test_what_cannot_be_read_is_told_and_kept(path, caplog, content, lost):
    path.write_bytes(content)
    LossCsv(path, LOGGED, 20, 32, 1000)
    assert f'{path} has {lost}: left out; the old file is kept as' in caplog.text
    assert path.with_name('log.csv.damaged').read_bytes() == content


def test_half_a_row_is_what_a_kill_leaves_and_not_worth_a_word(path, caplog):
    path.write_bytes(HEAD.encode() + ROWS[0].encode() + ROWS[1].encode()[:9])
    LossCsv(path, LOGGED, 20, 32, 1000)
    assert steps_of(path) == [10] and not caplog.text and [*path.parent.iterdir()] == [path]


def test_an_older_log_is_gone_on_with(path):
    """It had no gradients."""
    path.write_text('step,passes,d_loss,g_loss,d_accuracy,images_per_second\n'
                    '10,0.1000,0.100000,0.200000,0.300000,160.0\n')
    LossCsv(path, LOGGED, 10, 32, 1000)(20, values(1.0))
    old, new = read(path)
    assert (old['d_loss'], old['images_per_second']) == (0.1, 160.0)
    assert np.isnan(old['d_gradient']) and new['g_gradient'] == 12.5
    assert path.read_text().startswith(HEAD)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises((OSError, RunError), match='missing'):
        LossCsv(tmp_path / 'missing' / 'log.csv', LOGGED, 0, 32, 1000)


# ---- the plot

def rows(count):
    return [{'step': 10 * i, 'd_loss': 1.4 * 0.97 ** i + 0.05 * np.sin(i),
             'g_loss': 0.7 + 0.02 * i} for i in range(count)]


def drawn(path, rows, bounds=None):
    """A LossPlot that has drawn these rows."""
    plot = LossPlot(path, bounds)
    for row in rows:
        plot.add(row)
    plot.draw()
    return plot


def faint(plot, name):
    """The points of the line of all values: steps, values."""
    return plot._lines[name][0].get_data()


@pytest.mark.parametrize('count', [1, 100])
def test_the_plot_is_a_picture(tmp_path, count):
    drawn(tmp_path / 'losses.png', rows(count))
    assert [p.name for p in tmp_path.iterdir()] == ['losses.png']
    picture = images.read_png(tmp_path / 'losses.png')
    assert picture.shape == (450, 800, 3)
    for colour in ((31, 119, 180), (255, 127, 14), (44, 160, 44)):         # three curves
        assert (picture == colour).all(axis=-1).any()


def test_without_a_row_there_is_no_picture(tmp_path):
    drawn(tmp_path / 'losses.png', [])
    assert not list(tmp_path.iterdir())


def test_the_information_of_codes_has_a_line_at_its_best(tmp_path):
    known = [{**row, 'information': 2.3 * (1 - 0.95 ** i)} for i, row in enumerate(rows(50))]
    for name, bounds in (('plain', {}), ('known', {'information': 2.303})):
        drawn(tmp_path / f'{name}.png', known, bounds)
    red = [(images.read_png(tmp_path / f'{name}.png') == (214, 39, 40)).all(axis=-1)
           for name in ('plain', 'known')]
    assert not red[0].any()
    dashes = red[1].sum(axis=1)                    # the row of the line at 2.303 has most of it
    assert dashes.max() > 200


def test_numbers_that_are_not_finite_are_left_out_of_the_plot(tmp_path):
    plot = drawn(tmp_path / 'losses.png', [
        *rows(5), {'step': 60, 'd_loss': np.nan, 'g_loss': np.inf},
        {'step': 70, 'd_loss': 0.5, 'g_loss': np.nan}])
    assert images.read_png(tmp_path / 'losses.png').shape == (450, 800, 3)
    steps, values = faint(plot, 'D')
    assert list(steps) == [0, 10, 20, 30, 40, 60, 70]
    assert list(np.isfinite(values)) == [True] * 5 + [False, True]             # a gap


def test_the_plot_moves_with_the_losses(tmp_path):
    for name, count in (('a', 10), ('b', 10), ('c', 11)):
        drawn(tmp_path / f'{name}.png', rows(count))
    a, b, c = ((tmp_path / f'{name}.png').read_bytes() for name in 'abc')
    assert a == b != c


@pytest.mark.parametrize('counts', [(5, 20, 33, 34), (2_000, 2_049, 4_097, 5_001)])
def test_the_plot_of_a_resumed_run_is_the_same(tmp_path, counts):
    """A layout that Matplotlib finds by itself would depend on the pictures before.

    The second case has more rows than bins: those of a resumed run come from the file at once.
    """
    losses = np.random.default_rng(0).normal(size=(counts[-1], 2))
    lines = [[10 * k, k / 10, round(d * k / 10, 6), round(g, 6), 0.5, 1, 1, 100]
             for k, (d, g) in enumerate(losses, 1)]
    all_rows = [dict(zip(LOG_COLUMNS, line, strict=True)) for line in lines]
    plot, done = LossPlot(tmp_path / 'a.png'), 0
    for count in counts:
        for row in all_rows[done:count]:
            plot.add(row)
        plot.draw()
        done = count
    path = tmp_path / 'log.csv'
    path.write_text(HEAD + ''.join(','.join(map(str, line)) + '\n' for line in lines))
    resumed = LossPlot(tmp_path / 'b.png')
    LossCsv(path, LOGGED, 10 * counts[-1], 32, 1000, resumed.add)
    resumed.draw()
    assert faint(plot, 'D')[1] == faint(resumed, 'D')[1]
    assert (tmp_path / 'a.png').read_bytes() == (tmp_path / 'b.png').read_bytes()


def test_the_plot_sees_each_row_once_as_the_file_has_it(path):
    path.write_text(HEAD + ''.join(ROWS))
    seen = []
    log = LossCsv(path, LOGGED, 20, 32, 1000, seen.append)
    log(30, values(1 / 3))
    assert [row['step'] for row in seen] == [10, 20, 30]
    assert seen == read(path)
    log(40, values(0.5))
    assert seen == read(path)


# ---- a long log

def test_a_log_of_a_million_steps_draws_no_more_than_a_short_one(tmp_path):
    """And keeps each spike up and down at its own step, each gap, and the mean."""
    n = 100_000
    d = 1 + 0.01 * np.random.default_rng(0).normal(size=n)
    d[[12_345, 12_400, 77_777]] = 50.0, -40.0, 60.0
    d[30_000:30_500] = np.nan
    d[90_000] = np.inf
    plot = drawn(tmp_path / 'losses.png', (
        {'step': 10 * i, 'd_loss': x, 'g_loss': 2.0} for i, x in enumerate(d)))
    steps, values = map(np.array, faint(plot, 'D'))
    assert len(steps) < 3 * MAX_BINS and np.all(np.diff(steps) >= 0)
    for i in (12_345, 12_400, 77_777):
        assert values[np.flatnonzero(steps == 10 * i)[0]] == d[i]
    assert np.nanmin(values) == -40 and np.nanmax(values) == 60
    gap = (steps > 300_640) & (steps < 304_360)                # less a bin at each end
    assert gap.any() and np.isnan(values[gap]).all()
    assert np.isnan(values[(steps > 899_000) & (steps < 901_000)]).sum() == 1
    mean_steps, means = map(np.array, plot._lines['D'][1].get_data())
    assert len(mean_steps) <= MAX_BINS
    exact = running_mean(d, n // 50)
    found = np.interp(mean_steps, 10 * np.arange(n), exact)
    np.testing.assert_allclose(means, found, atol=0.02)      # the spikes move by a bin
    assert max(len(curve._bins) for curve in plot._curves.values()) <= MAX_BINS


def test_a_short_log_is_drawn_row_by_row(tmp_path):
    plot = drawn(tmp_path / 'losses.png', rows(300))
    assert list(faint(plot, 'D')[1]) == [row['d_loss'] for row in rows(300)]
    np.testing.assert_allclose(plot._lines['D'][1].get_ydata(), running_mean(
        [row['d_loss'] for row in rows(300)], 6))


def test_a_large_loss_does_not_hide_a_small_one(tmp_path):
    """Three players of a vae_gan. Large losses of both players of a wgan have a plain axis."""
    many = [{'step': i, 'd_loss': 1.0, 'e_loss': 70.0, 'g_loss': 2.0} for i in (10, 20)]
    plot = drawn(tmp_path / 'a.png', many)
    assert [*plot._lines] == ['D', 'E', 'G'] and plot._axes.get_yscale() == 'symlog'
    assert plot._axes.yaxis.get_transform().linthresh == 1
    for d, scale in ((-70.0, 'linear'), (1e-4, 'symlog'), (8.0, 'linear')):
        two = [{'step': i, 'd_loss': d, 'g_loss': 75.0} for i in (10, 20)]
        assert drawn(tmp_path / 'b.png', two)._axes.get_yscale() == scale, d


def test_each_system_has_its_own_columns(path):
    """And reads them again by the head of the file; the plot has a curve for each loss."""
    LossCsv(path, ('e_loss', 'g_loss', 'psnr'), 0, 8, 1000)(10, {'e_loss': 1.0, 'g_loss': 2.0,
                                                            'psnr': 30.5})
    row, = read(path)
    assert list(row) == ['step', 'passes', 'e_loss', 'g_loss', 'psnr', 'images_per_second']
    assert losses(row) == {'E': 1.0, 'G': 2.0, 'E + G': 3.0}


def test_another_table_is_no_log(path):
    path.write_text('step,figure,value\n10,frechet,1.5\n')
    assert read(path) == []
