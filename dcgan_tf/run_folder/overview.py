"""Tells what can be known of a run without its checkpoints and without TensorFlow.

This is what `dcgan-tf runs` shows: state, steps, last figures, and space on the disk.
"""

import contextlib
import os
import pathlib
import re
from typing import NamedTuple

from dcgan_tf.config import Config
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.run_folder import checkpoint_files, lock
from dcgan_tf.run_folder.run_folder import open_run
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv

PARTS = ('config.json', 'log.csv', 'checkpoints')      # a folder with one of them is a run
RUNNING, FINISHED, COLLAPSED, STOPPED, UNREADABLE = (
    'running', 'finished', 'collapsed', 'stopped', 'unreadable')
SIGN = re.compile(r'step ([\d,]+): ')                  # how a line of warnings.log begins
NOT_FINITE = 'NaN or infinity'                         # in the line of such a collapse


class Figure(NamedTuple):
    """Holds the last value of a loss or of a metric."""

    value: float
    step: int
    conditions: str               # how a metric was measured, see `Conditions`; '' = a loss


class Overview(NamedTuple):
    """Describes one run; if it cannot be read only the first five fields are known."""

    path: pathlib.Path
    state: str                    # one of the five names above
    written: float                # when its log or a checkpoint was last written, seconds of 1970
    size: int                     # bytes of all its files
    problem: str                  # why it cannot be read, '' = it can
    config: Config | None
    step: int                     # steps that it has done
    warnings: int                 # lines of warnings.log: signs of a collapse, rollbacks
    rollbacks: int
    figures: dict                 # (name, conditions) -> Figure

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.path.name


def overviews(folder: str | pathlib.Path) -> list[Overview]:
    """Returns the Overview of every run in a folder, the one that was written last first."""
    found = [overview(path) for path in pathlib.Path(folder).iterdir() if is_run_folder(path)]
    return sorted(found, key=lambda run: (-run.written, run.name))


def overview(path: pathlib.Path) -> Overview:
    """Returns the Overview of one run folder. If it cannot be read it has a `problem`."""
    written, size, running = _written(path), _size(path), lock.is_held(path)
    try:
        run = open_run(str(path))
        row, signs = loss_csv.last_rows(run.log)[-1:], _warnings(run)
        step = _steps_done(run, row)
        return Overview(path, _state(run, step, running, signs), written, size, '', run.config,
                        step, len(signs), len(run.rollbacks), _figures(run, row))
    except (RunError, UsageError, OSError) as error:
        state = RUNNING if running else UNREADABLE
        return Overview(path, state, written, size, str(error), None, 0, 0, 0, {})


def is_run_folder(path: pathlib.Path) -> bool:
    """Tells whether `overviews` lists a folder: it has one of the PARTS of a run, not all."""
    return (not path.name.startswith('.') and path.is_dir()
            and any((path / name).exists() for name in PARTS))


def delete_checkpoints(path: str | pathlib.Path) -> int:
    """Removes all that is in RUN/checkpoints; returns how many bytes that frees.

    RUN/best stays. UsageError if another process trains the run. Raises OSError.
    """
    path = pathlib.Path(path)
    with lock.locked(path):
        freed = _size(path / 'checkpoints')
        checkpoint_files.remove_all(path / 'checkpoints')
        return freed - _size(path / 'checkpoints')


def size_of_checkpoints(path: pathlib.Path) -> int:
    """Returns the bytes in RUN/checkpoints."""
    return _size(path / 'checkpoints')


def _state(run, step, running, signs):
    """Returns the state of a run.

    It has collapsed if the last thing that it did was to warn of it, and if such a warning ends a
    training: one of a NaN does, and others with --on-collapse stop, or after too many rollbacks.
    """
    if running:
        return RUNNING
    if step >= run.config.epochs:
        return FINISHED
    last = signs[-1] if signs else ''
    sign = SIGN.match(last)
    ends = NOT_FINITE in last or (run.config.on_collapse != 'warn' and 'overfitting' not in last)
    at_the_end = sign and int(sign[1].replace(',', '')) >= step
    return COLLAPSED if ends and at_the_end else STOPPED


def _steps_done(run, row):
    """Returns the last step in the log, or that of the newest checkpoint if there is a later one.

    row: a list with the last row of the log, or [].
    The steps after the newest checkpoint of a killed run are done again by a resume.
    """
    saved = [step for folder in (run.checkpoints, run.best) for step in
             checkpoint_files.steps(folder)]
    return max([each['step'] for each in row] + saved, default=0)


def _figures(run, row):
    """Returns (name, conditions) -> Figure: losses of the log's last row, metrics of samples.

    row: a list with that row, or [].
    """
    found = {(name, ''): Figure(value, each['step'], '') for each in row
             for name, value in each.items() if name.endswith('_loss')}
    for row in metrics_csv.read(run.metrics):
        conditions = metrics_csv.conditions_of(row)
        if not conditions.split.startswith(metrics_csv.BASELINE):
            text = str(conditions)
            found[row['figure'], text] = Figure(row['value'], row['step'], text)
    return found


def _warnings(run):
    """Returns the lines of warnings.log; [] without one."""
    try:
        text = (run.path / 'warnings.log').read_text(encoding='utf-8', errors='replace')
    except FileNotFoundError:
        return []
    return text.splitlines()


def _written(path):
    """Returns the time of the newest of those files that a training writes, or of the folder."""
    files = [path / name for name in ('config.json', 'log.csv', 'metrics.csv')]
    times = [path.stat().st_mtime] if not any(map(pathlib.Path.exists, files)) else []
    for file in [*files, *(path / 'checkpoints').glob('*.index')]:
        with contextlib.suppress(OSError):               # a training may remove old checkpoints
            times.append(file.stat().st_mtime)
    return max(times, default=0.0)


def _size(folder):
    """Returns the bytes of all files in a folder and below; links are not followed."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += pathlib.Path(place, name).lstat().st_size
    return total
