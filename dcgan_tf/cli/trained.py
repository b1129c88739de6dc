"""Finds a trained model, its checkpoints and its data, for the tools."""

import argparse
import pathlib
import re
from typing import NamedTuple

from dcgan_tf import config as configs
from dcgan_tf import data as datasets
from dcgan_tf.cli.made_by import notice
from dcgan_tf.cli.paths import local_path
from dcgan_tf.config import Config
from dcgan_tf.data.parts import Part
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import check_room
from dcgan_tf.run_folder import best_checkpoint, checkpoint_files, config_json, run_folder

NEWEST, BEST = 'newest', 'best'
STEP = re.compile(r'\d{1,19}', re.ASCII)
OPTION_FILES = ('config.json', 'options.json')      # of a run folder; of --graph-only and others


class Weights(NamedTuple):
    """Holds the place of a model's weights, and the Config to build the model."""

    name: str                 # of the folder that holds config.json
    config: Config
    folder: pathlib.Path      # holds the checkpoint
    step: int | None          # of the checkpoint; None = the newest that can be read
    out: pathlib.Path         # folder for results without --out
    run: run_folder.RunFolder | None = None        # None = checkpoints without their run folder
    made_by: str | None = None         # the version of this program; None = it is not known

    def file(self, name: str) -> pathlib.Path:
        """Returns the path of a file in `out`, which is made. RunError if it cannot be written."""
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            check_room(self.out, 1)
        except OSError as error:
            raise RunError(f'results cannot be written to {self.out}: {error.strerror or error}; '
                           'choose another place with --out') from error
        return self.out / name


def add_run(parser) -> None:
    """Adds the arguments that name a trained model: see `find`."""
    parser.add_argument('run', type=local_path, metavar='RUN', help='a run folder of main1.py, or '
                        'a checkpoint (.../model-STEP, or a folder of such)')
    parser.add_argument('--config', type=local_path, metavar='FILE', help='for a checkpoint '
                        'outside its run folder: the config.json that it was trained with '
                        '(default: the one in the same folder, or one folder up)')
    add_checkpoint(parser)


def add_checkpoint(parser) -> None:
    """Adds the flag that chooses one of a run's checkpoints."""
    parser.add_argument('--checkpoint', default=NEWEST, metavar='WHICH', help='the checkpoint: '
                        'newest, best (by --keep-best of the training) or a step (default: '
                        'newest)')


def find(args, *, quiet: bool = False) -> Weights:
    """Returns the Weights that the arguments of `add_run` name. Does not load TensorFlow.

    UsageError if there are none. quiet: True = no line if another version made them.
    """
    weights = _find(args)
    if not quiet:
        notice([(weights.name, weights.made_by)])
    return weights


def _find(args):
    path = pathlib.Path(args.run)
    named = re.fullmatch(r'model-(\d{1,19})(\.index|\.data-\d+-of-\d+)?', path.name)
    if named and not path.is_dir():
        if args.checkpoint != NEWEST:
            raise UsageError(f'--checkpoint {args.checkpoint}: {path} is one already')
        return _bare(path.parent, args.config, int(named[1]))
    if (path / 'config.json').is_file() and not checkpoint_files.steps(path):
        if args.config:
            raise UsageError(f'--config is for a checkpoint outside its run folder: {path} has its '
                             'own config.json')
        return of_run(run_folder.open_run(args.run), args.checkpoint)
    if not checkpoint_files.steps(path):
        raise UsageError(f'{path} is neither a run folder, with its config.json, nor a checkpoint '
                         'model-STEP')
    if args.checkpoint != NEWEST and not STEP.fullmatch(args.checkpoint):
        raise UsageError(f'--checkpoint {args.checkpoint[:40]}: of a folder of checkpoints, '
                         'newest or a step')
    return _bare(path, args.config, None if args.checkpoint == NEWEST else int(args.checkpoint))


def find_configs(paths: list[str], args) -> list[tuple[str, Config]]:
    """Returns a name and the Config of each path, which need not have a checkpoint.

    A path is what `find` takes as args.run, the folder of --graph-only, or a JSON file of options.
    """
    found = [_find_config(path, args) for path in paths]
    notice([(name, made_by) for name, _, made_by in found])
    return [(name, config) for name, config, _ in found]


def open_runs(paths: list[str], *, quiet: bool = False) -> list[run_folder.RunFolder]:
    """Opens run folders. quiet: True = no line about those that another version made."""
    runs = [run_folder.open_run(path) for path in paths]
    if not quiet:
        notice([(run.name, run.made_by) for run in runs])
    return runs


def _find_config(path, args):
    """Returns (name, Config, the version that made it or None): see `find_configs`."""
    given = pathlib.Path(path)
    files = [given] if given.suffix == '.json' else [given / name for name in OPTION_FILES]
    file = next(filter(pathlib.Path.is_file, files), None)
    if file is None:
        weights = _find(argparse.Namespace(**{**vars(args), 'run': path}))
        return weights.name, weights.config, weights.made_by
    if args.config:
        raise UsageError('--config is for a checkpoint outside its run folder: the options are '
                         f'in {file}')
    name = file.stem if file is given else given.resolve().name
    return name, *_options(file, named=file is given)


