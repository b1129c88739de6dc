"""Draws the curves of runs in one picture: a panel for each loss, accuracy and metric."""

import logging
from typing import NamedTuple

from matplotlib.figure import Figure

from dcgan_tf.names import one_line
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from dcgan_tf.run_folder.tables.loss_plot import best_information, running_mean

logger = logging.getLogger(__name__)
ENDINGS = {'_loss': 'loss', '_accuracy': 'accuracy'}        # endings of the columns that are drawn
TITLES = {'class_accuracy': 'class accuracy of D', 'information': 'information of the codes'}


class Curve(NamedTuple):
    """Holds the curve of one run in one panel."""

    steps: list
    values: list
    noisy: bool               # True: each value comes from one batch
    baseline: list            # the value for real pictures instead of samples, or the best one


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
        conditions = metrics_csv.conditions_of(row)
        split = conditions.split.removeprefix(metrics_csv.BASELINE)
        title = (f'{row["figure"]}\n{conditions.features},\n{conditions.samples:,} samples,\n'
                 f'{conditions.real:,} {split}')
        curve = found.setdefault(title, Curve([], [], False, []))
        if split != conditions.split:
            curve.baseline.append(row['value'])
            continue
        curve.steps.append(row['step'])
        curve.values.append(row['value'])
    return {title: curve for title, curve in found.items() if curve.steps}


def titles(columns):
    """Yields (column of log.csv, title of its panel), such as ('d_loss', 'loss of D')."""
    for column in columns:
        player, underscore, ending = column.rpartition('_')
        if column in TITLES:
            yield column, TITLES[column]
        elif underscore + ending in ENDINGS:
            yield column, f'{ENDINGS[underscore + ending]} of {player.upper()}'


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
