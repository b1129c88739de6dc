"""tools/sample.py and tools/morph.py on a run folder, and what all tools refuse in the same way."""

import pathlib

import numpy as np
import pytest

from dcgan_tf import data, images, program
from dcgan_tf.cli import trained
from dcgan_tf.commands import (
    arithmetic,
    evaluate,
    export,
    features,
    graph,
    invert,
    morph,
    plot,
    project,
    sample,
)
from tests.cases import cases
from tests.helpers import call_tool as call
from tests.helpers import decode

pytestmark = pytest.mark.usefixtures('pooled')


def assert_moves(film, shape):
    """Its frames are [F, H, W, 3], and each differs from the one before."""
    frames = decode(film)[0].astype(int)
    assert frames.shape == shape
    assert np.abs(np.diff(frames, axis=0)).max(axis=(1, 2, 3)).all()


@cases('tool', [sample, morph, invert, arithmetic])
def test_the_help_of_class_names_every_type_with_labels(tool, capsys):
    with pytest.raises(SystemExit):
        call(tool, '--help-all' if tool is morph else '--help')
    said = ' '.join(capsys.readouterr().out.split())
    assert 'for a cgan or an acgan: the class ' in said
    assert 'for an infogan: the value of code 1' in said and 'For a cgan, each' not in said


@pytest.mark.parametrize('n', [1, 7, 70])
def test_any_number_of_images(run, tmp_path, n):
    """Of a batch of 4 at most 32 are made at once."""
    assert call(sample, run, '--n', n, '--out', tmp_path / 'out') == 0
    files = sorted((tmp_path / 'out').iterdir())
    assert [f.name for f in files] == [f'{i:06d}.png' for i in range(n)]
    assert images.read_png(files[-1]).shape == (28, 28, 1)


def test_a_seed_is_an_image(run, tmp_path):
    """Seed 5 alone is the sixth of ten from seed 0, and a tile of the grid."""
    assert call(sample, run, '--n', 10, '--out', tmp_path / 'ten') == 0
    assert call(sample, run, '--n', 1, '--seed', 5, '--out', tmp_path / 'one') == 0
    assert call(sample, run, '--grid', '2x4', '--scale', 1, '--out', tmp_path / 'grid.png') == 0
    one, of_ten = (images.read_png(tmp_path / name / '000005.png').astype(int)
                   for name in ('one', 'ten'))
    grid = images.read_png(tmp_path / 'grid.png').astype(int)
    assert grid.shape == (56, 112, 1)
    assert np.abs(one - of_ten).max() <= 1
    assert np.abs(grid[28:, 28:56] - one).max() <= 1


def test_small_pictures_of_one_file_are_enlarged(run, tmp_path, capsys):
    """To 448 pixels at least, by a whole factor; single pictures are not."""
    for words, factor in (([], 4), (['--scale', 1], 1), (['--scale', 3], 3)):
        assert call(sample, run, '--grid', '2x4', *words, '--out', tmp_path / f'{factor}.png') == 0
    large, small, three = (images.read_png(tmp_path / f'{k}.png') for k in (4, 1, 3))
    assert large.shape == (224, 448, 1)
    np.testing.assert_array_equal(large, images.resize(small, 4))
    np.testing.assert_array_equal(three, images.resize(small, 3))
    assert call(sample, run, '--sheet', '--grid', '1x3', '--out', tmp_path / 's.png') == 0
    assert images.read_png(tmp_path / 's.png').shape == (6 * 28 + 20, 3 * 6 * 28, 1)
    assert call(morph, run, '--frames', 2, '--grid', '1x5', '--out', tmp_path / 'a.gif') == 0
    assert ': scale 4, ' in capsys.readouterr().out
    assert call(sample, run, '--n', 1, '--scale', 2, '--out', tmp_path / 'one') == 2
    assert '--scale is for --grid' in capsys.readouterr().err


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
    assert_moves(tmp_path / 'a.gif', (4, 8 * 28, 2 * 8 * 28, 3))           # 448 pixels wide


