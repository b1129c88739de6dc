"""Defines main1.py's flags. A flag of a Config field takes everything from the field."""

import argparse
import dataclasses
from typing import NamedTuple

from dcgan_tf import own_code
from dcgan_tf.cli import more_flags
from dcgan_tf.cli.debugging import check
from dcgan_tf.cli.parser import Parser, choices
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import number_of, own_or_row, row_of, size, sizes
from dcgan_tf.config import AUTO, CHOICES, GROUPS, LISTS, NONE, PRESETS, Config, chosen, flag_of
from dcgan_tf.data import CROPS, DATASETS
from dcgan_tf.errors import UsageError

TABLES = {                                              # field -> the choices that its help lists
    **CHOICES,
    **LISTS,
    'dataset': {name: row.help for name, row in DATASETS.items()},
    'crop': CROPS,
}
READERS = {                                             # field -> the function that reads its text
    'data_dir': local_path,
    'resize': size,
    'crop': row_of(CROPS),
    'codes': sizes,
    **dict.fromkeys(own_code.FIELDS, own_or_row),
}
METAVARS = {'data_dir': 'PATH', 'resize': 'WxH', 'codes': 'K,K,...',
            **dict.fromkeys(LISTS, 'NAME,NAME')}
FREQUENT = (                                            # the flags that --help shows
    '--folder', '--dataset', '--data-dir', '--download', '--resize', '--gray', '--flip', '--epochs',
    '--max-epoch', '--batch-size', '--run-name', '--resume', '--init-from', '--quiet',
    '--preset', '--type', '--maps', '--graph-only', '--learning-rate', '--seed')
EXAMPLES = {
    '--epochs 2000': 'learns the handwritten digits that come along',
    '--folder animals --resize 64': 'learns pictures of yours, 64x64',
    '--resume latest --epochs 40000': 'continues the newest run',
}
METAVAR_OF_TYPE = {str: 'NAME', int: 'N', float: 'X'}


class Options(NamedTuple):
    """Holds what the user typed. `given` has the Config fields whose flag was typed, no others."""

    given: dict                     # Config field -> value
    maps: tuple[int, ...] | None    # feature maps from the image inwards; None: the preset's
    max_epoch: float | None         # passes over the data, instead of epochs
    save_folder: str                # the folder in which run folders are made
    cache_folder: str               # the folder of decoded pictures and of the classifier
    run_name: str | None            # None: date-time-dataset-preset
    resume: str | None              # a run folder, `latest` or `auto`
    init_from: str | None           # a run folder, a checkpoint or `latest`, for a new run
    download: bool                  # True: may fetch the data set
    dry_run: bool                   # True: print the Config and stop
    graph_only: bool                # True: write the graph for TensorBoard and stop
    debug: str | None               # row of DEBUGGERS
    worker_timeout: float           # seconds that a worker waits for another, in a step
    start_timeout: float            # ... and before the first step
    quiet: bool                     # True: print nothing but errors
    trust: bool = False             # True: run code in a run folder that is not in the user's list


def parse(argv: list[str] | None = None) -> Options:
    """Reads the command line. UsageError for unknown arguments and for contradictions.

    Runs a file of the user's own, FILE.py:NAME, last of all.
    """
    args = vars(make_parser().parse_args(argv))
    values = {name: args.pop(name) for name in _flag_fields()}
    given = {name: value for name, value in values.items() if value is not None}
    given.update({name: '' for name in LISTS if given.get(name) == NONE})
    _point_to_folder(given, args.pop('folder'))
    if 'precision' in given:                     # config.json then says what `auto` was
        given['precision'] = chosen(given['precision'])
    options = Options(given=given, **args)
    if options.max_epoch is not None and 'epochs' in given:
        raise UsageError('--epochs and --max-epoch both say how long to train: give one')
    if options.max_epoch is not None and not 0 < options.max_epoch < 1e6:
        raise UsageError(f'--max-epoch {options.max_epoch:g}: expected more than 0 and less than '
                         'a million')
    if options.resume == AUTO and not options.run_name:
        raise UsageError('--resume auto continues the run with a given name, or starts it: give '
                         '--run-name')
    if options.resume not in (None, AUTO) and options.init_from:
        raise UsageError('--init-from starts a new run, and --resume continues one, which has its '
                         'own networks: give one of the two, or --resume auto')
    if options.resume not in (None, AUTO) and options.run_name:
        raise UsageError('--run-name is for a new run: with --resume the run has its name')
    for name in ('worker_timeout', 'start_timeout'):
        if not 1 <= getattr(options, name) < 1e6:
            raise UsageError(f'--{name.replace("_", "-")} {getattr(options, name):g}: expected 1 '
                             'second or more, less than a million')
    if options.trust and not (options.resume or options.init_from):
        raise UsageError('--trust does nothing without --resume or --init-from: a file that you '
                         'name runs in any case')
    check(options.debug, options.graph_only)
    return options._replace(given=own_code.taken(options.given))


def make_parser() -> Parser:
    """Returns the parser of all flags: the groups of GROUPS, in their order.

    Some groups begin or end with flags that are not of a Config field.
    """
    parser = Parser(usage='%(prog)s [flags]', frequent=FREQUENT, examples=EXAMPLES,
                    description='Trains a GAN. Pictures, films, a log and checkpoints are in its '
                    'run folder.')
    groups = {name: parser.add_argument_group(title) for name, title in GROUPS.items()}
    more_flags.add_first(groups)
    for name, field in _flag_fields().items():
        _add_field(groups[field.metadata['group']], name, field)
    more_flags.add_last(groups)
    return parser


def _add_field(group, name, field):
    """Adds the flag of a Config field. It is None in the result of `parse_args` if not typed."""
    flag, text = flag_of(name), field.metadata['help']
    if field.default != ():
        text += f' (default: {_default(name, field)})'
    if name in TABLES:
        text += choices(TABLES[name])
    text = text.replace('%', '%%')
    if field.default is True:
        group.add_argument(flag, action=argparse.BooleanOptionalAction, help=text)
        return
    if field.type is bool:
        group.add_argument(flag, action='store_const', const=True, help=text)
        return
    group.add_argument(flag, dest=name, type=READERS.get(name) or number_of(field), help=text,
                       metavar=METAVARS.get(name) or METAVAR_OF_TYPE[field.type])


def _default(name, field):
    """Returns the default in words: that of the default preset."""
    if name == 'preset':
        others = [f'{row.preset} for --dataset {data}' for data, row in DATASETS.items()
                  if row.preset != field.default]
        return ', '.join([field.default, *others])
    if name == 'architecture':
        return 'those of the preset'
    value = PRESETS[Config.preset].get(name, field.default)
    if isinstance(value, tuple):
        return ','.join(map(str, value))
    return {True: 'on', False: 'off'}[value] if field.type is bool else value or (
        NONE if name in LISTS else value)


def _point_to_folder(given, folder):
    """Adds the meaning of --folder DIR to `given`. UsageError if a typed flag says another."""
    if folder is None:
        return
    if 'data_dir' in given or given.get('dataset', 'folder') != 'folder':
        raise UsageError('--folder DIR is short for --dataset folder --data-dir DIR: give one of '
                         'the two')
    given.update(dataset='folder', data_dir=folder)


def _flag_fields():
    """Returns {name: field} of the Config fields that have a flag."""
    return {f.name: f for f in dataclasses.fields(Config) if f.metadata['flag']}
