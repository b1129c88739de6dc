"""Makes the tables of dcgan-tf evaluate: metrics of runs, and classes by the codes found."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from dcgan_tf.cli.report import aligned
from dcgan_tf.monitoring.evaluation_hook import best_value
from dcgan_tf.names import one_line

MAX_CLASSES = 64              # columns of the table of codes


class Line(NamedTuple):
    """Holds one row of the table."""

    name: str
    step: int | None          # None: real pictures
    metrics: dict             # name -> Estimate
    details: dict             # more results of the metrics
    heading: str              # the data, features and numbers that the metrics depend on
    conditions: dict          # what heading says, and the first seed, for programs


def metrics(lines: list[Line]) -> Iterator[str]:
    """Returns the lines of a table with a row for each run and a column for each metric.

    lines: the last one is that of real pictures. The table ends with the best value of each metric.
    """
    names = list(dict.fromkeys(name for line in lines if line.step is not None
                               for name in line.metrics))
    cells = [['', 'step', *names]]
    for line in lines:
        values = [_as_text(line.metrics[name]) if name in line.metrics else '-' for name in names]
        cells.append([line.name, '-' if line.step is None else f'{line.step:,}', *values])
    return aligned([*cells, ['best', '-', *(_best(name, lines[-1].metrics) for name in names)]])


def _best(name, baseline):
    """Returns the best value of a metric in words: 0, 0.5, large; '-' if it does not rank runs."""
    value = best_value(name, baseline)
    return '-' if value is None else 'large' if math.isinf(value) else f'{value:.4g}'


def codes(line: Line, class_names: tuple[str, ...]) -> list[str]:
    """Returns the lines of the table of codes, or clusters, and classes; [] of runs without them.

    A row is a value of the first code, or a cluster, a column a class, a number how many held-out
    pictures have both.
    """
    if 'codes' not in line.details:
        return []
    found = line.details['codes']
    what, names = ('cluster', 'has the class of its surest picture') if found['clusters'] else (
        'code', 'stands for another class')
    shown = (_counts(found, what, class_names) if len(class_names) <= MAX_CLASSES else
             [f'{len(class_names):,} classes are too many for a table; --json has the numbers'])
    return ['', f'{line.name}: held-out pictures by {what} and by class', *shown,
            f'wrong: {found["error"]:.2%} if each {what} {names}, '
            f'{found["majority_error"]:.2%} if each stands for its most frequent one', '']


def _counts(found, what, class_names):
    classes = [one_line(name) for name in class_names]
    cells = [[what, *classes, 'stands for']]
    for value, (counts, k) in enumerate(zip(found['table'], found['classes'], strict=True)):
        cells.append([str(value), *map(str, counts), '-' if k is None else classes[k]])
    return aligned(cells)


def _as_text(estimate):
    """Returns a value with four digits, and its error if it is known."""
    error = f'±{estimate.error:.1g}' if math.isfinite(estimate.error) else ''
    return f'{estimate.value:.4g}{error}'


def as_json(lines: list[Line]) -> list[dict]:
    """Returns the table as a list of dictionaries."""
    return [{'run': line.name, 'step': line.step, 'heading': line.heading, **line.conditions,
             'figures': {
                 name: {'value': e.value, 'error': e.error if math.isfinite(e.error) else None}
                 for name, e in line.metrics.items()},
             'details': line.details}
            for line in lines]
