"""Lists the files that are not used as pictures, and raises an error if they are too many."""

import pathlib

import numpy as np

from dcgan_tf import names
from dcgan_tf.data.pictures.scan import SPLITS, Scan
from dcgan_tf.errors import UsageError
from dcgan_tf.files import write_whole


def write_rejected(pack: pathlib.Path, rows: list[tuple[str, str]]) -> None:
    """Writes rejected.tsv: one line per file with name and reason. Raises OSError."""
    write_whole(pack / 'rejected.tsv', names.table([('file', 'reason'), *rows]))


def check_enough(folder, found: Scan, labels: np.ndarray, refused: list[tuple[str, str]],
                 pack: pathlib.Path) -> None:
    """Raises UsageError if a class has no picture or more than half of the files were refused.

    labels [N]: the classes of the decoded pictures. refused: (name, reason) of the other files.
    """
    reasons = f'all reasons: {pack / "rejected.tsv"}'
    if len(refused) > len(labels):
        name, why = refused[0]
        raise UsageError(f"folder '{folder}': {len(refused):,} of {len(found.files):,} files "
                         f'cannot be used, more than half, such as {name!r}: {why}; '
                         f'{_skipped(found)}{_deeper(folder, found)}{reasons}')
    classes = range(len(found.class_names))
    if found.indices is not None:              # of a part: it may have none of a class
        classes = sorted({file.label for file in found.files})
    without = [label for label in classes if not (labels == label).any()]
    if without:
        empty = found.class_names[without[0]]
        raise UsageError(f"folder '{folder}': class '{empty}' has no picture that can be used: "
                         f'repair it or remove its folder; {_skipped(found)}'
                         f'{_deeper(folder, found, f"{empty}/")}{reasons}')


def _deeper(folder, found, within=''):
    """Returns a hint about folders inside class folders, which are not read."""
    deeper = [name for name, _ in found.left_out
              if name.endswith('/') and name.startswith(within)]
    if not deeper:
        return ''
    outer, inner = deeper[0].split('/')[:2]
    hint = ''
    if outer.lower() in SPLITS:
        one = next((name for name in found.class_names if 'train' in name.lower()), outer)
        hint = f', and each sub-folder is a class: give --folder {pathlib.Path(folder, one)}'
    elif inner.lower() in SPLITS:
        hint = f': move the pictures of {deeper[0]} up into {outer}/, likewise for each class'
    return f'there are folders deeper inside, such as {deeper[0]!r}{hint}; '


def _skipped(found):
    """Returns a hint about files that --file-num left out."""
    n = found.skipped
    return f'--file-num took the first by name and left {n:,}; ' if n else ''
