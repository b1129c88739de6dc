"""experiments/: each picture and table of figures is in the index; the scripts' flags are right."""

import functools
import importlib
import json
import pathlib
import re
import shlex
import shutil

import numpy as np
import pytest

import main1
from dcgan_tf.cli import exits
from dcgan_tf.commands import COMMANDS
from dcgan_tf.config import preset
from dcgan_tf.data import digits
from dcgan_tf.images import write_png
from experiments import family_table, gpus_on_paper, rows, time_of_ops
from tests.cases import cases
from tests.shells import words_of

ROOT = pathlib.Path(__file__).parents[1]
FOLDER = ROOT / 'experiments'
INDEX = (FOLDER / 'README.md').read_text()
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text()
         for path in (ROOT / 'README.md', *(ROOT / 'docs').glob('*.md'),
                      *(ROOT / 'docs/family').glob('*.md'))}
SCRIPTS = sorted(path.name for path in FOLDER.glob('*.sh') if path.name != 'train.sh')
NUMBER = re.compile(r'\**-?\d[\d,. ]*(%|[kMG]?B|ms|s|\b)')
NOT_MEASURED = {                       # tables with a column of numbers that nobody has measured
    ('docs/explore.md', 'limits'), ('docs/objectives.md', '--penalty'),
    ('docs/platforms.md', 'where-it-runs'), ('docs/quality.md', 'metrics')}


# ---- the index

def slug(heading):
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-')


def lines_of(page):
    """Yields (anchor of the heading, line) of a page, without blocks of code."""
    anchor, code = '', False
    for line in PAGES[page].splitlines():
        code ^= line.startswith('```')
        if not code and (heading := re.match(r'#+ (.*)', line)):
            anchor = slug(heading[1])
        if not code:
            yield anchor, line.strip()


def tables_of_figures(page):
    """The anchors of the headings with a table that has a column of numbers."""
    found, table = set(), []
    for anchor, line in (*lines_of(page), ('', '')):
        if line.startswith('|'):
            table.append([cell.strip() for cell in re.split(r'(?<!\\)\|', line[1:-1])])
            under = anchor
        elif table:
            columns = list(zip(*table[2:], strict=True))[1:]
            if any(numeric(column) for column in columns):
                found.add((page, under))
            table = []
    return found - NOT_MEASURED


def numeric(column):
    """Whether most cells that are not empty begin with a number."""
    cells = [cell for cell in column if cell]
    return sum(bool(NUMBER.match(cell)) for cell in cells) > len(cells) / 2


def links():
    """The places that the index names in its first columns: (file, anchor or '')."""
    firsts = re.findall(r'^\| \[[^\]]*\]\(\.\./(\S+?)\)', INDEX, re.MULTILINE)
    return [tuple(link.partition('#')[::2]) for link in firsts]


def test_every_picture_has_one_row():
    shown = {f'docs/images/{name}' for text in PAGES.values()
             for name in re.findall(r'\((?:docs/|\.\./)?images/(\S+?)\)', text)}
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / 'docs/images').iterdir()}
    named = [file for file, _ in links() if file.startswith('docs/images/')]
    assert sorted(named) == sorted(shown | files)


def test_every_table_of_figures_has_a_row():
    found = set().union(*map(tables_of_figures, PAGES))
    assert ('docs/speed.md', 'results') in found and len(found) > 20
    assert not any(page == 'docs/training.md' for page, _ in found)
    assert found - set(links()) == set()
    assert len(links()) == len(set(links()))


def test_every_link_of_the_index_leads_somewhere():
    wrong = []
    for link in re.findall(r'\]\((\S+?)\)', INDEX):
        file, _, anchor = link.partition('#')
        path = (FOLDER / file).resolve()
        page = path.relative_to(ROOT).as_posix()
        if not path.exists() or (anchor and anchor not in {each for each, _ in lines_of(page)}):
            wrong.append(link)
    assert wrong == []


def test_every_script_is_in_the_index():
    files = {path.name for path in FOLDER.iterdir() if path.suffix in ('.py', '.sh')}
    assert files - set(re.findall(r'\]\((\w+\.\w+)\)', INDEX)) == {'train.sh'}


# ---- flags

@pytest.fixture
def folders(here, monkeypatch):
    """An empty folder with the folders that the scripts make, and portraits. Digits load once."""
    monkeypatch.setattr(digits, 'load', functools.cache(digits.load))
    for name in ('given', 'results/portraits'):
        (here / name).mkdir(parents=True)
        for number in range(42):                   # the held-out share of 0.4 leaves a batch of 25
            write_png(here / name / f'{number}.png', np.zeros([9, 9, 3], np.uint8))


def check(program, words, capsys):
    """Fails if a program does not take these words. For a training, digits stand in for MNIST."""
    path = pathlib.Path(program)
    if program == 'main1.py':
        words = ['digits' if word == 'mnist' else word for word in words]
        assert exits.run(main1.main, [*words, '--dry-run']) == 0, (words, capsys.readouterr().err)
    else:
        assert (ROOT / path).exists()
        importlib.import_module(COMMANDS[path.stem].module or path.stem
                                if path.parent.name == 'tools' else
                                f'experiments.{path.stem}').parse(words)


def test_the_lines_of_the_index_have_right_flags(folders, capsys):
    lines = re.findall(r'`python ((?:main1|tools/\w+|experiments/\w+)\.py [^`]*)`', INDEX)
    assert len(lines) > 5
    for line in lines:
        program, *words = shlex.split(line.replace('NAME', 'main1'))
        check(program, words, capsys)


