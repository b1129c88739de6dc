"""docs/debugging.md and docs/nan.md: their commands, their program and their pictures."""

import pathlib
import re
import shlex

import numpy as np
import pytest
from PIL import Image

import main1
from dcgan_tf.cli import exits
from dcgan_tf.commands import graph
from dcgan_tf.images.feature_maps import map_tiles
from experiments import board_pictures, graph_pictures
from tests.cases import cases

ROOT = pathlib.Path(__file__).parents[1]
PAGES = {name: (ROOT / 'docs' / name).read_text() for name in ('debugging.md', 'nan.md')}


def commands(program, pages=tuple(PAGES)):
    """Returns the arguments of each `python PROGRAM ...` of the pages, without a comment."""
    line = re.compile(rf'^(?:\$ )?python {re.escape(program)} (.*)$', re.MULTILINE)
    found = [shlex.split(words, comments=True)
             for page in pages for words in line.findall(PAGES[page])]
    assert found
    return found


def run_names(page):
    """Returns the names of the runs that a page makes, by a command or by its program."""
    named = [words[words.index('--run-name') + 1] for words in commands('main1.py', [page])
             if '--run-name' in words]
    return named + re.findall(r"run_folder\.create\('results', '(.+?)'", PAGES[page])


@pytest.mark.parametrize('page', PAGES)
def test_no_name_of_a_run_is_taken_twice(page):
    """The second one would end with `results/NAME is a run already`."""
    names = run_names(page)
    assert len(names) > 1 and len(names) == len({*names})


def test_each_training_has_right_flags(here, capsys):
    """`--debug cli` asks for a terminal even in a dry run, so `dump` stands in for it."""
    for words in commands('main1.py'):
        words = ['dump' if word == 'cli' else word for word in words]
        assert exits.run(main1.main, [*words, '--dry-run']) == 0, words
        assert '"dataset": "digits"' in capsys.readouterr().out


def test_each_tool_has_right_flags():
    runs = {name for page in PAGES for name in run_names(page)}
    for words in commands('tools/graph.py'):
        assert pathlib.Path(graph.parse(words).run).name in runs
    for words in commands('experiments/board_pictures.py'):
        assert {run.name for run in board_pictures.parse(words).run} <= runs
    for words in commands('experiments/graph_pictures.py'):
        assert graph_pictures.parse(words).run.name in runs


def test_the_pictures_are_shown_and_small():
    shown = {name for page in PAGES.values() for name in re.findall(r'\(images/(\S+?)\)', page)}
    assert set(board_pictures.PICTURES) <= shown
    for name in shown:
        assert (ROOT / 'docs/images' / name).stat().st_size < 60_000


def programs():
    """Returns the Python programs of debugging.md: the wrong sign, and the cut of two pictures."""
    wrong_sign, cut = re.findall(r'```python\n(.*?)```', PAGES['debugging.md'], re.DOTALL)
    return wrong_sign, cut


def test_the_cut_of_the_feature_maps(here):
    """Maps of g2_deconv, 36 of 14x14 pixels; the page shows 18 of 3 images."""
    tiles = map_tiles(np.random.default_rng(0).uniform(size=(32, 14, 14, 36))).pixels
    for name in ('healthy.png', 'dead.png'):
        Image.fromarray(tiles).save(name)
    exec(compile(programs()[1], 'debugging.md', 'exec'), {})
    cut = np.asarray(Image.open('maps.png'))
    for part in (cut[:86], cut[-86:]):
        np.testing.assert_array_equal(part, tiles[:86, :521])
    shown = np.asarray(Image.open(ROOT / 'docs/images/debug_dead_maps.png'))
    assert shown.shape == cut.shape


@pytest.mark.slow
def test_the_program_with_the_wrong_sign(here, capsys):
    """The gradient of G's loss by D's output is positive; the right formula has it negative."""
    place = {}
    exec(compile(programs()[0].replace('epochs=200', 'epochs=2'), 'debugging.md', 'exec'), place)
    name, least, most = capsys.readouterr().out.splitlines()[-1].split()
    assert name == 'train_G/backward/losses/G/minus_log_D_grad/mul'
    assert 0 < float(least) <= float(most)
    assert (here / 'results/sign/log.csv').exists()


@cases(('words', 'problem'), [
    ('a.png --tags losses', 'expected FILE, --tags and --run together'),
    ('--tags losses --run a', 'expected FILE, --tags and --run together'),
    ('--only other.png', "invalid choice: 'other.png'")])
def test_mistakes(capsys, words, problem):
    with pytest.raises(SystemExit):
        board_pictures.main(words.split())
    assert problem in capsys.readouterr().err


def test_a_folder_without_events(tmp_path):
    with (pytest.raises(SystemExit, match='has no events of TensorBoard'),
          board_pictures.together([tmp_path])):
        pass
