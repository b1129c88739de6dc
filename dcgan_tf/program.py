"""Says how this process was started, so that messages name commands as their reader types them.

    in a checkout                                  with the installed package
    main1.py                                       dcgan-tf train
    tools/sample.py                                dcgan-tf sample
    pip install -r tools/requirements-onnx.txt     pip install "dcgan-tf[onnx]"

`dcgan_tf.commands` has the table of all commands.
"""

import pathlib
import sys

COMMAND = 'dcgan-tf'          # of the installed package; also the name of the distribution
MAIN = 'main1.py'             # what a checkout has for `dcgan-tf train`
ROOT = pathlib.Path(__file__).resolve().parents[1]       # a checkout, or the folder of all packages


def name() -> str:
    """Returns the name of this program, for its messages: 'morph.py', or 'dcgan-tf morph'."""
    started = pathlib.Path(sys.argv[0]).name
    return started if started != MAIN or _in_checkout() else f'{COMMAND} train'


def command(verb: str) -> str:
    """Returns what the reader types for a command: 'dcgan-tf sample', or the file for Python."""
    if name().startswith(COMMAND) or not _in_checkout():
        return f'{COMMAND} {verb}'
    return MAIN if verb == 'train' else f'tools/{verb}.py'


def install(extra: str) -> str:
    """Returns the line that installs the packages of an extra, such as 'onnx'."""
    what = (f'"{COMMAND}[{extra}]"' if command('train') != MAIN else
            f'-r tools/requirements-{extra}.txt')
    return f'python -m pip install {what}'


def _in_checkout():
    return (ROOT / 'tools' / '_root.py').is_file()
