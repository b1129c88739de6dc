"""The files of checkpoints, by their names: model-STEP.index, model-STEP.data-..."""

import contextlib
import pathlib
import re


def steps(folder: pathlib.Path) -> list[int]:
    """The steps of the checkpoints in a folder, oldest first."""
    names = (re.fullmatch(r'model-(\d+)\.index', p.name) for p in folder.glob('*'))
    return sorted(int(name[1]) for name in names if name)


def halves(folder: pathlib.Path) -> list[int]:
    """The steps of those that have data and no index, as a kill leaves them; oldest first."""
    names = (re.fullmatch(r'model-(\d+)\.data-\d+-of-\d+', p.name) for p in folder.glob('*'))
    return sorted({int(name[1]) for name in names if name} - set(steps(folder)))


def remove(folder: pathlib.Path, step: int) -> None:
    """Removes one checkpoint, its index first: what is left of a half removal is no checkpoint."""
    paths = sorted(folder.glob(f'model-{step}.*'), key=lambda path: path.suffix != '.index')
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def clean(folder: pathlib.Path) -> None:
    """Removes what killed saves left: TensorFlow's temporary files, data without an index."""
    for path in folder.glob('checkpoint.tmp*'):
        path.unlink(missing_ok=True)
    for path in folder.glob('model-*'):
        ours = re.fullmatch(r'(model-\d+)\.(?:index|data-\d+-of-\d+)(\.tempstate\d+)?', path.name)
        if ours and (ours[2] or not path.with_name(f'{ours[1]}.index').exists()):
            path.unlink(missing_ok=True)
