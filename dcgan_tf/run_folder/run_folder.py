"""The run folder: one training run with all that it needs to go on and all that it shows.

    config.json    the Config, the data set's fingerprint and class names, the versions
    log.csv        losses, accuracy, gradients and speed every 10 steps
    metrics.csv    figures of quality
    warnings.log   signs of a collapse, if there were any
    checkpoints/   model-STEP.*, the newest five
    best/          model-STEP.*, the best by --keep-best
    images/        PNG and GIF files
    events.*       TensorBoard
    .lock          the number of the process that trains, as long as it does
"""

import contextlib
import logging
import pathlib
import time

from dcgan_tf import config as configs
from dcgan_tf import files
from dcgan_tf.config import Config
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.run_folder import config_json, lock

logger = logging.getLogger(__name__)


class RunFolder:
    """Paths of a run, and its record. Make one with `create` or `open_run`."""

    def __init__(self, path: pathlib.Path, found: dict):
        self.path = path
        self.record = found
        self.config = configs.from_dict(found.get('config'), str(path / 'config.json'))

    @property
    def checkpoints(self) -> pathlib.Path:
        return self.path / 'checkpoints'

    @property
    def best(self) -> pathlib.Path:
        return self.path / 'best'

    @property
    def images(self) -> pathlib.Path:
        return self.path / 'images'

    @property
    def log(self) -> pathlib.Path:
        return self.path / 'log.csv'

    @property
    def metrics(self) -> pathlib.Path:
        return self.path / 'metrics.csv'

    @property
    def rollbacks(self) -> list[dict]:
        """Each time that a collapse sent the run back: step, to, reason."""
        found = self.record.get('rollbacks', [])
        if not isinstance(found, list):
            raise RunError(f'{self.path / "config.json"} is damaged: its rollbacks are no list')
        return found

    def note_rollback(self, step: int, to: int, reason: str) -> None:
        """Adds to `rollbacks`, in config.json: how many there were decides the noise."""
        self.record = {**self.record, 'rollbacks': [
            *self.rollbacks, {'step': step, 'to': to, 'reason': reason}]}
        self._write()

    def warn(self, words: str) -> None:
        """Adds a line to warnings.log; the same is said on the screen."""
        try:
            files.append(self.path / 'warnings.log', words + '\n')
        except OSError as error:
            logger.warning('cannot write warnings.log: %s', error)

    def keep(self, config: Config) -> None:
        """Writes config.json with this Config in place of the one before.

        With the precision that `auto` stands for here: on another machine it may be another.
        """
        self.config = config = config.replace(precision=configs.chosen(config.precision))
        self.record = {**self.record, 'config': config.to_dict(),
                       'versions': config_json.versions()}
        self._write()

    def changed_versions(self) -> dict[str, tuple[str, str]]:
        """Name -> (at the last start, now), for what the bits depend on and is not the same."""
        before = self.record.get('versions')
        before = before if isinstance(before, dict) else {}
        return {name: (before[name], now) for name, now in config_json.versions().items()
                if before.get(name, now) != now}

    def check_data(self, fingerprint: str, class_names: tuple[str, ...]) -> None:
        """UsageError when the data set, or a name in it, is not the one that was trained on."""
        data = self.record.get('data')
        if not isinstance(data, dict):
            raise RunError(f'{self.path / "config.json"} is damaged: it says nothing of the data')
        if data.get('fingerprint') != fingerprint:
            raise UsageError(f'the data set is not the one {self.path} was trained on: point to '
                             'its own with --data-dir')
        known = self.config.class_names
        if known and class_names != known:                       # older runs have none
            changed = next((f'{new!r} was {old!r}' for new, old in zip(class_names, known,
                                                                       strict=False)
                            if new != old), f'{len(class_names)} in place of {len(known)}')
            raise UsageError(f'the classes are not those that {self.path} was trained on: '
                             f'{changed}; name them as before')

    def _write(self):
        config_json.write(self.path / 'config.json', self.record)


def create(save_folder: str, name: str | None, config: Config, data: dict) -> RunFolder:
    """A new run folder; `data` is what config.json shall say of the data set.

    name: None = date-time-dataset-preset. UsageError when the name is taken or no plain name,
    RunError when the folder cannot be written.
    """
    root = pathlib.Path(save_folder)
    path = root / plain_name(name) if name else None
    try:
        root.mkdir(parents=True, exist_ok=True)
        path = path or _made(root, config)
        path.mkdir(exist_ok=True)
        with lock.locked(path):          # of two that come together one finds it taken
            _check_free(path)
            run = RunFolder(path, {'config': config.to_dict(), 'data': data})
            run.keep(config)             # first: from here on a killed start can be gone on with
            run.images.mkdir(exist_ok=True)
            run.checkpoints.mkdir(exist_ok=True)
        files.sync(root)
    except OSError as error:
        raise RunError(f'cannot write the run folder {path or root}: {error.strerror} '
                       '(--save-folder)') from error
    return run


def open_run(path: str) -> RunFolder:
    """The run folder at `path`. UsageError when it is none, RunError when it is damaged."""
    folder = pathlib.Path(path)
    file = folder / 'config.json'
    if not file.is_file():
        raise UsageError(f'{folder} is not a run folder: it holds no config.json')
    return RunFolder(folder, config_json.read(file))


def latest(save_folder: str) -> str:
    """The run folder under `save_folder` whose checkpoint or config is the newest."""
    runs = [file.parent for file in pathlib.Path(save_folder).glob('*/config.json')]
    if not runs:
        raise UsageError(f'no run folder in {save_folder!r} (--save-folder)')
    return str(max(runs, key=_last_written))


def plain_name(name: str) -> str:
    """The name, or UsageError when it would lead out of the folder it stands in."""
    plain = pathlib.PurePath(name).name == name and name.isprintable()
    if not plain or name == 'latest' or name.startswith('.') or len(name.encode()) > 200:
        raise UsageError(f'run name {name!r}: expected a plain folder name (--run-name)')
    return name


def _last_written(run):
    times = [0.0]
    for file in (run / 'config.json', *(run / 'checkpoints').glob('*.index')):
        with contextlib.suppress(FileNotFoundError):               # its process removes old ones
            times.append(file.stat().st_mtime)
    return max(times)


def _check_free(path):
    """UsageError when something else lives there."""
    if (path / 'config.json').exists():
        raise UsageError(f'{path} is a run already: go on with --resume {path}, or choose another '
                         '--run-name')
    if path.is_dir() and not all(map(_is_nothing, path.iterdir())):
        raise UsageError(f'{path} is not empty: choose another --run-name')


def _is_nothing(path):
    """What a start that was killed leaves in front of config.json."""
    return path.name == lock.NAME or (path.name.startswith('.') and '.tmp' in path.name)


def _made(root, config):
    """A new folder date-time-dataset-preset, with a number where runs start in the same second."""
    name = f'{time.strftime("%Y%m%d-%H%M%S")}-{config.dataset}-{config.preset}'
    path, taken = root / name, 1
    while True:
        try:
            path.mkdir()
            return path
        except FileExistsError:
            taken += 1
            path = root / f'{name}-{taken}'
