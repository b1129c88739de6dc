"""Says where the networks of a run came from that was started with --init-from.

It is the entry "init_from" of the run's config.json.
"""

import hashlib
import pathlib
from typing import NamedTuple

from dcgan_tf.errors import RunError


class Origin(NamedTuple):
    """Names one checkpoint of an earlier run."""

    path: str           # absolute, with slashes: a run folder, or a folder of checkpoints
    step: int           # of the checkpoint
    digest: str         # of its numbers: see `digest`


def of_run(run) -> Origin | None:
    """Returns the Origin of a RunFolder; None if its first weights were random ones.

    RunError if the entry is damaged.
    """
    entry = run.record.get('init_from')
    if entry is None:
        return None
    try:
        return Origin(str(entry['path']), int(entry['step']), str(entry['digest']))
    except (TypeError, KeyError, ValueError) as error:
        raise RunError(f'{run.path / "config.json"} is damaged: its entry "init_from" names no '
                       'checkpoint') from error


def digest(folder: pathlib.Path, step: int) -> str:
    """Returns the first 16 digits of the SHA-256 of model-STEP.data-00000-of-00001. OSError."""
    file = folder / f'model-{step}.data-00000-of-00001'
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
