"""Finds the weights of a training: a run folder, or checkpoints without one."""

import pathlib
import re
from typing import NamedTuple

from dcgan_tf import config as configs
from dcgan_tf import own_code, pretrained, program
from dcgan_tf.arguments import check_path
from dcgan_tf.config import Config
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import check_room
from dcgan_tf.run_folder import best_checkpoint, checkpoint_files, config_json, run_folder
from dcgan_tf.run_folder.tables import loss_csv

NEWEST, BEST = 'newest', 'best'
STEP = re.compile(r'\d{1,19}', re.ASCII)
OPTION_FILES = ('config.json', 'options.json')      # of a run folder; of --graph-only and others


class Weights(NamedTuple):
    """Holds the place of a model's weights, and the Config to build the model."""

    name: str                 # of the folder that holds config.json
    config: Config
    folder: pathlib.Path      # holds the checkpoint, or what comes along
    step: int | None          # of the checkpoint; None = the newest that can be read
    out: pathlib.Path         # folder for results without --out
    run: run_folder.RunFolder | None = None        # None = checkpoints without their run folder
    made_by: str | None = None         # the version of this program; None = it is not known
    card: pretrained.Card | None = None         # of a generator alone that comes along

    def file(self, name: str) -> pathlib.Path:
        """Returns the path of a file in `out`, which is made. RunError if it cannot be written."""
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            check_room(self.out, 1)
        except OSError as error:
            raise RunError(f'results cannot be written to {self.out}: {error.strerror or error}; '
                           'choose another place with --out') from error
        return self.out / name

    def check_whole(self, what: str, **words) -> None:
        """Raises UsageError for a generator alone. what, words: see `pretrained.refuse`."""
        if self.card:
            pretrained.refuse(self.name, what, **words)


def find(run, checkpoint=NEWEST, config=None, trust=False) -> Weights:
    """Returns the Weights that a user names. UsageError if they do not exist.

    run: the path of a run folder, or of a checkpoint: `.../model-STEP`, or a folder of such; or
    `pretrained:NAME`, a generator alone that comes along: see `pretrained`.
    checkpoint: newest, best (by --keep-best of the training), or a step. config: for a checkpoint
    outside its run folder, the config.json that it was trained with; None = the one in the same
    folder, or one folder up. trust: True = run code of the folder also if it is not in the user's
    list: see `own_code`.
    """
    path, checkpoint = check_path('run', run, 'the path of a run folder'), str(checkpoint)
    if pretrained.is_one(run):
        return _that_comes_along(run, checkpoint, config)
    named = checkpoint_files.step_of(path)
    if named is not None and not path.is_dir():
        if checkpoint != NEWEST:
            raise UsageError(f'--checkpoint {checkpoint}: {path} is one already')
        return _bare(path.parent, config, named, trust)
    if (path / 'config.json').is_file() and not checkpoint_files.steps(path):
        if config:
            raise UsageError(f'--config is for a checkpoint outside its run folder: {path} has its '
                             'own config.json')
        return of_run(run_folder.open_run(run), checkpoint, trust)
    if not checkpoint_files.steps(path):
        raise UsageError(f'{path} is neither a run folder, with its config.json in it, nor a '
                         'checkpoint model-STEP')
    if checkpoint != NEWEST and not STEP.fullmatch(checkpoint):
        raise UsageError(f'--checkpoint {checkpoint[:40]}: of a folder of checkpoints, '
                         'newest or a step')
    return _bare(path, config, None if checkpoint == NEWEST else int(checkpoint), trust)


def of_run(run, checkpoint: str, trust: bool = False) -> Weights:
    """Returns the Weights of the checkpoint of a RunFolder that --checkpoint names.

    Runs the code in its folder: see `own_code`. trust: as in `find`.
    """
    found = Weights(run.name, run.config, *find_checkpoint(run, checkpoint), run.images, run,
                    run.made_by)
    own_code.open_code(run.path, run.config, trust)
    return found


