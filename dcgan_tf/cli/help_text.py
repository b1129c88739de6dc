"""Writes the text of --help: all flags, or the ones that people use most.

A parser with `frequent` flags has two texts. --help shows those flags, each in a few words that are
cut from its help text, and examples; --help-all shows every flag with its whole text.
"""

import argparse
import copy
import re
import shutil
import sys
import textwrap

from dcgan_tf.cli.paths import local_path

MIN_WIDTH, MAX_WIDTH = 80, 100   # columns, also of other terminals
MAX_DEFAULT, MAX_NAMES = 24, 100  # characters of a default and of the choices in the short text
FEW_NAMES = 20                    # ... and of the choices if these are more: the first ones
METAVARS = {int: 'N', float: 'X', local_path: 'PATH', None: 'NAME'}        # type of a flag -> what
DEFAULT = re.compile(r' \(default: ([^()]*)\)$')
# Where the short text ends: at the first of these that has some words before it.
CUT = re.compile(r'(?<=.{23})(?:[;:] | \(|, (?:each|or|such as|of both|instead) |,? until )')
OF_ALL = {'--help', '--help-all', '--verbose'}                     # the flags of each such --help


class HelpLines(argparse.HelpFormatter):
    """Keeps the line breaks in a help text, so that each choice of a flag has its own line."""

    def __init__(self, prog, **options):
        width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
        super().__init__(prog, **{'width': width - 2, **options})

    def _split_lines(self, text, width):
        return [line for part in text.split('\n') for line in textwrap.wrap(
            part, width, break_on_hyphens=False,
            subsequent_indent='    ' if part.startswith(' ') else '')]

    def _fill_text(self, text, width, indent):
        return textwrap.fill(' '.join(text.split()), width, break_on_hyphens=False,
                             initial_indent=indent, subsequent_indent=indent)

    def _get_default_metavar_for_optional(self, action):
        return METAVARS.get(action.type) or super()._get_default_metavar_for_optional(action)


class HelpAll(argparse.Action):
    """Prints the text of all flags and ends the program: --help-all."""

    def __call__(self, parser, namespace, values, option_string=None):
        sys.stdout.write(parser.format_all())
        parser.exit()


def short_help(parser, frequent: tuple[str, ...], examples: dict[str, str]) -> str:
    """Returns the text of --help.

    frequent: the flags that it shows, in addition to arguments without a flag and to OF_ALL.
    examples: what is typed after the program -> what it does.
    """
    n_flags = sum(1 for action in parser._actions if action.option_strings)
    lines = HelpLines(parser.prog)
    lines.add_usage(parser.usage, [], [])
    lines.add_text(parser.description)
    positionals, options, *groups = parser._action_groups
    lines.start_section(positionals.title)
    lines.add_arguments(positionals._group_actions)
    lines.end_section()
    last = f'help, and all {n_flags} flags'
    for title, group, flags in (*((group.title, group, {*frequent}) for group in groups),
                                (last, options, OF_ALL)):
        lines.start_section(title)
        lines.add_arguments([brief(action) for action in group._group_actions
                             if not flags.isdisjoint(action.option_strings)])
        lines.end_section()
    return f'{lines.format_help()}{example_lines(parser, examples)}'


def example_lines(parser, examples: dict[str, str]) -> str:
    """Returns the end of a text of --help; '' without examples, see `short_help`."""
    shown = ''.join(_example(f'{parser.prog} {words}', about) for words, about in examples.items())
    return f'\nexamples:\n{shown}' if shown else ''


def _example(words, about):
    """Returns a line, or two if it would be too long."""
    space = '   ' if len(words) + len(about) + 7 <= MIN_WIDTH else '\n      '
    return f'  {words}{space}# {about}\n'


def brief(action) -> argparse.Action:
    """Returns a copy of an argparse action whose help text is cut to what it is about.

    The default stays if it is short, and the names of the choices stay, without their texts.
    """
    text, *rows = action.help.split('\n')
    default = DEFAULT.search(text)
    text = CUT.split(text.removesuffix(default[0]) if default else text)[0]
    if names := ', '.join(row.strip().partition(' = ')[0] for row in rows if row[:3].strip()):
        few = textwrap.shorten(names, FEW_NAMES, placeholder=' ...')
        text += f': {names if len(names) <= MAX_NAMES else few}'
    if default and len(default[1]) <= MAX_DEFAULT and default[1] not in ('off', 'none'):
        text += default[0]
    shortened = copy.copy(action)
    shortened.help = text
    return shortened