@pytest.mark.skipif(shutil.which('bash') is None, reason='needs bash')
@pytest.mark.parametrize('script', SCRIPTS)
def test_the_scripts_have_right_flags(script, folders, tmp_path, capsys):
    """bash runs the script, whose programs only note their words. A name of a run is used once."""
    found = words_of(f'bash {shlex.quote(str(FOLDER / script))} given', tmp_path / 'shell',
                     silent=('cp', 'tail', 'wc', 'find', 'mkdir'), OUT='results')
    for program, *words in found:
        check(program, words, capsys)
    runs = [words[words.index('--run-name') + 1] for program, *words in found
            if program == 'main1.py']
    assert found and len(runs) == len(set(runs))


# ---- what the scripts compute

def test_gpus_on_paper_are_those_of_the_page(capsys):
    gpus_on_paper.main()
    computed = [line.split(' | ') for line in capsys.readouterr().out.splitlines()]
    page = PAGES['docs/distributed.md'].replace('`', '')
    for cells in computed:
        assert f'| {" | ".join(cells)} |' in page


def test_rows_and_blocks_are_put_together():
    first, second = (np.full([2, 40, 1], value, np.uint8) for value in (1, 2))
    np.testing.assert_array_equal(rows.progress([first, second])[:, :, 0],
                                  [[1] * 32] * 2 + [[2] * 32] * 2)
    line = np.full([2, 20, 1], 255, np.uint8)
    blocks = [np.full([20, 20, 1], value, np.uint8) for value in (1, 2)]
    np.testing.assert_array_equal(rows.side_by_side(np.concatenate([blocks[0], line, blocks[1]])),
                                  np.concatenate([blocks[0], np.full([20, 4, 1], 255, np.uint8),
                                                  blocks[1]], axis=1))


@cases(('name', 'type_', 'kind'), [
    ('Discriminator_real/d2_conv/Conv2D', '_MklNativeFusedConv2D', 'convolutions'),
    ('Generator_train/g1_deconv/conv2d_transpose', '_MklNativeConv2DBackpropInput',
     'transposed convolutions'),
    ('train_D/backward/x', 'Conv2DBackpropFilter', 'gradients of their weights'),
    ('train_D/backward/x', '_MklNativeConv2DBackpropFilterWithBias', 'gradients of their weights'),
    ('train_G/backward/x', '_FusedMatMul', 'matrix products'),
    ('Discriminator_real/d2_conv/LeakyRelu', '_MklLeakyRelu', 'leaky ReLU, ReLU and their '
     'gradients'),
    ('train_D/backward/Discriminator_fake/d2_conv/d2_norm/IdentityN_grad/x',
     '_MklNativeFusedBatchNormGradV3', time_of_ops.NORM),
    ('train_D/gradient_norm/L2Loss', 'L2Loss', time_of_ops.OTHERS),
    ('Generator_train/g0_linear/g0_norm/moments/mean', 'Mean', time_of_ops.NORM),
    ('train_D/adam/d2_conv/weights', 'ResourceApplyAdam', 'Adam'),
    ('inputs/noise', 'StatelessRandomUniformV2', time_of_ops.OTHERS)])
def test_the_kind_of_an_op(name, type_, kind):
    assert time_of_ops.kind_of(name, type_) == kind


def test_a_row_of_the_family_table():
    """A system without an encoder has dashes; a step takes the median of the times in the log."""
    log = [{'images_per_second': rate} for rate in (0.0, 320.0, 640.0, 10.0, 500.0, 500.0)]
    figures = {'frechet': 12.345, 'precision': 0.5, 'recall': 0.25, 'reconstruction_ratio': 0.7671,
               'psnr': 14.25, 'reconstruction_accuracy': 0.875, 'code_neighbour': 0.953}
    trained = {'step': 5000, 'figures': {name: {'value': x} for name, x in figures.items()}}
    assert family_table.line(family_table.cells_of_run(preset('dcgan28', type='bigan'), trained,
                                                       log)) == (
        '| bigan | 5,000 | 0 | 12.35 | 0.500 | 0.250 | 0.767 | 14.2 | 87.5% | 95.3% | 64 |')
    for name in ('reconstruction_ratio', 'psnr', 'reconstruction_accuracy', 'code_neighbour'):
        del trained['figures'][name]
    row = family_table.cells_of_run(preset('dcgan28', seed=3), trained, [])
    assert row == ['gan', '5,000', '3', '12.35', '0.500', '0.250', '-', '-', '-', '-', '-']
    assert len(row) == len(family_table.HEAD)
    row = family_table.cells_of_run(preset('dcgan28', penalty='mode_regularised'), trained, [])
    assert row[0] == 'gan, mode_regularised'


def test_the_family_table_asks_for_what_a_run_has(tmp_path, monkeypatch, capsys):
    """evaluate.py is asked for the metrics of encoders only where there is one."""
    asked = []

    def evaluated(words):
        asked.append(words[words.index('--metrics') + 1].split(','))
        figures = {name: {'value': 0.5} for name in asked[-1]}
        pathlib.Path(words[words.index('--json') + 1]).write_text(json.dumps(
            [{'step': 7, 'figures': figures}, {'step': None, 'figures': figures}]))
    monkeypatch.setattr(family_table.evaluate, 'main', evaluated)
    monkeypatch.setattr(family_table, 'about', lambda path: (preset('dcgan28', type=path.name), []))
    assert family_table.main(['bigan', 'gan']) == 0
    head, rule, *rows = capsys.readouterr().out.splitlines()
    assert asked == [list(family_table.COLUMNS), ['frechet', 'precision', 'recall']]
    assert [row.split(' | ')[0] for row in rows] == ['| bigan', '| gan', '| real pictures']
    assert {len(row.split('|')) for row in (head, rule, *rows)} == {13}
    assert rows[2].count('-') == 3 and rows[1].count('-') == 5