def find_checkpoint(run, checkpoint: str):
    """Returns (folder, step) of the checkpoint that --checkpoint names.

    step None = the newest that can be read. UsageError if there is no such checkpoint.
    """
    newest, best = saved(run)
    kept = [best.step] if best else []
    if not newest + kept:
        check_never_trained(run)
        raise UsageError(f'{run.path} holds no checkpoint yet: train it (--resume {run.path})')
    if checkpoint == NEWEST and newest:
        return run.checkpoints, None
    if checkpoint == BEST and best:
        return run.best, best.step
    if STEP.fullmatch(checkpoint) and int(checkpoint) in newest + kept:
        step = int(checkpoint)
        return run.checkpoints if step in newest else run.best, step
    choices = ', '.join([NEWEST, *([BEST] if best else []), *map(str, sorted({*newest, *kept}))])
    hint = '' if best or checkpoint != BEST else (
        f'; {program.command("train")} --keep-best METRIC keeps the best')
    raise UsageError(f'--checkpoint {checkpoint[:40]}: {run.path} has {choices}{hint}')


def saved(run) -> tuple[list[int], best_checkpoint.Best | None]:
    """Returns the steps of a run's checkpoints, oldest first, and its best checkpoint, or None."""
    return checkpoint_files.steps(run.checkpoints), best_checkpoint.read(run.best)


def _that_comes_along(name, checkpoint, config):
    """Returns the Weights of a generator that comes along: results go to the current folder."""
    card = pretrained.find(name)
    if checkpoint not in (NEWEST, str(card.step)) or config:
        raise UsageError(f'{name} has one checkpoint, of step {card.step}, and its own options: '
                         'leave --checkpoint and --config out')
    return Weights(name, card.config, card.folder, card.step, pathlib.Path(), card=card)


def _bare(folder, config, step, trust):
    """Returns the Weights of checkpoints without a run folder: results go to the current folder."""
    steps = checkpoint_files.steps(folder)
    if step is not None and step not in steps:
        raise UsageError(f'{folder} holds no checkpoint of step {step}, but '
                         f'{", ".join(map(str, steps)) or "none at all"}')
    nearby = [parent / name for parent in (folder, folder.parent) for name in OPTION_FILES]
    file = pathlib.Path(config) if config else next(filter(pathlib.Path.is_file, nearby), None)
    if file is None or not file.is_file():
        raise UsageError(f'{file or folder}: no config.json there; copy the one of the checkpoint '
                         'there, or name it (--config FILE)')
    found, made_by = options(file, named=config is not None, trust=trust)
    return Weights(file.resolve().parent.name, found, folder, step, pathlib.Path(), made_by=made_by)


def options(file, *, named, trust=False):
    """Returns the Config in a config.json or a file of options alone, and the version that made it.

    named: the user has named the file. Options alone then are of an unknown version, e.g. from
    --dry-run; found beside a checkpoint, they were left by a version that wrote nothing else. Runs
    the code in the folder of the file: see `own_code`. trust: as in `find`.
    """
    record = config_json.read(file)
    if 'config' in record:
        config, made_by = config_json.config_of(record, file), config_json.maker(record)
    else:
        config = configs.from_dict(record, str(file))
        made_by = None if named else config_json.UNNAMED
    own_code.open_code(file.parent, config, trust)
    return config, made_by


def checkpoints_in(folder) -> pathlib.Path:
    """Returns the folder of checkpoints of a run folder; another folder as it is."""
    path = check_path('folder', folder, 'the path of a folder')
    is_run = (path / 'config.json').is_file() and not checkpoint_files.steps(path)
    return path / 'checkpoints' if is_run else path


def run_of(folder: pathlib.Path) -> pathlib.Path:
    """Returns the run folder that a folder of checkpoints belongs to; another folder as it is."""
    inside = folder.name in ('checkpoints', 'best') and (folder.parent / 'config.json').is_file()
    return folder.parent if inside else folder


def load_newest(gan, run) -> int:
    """Loads a RunFolder's newest checkpoint, for more training; returns the number of its steps.

    0 if the run was stopped before its first checkpoint. RunError if its checkpoints are lost.
    """
    if not checkpoint_files.steps(run.checkpoints):
        check_never_trained(run)
        return 0
    return gan.load_model(run.checkpoints)


def check_never_trained(run):
    """Raises RunError if a run without a whole checkpoint has trained: they are lost."""
    table, halves = loss_csv.load(run.log), checkpoint_files.halves(run.checkpoints)
    rows = len(table.rows) + table.lost.lines
    if rows or max(halves, default=0) > 0:
        raise RunError(f'{run.checkpoints} holds no whole checkpoint, but the run has trained: '
                       f'{run.log} has {rows} rows. The run was not started again: put the '
                       'checkpoints back, or choose another name (--run-name)')
