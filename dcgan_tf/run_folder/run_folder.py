"""Creates and opens a run folder: one training run with all its files.

    config.json    the Config, the data set's fingerprint and class names, what made the run
    code/          files of the user's own with networks, an objective or a system
    log.csv        losses, accuracy, gradients and speed every 10 steps
    log_with_penalty.csv  if not every step has the penalty: the same of steps that have it
    metrics.csv    metrics of the samples' quality
    warnings.log   signs of a collapse, if there were any
    checkpoints/   model-STEP.*, the newest five, and those of --keep-every
    best/          model-STEP.*, the best by --keep-best
    images/        PNG and GIF files
    events.*       TensorBoard
    .lock          the number of the process that trains; removed when it ends
"""

import logging
import pathlib

from dcgan_tf import config as configs
from dcgan_tf import files, own_code, pretrained
from dcgan_tf.config import Config
from dcgan_tf.data import DATASETS
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.obstacles import folder_obstacle
from dcgan_tf.run_folder import config_json, kept, lock, run_names

logger = logging.getLogger(__name__)


class RunFolder:
    """Has the paths of a run and its record, config.json. Make one with `create` or `open_run`."""

    def __init__(self, path: pathlib.Path, record: dict):
        self.path, self.record = path, record
        self.checkpoints, self.best, self.images = (
            path / name for name in ('checkpoints', 'best', 'images'))
        self.log, self.metrics = path / 'log.csv', path / 'metrics.csv'
        self.penalty_log = path / 'log_with_penalty.csv'
        self.config = config_json.config_of(record, path / 'config.json')

    @property
    def name(self) -> str:
        """The name of the folder, also if the path is `.` or `..`."""
        return (self.path.resolve() if self.path.name in ('', '..') else self.path).name

    @property
    def made_by(self) -> str | None:
        """The version of this program that started it last; None if config.json does not say it."""
        return config_json.maker(self.record)

    @property
    def n_images(self) -> int | None:
        """The number of images of the data set; None if config.json does not say it."""
        data = self.record.get('data')
        images = data.get('images') if isinstance(data, dict) else None
        return images[0] if isinstance(images, list) and images else None

    @property
    def rollbacks(self) -> list[dict]:
        """The rollbacks after a collapse, each with step, to, reason. RunError if damaged."""
        rollbacks = self.record.get('rollbacks', [])
        if not isinstance(rollbacks, list):
            raise RunError(f'{self.path / "config.json"} is damaged: its rollbacks are no list')
        return rollbacks

    def __repr__(self):
        from dcgan_tf.run_folder import representation  # here: it needs this file
        return representation.text(self)

    def _repr_html_(self):
        from dcgan_tf.run_folder import representation
        return representation.html(self)

    def note_rollback(self, step: int, to: int, reason: str) -> None:
        """Adds to `rollbacks` and writes config.json; the noise depends on their number."""
        self.record = {**self.record, 'rollbacks': [
            *self.rollbacks, {'step': step, 'to': to, 'reason': reason}]}
        self._write()

    def warn(self, line: str) -> None:
        """Adds a line to warnings.log; the caller logs it on the screen."""
        try:
            files.append(self.path / 'warnings.log', line + '\n')
        except OSError as error:
            logger.warning('cannot write warnings.log: %s', error)

    def keep(self, config: Config) -> None:
        """Replaces the Config in config.json, and the entries that say which program writes it.

        A precision `auto` is written as what it stands for on this machine.
        """
        self.config = config = config.replace(precision=configs.chosen(config.precision))
        self.record = {**self.record, **kept.entry(self), 'config': config.to_dict(),
                       **config_json.program()}
        self._write()

    def changed_versions(self) -> dict[str, tuple[str, str]]:
        """Returns the versions that changed: name -> (at the last start, now)."""
        old = self.record.get('versions')
        old = old if isinstance(old, dict) else {}
        return {name: (old[name], new) for name, new in config_json.versions().items()
                if old.get(name, new) != new}

    def check_data(self, fingerprint: str, class_names: tuple[str, ...]) -> None:
        """Raises UsageError if the data set or its class names are not those of the run."""
        data = self.record.get('data')
        if not isinstance(data, dict):
            raise RunError(f'{self.path / "config.json"} is damaged: it has no entry "data"')
        if data.get('fingerprint') != fingerprint:
            how = '(--data-dir)' if (name := data.get('name')) in (None, *DATASETS) else (
                f'to fit, which got it as {name}')
            raise UsageError(f'the data set is not the one that {self.path} was trained on: give '
                             f'that one {how}')
        self.check_classes(class_names)

    def check_classes(self, class_names: tuple[str, ...]) -> None:
        """Raises UsageError if these are not the class names of the run."""
        known = self.config.class_names
        if known and class_names != known:                       # older runs have no class names
            changed = next((f'{new!r} was {old!r}' for new, old in zip(class_names, known,
                                                                       strict=False)
                            if new != old), f'{len(class_names)} instead of {len(known)}')
            raise UsageError(f'the classes are not those that {self.path} was trained on: '
                             f'{changed}; name them as before')

    def _write(self):
        config_json.write(self.path / 'config.json', self.record)


