"""Compares the runs in a folder: dcgan-tf runs [FOLDER] --sort frechet"""

import os
import pathlib
import shutil
import sys

from dcgan_tf import pretrained, program
from dcgan_tf.cli import exits, runs_table
from dcgan_tf.cli.parser import Parser, add_json, check_file
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.report import write_json
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.names import counted, one_line
from dcgan_tf.run_folder.overview import (
    RUNNING,
    delete_checkpoints,
    overviews,
    size_of_checkpoints,
)

EXAMPLES = {                                            # after the name of the program
    'results --sort frechet': 'the best first, by --metrics of the trainings',
    'results --delete-checkpoints old --yes': 'makes room: this run keeps only its results',
}


def main(argv=None):
    """Prints the tables, and deletes checkpoints if asked to; returns the exit code."""
    args = parse(argv)
    runs = found(args.folder)
    if args.sort:
        runs = runs_table.in_order(runs, args.sort)
    chosen = to_delete(runs, args)                   # a wrong name is refused before the table
    terminal = sys.stdout.isatty()
    print(f'{counted(len(runs), "run")} in {args.folder}, '
          f'{megabytes(sum(run.size for run in runs))}', '',
          *runs_table.lines(runs, shutil.get_terminal_size().columns if terminal else None),
          sep='\n')
    write_json(args.json, runs_table.as_json(runs))
    if args.delete_checkpoints is not None:
        delete(chosen, args.yes)
    return exits.DONE


def found(folder):
    """Returns the Overviews of the runs in a folder. UsageError if it has no run."""
    pretrained.refuse(folder, 'a log', 'a folder that holds runs')
    path = pathlib.Path(folder)
    if not path.is_dir():
        raise UsageError(f'{folder}: there is no such folder; name the one that holds the runs')
    if (path / 'config.json').is_file():
        raise UsageError(f'{folder} is a run: name the folder that holds the runs, '
                         f'{path.resolve().parent}')
    runs = overviews(path)
    if not runs:
        raise UsageError(f'no run folder in {folder}')
    return runs


def to_delete(runs, args):
    """Returns the runs that --delete-checkpoints means: the named ones, or all in the table.

    UsageError for an unknown name, and for a named run that is running. Without names, runs that
    are running or cannot be read are left out.
    """
    if not args.delete_checkpoints:
        return [run for run in runs if run.state != RUNNING and not run.problem]
    chosen = [named(word, runs, args.folder) for word in args.delete_checkpoints]
    for run in chosen:
        if run.state == RUNNING:
            raise UsageError(f'--delete-checkpoints {run.name}: it is running; stop it first')
    return chosen


def named(word, runs, folder):
    """Returns the run with this name or path. UsageError for another name."""
    path = pathlib.Path(word)
    for run in runs:
        if run.name == word or (path.exists() and path.samefile(run.path)):
            return run
    raise UsageError(f'--delete-checkpoints {word[:200]}: there is no such run in {folder} (the '
                     f'folder stands before the flag: {program.command("runs")} FOLDER '
                     '--delete-checkpoints)')


def delete(runs, yes):
    """Deletes the checkpoints of runs after a question. RunError if some cannot be deleted."""
    sizes = {run.path: size for run in runs if (size := size_of_checkpoints(run.path))}
    names = ', '.join(one_line(path.name) for path in sizes)
    if not sizes:
        print('\nthere are no checkpoints to delete')
        return
    print(f'\nthe checkpoints of {names}: {megabytes(sum(sizes.values()))}. Without them a run '
          'can neither be resumed nor draw pictures, except from RUN/best')
    if not yes and not agreed():
        print('nothing was deleted')
        return
    freed = 0
    for path in sizes:
        try:
            freed += delete_checkpoints(path)
        except OSError as error:
            raise RunError(f'cannot delete the checkpoints of {path}: {error.strerror}; '
                           f'{megabytes(freed)} were freed before') from error
    print(f'deleted: {megabytes(freed)} are free')


def agreed():
    """Asks on the terminal; returns whether the answer is yes. Ctrl-D means no."""
    try:
        return input('delete them? [y/N] ').strip().lower() in ('y', 'yes')
    except EOFError:
        print()
        return False


def megabytes(size):
    """Returns a number of bytes as text."""
    return f'{size / 1e6:,.1f} MB'


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Prints a table of the runs in a folder, the newest first, and the '
                    'options in which they differ.', examples=EXAMPLES)
    parser.add_argument('folder', nargs='?', type=local_path, metavar='FOLDER',
                        default=os.environ.get('SAVE_FOLDER', 'results'), help='the folder that '
                        'holds the run folders; environment variable: SAVE_FOLDER (default: '
                        'results)')
    parser.add_argument('--sort', metavar='COLUMN', help='sort by a column of the table or by any '
                        'option, the smallest value first')
    add_json(parser, 'table, with all options,')
    parser.add_argument('--delete-checkpoints', nargs='*', type=local_path, metavar='RUN',
                        help='delete the checkpoints of these runs, or of all in the table, after '
                        'a question; never those of a running run, and never RUN/best')
    parser.add_argument('--yes', action='store_true', help='with --delete-checkpoints: do not ask')
    args = parser.parse_args(argv)
    check_file('--json', args.json)
    if args.yes and args.delete_checkpoints is None:
        raise UsageError('--yes is for --delete-checkpoints')
    if args.delete_checkpoints is not None and not args.yes and not (
            sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError('--delete-checkpoints asks before it deletes, and standard input or '
                         'output is not a terminal: add --yes')
    return args
