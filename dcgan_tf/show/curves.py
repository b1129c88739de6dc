"""Draws the curves of runs in one picture: a panel for each loss, accuracy and metric."""

import logging
import os
from typing import NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dcgan_tf.arguments import shown
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import whole_file
from dcgan_tf.images.png import check_out
from dcgan_tf.names import one_line
from dcgan_tf.run_folder import run_names
from dcgan_tf.run_folder.run_folder import RunFolder, open_run
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from dcgan_tf.run_folder.tables.loss_plot import best_information, running_mean
from dcgan_tf.show.curve_titles import metric_title, titles

logger = logging.getLogger(__name__)


class Curve(NamedTuple):
    """Holds the curve of one run in one panel."""

    steps: list
    values: list
    noisy: bool               # True: each value comes from one batch
    baseline: list            # the value for real pictures instead of samples, or the best one


def plot(runs, file) -> None:
    """Draws the curves of runs as a .png file, as `dcgan-tf plot` does.

    runs: paths of run folders, or RunFolders; one may stand alone. UsageError for a run without a
    row, and for another ending; RunError if the file cannot be written.
    """
    check_out(file, ['.png'])
    runs = [runs] if isinstance(runs, str | os.PathLike | RunFolder) else runs
    if not runs:
        raise UsageError(f'runs = {shown(runs)}: expected one run folder or more')
    opened = [run if isinstance(run, RunFolder) else open_run(run) for run in runs]
    found = [curves(run) for run in opened]
    for run, of_run in zip(opened, found, strict=True):
        if not of_run:
            raise UsageError(f'{run.log} has no rows that can be read: a training writes one every '
                             '10 steps')
    write(drawn(list(run_names.different(opened).values()), found), file)


def write(figure, file) -> None:
    """Writes a Figure as a .png file. RunError if it cannot be written."""
    try:
        with whole_file(file) as temporary:
            FigureCanvasAgg(figure).print_png(temporary)
    except OSError as error:
        raise RunError(f'{file}: {error.strerror or error}') from error


def curves(run):
    """Returns {title of a panel: Curve} from log.csv and metrics.csv of a run."""
    found, log, metrics = {}, loss_csv.load(run.log), metrics_csv.load(run.metrics)
    for path, table in ((run.log, log), (run.metrics, metrics)):
        if table.lost.lines:
            logger.warning('%s has %s: left out', path, table.lost)
    rows, bests = log.rows, best_information(run.config)
    for column, title in titles(rows[0] if rows else ()):
        found[title] = Curve([row['step'] for row in rows], [row[column] for row in rows], True,
                             [bests[column]] if column in bests else [])
    for row in metrics.rows:
        title, baseline = metric_title(row)
        curve = found.setdefault(title, Curve([], [], False, []))
        if baseline:
            curve.baseline.append(row['value'])
            continue
        curve.steps.append(row['step'])
        curve.values.append(row['value'])
    return {title: curve for title, curve in found.items() if curve.steps}


def drawn(names, found):
    """Returns a Figure with one panel for each curve and one colour for each run."""
    titles = list(dict.fromkeys(title for of_run in found for title in of_run))
    figure = Figure(figsize=(8, 2.5 * len(titles)), layout='constrained')
    panels = figure.subplots(len(titles), sharex=True, squeeze=False)[:, 0]
    for panel, title in zip(panels, titles, strict=True):
        for i, (name, of_run) in enumerate(zip(names, found, strict=True)):
            if title in of_run:
                draw(panel, of_run[title], f'C{i}', name)
        panel.set(ylabel=title)
        panel.grid(alpha=0.3)
    panels[-1].set(xlabel='step')
    panels[0].legend(loc='upper right')
    return figure


def draw(panel, curve, colour, name):
    """Draws the curve of one run, its baseline dashed. Noisy values are faint, their mean bold."""
    for value in curve.baseline:
        panel.axhline(value, color=colour, linestyle='--', linewidth=0.8)
    if not curve.noisy:
        panel.plot(curve.steps, curve.values, colour, marker='.', label=label(name))
        return
    panel.plot(curve.steps, curve.values, colour, linewidth=0.5, alpha=0.25)
    mean = running_mean(curve.values, len(curve.values) // 50)
    panel.plot(curve.steps, mean, colour, label=label(name))


def label(name):
    """Returns a run's name for the legend, where Matplotlib hides _names and reads $ as a formula.
    """
    return f'{" " * name.startswith("_")}{one_line(name)}'.replace('$', r'\$')