def test_a_class_alone(cgan, tmp_path):
    """The class asked for, under the same seed, is the picture of the classes in turn."""
    assert call(sample, cgan, '--n', 6, '--out', tmp_path / 'all') == 0
    assert call(sample, cgan, '--n', 1, '--seed', 5, '--class', 'Bag', '--out', tmp_path / 'a') == 0
    assert call(sample, cgan, '--n', 1, '--seed', 5, '--class', '..', '--out', tmp_path / 'b') == 0
    found = sorted(str(p.relative_to(tmp_path / 'all')) for p in tmp_path.glob('all/*/*'))
    assert found == ['1/000001.png', '1/000004.png', 'Bag/000002.png', 'Bag/000005.png',
                     'T-shirt_top/000000.png', 'T-shirt_top/000003.png']
    turn, bag, other = (images.read_png(tmp_path / name).astype(int) for name in (
        'all/Bag/000005.png', 'a/000005.png', 'b/000005.png'))
    assert np.abs(turn - bag).max() <= 1
    assert np.abs(turn - other).max() > 1


def test_a_grid_has_a_column_a_class(cgan, tmp_path):
    for words in ((), ('--class', 'Bag')):
        assert call(sample, cgan, '--grid', '2x3', *words, '--scale', 1, '--out',
                    tmp_path / 'g.png') == 0
        picture = images.read_png(tmp_path / 'g.png').astype(int)
        tiles = [picture[:12, 12 * k:12 * k + 12] for k in range(3)]
        same = []
        for k, name in enumerate(('T-shirt/top', '..', 'Bag')):
            assert call(sample, cgan, '--n', 1, '--seed', k, '--class', name, '--out',
                        tmp_path / 'one') == 0
            one = images.read_png(tmp_path / 'one' / f'{k:06d}.png')
            same.append(np.abs(tiles[k] - one).max() <= 1)
        assert same == ([True] * 3 if not words else [False, False, True])


@pytest.mark.parametrize('words', [
    ('--class', 'Bag'), ('--class', 'Bag', '--to-class', 'T-shirt/top'),
    ('--class', 'Bag', '--to-class', '..', '--path', 'circle'), ()])
def test_films_of_classes(cgan, tmp_path, words):
    assert call(morph, cgan, '--frames', 4, '--grid', '1x1', *words, '--scale', 1, '--out',
                tmp_path / 'a.apng') == 0
    assert_moves(tmp_path / 'a.apng', (4, 12, 12, 3))


@cases(('tool', 'words', 'match'), [
    (sample, '--class shoe', "expected one of T-shirt/top, .., Bag"),
    (morph, '--class shoe', 'expected one of'), (morph, '--to-class Bag', 'give --class'),
    (morph, '--class Bag --to-class shoe', '--to-class shoe'),
    (morph, '--class Bag --path still --speeds 1,1', '--speeds')])
def test_classes_that_are_not_there(cgan, capsys, monkeypatch, tool, words, match):
    """They are told before TensorFlow is loaded."""
    monkeypatch.setattr(trained, 'open_gan', None)
    assert call(tool, cgan, *words.split()) == 2
    assert match in capsys.readouterr().err


@pytest.mark.parametrize('tool', [sample, morph])
def test_a_class_of_a_generator_without_labels(run, capsys, monkeypatch, tool):
    monkeypatch.setattr(trained, 'open_gan', None)
    assert call(tool, run, '--class', '3') == 2
    assert 'takes no labels' in capsys.readouterr().err


@pytest.mark.parametrize('ending', images.ANIMATIONS)
def test_endings(run, tmp_path, ending):
    assert call(morph, run, '--frames', 4, '--speeds', '1,1', '--grid', '1x1', '--scale', 1,
                '--out', tmp_path / f'a{ending}') == 0
    assert_moves(tmp_path / f'a{ending}', (4, 28, 28, 3))


