"""Runs a command: dcgan-tf sample RUN ..., or python -m dcgan_tf sample RUN ..."""

import importlib
import sys

import dcgan_tf
from dcgan_tf import program
from dcgan_tf.arguments import shown
from dcgan_tf.cli import exits
from dcgan_tf.commands import COMMANDS
from dcgan_tf.errors import UsageError
from dcgan_tf.names import nearest


def run() -> int:
    """Runs the command line of this process, and returns the exit code: `dcgan-tf` itself."""
    sys.argv[0] = program.COMMAND                # not dcgan-tf.exe, nor __main__.py
    return exits.run(main)


def main(argv=None):
    """Runs the command that comes first in argv; without one, lists all. Returns the exit code."""
    verb, *args = (sys.argv[1:] if argv is None else argv) or ['--help']
    if verb in ('-h', '--help'):
        print(*listing(), sep='\n')
        return exits.DONE
    if verb == '--version':
        print(program.COMMAND, dcgan_tf.__version__)
        return exits.DONE
    module = importlib.import_module(module_of(verb))
    sys.argv = [f'{program.COMMAND} {verb}', *args]          # as if it had been started alone
    return module.main(None if argv is None else args)


def module_of(verb):
    """Returns the name of a command's module. UsageError if the package has none."""
    if verb not in COMMANDS:
        raise UsageError(f'there is no command {shown(verb)} (--help lists all)'
                         f'{nearest(verb, COMMANDS)}')
    if (name := COMMANDS[verb].module) is None:
        raise UsageError(f'{verb} measures the project itself and needs its repository: type '
                         f'python tools/{verb}.py there')
    return name


def listing():
    """Yields the lines of --help."""
    yield f'usage: {program.COMMAND} COMMAND ...'
    yield ''
    yield 'Trains GANs in plain TensorFlow ops, and uses them. The flags of a command:'
    yield f'{program.COMMAND} COMMAND --help. This version: {program.COMMAND} --version'
    yield ''
    yield from _rows(lambda row: row.module)
    yield ''
    yield 'Only in the repository, as python tools/COMMAND.py:'
    yield ''
    yield from _rows(lambda row: row.module is None)


def _rows(wanted):
    width = max(map(len, COMMANDS))
    return (f'  {verb:{width}}  {row.help}' for verb, row in COMMANDS.items() if wanted(row))


if __name__ == '__main__':
    sys.exit(run())
