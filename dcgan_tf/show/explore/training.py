"""What the page shows of a training: state, speed, tables, warnings and the newest pictures.

Everything comes from the files of the run folder, so the training need not know of the page.
"""

import math
import pathlib
from collections.abc import Mapping
from typing import NamedTuple

from dcgan_tf.names import one_line, printable
from dcgan_tf.run_folder.gallery import newest_samples
from dcgan_tf.run_folder.overview import RUNNING, Overview
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from dcgan_tf.run_folder.tables.loss_plot import best_information
from dcgan_tf.show.curve_titles import metric_title, titles
from dcgan_tf.show.explore import tails
from dcgan_tf.show.explore.curve_points import number, points
from dcgan_tf.show.explore.places import file_in

RECENT = 50                        # rows of log.csv from which the speed is computed
MAX_WARNINGS = 20                  # lines that are sent, the newest ones
MAX_LINE = 500                     # characters of one
GRIDS = ('fake', 'fake1', 'codes', 'plane', 'fake2')      # the pictures that are shown, in order


class Pictures(NamedTuple):
    """The newest pictures of a run."""

    step: int
    grids: list[str]               # names of SampleGrids


def training(run: Overview, marks: Mapping[str, str]) -> dict:
    """Returns what the page shows of a training, for JSON.

    marks: log, metrics and warnings -> the mark that came with them the last time, see `tails`;
    only what was added since is returned. None or no entry = all.
    """
    return {**facts(run), **speed(run),
            'log': log(run, marks.get('log', '')),
            'metrics': metrics(run.path, marks.get('metrics', '')),
            'warnings': warnings(run.path, marks.get('warnings', ''))}


def facts(run: Overview) -> dict:
    """Returns what is short: the name, the state, the steps, the newest pictures."""
    pictures, config = newest_pictures(run.path), run.config
    return {'name': one_line(run.name), 'state': run.state, 'problem': run.problem,
            'step': run.step, 'steps': config.epochs if config else None, 'written': run.written,
            'pictures': pictures and pictures._asdict()}


def speed(run: Overview) -> dict:
    """Returns rate, images a second of late, and left, the seconds until the last step.

    Each is None if it is not known; left also if the run is not running.
    """
    path = file_in(run.path, 'log.csv')
    rows = loss_csv.last_rows(path)[-RECENT:] if path and run.config else []
    rates = [row.get('images_per_second', math.nan) for row in rows]
    seconds = [1 / rate for rate in rates if 0 < rate < math.inf]          # of an image
    if not seconds:
        return {'rate': None, 'left': None}
    each = sum(seconds) / len(seconds)                     # a row stands for as many images as any
    images = max(0, run.config.epochs - run.step) * run.config.images_per_step
    return {'rate': number(1 / each),
            'left': number(images * each) if run.state == RUNNING else None}


def log(run: Overview, mark: str) -> dict:
    """Returns the curves of log.csv after a mark: see `curve_points.points`.

    titles: column -> title of its panel. best: column -> the best value that there is.
    """
    table, mark, fresh = tails.read_table(file_in(run.path, 'log.csv'), mark, loss_csv.parsed)
    named = dict(titles(table.rows[0] if table.rows else ()))
    best = best_information(run.config) if run.config else {}
    return {'mark': mark, 'fresh': fresh, 'lost': _lost('log.csv', table), 'titles': named,
            'best': {column: best[column] for column in named if column in best},
            **points(table.rows, [*named])}


def metrics(path: pathlib.Path, mark: str) -> dict:
    """Returns the rows of metrics.csv after a mark.

    rows: [title of the panel, step, value, whether it is the value of real pictures].
    """
    table, mark, fresh = tails.read_table(file_in(path, 'metrics.csv'), mark, metrics_csv.parsed)
    rows = [(metric_title(row), row) for row in table.rows]
    return {'mark': mark, 'fresh': fresh, 'lost': _lost('metrics.csv', table),
            'rows': [[title, row['step'], number(row['value']), baseline]
                     for (title, baseline), row in rows]}


def warnings(path: pathlib.Path, mark: str) -> dict:
    """Returns the lines of warnings.log after a mark, the newest MAX_WARNINGS at most."""
    tail = tails.read(file_in(path, 'warnings.log'), mark)
    lines = tail.lines.decode(errors='replace').splitlines()[-MAX_WARNINGS:]
    return {'mark': tail.mark, 'fresh': tail.fresh,
            'lines': [printable(line)[:MAX_LINE] for line in lines]}


def newest_pictures(path: pathlib.Path) -> Pictures | None:
    """Returns the newest pictures in the folder images of a run; None without any."""
    step, _ = newest_samples(path / 'images') or (None, None)
    grids = [grid for grid in GRIDS if step is not None and picture_file(path, grid, step)]
    return Pictures(step, grids) if grids else None


def picture_file(path: pathlib.Path, grid: str, step: int) -> pathlib.Path | None:
    """Returns the path of a picture of a run, one of the GRIDS; None if it does not exist."""
    return file_in(path, 'images', f'{grid}_{step:06d}.png') if grid in GRIDS else None


def _lost(name, table):
    """Returns a line about what cannot be read in a table; '' if all can be."""
    return f'{name} has {table.lost}: left out' if table.lost.lines or table.lost.cells else ''
