"""docs/own_networks.md: its three files and its Python program run as they are written."""

import importlib
import pathlib
import re

import pytest

from tests.helpers import call_tool

PAGE = (pathlib.Path(__file__).parents[2] / 'docs' / 'own_networks.md').read_text()
FILES = dict(re.findall(r'`(\w+\.py)`:\n\n```python\n(.*?)```', PAGE, re.DOTALL))
COMMANDS = [line.split() for block in re.findall(r'```\n(python .*?)```', PAGE, re.DOTALL)
            for line in block.splitlines()]
LIMITS = {'my_networks.py': 42, 'my_objective.py': 15, 'my_system.py': 64}           # lines
SECONDS = {'--epochs': '4'}


@pytest.fixture
def written(here):
    for name, source in FILES.items():
        (here / name).write_text(source)
    return here


def commands(*words):
    """The commands of the page that have all these words, without `python`."""
    return [line[1:] for line in COMMANDS if set(words) <= set(line)]


def call(words, small=()):
    """Runs a command of the page in this process; `small` makes a training short."""
    import main1
    if words[0] == 'main1.py':
        words = [SECONDS.get(before, word) for before, word in zip(['', *words], words,
                                                                    strict=False)]
        assert main1.main([*words[1:], '--quiet', *small]) == 0
        return
    tool = importlib.import_module(f'dcgan_tf.commands.{pathlib.Path(words[0]).stem}')
    assert call_tool(tool, *words[1:]) == 0


def test_the_files_have_the_promised_lengths_and_lines():
    assert {name: len(source.splitlines()) <= LIMITS[name]
            for name, source in FILES.items()} == dict.fromkeys(LIMITS, True)
    assert max(len(line) for source in FILES.values() for line in source.splitlines()) <= 100


def test_the_commands_train_and_open_the_runs(written, small, pooled, new_process):
    """Each tool runs the copy: the file is gone, as in a new process."""
    trainings = commands('--run-name')
    assert [words[1] for words in trainings] == ['--networks', '--objective', '--type']
    for words in trainings:
        call(words, [*(word for word in small if word not in ('--penalty', 'none')
                       or '--type' not in words), '--epochs', '2', '--z-dim', '3',
                     '--histograms', 'none'])
    for name in FILES:
        (written / name).unlink()
    new_process()
    for words in [*commands('tools/sample.py'), *commands('tools/morph.py'),
                  *commands('--resume', '--epochs')]:
        call(words)
    assert (written / 'grid.png').exists() and (written / 'morph.gif').exists()
    assert (written / 'results/squared/checkpoints/model-4.index').exists()


@pytest.mark.slow
def test_the_program(written):
    program, = (block for block in re.findall(r'```python\n(.*?)```', PAGE, re.DOTALL)
                if 'GAN.open' in block)
    place = {}
    exec(compile(program, 'own_networks.md', 'exec'), place)
    assert place['pictures'].shape == (4, 28, 28, 1)
    assert (written / 'results/mine/code/my_networks.py').exists()