def create(save_folder: str, name: str | None, config: Config, data: dict,
           **entries) -> RunFolder:
    """Creates a new run folder.

    name: None = date-time-dataset-preset. data: the entry "data" of config.json; entries: more of
    them. Raises UsageError if the name is in use or not a plain name, RunError if the folder cannot
    be written.
    """
    root = pathlib.Path(save_folder)
    path = root / run_names.plain_name(name) if name else None
    try:
        root.mkdir(parents=True, exist_ok=True)
        path = path or run_names.made(root, config)
        path.mkdir(exist_ok=True)
        with lock.locked(path):          # of two processes at once, the second is refused
            _check_free(path)
            own_code.keep(path, config)  # before config.json, which needs it
            run = RunFolder(path, {'config': config.to_dict(), 'data': data, **entries})
            run.keep(config)             # first: from here on the run can be resumed after a kill
            run.images.mkdir(exist_ok=True)
            run.checkpoints.mkdir(exist_ok=True)
        files.sync(root)
    except OSError as error:
        raise RunError(f'cannot write the run folder {path or root}: {error.strerror} '
                       '(--save-folder)') from error
    return run


def check_new(save_folder: str, name: str | None) -> None:
    """Raises what `create` would raise, as far as it can be known without making anything."""
    path = pathlib.Path(save_folder, run_names.plain_name(name) if name else '')
    if name:
        _check_free(path)
    if problem := folder_obstacle(path):
        raise RunError(f'cannot write the run folder {path}: {problem} (--save-folder)')


def check_writable(path: pathlib.Path, parts=('', 'checkpoints', 'images')) -> None:
    """Raises RunError if nothing can be written to these parts of a run folder that continues."""
    for part in parts:
        if problem := folder_obstacle(path / part):
            raise RunError(f'the run folder {path} cannot be written: {problem}')


def open_run(path: str) -> RunFolder:
    """Opens the run folder at `path`; UsageError if it is not one, RunError if it is damaged."""
    pretrained.refuse(path, 'a discriminator, a log and its data')
    folder = pathlib.Path(path)
    file = folder / 'config.json'
    if not file.is_file():
        raise UsageError(f'{folder} is not a run folder: it holds no config.json')
    return RunFolder(folder, config_json.read(file))


def _check_free(path):
    """Raises UsageError if the folder is a run already or holds other files."""
    if (path / 'config.json').exists():
        raise UsageError(f'{path} is a run already: go on with it (--resume {path}), or choose '
                         'another name (--run-name)')
    if path.is_dir() and not all(map(_is_leftover, path.iterdir())):
        raise UsageError(f'{path} is not empty: choose another name (--run-name)')


def _is_leftover(path):
    """Returns whether a start that was killed before config.json may have left this file."""
    if path.name == own_code.FOLDER and path.is_dir():
        return all(each.suffix == '.py' for each in path.iterdir())
    return path.name == lock.NAME or (path.name.startswith('.') and '.tmp' in path.name)
