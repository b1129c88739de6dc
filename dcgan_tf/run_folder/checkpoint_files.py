"""Lists and removes checkpoints by their file names: model-STEP.index, model-STEP.data-..."""

import contextlib
import pathlib
import re

NAME = re.compile(r'model-(\d{1,19})(\.index|\.data-\d+-of-\d+)?', re.ASCII)


def step_of(path: pathlib.Path) -> int | None:
    """Returns the step of a path `.../model-STEP`, or of a file of it; None for another name."""
    named = NAME.fullmatch(path.name)
    return int(named[1]) if named else None


def steps(folder: pathlib.Path) -> list[int]:
    """Returns the steps of the checkpoints in a folder, oldest first."""
    return _steps(folder, '.index')


def halves(folder: pathlib.Path) -> list[int]:
    """Returns the steps of checkpoints with data but no index, oldest first; a kill leaves such."""
    return sorted(set(_steps(folder, '.data-')) - set(steps(folder)))


def remove(folder: pathlib.Path, step: int) -> None:
    """Removes one checkpoint, its index first: files without an index are not a checkpoint."""
    paths = sorted(folder.glob(f'model-{step}.*'), key=lambda path: path.suffix != '.index')
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def remove_all(folder: pathlib.Path) -> None:
    """Removes every file of checkpoints, each index first, and leaves the folder. OSError."""
    for path in sorted(folder.glob('*'), key=lambda path: path.suffix != '.index'):
        if re.fullmatch(r'model-\d+\..+|checkpoint|checkpoint\.tmp.*', path.name):
            path.unlink(missing_ok=True)


def clean(folder: pathlib.Path) -> None:
    """Removes what a killed save left: TensorFlow's temporary files, data without an index."""
    for path in folder.glob('checkpoint.tmp*'):
        path.unlink(missing_ok=True)
    for path in folder.glob('model-*'):
        ours = re.fullmatch(r'(model-\d+)\.(?:index|data-\d+-of-\d+)(\.tempstate\d+)?', path.name)
        if ours and (ours[2] or not path.with_name(f'{ours[1]}.index').exists()):
            path.unlink(missing_ok=True)


def _steps(folder, ending):
    """Returns the steps of the files whose ending begins so, oldest first, each once."""
    names = (NAME.fullmatch(path.name) for path in folder.glob('*'))
    return sorted({int(name[1]) for name in names if name and (name[2] or '').startswith(ending)})
