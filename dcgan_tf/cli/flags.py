"""main1.py's flags. Those of a Config field take name, type, default and help from the field."""

import argparse
import dataclasses
import os
from typing import NamedTuple

from dcgan_tf.cli.debugging import DEBUGGERS, check
from dcgan_tf.cli.parser import Parser, add_cache_folder, maps, row_of, size
from dcgan_tf.config import AUTO, CHOICES, LISTS, NONE, PRESETS, Config, chosen
from dcgan_tf.data import CROPS, DATASETS
from dcgan_tf.distributed.cluster import PATIENCE, START_PATIENCE
from dcgan_tf.errors import UsageError

TABLES = {                                              # those that the help of a flag shows
    **CHOICES,
    **LISTS,
    'preset': PRESETS,
    'dataset': {name: row.help for name, row in DATASETS.items()},
    'crop': CROPS,
}
WORDS = {'resize': (size, 'SIZE'), 'crop': (row_of(CROPS), 'CROP')}     # how some are read


class Options(NamedTuple):
    """What was typed. `given` holds the Config fields that have a flag on the line, no others."""

    given: dict                     # Config field -> value
    maps: tuple[int, ...] | None    # feature maps from the image inwards; None: the preset's
    max_epoch: float | None         # passes over the data, in place of epochs
    save_folder: str                # where run folders are made
    cache_folder: str               # where decoded pictures and the classifier are kept
    run_name: str | None            # None: date-time-dataset-preset
    resume: str | None              # a run folder, `latest` or `auto`
    download: bool                  # may fetch the data set
    dry_run: bool                   # print the Config and stop
    graph_only: bool                # write the graph for TensorBoard and stop
    debug: str | None               # row of DEBUGGERS
    worker_timeout: float           # seconds that a worker waits for another, in a step
    start_timeout: float            # ... and before the first
    quiet: bool                     # say nothing but errors


def parse(argv: list[str] | None = None) -> Options:
    """Reads the command line. UsageError for arguments it does not know or that contradict."""
    args = vars(_parser().parse_args(argv))
    given = {name: args.pop(name) for name in _flag_fields() if args[name] is not None}
    for name in _flag_fields():
        args.pop(name, None)
    given.update({name: '' for name in LISTS if given.get(name) == NONE})
    _point_to_folder(given, args.pop('folder'))
    if 'precision' in given:                     # a run folder says what was meant
        given['precision'] = chosen(given['precision'])
    options = Options(given=given, **args)
    if options.max_epoch is not None and 'epochs' in given:
        raise UsageError('--epochs and --max-epoch both say how long to train: give one')
    if options.max_epoch is not None and not 0 < options.max_epoch < 1e6:
        raise UsageError(f'--max-epoch {options.max_epoch:g}: expected more than 0 and less than '
                         'a million')
    if options.resume == AUTO and not options.run_name:
        raise UsageError('--resume auto goes on with the run of a name, or starts it: give '
                         '--run-name')
    if options.resume not in (None, AUTO) and options.run_name:
        raise UsageError('--run-name is for a new run: with --resume the run has its name')
    for name in ('worker_timeout', 'start_timeout'):
        if not 1 <= getattr(options, name) < 1e6:
            raise UsageError(f'--{name.replace("_", "-")} {getattr(options, name):g}: expected 1 '
                             'second or more, less than a million')
    check(options.debug, options.graph_only)
    return options


def _point_to_folder(given, folder):
    """--folder DIR is short for --dataset folder --data-dir DIR."""
    if folder is None:
        return
    if 'data_dir' in given or given.get('dataset', 'folder') != 'folder':
        raise UsageError('--folder DIR is short for --dataset folder --data-dir DIR: give one of '
                         'the two')
    given.update(dataset='folder', data_dir=folder)


def _parser():
    parser = Parser(description='Trains a DCGAN and leaves pictures, GIFs, log, TensorBoard '
                                'events and checkpoints in a run folder.')
    model = parser.add_argument_group('what is trained, and how')
    for name, field in _flag_fields().items():
        _add_field(model, name, field)
    model.add_argument('--folder', metavar='DIR', help='learn the pictures in this folder, one '
                       'sub-folder a class: short for --dataset folder --data-dir DIR')
    model.add_argument('--maps', type=maps, metavar='M,M,...', help='feature maps from the image '
                       'inwards, a layer that halves the size each; the generator has the same in '
                       'reverse (default: the preset\'s)')
    model.add_argument('--max-epoch', type=float, metavar='P',
                       help='passes over the data, in place of --epochs')
    run = parser.add_argument_group('the run')
    run.add_argument('--save-folder', default=os.environ.get('SAVE_FOLDER', 'results'),
                     metavar='DIR', help='where run folders are made; environment: SAVE_FOLDER '
                                         '(default: results)')
    add_cache_folder(run)
    run.add_argument('--run-name', metavar='NAME', help='default: date-time-dataset-preset')
    run.add_argument('--resume', metavar='RUN', help='go on with a run folder, or with the latest '
                     'one in --save-folder (RUN = latest), until it has done --epochs in all; '
                     'RUN = auto: with that of --run-name if there is one, else start it')
    run.add_argument('--debug', type=row_of(DEBUGGERS), metavar='HOW', help='look into the steps, '
                     'which stay the same: ' + '; '.join(_row(*row) for row in DEBUGGERS.items()))
    for flag, seconds, text in (('--worker-timeout', PATIENCE, 'in a step'),
                                ('--start-timeout', START_PATIENCE, 'before the first step')):
        run.add_argument(flag, type=float, default=seconds, metavar='SECONDS',
                         help='how long one of several workers (TF_CONFIG) waits for the others '
                         f'{text} (default: {seconds})')
    for flag, text in (('--download', 'fetch MNIST or Fashion-MNIST into --data-dir; without this '
                                      'flag nothing touches the network'),
                       ('--dry-run', 'print the resolved Config and stop'),
                       ('--graph-only', 'write the graph for TensorBoard and stop'),
                       ('--quiet', 'no lines and no progress bar; errors and TensorFlow\'s own '
                                   'notices stay')):
        run.add_argument(flag, action='store_true', help=text)
    return parser


def _add_field(group, name, field):
    """One flag; its default in the namespace is None, so that what was given can be told."""
    flag, text = '--' + name.replace('_', '-'), field.metadata['help']
    if name in TABLES:
        text = text.format('; '.join(_row(k, v) for k, v in TABLES[name].items()))
    if field.default is True:
        group.add_argument(flag, action=argparse.BooleanOptionalAction, help=text)
        return
    if field.type is bool:
        group.add_argument(flag, action='store_const', const=True, help=text)
        return
    kind, metavar = WORDS.get(name) or (field.type, field.type.__name__.upper())
    text += f' (default: {_default(name, field)})' if field.default != () else ''
    group.add_argument(flag, type=kind, metavar=metavar, help=text.replace('%', '%%'))


def _row(name, about):
    return f'{name} = {about}' if isinstance(about, str) else name


def _default(name, field):
    """The default preset's value: the one that counts when nothing is given."""
    if name == 'preset':
        others = [f'{row.preset} for {data}' for data, row in DATASETS.items()
                  if row.preset != field.default]
        return ', '.join([field.default, *others])
    return PRESETS[Config.preset].get(name, field.default)


def _flag_fields():
    """Config field name -> field, for those that are flags."""
    return {f.name: f for f in dataclasses.fields(Config) if f.metadata['flag']}