@cases(('tool', 'words', 'match'), [
    (sample, '--n 0', '--n 0'),
    (sample, '--seed -1', '--seed -1'),
    (sample, '--grid 2', '--grid'),
    (sample, '--n 3 --grid 2x2', '--n and --grid'),
    (sample, '--n 3 --out x.png', '--grid'),
    (sample, '--grid 999x999', '10,000'),
    (sample, '--out=', '--out is empty'),
    (morph, '--frames 100000000000000000000', '--frames'),
    (morph, '--path circle --speeds 2,1', '--speeds'),
    (morph, '--path sphere --speeds 1', '--speeds 1: --path sphere takes 2 whole numbers'),
    (morph, '--path sphere,', '--path'),
    (morph, '--seeds 1,x', '--seeds'),
    (morph, '--seeds 1,2 --seed 3', '--seed 3'),
    (morph, '--from a.png', '--from and --to go together'),
    (morph, '--from a.png --to b.png --seeds 1,2', 'give no --seeds or --latents'),
    (morph, '--from none.png --to none.png', 'none.png is no file'),
    (morph, '--seeds 5', '2 or more latents, not 1'),
    (morph, '--path circle --seeds 1,2,3', 'goes by 2 latents, not 3'),
    (morph, '--scale 0', '--scale 0'),
    (morph, '--scaling lanczos', '--scaling'),
    (morph, '--truncation 3', 'truncation 3: '),
    (morph, '--loop -1', '--loop -1'),
    (morph, '--loop 2 --out a.mp4', 'mp4'),
    (morph, '--max-kb 0', '--max-kb 0'),
    (sample, '--sheet --n 3', '--n and --sheet'),
    (sample, '--sheet --out x', '.png'),
    (sample, '--truncation 0', 'truncation 0: '),
    (sample, '--seed 3 --latents a.npz', '--seed and --latents'),
    (sample, '--grid 2x2 --out a.jpg', '.png'),
    (sample, '--grid 2x2 --out no/a.png', 'there is no folder no'),
    (sample, f'--grid 2x2 --out {300 * "a"}.png', 'a name of 304 letters is too long'),
    (sample, '--out config.json', 'is a file: expected a folder'),
    (sample, '--out config.json/x', 'is a file: expected a folder'),
    (morph, '--path circle --speeds 1', '--speeds 1: --path circle takes none'),
    (morph, '--seeds 3,3', 'one direction'),
    (morph, '--from a.png --to b.png --path sphere', 'goes by 3 latents, not 2'),
    (morph, '--path spiral', '--path'),
    (morph, '--frames 0', '--frames 0'),
    (morph, '--fps 0', '--fps'),
    (morph, '--out a.avi', '.gif'),
    (morph, '--out no/such/a.gif', 'no/such'),
    (morph, '--grid 0x1', '--grid')])
def test_mistakes_are_one_line(run, capsys, monkeypatch, tool, words, match):
    """Before TensorFlow is loaded."""
    monkeypatch.setattr(trained, 'open_gan', None)
    monkeypatch.chdir(run)
    assert call(tool, run, *words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line


@pytest.mark.skipif(not pathlib.Path('/proc/self').exists(), reason='this system has no /proc')
@cases(('tool', 'words'), [
    (sample, '--grid 1x1 --out /proc/x.png'), (sample, '--out /proc/x'),
    (morph, '--out /proc/x.gif'), (features, '--json /proc/x.json'),
    (evaluate, '--json /proc/x.json'), (graph, '--json /proc/x.json'),
    (arithmetic, '--plus 1 --out /proc/x.png'), (plot, '--out /proc/x.png'),
    (export, '--format frozen --out /proc/x.pb'), (project, '--out /proc/x')])
def test_a_folder_that_takes_no_files_from_anybody(run, capsys, monkeypatch, tool, words):
    """Its permissions do not tell, so each tool tries it before its work."""
    for name in ('open_gan', 'open_data'):
        monkeypatch.setattr(trained, name, None)
    assert call(tool, run, *words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert 'nothing can be written to /proc (' in line


@cases('tool', [evaluate, features, project])
def test_a_data_folder_that_is_not_there(run, capsys, monkeypatch, tool):
    """Also for a run on digits, which needs no file: main1.py refuses it, too."""
    monkeypatch.setattr(data, 'load', None)
    words = ['--what', 'real'] if tool is project else []
    assert call(tool, run, '--data-dir', 'absent', *words) == 2
    assert '--data-dir absent: there is no such folder' in capsys.readouterr().err


def test_a_film_that_browsers_slow_down_is_announced_before_the_work(capsys):
    assert morph.parse(['run', '--fps', '60']).fps == 60
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f'{program.name()}: --fps 60: ') and '10 and 20 ms' in line
    morph.parse(['run', '--fps', '50'])
    assert capsys.readouterr().err == ''


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