def of_run(run, checkpoint: str) -> Weights:
    """Returns the Weights of the checkpoint of a RunFolder that --checkpoint names."""
    return Weights(run.name, run.config, *find_checkpoint(run, checkpoint), run.images, run,
                   run.made_by)


def open_gan(weights: Weights, *, features: bool = False, inversion: bool = False,
             classes: bool = False):
    """Returns a DeepConvolutionalGAN with these weights, to make images. Loads TensorFlow.

    features: True = `discriminator_features` works, too; inversion: `invert`; classes:
    `class_probabilities`.
    """
    from dcgan_tf import DeepConvolutionalGAN
    gan = DeepConvolutionalGAN.from_config(weights.config)
    for build, wanted in ((gan.features, features), (gan.inversion, inversion),
                          (gan.classes, classes)):
        if wanted:
            build()
    gan.load_model(weights.folder, training=False, step=weights.step)
    return gan


def _bare(folder, config, step):
    """Returns the Weights of checkpoints without a run folder: results go to the current folder."""
    steps = checkpoint_files.steps(folder)
    if step is not None and step not in steps:
        raise UsageError(f'{folder} holds no checkpoint of step {step}, but '
                         f'{", ".join(map(str, steps)) or "none at all"}')
    nearby = [parent / name for parent in (folder, folder.parent) for name in OPTION_FILES]
    file = pathlib.Path(config) if config else next(filter(pathlib.Path.is_file, nearby), None)
    if file is None or not file.is_file():
        raise UsageError(f'{file or folder}: no config.json there; copy the one of the checkpoint '
                         'there, or name it with --config FILE, if it is a tool')
    options, made_by = _options(file, named=config is not None)
    return Weights(file.resolve().parent.name, options, folder, step, pathlib.Path(),
                   made_by=made_by)


def _options(file, *, named):
    """Returns the Config in a config.json or a file of options alone, and the version that made it.

    named: the user has named the file. Options alone then are of an unknown version, e.g. from
    --dry-run; found beside a checkpoint, they were left by a version that wrote nothing else.
    """
    record = config_json.read(file)
    if 'config' in record:
        return config_json.config_of(record, file), config_json.maker(record)
    return configs.from_dict(record, str(file)), None if named else config_json.UNNAMED


def find_checkpoint(run, checkpoint: str):
    """Returns (folder, step) of the checkpoint that --checkpoint names.

    step None = the newest that can be read. UsageError if there is no such checkpoint.
    """
    newest, best = checkpoint_files.steps(run.checkpoints), best_checkpoint.read(run.best)
    kept = [best.step] if best else []
    if not newest + kept:
        raise UsageError(f'{run.path} holds no checkpoint yet: train it with --resume {run.path}')
    if checkpoint == NEWEST and newest:
        return run.checkpoints, None
    if checkpoint == BEST and best:
        return run.best, best.step
    if STEP.fullmatch(checkpoint) and int(checkpoint) in newest + kept:
        step = int(checkpoint)
        return run.checkpoints if step in newest else run.best, step
    choices = ', '.join([NEWEST, *([BEST] if best else []), *map(str, sorted({*newest, *kept}))])
    hint = '' if best or checkpoint != BEST else '; main1.py --keep-best METRIC keeps the best'
    raise UsageError(f'--checkpoint {checkpoint[:40]}: {run.path} has {choices}{hint}')


def names(runs) -> dict:
    """Returns {RunFolder: the name of its folder, or its path if two runs have the same name}."""
    short = [run.name for run in runs]
    return {run: run.name if short.count(run.name) == 1 else str(run.path) for run in runs}


def image_format_of(config: Config) -> datasets.ImageFormat:
    """Returns the size, crop and colour to which the pictures of a run were brought."""
    size = config.resize or (config.dataset == 'folder' and (config.image_width,
                                                             config.image_height))
    return datasets.ImageFormat(size or None, config.gray, config.crop, config.file_num)


def check_data_dir(dataset: str, folder: str | None) -> None:
    """Raises UsageError if a --data-dir does not exist, also if no file is needed. None passes."""
    own_check = dataset in ('folder', 'npz')          # their loaders check the path
    if folder is not None and not own_check and not pathlib.Path(folder).exists():
        raise UsageError(f'--data-dir {folder}: there is no such folder')


def open_data(config: Config, args, run: run_folder.RunFolder | None):
    """Returns the pictures that a run of this Config learns; `held_out` has those held out from it.

    UsageError if the data set is gone or not the one of its run.
    args: has the arguments of `parser.add_data`. run: None = checkpoints without their run folder.
    """
    c = config
    check_data_dir(c.dataset, args.data_dir)
    part = Part(0, c.batch_size, c.batch_size) if c.split_data else None      # the whole data set
    data = datasets.load(c.dataset, args.data_dir or c.data_dir, fit=image_format_of(c), part=part,
                         cache=args.cache_folder, results=run.path.parent if run else 'results',
                         hold_out=c.hold_out)
    if run:
        run.check_data(data.fingerprint, data.class_names)
    return data
