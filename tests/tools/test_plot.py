"""tools/plot.py: a colour a run, a panel a curve, and what it refuses."""

import numpy as np
import pytest

from dcgan_tf import images, preset
from dcgan_tf.cli import exits
from dcgan_tf.commands import plot
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from dcgan_tf.run_folder.tables.csv_table import CsvTable
from dcgan_tf.show import curves
from tests.helpers import LOG_COLUMNS

CONDITIONS = metrics_csv.Conditions('classifier', 500, 1_000, 'test pictures')


@pytest.fixture
def runs(tmp_path):
    """Two run folders with thirty rows, and one without."""
    for i, name in enumerate(('one', 'two', 'none')):
        run = run_folder.create(tmp_path, name, preset(), {})
        if name != 'none':
            table = CsvTable(run.log, dict.fromkeys(LOG_COLUMNS, float), 0, {})
            table.add(*([10 * n, n / 10, np.sin(n), i + n / 30, n / 30, 1, 2, 100]
                        for n in range(30)))
        if name == 'two':
            metrics_csv.MetricsCsv(run.metrics, 0).add(0, {
                'frechet': (1.5, 0.1), 'recall': (0.9, 0.1)}, metrics_csv.baseline_of(CONDITIONS))
            metrics_csv.MetricsCsv(run.metrics, 0).add(200, {'frechet': (33.5, 0.1)}, CONDITIONS)
            metrics_csv.MetricsCsv(run.metrics, 200).add(250, {'frechet': (25.5, 0.1)}, CONDITIONS)
    return tmp_path


def call(folder, *names, out):
    return exits.run(plot.main, [*(str(folder / name) for name in names), '--out', str(out)])


def test_a_picture_of_two_runs(runs, tmp_path, capsys):
    assert call(runs, 'one', 'two', out=tmp_path / 'curves.png') == 0
    assert '2 runs in ' in capsys.readouterr().out
    drawn = images.read_png(tmp_path / 'curves.png')
    assert drawn.shape[0] > drawn.shape[1] / 2 and len(np.unique(drawn[..., 0])) > 50


def test_every_run_has_its_values_in_every_panel(runs):
    found = [curves.curves(run_folder.open_run(str(runs / name))) for name in ('one', 'two')]
    figure = curves.drawn(['one', 'two'], found)
    titles = {'d_loss': 'loss of D', 'g_loss': 'loss of G', 'd_accuracy': 'accuracy of D'}
    assert [panel.get_ylabel() for panel in figure.axes] == [
        *titles.values(), 'frechet\nclassifier,\n500 samples,\n1,000 test pictures']
    for panel, column in zip(figure.axes, titles, strict=False):
        faint = panel.lines[::2]
        for line, name in zip(faint, ('one', 'two'), strict=True):
            rows = loss_csv.read(runs / name / 'log.csv')
            np.testing.assert_array_equal(line.get_ydata(), [row[column] for row in rows])
    baseline, line = figure.axes[3].lines
    assert (list(baseline.get_ydata()), baseline.get_linestyle()) == ([1.5, 1.5], '--')
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([200, 250], [33.5, 25.5])
    assert line.get_color() == figure.axes[0].lines[-1].get_color()
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ['one', 'two']


def test_the_columns_of_an_infogan_and_of_an_acgan(tmp_path):
    """The dashed line is the best value of the information: ln 10 + ln 3."""
    run = run_folder.create(tmp_path, 'run', preset(type='infogan', codes=(10, 3)), {})
    columns = ['step', 'passes', 'd_loss', 'class_accuracy', 'information', 'images_per_second']
    CsvTable(run.log, dict.fromkeys(columns, float), 0, {}).add(
        *([10 * n, n / 10, 1, 0.5, n / 30, 100] for n in range(30)))
    found = curves.curves(run)
    assert list(found) == ['loss of D', 'class accuracy of D', 'information of the codes']
    panel = curves.drawn(['run'], [found]).axes[2]
    best, line, _ = panel.lines
    assert best.get_linestyle() == '--' and best.get_ydata()[0] == pytest.approx(np.log(30))
    assert list(line.get_ydata()) == [n / 30 for n in range(30)]


def test_a_log_that_a_spreadsheet_has_saved_has_the_same_curves(runs, caplog):
    run = run_folder.open_run(str(runs / 'one'))
    before = curves.curves(run)
    text = run.log.read_text()
    run.log.write_bytes(text.replace(',', ';').replace('.', ',').encode('utf-16'))
    assert curves.curves(run) == before and not caplog.text
    run.log.write_text(text + 'a,b\n')
    assert curves.curves(run) == before and 'log.csv has 1 line that cannot be read' in caplog.text


@pytest.mark.parametrize(('names', 'out', 'code', 'problem'), [
    (['none'], 'a.png', 2, 'has no rows that can be read'),
    (['one', 'absent'], 'a.png', 2, 'absent'),
    (['one'], 'a.gif', 2, 'expected a name that ends in .png'),
    (['none'], 'absent/a.png', 2, 'a.png: there is no folder'),
])
def test_mistakes(runs, tmp_path, capsys, names, out, code, problem):
    assert call(runs, *names, out=tmp_path / out) == code
    assert problem in capsys.readouterr().err


def test_from_python(runs, tmp_path):
    """Paths or RunFolders: the picture of the tool."""
    assert call(runs, 'one', 'two', out=tmp_path / 'tool.png') == 0
    curves.plot([runs / 'one', run_folder.open_run(runs / 'two')], tmp_path / 'call.png')
    curves.plot(str(runs / 'one'), tmp_path / 'alone.png')
    assert (tmp_path / 'call.png').read_bytes() == (tmp_path / 'tool.png').read_bytes()
    with pytest.raises(UsageError, match=r'runs = \[\]: expected one run folder or more'):
        curves.plot([], tmp_path / 'a.png')
    with pytest.raises(UsageError, match='a.jpg: expected a name that ends in .png'):
        curves.plot(runs / 'one', 'a.jpg')


def test_the_legend_has_every_name_as_it_is(runs):
    """Matplotlib leaves out a name that begins with _ and sets what stands between $ as a formula.
    """
    found = [curves.curves(run_folder.open_run(str(runs / 'one')))] * 3
    figure = curves.drawn(['_one', 'a$b$', 'a\nb'], found)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        ' _one', r'a\$b\$', r'a\nb']
