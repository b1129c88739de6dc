"""Finds a trained model, its checkpoints and its data, for the tools."""

import pathlib

from dcgan_tf import data as datasets
from dcgan_tf import pretrained, program
from dcgan_tf.cli.parser import add_trust
from dcgan_tf.cli.paths import local_path
from dcgan_tf.config import Config
from dcgan_tf.data.parts import Part
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import run_folder, trained_weights
from dcgan_tf.run_folder.made_by import notice
from dcgan_tf.run_folder.trained_weights import NEWEST, OPTION_FILES, Weights


def add_run(parser, *, optional: str = '', alone: bool = True) -> None:
    """Adds the arguments that name a trained model: see `find`.

    optional: what a command without RUN does, for the help text; '' = RUN is required. alone: False
    = the command needs more than a generator, so the text names none of those that come along.
    """
    generators = (', or a generator that comes along: ' + ', '.join(
        map(pretrained.PREFIX.__add__, pretrained.names()))) * alone
    parser.add_argument('run', type=local_path, metavar='RUN', nargs='?' if optional else None,
                        help=f'a run folder of {program.command("train")}, or a checkpoint '
                        f'(.../model-STEP, or a folder of such){generators}'
                        f'{"; " * bool(optional)}{optional}')
    add_checkpoint(parser).add_argument(
        '--config', type=local_path, metavar='FILE', help='for a checkpoint outside its run '
        'folder: the config.json that it was trained with (default: the one in the same folder, or '
        'one folder up)')


def add_checkpoint(parser):
    """Adds the flags that choose one of a run's checkpoints, and that trust the run's code.

    Returns their group.
    """
    group = parser.add_argument_group('the checkpoint')
    add_trust(group)
    group.add_argument('--checkpoint', default=NEWEST, metavar='WHICH', help='the checkpoint: '
                       'newest, best (by --keep-best of the training) or a step (default: '
                       'newest)')
    return group


def find(args) -> Weights:
    """Returns the Weights that the arguments of `add_run` name: see `trained_weights.find`.

    Says if another version of this program made them.
    """
    weights = trained_weights.find(args.run, args.checkpoint, args.config, args.trust)
    notice([(weights.name, weights.made_by)])
    return weights


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
        weights = trained_weights.find(path, args.checkpoint, args.config, args.trust)
        return weights.name, weights.config, weights.made_by
    if args.config:
        raise UsageError('--config is for a checkpoint outside its run folder: the options are '
                         f'in {file}')
    name = file.stem if file is given else given.resolve().name
    return name, *trained_weights.options(file, named=file is given, trust=args.trust)


def open_gan(weights: Weights):
    """Returns a GAN with these weights, as `GAN.open` does. Loads TensorFlow."""
    from dcgan_tf import DeepConvolutionalGAN
    return DeepConvolutionalGAN.of_weights(weights)


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
    data = datasets.load(c.dataset, args.data_dir or c.data_dir, part=part,
                         fit=datasets.image_format_of(c), cache=args.cache_folder,
                         results=run.path.parent if run else 'results',
                         hold_out=c.hold_out)
    if run:
        run.check_data(data.fingerprint, data.class_names)
    return data
