"""tools/sample.py and tools/morph.py on a run folder."""

import numpy as np
import pytest

import main1
import morph
import sample
from dcgan_tf import images
from dcgan_tf.cli import exits


@pytest.fixture(scope='module')
def run(tmp_path_factory):
    """A run folder of two steps."""
    folder = tmp_path_factory.mktemp('tools')
    assert exits.run(main1.main, ['--dataset', 'digits', '--epochs', '2', '--batch-size', '4',
                                  '--save-folder', str(folder), '--run-name', 'run']) == 0
    return folder / 'run'


def call(tool, *words):
    return exits.run(tool.main, [str(word) for word in words])


@pytest.mark.parametrize('n', [1, 7, 1000])
def test_any_number_of_images(run, tmp_path, n):
    assert call(sample, run, '--n', n, '--out', tmp_path / 'out') == 0
    files = sorted((tmp_path / 'out').iterdir())
    assert [f.name for f in files] == [f'{i:06d}.png' for i in range(n)]
    assert images.read_png(files[-1]).shape == (28, 28, 1)


def test_a_seed_is_an_image(run, tmp_path):
    """Seed 5 alone is the sixth of ten from seed 0, and a tile of the grid."""
    assert call(sample, run, '--n', 10, '--out', tmp_path / 'ten') == 0
    assert call(sample, run, '--n', 1, '--seed', 5, '--out', tmp_path / 'one') == 0
    assert call(sample, run, '--grid', '2x4', '--out', tmp_path / 'grid.png') == 0
    one, of_ten = (images.read_png(tmp_path / name / '000005.png').astype(int)
                   for name in ('one', 'ten'))
    grid = images.read_png(tmp_path / 'grid.png').astype(int)
    assert grid.shape == (56, 112, 1)
    assert np.abs(one - of_ten).max() <= 1
    assert np.abs(grid[28:, 28:56] - one).max() <= 1


def test_default_places(run):
    assert call(sample, run, '--n', 2) == 0
    assert call(sample, run, '--grid', '2x2') == 0
    assert call(morph, run, '--frames', 3) == 0
    for name in ('samples/000001.png', 'grid.png', 'morph_sphere.gif'):
        assert (run / 'images' / name).exists()


@pytest.mark.parametrize('path', ['sphere', 'circle', 'slerp', 'raw'])
def test_paths(run, tmp_path, path):
    assert call(morph, run, '--path', path, '--frames', 4, '--grid', '1x2', '--out',
                tmp_path / 'a.gif') == 0
    assert (tmp_path / 'a.gif').stat().st_size > 0


@pytest.mark.parametrize('ending', images.ANIMATIONS)
def test_endings(run, tmp_path, ending):
    assert call(morph, run, '--frames', 4, '--speeds', '1,1', '--out', tmp_path / f'a{ending}') == 0
    assert (tmp_path / f'a{ending}').stat().st_size > 0


@pytest.mark.parametrize(('tool', 'words', 'match'), [
    (sample, '--n 0', '--n 0'),
    (sample, '--seed -1', '--seed -1'),
    (sample, '--grid 2', '--grid'),
    (sample, '--n 3 --grid 2x2', '--n and --grid'),
    (sample, '--n 3 --out x.png', '--grid'),
    (sample, '--grid 999x999', '10,000'),
    (sample, '--out=', '--out is empty'),
    (morph, '--frames 100000000000000000000', '--frames'),
    (morph, '--path circle --speeds 2,1', '--speeds'),
    (sample, '--grid 2x2 --out a.jpg', '.png'),
    (morph, '--path spiral', '--path'),
    (morph, '--frames 0', '--frames 0'),
    (morph, '--fps 0', '--fps'),
    (morph, '--out a.avi', '.gif'),
    (morph, '--out no/such/a.gif', 'no/such'),
    (morph, '--grid 0x1', '--grid')])
def test_mistakes_are_one_line(run, capsys, tool, words, match):
    assert call(tool, run, *words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line


@pytest.mark.parametrize('tool', [sample, morph])
def test_folders_that_are_no_trained_run(tmp_path, run, capsys, tool):
    assert call(tool, tmp_path / 'none') == 2
    (tmp_path / 'empty').mkdir()
    (tmp_path / 'empty' / 'config.json').write_text((run / 'config.json').read_text())
    assert call(tool, tmp_path / 'empty') == 2
    (tmp_path / 'empty' / 'config.json').write_text('{')
    assert call(tool, tmp_path / 'empty') == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert 'config.json' in lines[0] and 'checkpoint' in lines[1] and 'config.json' in lines[2]
