"""Makes a table of runs: what each has done, and the options in which they differ."""

import dataclasses
import difflib
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dcgan_tf.cli.report import in_blocks
from dcgan_tf.config import METRICS, Config
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder.differing_options import as_text, differing_options
from dcgan_tf.run_folder.overview import Overview

OF_EACH = ('type', 'dataset', 'epochs')      # options that have a column for every run
MAX_NEAREST = 5               # names that an error lists


class Column(NamedTuple):
    """Describes one column: the value of a run, None = it has none, and the text of a value."""

    value: Callable[[Overview], object]
    text: Callable[[object], str] = str


def columns(runs: list[Overview]) -> dict[str, Column]:
    """Returns name -> Column of the table: those of every run, then figures, then the size."""
    counts = {name: Column(lambda run, name=name: getattr(run, name) or None)
              for name in ('warnings', 'rollbacks') if any(getattr(run, name) for run in runs)}
    return {
        'run': Column(lambda run: run.name),
        'date': Column(lambda run: run.written, _date),
        'type': Column(_option('type')),
        'dataset': Column(_option('dataset')),
        'state': Column(lambda run: run.state),
        'step': Column(lambda run: None if run.config is None else run.step, '{:,}'.format),
        'epochs': Column(_option('epochs'), '{:,}'.format),
        **counts,
        **{name: Column(_figure(key), '{:.4g}'.format)
           for name, key in figure_names(runs).items()},
        'MB': Column(lambda run: run.size, lambda size: f'{size / 1e6:,.1f}')}


def figure_names(runs: list[Overview]) -> dict[str, tuple[str, str]]:
    """Returns the name of each column of figures -> the key of its figure in an Overview.

    Metrics that were measured in different ways cannot be compared, so each way has a column:
    frechet, frechet:2 and so on, the most frequent way first.
    """
    keys = Counter(key for run in runs for key in run.figures)
    found = {}
    for name in dict.fromkeys(name for name, _ in keys):
        ways = sorted((key for key in keys if key[0] == name), key=lambda key: -keys[key])
        found.update({f'{name}:{i}' if i > 1 else name: key for i, key in enumerate(ways, 1)})
    return found


def differing(runs: list[Overview]) -> dict[str, Column]:
    """Returns name -> Column of the options in which the runs differ, and that have no column."""
    return {name: Column(_option(name), as_text) for name in
            differing_options(run.config for run in runs if run.config)
            if name not in OF_EACH}


def in_order(runs: list[Overview], name: str) -> list[Overview]:
    """Returns the runs sorted by a column or an option, the smallest value first.

    Runs without a value come last. UsageError for an unknown name, with the nearest ones.
    """
    known = {**{field.name: Column(_option(field.name)) for field in dataclasses.fields(Config)},
             **columns(runs)}
    column = known.get(name) or known.get(name.lstrip('-').replace('-', '_'))
    if column is None:
        _check_measured(name, known, runs)
        near = difflib.get_close_matches(name, known, MAX_NEAREST, 0.5) or columns(runs)
        raise UsageError(f'--sort {name[:40]}: there is no such column or option; the nearest are '
                         f'{", ".join(near)}')
    return sorted(runs, key=lambda run: _sort_key(column.value(run)))


def _check_measured(name, known, runs):
    """Raises UsageError for the name of a metric that no run has, also if it is misspelt."""
    metric = next(iter(difflib.get_close_matches(name, METRICS, 1, 0.8)), None)
    if metric and metric not in known:
        raise UsageError(f'--sort {name[:40]}: no run here has measured {metric}; their figures '
                         f'are {", ".join(figure_names(runs)) or "none"}')


def lines(runs: list[Overview], width: int | None = None) -> Iterator[str]:
    """Yields the lines of both tables, in the order of the runs.

    width: of the terminal, see `in_blocks`. Below the first table it says how figures with several
    columns were measured, and why runs cannot be read.
    """
    shown = columns(runs)
    yield from in_blocks(_cells(runs, shown), 5, width)
    names = figure_names(runs)
    several = {name.partition(':')[0] for name in names if ':' in name}
    notes = [f'{name}: {key[1]}' for name, key in names.items() if key[0] in several]
    yield from _after_a_blank(notes)
    yield from _after_a_blank([run.problem for run in runs if run.problem])
    if options := differing(runs):
        yield from _after_a_blank(['options that differ:'])
        whole = [run for run in runs if run.config]
        yield from in_blocks(_cells(whole, {'run': shown['run'], **options}), 1, width)


def as_json(runs: list[Overview]) -> list[dict]:
    """Returns the runs as dictionaries for a JSON file, with all options and figures."""
    return [{'run': run.name, 'path': str(run.path), 'state': run.state, 'problem': run.problem,
             'written': run.written, 'bytes': run.size, 'step': run.step,
             'warnings': run.warnings, 'rollbacks': run.rollbacks,
             'figures': [{'name': name, **figure._asdict(), 'value': _finite(figure.value)}
                         for (name, _), figure in run.figures.items()],
             'options': run.config.to_dict() if run.config else None} for run in runs]


def _cells(runs, shown):
    """Returns the cells of a table with a row of names; '-' where a run has no value."""
    values = [[column.value(run) for column in shown.values()] for run in runs]
    return [[*shown], *([
        '-' if value is None else column.text(value)
        for value, column in zip(row, shown.values(), strict=True)] for row in values)]


def _option(name):
    """Returns the function that reads an option of a run."""
    return lambda run: None if run.config is None else getattr(run.config, name)


def _figure(key):
    """Returns the function that reads a figure of a run."""
    return lambda run: run.figures[key].value if key in run.figures else None


def _sort_key(value):
    """Returns a key that sorts None and nan last."""
    missing = value is None or value != value
    return (missing, 0 if missing else value)


def _date(seconds):
    return time.strftime('%Y-%m-%d %H:%M', time.localtime(seconds))


def _finite(value):
    """Returns a number; None for nan and infinity, which JSON does not have."""
    return value if math.isfinite(value) else None


def _after_a_blank(found):
    return ['', *found] if found else []
