"""Keeps the best checkpoint of a run and its metric: RUN/best/model-STEP.* and note.json."""

import json
import logging
import pathlib
from typing import NamedTuple

from dcgan_tf import files
from dcgan_tf.run_folder import checkpoint_files

logger = logging.getLogger(__name__)


class Best(NamedTuple):
    """The content of note.json, in which `metric` is named `figure` and `conditions` `beside`."""

    step: int
    metric: str
    value: float
    conditions: str               # how the metric was measured: the text of its Conditions


def read(folder: pathlib.Path) -> Best | None:
    """Reads the note of a folder; None if it is missing or damaged, or its checkpoint is gone."""
    try:
        note = json.loads((folder / 'note.json').read_text(encoding='utf-8'))
        best = Best(int(note['step']), str(note['figure']), float(note['value']),
                    str(note['beside']))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        logger.warning('%s is damaged (%s): it is not known how good that checkpoint is, so the '
                       'next one that is measured replaces it', folder / 'note.json', error)
        return None
    return best if best.step in checkpoint_files.steps(folder) else None


def write(folder: pathlib.Path, best: Best) -> None:
    """Writes the note of a saved checkpoint, then removes the others.

    In this order a kill always leaves one checkpoint.
    """
    note = {'step': best.step, 'figure': best.metric, 'value': best.value,
            'beside': best.conditions}
    files.write_whole(folder / 'note.json', json.dumps(note, indent=2) + '\n')
    clean(folder)


def clean(folder: pathlib.Path) -> None:
    """Removes the checkpoints that a kill left in addition to the one in the note."""
    best = read(folder)
    for step in checkpoint_files.steps(folder):
        if best and step != best.step:
            checkpoint_files.remove(folder, step)
