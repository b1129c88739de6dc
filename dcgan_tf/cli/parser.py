"""Reads arguments: what main1.py and the tools have in common."""

import argparse
import os
import pathlib
import sys

from dcgan_tf import notices, program
from dcgan_tf.cli.help_text import HelpAll, HelpLines, example_lines, short_help
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import within
from dcgan_tf.config import flag_of
from dcgan_tf.errors import UsageError
from dcgan_tf.names import nearest
from dcgan_tf.obstacles import folder_obstacle, obstacle


class Verbose(argparse.Action):
    """Lets TensorFlow say all; leaves nothing in the result of `parse_args`."""

    def __call__(self, parser, namespace, values, option_string=None):
        notices.show_all()


class Parser(argparse.ArgumentParser):
    """Is argparse's parser, but a mistake is a UsageError, and `--a_b` means `--a-b`.

    frequent: the flags that --help shows if --help-all shows the others; () = --help shows all.
    examples: what is typed after the program -> what it does, for the end of both texts.
    """

    def __init__(self, *, frequent=(), examples=None, **options):
        super().__init__(prog=program.name(), allow_abbrev=False, formatter_class=HelpLines,
                         **options)
        self.frequent, self.examples = frequent, examples or {}
        nothing = {'nargs': 0, 'dest': argparse.SUPPRESS, 'default': argparse.SUPPRESS}
        if frequent:
            self.add_argument('--help-all', action=HelpAll, help='show every flag and exit',
                              **nothing)
        self.add_argument('--verbose', action=Verbose, **nothing, help='show all lines of '
                          'TensorFlow; without it, the harmless ones at its start are hidden')

    def format_help(self):
        """Returns the text of --help."""
        return (short_help(self, self.frequent, self.examples) if self.frequent else
                self.format_all())

    def format_all(self):
        """Returns the text that shows every flag."""
        return super().format_help() + example_lines(self, self.examples)

    def parse_args(self, args=None, namespace=None, **ranges):
        """ranges: name of a flag -> the smallest and the largest number that it takes."""
        args = [_dashed(a) for a in (sys.argv[1:] if args is None else args)]
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            flag = next((each.partition('=')[0] for each in unknown if each.startswith('--')), '')
            self.error(f'unrecognized arguments: {" ".join(unknown)}'
                       f'{nearest(flag, self._option_string_actions)}')
        for name, value in vars(parsed).items():
            if value == '':           # an empty shell variable must not look like a missing flag
                raise UsageError(f'{flag_of(name.rstrip("_"))} is empty: give a value or no flag')
        for name, limits in ranges.items():
            if getattr(parsed, name) is not None:
                within(f'--{name.replace("_", "-")}', getattr(parsed, name), *limits)
        return parsed

    def error(self, message):
        raise UsageError(f'{message} (--help{"-all" * bool(self.frequent)} lists the flags)')


def choices(table):
    """Returns the choices of a flag for the end of its help text.

    table: {name: help}, one line for each; without help texts all names are in one line.
    """
    if all(isinstance(about, str) for about in table.values()):
        return ''.join(f'\n  {name} = {about}' for name, about in table.items())
    return f'\n  {", ".join(table)}'


def add_cache_folder(group):
    """Adds the flag that all commands share which read pictures or measure quality."""
    group.add_argument('--cache-folder', type=local_path,
                       default=os.environ.get('CACHE_FOLDER', 'cache'), metavar='DIR',
                       help='the folder that keeps the decoded pictures of a data set and the '
                       'classifier of the metrics for the next start; environment '
                       'variable: CACHE_FOLDER (default: cache)')


def add_trust(group):
    """Adds the flag of all commands that open a run folder."""
    group.add_argument('--trust', action='store_true', help='run the Python files in the folder '
                       'code of a run that comes from another person; without it, only those from '
                       'which you have started a training yourself: docs/reliability.md')


def add_data(parser):
    """Adds the flags that the tools share which read the data set of a run, in a group."""
    group = parser.add_argument_group('the data')
    group.add_argument('--data-dir', type=local_path, metavar='DIR',
                       help='folder of the data set (default: as in the run)')
    add_cache_folder(group)


def add_json(parser, what='results'):
    """Adds the flag --json: see `check_file` and `report.write_json`."""
    parser.add_argument('--json', type=local_path, metavar='FILE',
                        help=f'write the {what} for programs')


def check_file(flag, file):
    """Raises UsageError unless a named file can be written. None passes."""
    if file is not None and (problem := obstacle(file)):
        raise UsageError(f'{flag} {file}: {problem}')


def check_ending(flag, file, ending):
    """Raises UsageError unless a named file has that ending and can be written. None passes."""
    if file is not None and pathlib.Path(file).suffix.lower() != ending:
        raise UsageError(f'{flag} {file}: expected a name that ends in {ending}')
    check_file(flag, file)


def check_folder(flag, folder):
    """Raises UsageError unless files can be written into a folder, which may be a new one."""
    if problem := folder_obstacle(folder):
        raise UsageError(f'{flag} {folder}: {problem}')


def _dashed(arg):
    if not arg.startswith('--'):
        return arg
    name, equals, value = arg.partition('=')
    return name.replace('_', '-') + equals + value
