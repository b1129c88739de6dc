"""The best checkpoint of a run, and why it is that: RUN/best/model-STEP.* and note.json."""

import json
import logging
import pathlib
from typing import NamedTuple

from dcgan_tf import files
from dcgan_tf.run_folder import checkpoint_files

logger = logging.getLogger(__name__)


class Best(NamedTuple):
    """What note.json says, where metric is `figure` and conditions `beside`."""

    step: int
    metric: str
    value: float
    conditions: str               # of the metric, in words


def read(folder: pathlib.Path) -> Best | None:
    """The note of a folder; None where there is none, or its checkpoint is gone."""
    try:
        found = json.loads((folder / 'note.json').read_text(encoding='utf-8'))
        best = Best(int(found['step']), str(found['figure']), float(found['value']),
                    str(found['beside']))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        logger.warning('%s is damaged (%s): nobody knows how good that one was, and the next that '
                       'is measured takes its place', folder / 'note.json', error)
        return None
    return best if best.step in checkpoint_files.steps(folder) else None


def write(folder: pathlib.Path, best: Best) -> None:
    """The note of a checkpoint that is there; then the others go, and no kill leaves none."""
    note = {'step': best.step, 'figure': best.metric, 'value': best.value,
            'beside': best.conditions}
    files.write_whole(folder / 'note.json', json.dumps(note, indent=2) + '\n')
    tidy(folder)


def tidy(folder: pathlib.Path) -> None:
    """Removes what a kill left beside the checkpoint of the note."""
    best = read(folder)
    for step in checkpoint_files.steps(folder):
        if best and step != best.step:
            checkpoint_files.remove(folder, step)
