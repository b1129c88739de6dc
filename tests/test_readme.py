"""README.md: its length, its commands as they are typed, and its lines of Python."""

import importlib
import pathlib
import re
import shlex

from dcgan_tf.cli import flags
from dcgan_tf.commands import COMMANDS
from tests.cases import cases
from tests.families import MAPS, PLAIN

PAGE = (pathlib.Path(__file__).parents[1] / 'README.md').read_text()
MAX_LINES = 150
COMMAND = r'python (main1\.py|tools/\w+\.py) (?!--help)([^`#&\n]*)'
PROGRAMS = {'main1.py': flags, **{
    f'tools/{verb}.py': importlib.import_module(row.module)
    for verb, row in COMMANDS.items() if row.module and verb != 'train'}}
BLOCK, = re.findall(r'^```python\n(.*?)^```', PAGE, re.MULTILINE | re.DOTALL)


def test_it_is_short():
    assert len(PAGE.splitlines()) <= MAX_LINES


@cases(('program', 'words'), sorted({*re.findall(COMMAND, PAGE)}))
def test_a_command_can_be_typed(here, program, words):
    PROGRAMS[program].parse(shlex.split(words))


def test_there_are_commands():
    assert len({*re.findall(COMMAND, PAGE)}) >= 12


def test_the_number_of_flags_of_the_short_help():
    assert 'the twenty flags that people use most' in PAGE and len(flags.FREQUENT) == 20


def test_the_lines_of_python_run(here):
    """With few steps and few feature maps."""
    g_maps, d_maps = MAPS['dcgan28']
    code = BLOCK.replace('epochs=200, batch_size=32, z_dim=64', '**few')
    assert code != BLOCK
    place = {'few': {'epochs': 2, 'batch_size': 8, 'z_dim': 4, 'generator_maps': g_maps,
                     'discriminator_maps': d_maps, **PLAIN}}
    exec(compile(code, 'README.md', 'exec'), place)
    assert place['pictures'].shape == (16, 28, 28, 1)
    assert len(place['gan'].history['step']) == 1
    assert (here / 'morph.gif').read_bytes().startswith(b'GIF')
