"""Defines main1.py's flags of no Config field."""

import os

from dcgan_tf.cli.debugging import DEBUGGERS
from dcgan_tf.cli.parser import add_cache_folder, add_trust, choices
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import maps, row_of
from dcgan_tf.distributed.cluster import PATIENCE, START_PATIENCE


def add_first(groups):
    """Adds those that stand before the others of their group."""
    groups['data'].add_argument(
        '--folder', type=local_path, metavar='DIR', help='learn this folder of pictures, a '
        'sub-folder a class: short for --dataset folder --data-dir DIR')
    run, graph = groups['run'], groups['graph']
    run.add_argument(
        '--save-folder', type=local_path, default=os.environ.get('SAVE_FOLDER', 'results'),
        metavar='DIR', help='the folder of the run folders; environment variable: '
        'SAVE_FOLDER (default: results)')
    run.add_argument('--run-name', metavar='NAME', help='name of the folder (default: '
                     'date-time-dataset-preset)')
    run.add_argument('--resume', type=local_path, metavar='RUN', help='continue the run in '
                     'this folder until it has done --epochs steps in all; latest = the newest run '
                     'in --save-folder; auto = the run called --run-name, which is started if it '
                     'is not there')
    run.add_argument('--init-from', type=local_path, metavar='RUN', help='start a new run with '
                     'the networks of this run; it may learn other pictures; RUN is a folder, '
                     'a checkpoint, or latest')
    add_trust(run)
    groups['networks'].add_argument(
        '--maps', type=maps, metavar='N,N,...', help="feature maps of D's layers; from the "
        'image inwards, and each layer halves its size; G has the same numbers in reverse order '
        '(default: as in the preset)')
    graph.add_argument('--graph-only', action='store_true', help='write the graph for TensorBoard '
                       'and stop')
    graph.add_argument('--dry-run', action='store_true', help='print all options of the run as '
                       'JSON and stop')
    graph.add_argument('--debug', type=row_of(DEBUGGERS), metavar='HOW', help='look into the '
                       'steps, which stay the same (default: off)' + choices(DEBUGGERS))


def add_last(groups):
    """Adds those that stand after the others of their group."""
    groups['data'].add_argument('--download', action='store_true', help='fetch MNIST or '
                                'Fashion-MNIST into --data-dir; no other flag uses the network')
    groups['length'].add_argument('--max-epoch', type=float, metavar='X', help='number of passes '
                                  'over the data, instead of --epochs')
    groups['run'].add_argument('--quiet', action='store_true', help='print no lines and no '
                               'progress bar; errors stay')
    add_cache_folder(groups['speed'])
    for flag, seconds, when in (('--worker-timeout', PATIENCE, 'in a step'),
                                ('--start-timeout', START_PATIENCE, 'before the first step')):
        groups['workers'].add_argument(
            flag, type=float, default=seconds, metavar='SECONDS', help='seconds that a worker '
            f'waits for the others {when} (default: {seconds})')
