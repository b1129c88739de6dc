"""The latent lab: sheets, sums, inversion, and films through all of them."""

import cv2
import numpy as np
import pytest

from dcgan_tf import images, latent
from dcgan_tf.cli import trained
from dcgan_tf.commands import arithmetic, invert, morph, sample
from dcgan_tf.run_folder import samples
from tests.cases import cases
from tests.helpers import call_tool as call

pytestmark = pytest.mark.usefixtures('pooled')
CGAN_Z = 100                  # its preset's


def frames_of(file):
    """RGB [F, H, W, 3] of a lossless film."""
    return np.stack(cv2.imdecodeanimation(np.fromfile(file, np.uint8))[1].frames)[..., 2::-1]


def one(run, folder, seed, *words):
    """The picture of a seed."""
    assert call(sample, run, '--n', 1, '--seed', seed, *words, '--out', folder / 'one') == 0
    return images.read_png(folder / 'one' / f'{seed:06d}.png').astype(int)


def test_a_sheet_shows_pictures_and_their_seeds(run, tmp_path):
    assert call(sample, run, '--sheet', '--grid', '2x3', '--seed', 7, '--scale', 1, '--out',
                tmp_path / 's.png') == 0
    sheet = images.read_png(tmp_path / 's.png')
    height = 56 + 20
    assert sheet.shape == (2 * height, 3 * 56, 1)
    place = sheet[height:-20, 56:112].astype(int)
    wanted = images.resize(one(run, tmp_path, 11).astype(np.uint8)[None], 2)[0]
    assert np.abs(place - wanted).max() <= 1
    assert sheet[-20:, 56:112].max() > 100                    # its number


def test_a_sheet_of_classes_names_them(cgan, tmp_path):
    assert call(sample, cgan, '--sheet', '--grid', '1x3', '--out', tmp_path / 's.png') == 0
    assert call(sample, cgan, '--sheet', '--grid', '1x3', '--class', 'Bag', '--out',
                tmp_path / 'b.png') == 0
    sheet, bags = (images.read_png(tmp_path / name) for name in ('s.png', 'b.png'))
    width = sheet.shape[1] // 3
    assert width >= 8 * len('0 T-shirt/top')                  # room for the longest name
    assert sheet[-20:, 2 * width:].max() > 100
    assert not np.array_equal(sheet[:-20, :width], bags[:-20, :bags.shape[1] // 3])


def test_names_too_long_for_a_sheet_are_cut():
    names = ['T-shirt/top', 'x' * 16, 'y' * 17]
    assert samples.captions(names) == [*names[:2], 'y' * 15 + '\u2026']


def test_a_film_of_one_latent_that_stands_still(cgan, run, tmp_path, capsys):
    """While its class changes; walks need more."""
    file = tmp_path / 'z.npz'
    latent.save(file, latent.draw('uniform', 1, CGAN_Z, 0), [2])
    words = ('--latents', file, '--frames', 4, '--scale', 1, '--out', tmp_path / 'a.apng')
    assert call(morph, cgan, *words, '--path', 'still', '--class', 'Bag', '--to-class', '..') == 0
    film = frames_of(tmp_path / 'a.apng').astype(int)
    assert film.shape[0] == 4 and np.abs(film[0] - film[2]).max() > 0
    for path, match in (('still', 'name one with --class'), ('slerp', 'give --seeds, too')):
        assert call(morph, cgan, *words, '--path', path) == 2
        assert match in capsys.readouterr().err


def test_truncation_multiplies_the_latents(run, tmp_path):
    z = latent.draw('uniform', 2, 64, 3)
    latent.save(tmp_path / 'z.npz', 0.5 * z)
    assert call(sample, run, '--latents', tmp_path / 'z.npz', '--out', tmp_path / 'a') == 0
    assert [f.name for f in sorted((tmp_path / 'a').iterdir())] == ['000000.png', '000001.png']
    half = images.read_png(tmp_path / 'a/000001.png').astype(int)
    assert np.abs(one(run, tmp_path, 4, '--truncation', 0.5) - half).max() <= 1
    assert np.abs(one(run, tmp_path, 4) - half).max() > 1


def test_latents_of_a_file_have_their_classes(cgan, tmp_path):
    z = latent.draw('uniform', 2, CGAN_Z, 0)
    latent.save(tmp_path / 'z.npz', z, [2, 2])
    assert call(sample, cgan, '--latents', tmp_path / 'z.npz', '--grid', '1x2', '--scale', 1,
                '--out', tmp_path / 'g.png') == 0
    grid = images.read_png(tmp_path / 'g.png').astype(int)
    for k in range(2):
        assert np.abs(grid[:, 12 * k:12 * k + 12] - one(cgan, tmp_path, k, '--class', 'Bag')
                      ).max() <= 1


@pytest.mark.parametrize(('words', 'match'), [
    (('--grid', '1x3'), 'asks for 3 images, and'), (('--n', '4'), 'asks for 4 images')])
def test_more_pictures_than_latents(run, tmp_path, capsys, words, match):
    latent.save(tmp_path / 'z.npz', latent.draw('uniform', 2, 64, 0))
    assert call(sample, run, '--latents', tmp_path / 'z.npz', *words) == 2
    assert match in capsys.readouterr().err


@pytest.mark.parametrize('tool', [sample, morph])
def test_latents_of_another_generator(cgan, tmp_path, capsys, tool):
    np.save(tmp_path / 'z.npy', np.zeros([3, 5]))
    assert call(tool, cgan, '--latents', tmp_path / 'z.npy') == 2
    latent.save(tmp_path / 'y.npz', np.ones([2, CGAN_Z]), [0, 3])
    assert call(tool, cgan, '--latents', tmp_path / 'y.npz') == 2
    lines = capsys.readouterr().err.splitlines()
    assert 'expected [N, 100]' in lines[0] and 'labels from 0 to 3: expected 0 to 2' in lines[1]


def test_a_film_through_seeds_meets_their_pictures(run, tmp_path):
    """Two keys: frame 0 is one, the frame half-way the other."""
    assert call(morph, run, '--seeds', '5,9', '--frames', 8, '--scale', 1, '--out',
                tmp_path / 'a.apng') == 0
    film = frames_of(tmp_path / 'a.apng').astype(int)
    assert film.shape == (8, 28, 28, 3)
    for frame, seed in ((0, 5), (4, 9)):
        assert np.abs(film[frame] - one(run, tmp_path, seed)).max() <= 1
    assert np.abs(film[2] - film[0]).max() > 1


def test_a_film_through_seeds_of_a_cgan_shows_their_pictures(cgan, tmp_path):
    """Each seed has its class; with a grid, each column has one."""
    words = ('--seeds', '5,9', '--frames', 2, '--scale', 1, '--out', tmp_path / 'a.apng')
    assert call(morph, cgan, *words) == 0
    for frame, seed, name in zip(frames_of(tmp_path / 'a.apng'), (5, 9), ('Bag', 'T-shirt/top'),
                                 strict=True):
        assert np.abs(frame.astype(int) - one(cgan, tmp_path, seed, '--class', name)).max() <= 1
    assert call(morph, cgan, *words, '--grid', '1x3') == 0
    first = frames_of(tmp_path / 'a.apng')[0].astype(int)
    assert first.shape == (12, 36, 3)
    assert np.abs(first[:, 24:] - one(cgan, tmp_path, 5, '--class', 'Bag')).max() <= 1


def test_a_film_through_latents_goes_from_class_to_class(cgan, tmp_path):
    latent.save(tmp_path / 'z.npz', latent.draw('uniform', 2, CGAN_Z, 5), [0, 2])
    assert call(morph, cgan, '--latents', tmp_path / 'z.npz', '--frames', 4, '--scale', 1,
                '--out', tmp_path / 'a.apng') == 0
    film = frames_of(tmp_path / 'a.apng').astype(int)
    for frame, seed, name in ((0, 5, 'T-shirt/top'), (2, 6, 'Bag')):
        assert np.abs(film[frame] - one(cgan, tmp_path, seed, '--class', name)).max() <= 1


def test_a_film_from_a_sum_to_a_seed(run, tmp_path, capsys):
    """A file of one latent is a walk with --seeds alone."""
    latent.save(tmp_path / 'r.npz', latent.draw('uniform', 1, 64, 5))
    words = [run, '--latents', tmp_path / 'r.npz', '--frames', 8, '--scale', 1, '--out',
             tmp_path / 'a.apng']
    assert call(morph, *words) == 2
    assert 'r.npz holds one latent: give --seeds, too' in capsys.readouterr().err
    assert call(morph, *words, '--seeds', '9') == 0
    film = frames_of(tmp_path / 'a.apng').astype(int)
    for frame, seed in ((0, 5), (4, 9)):
        assert np.abs(film[frame] - one(run, tmp_path, seed)).max() <= 1


def test_classes_go_along_on_slerp_alone(cgan, tmp_path, capsys):
    latent.save(tmp_path / 'z.npz', latent.draw('uniform', 2, CGAN_Z, 5), [0, 2])
    words = [cgan, '--latents', tmp_path / 'z.npz', '--path', 'circle', '--frames', 2, '--out',
             tmp_path / 'a.gif']
    assert call(morph, *words) == 2
    assert 'classes go along with keys on slerp' in capsys.readouterr().err
    assert call(morph, *words, '--class', 'Bag') == 0


def test_a_sheet_of_a_file_shows_all_of_it(run, tmp_path):
    """Ten latents in rows of eight: the rest of the second row is black."""
    latent.save(tmp_path / 'z.npz', latent.draw('uniform', 10, 64, 0))
    assert call(sample, run, '--latents', tmp_path / 'z.npz', '--sheet', '--out',
                tmp_path / 's.png') == 0
    sheet = images.read_png(tmp_path / 's.png')
    assert sheet.shape == (2 * 76, 8 * 56, 1)
    assert sheet[76:, 56:112].any() and not sheet[76:, 112:].any()


def test_the_look_of_a_film(run, tmp_path):
    words = ['--path', 'circle,lissajous', '--frames', 3, '--grid', '1x2', '--ease', '--loop', 2,
             '--scale', 3, '--scaling', 'cubic', '--show-path', '--truncation', 0.8]
    assert call(morph, run, *words, '--out', tmp_path / 'a.apng') == 0
    film = frames_of(tmp_path / 'a.apng')
    assert film.shape == (3, 2 * 84, 2 * 84, 3)
    assert film[:, 84:].max() == 255 and (film[0, 84:] != film[1, 84:]).any()
    assert cv2.imdecodeanimation(np.fromfile(tmp_path / 'a.apng', np.uint8))[1].loop_count == 2


def test_a_film_of_a_few_kilobytes(run, tmp_path, capsys):
    words = [run, '--frames', 6, '--scale', 4, '--grid', '2x2', '--out', tmp_path / 'a.gif']
    assert call(morph, *words) == 0
    free = (tmp_path / 'a.gif').stat().st_size
    assert call(morph, *words, '--max-kb', free / 2000) == 0
    assert (tmp_path / 'a.gif').stat().st_size <= free / 2
    assert call(morph, *words, '--max-kb', 0.1) == 1
    assert (tmp_path / 'a.gif').stat().st_size <= free / 2            # the old one
    captured = capsys.readouterr()
    assert 'scale 4, 256 colours' in captured.out and '--max-kb 0.1 is too little' in captured.err


def test_the_sum_of_one_picture_is_that_picture(run, tmp_path, capsys):
    assert call(arithmetic, run, '--plus', '1,4', '--minus', '4,1', '--plus', '9', '--scale', 1,
                '--save', tmp_path / 'r.npz', '--out', tmp_path / 'a.png') == 0
    z, _ = latent.load(tmp_path / 'r.npz', 64)
    np.testing.assert_allclose(z, latent.draw('uniform', 1, 64, 9), atol=1e-6)
    sheet = images.read_png(tmp_path / 'a.png').astype(int)
    assert sheet.shape == (6 * 76, 3 * 56, 1)                          # 3 terms, then 3x3
    nine = images.resize(one(run, tmp_path, 9).astype(np.uint8)[None], 2)[0].astype(int)
    for row, column in ((2, 0), (2, 1), (4, 1)):                       # itself, its mean, the sum
        place = sheet[76 * row:76 * row + 56, 56 * column:56 * column + 56]
        assert np.abs(place - nine).max() <= 1
    assert np.abs(sheet[228:284, :56] - nine).max() > 1                # a neighbour
    assert '+ mean(1,4) - mean(4,1) + mean(9)' in capsys.readouterr().out


def test_without_noise_the_neighbours_are_the_sum(run, tmp_path):
    assert call(arithmetic, run, '--plus', '3', '--noise', 0, '--scale', 1, '--out',
                tmp_path / 'a.png') == 0
    near = images.read_png(tmp_path / 'a.png')[76:].reshape(3, 76, 3, 56)
    near = near[:, :56].swapaxes(1, 2).reshape(9, 56, 56).astype(int)
    assert np.abs(near - near[4]).max() <= 1


def test_sums_of_a_class(cgan, tmp_path, capsys):
    assert call(arithmetic, cgan, '--plus', '3', '--out', tmp_path / 'a.png') == 2
    assert 'name one with --class' in capsys.readouterr().err
    assert call(arithmetic, cgan, '--plus', '3', '--class', 'Bag', '--save', tmp_path / 'r.npz',
                '--out', tmp_path / 'a.png') == 0
    assert latent.load(tmp_path / 'r.npz', CGAN_Z)[1].tolist() == [2]


@cases(('words', 'match'), [
    ('', 'nothing to add'), ('--plus 1,', '--plus'), ('--plus 1 --noise -1', '--noise -1'),
    ('--plus 1 --out a.jpg', '.png'), ('--plus 1 --save a.npy', '.npz'),
    ('--plus 1 --save no/a.npz', 'no folder no'), ('--plus 1 --class Bag', 'takes no labels')])
def test_sums_that_make_no_sense(run, capsys, monkeypatch, words, match):
    monkeypatch.setattr(trained, 'open_gan', None)
    assert call(arithmetic, run, *words.split()) == 2
    line, = capsys.readouterr().err.splitlines()
    assert match in line


def test_an_inversion_finds_what_the_generator_drew(run, tmp_path, capsys):
    one(run, tmp_path, 5)
    assert call(invert, run, tmp_path / 'one/000005.png', '--starts', 2, '--steps', 40,
                '--scale', 1, '--out', tmp_path / 'i.png', '--save', tmp_path / 'i.npz') == 0
    z, labels = latent.load(tmp_path / 'i.npz', 64)
    assert z.shape == (1, 64) and labels is None and np.abs(z).max() <= 1
    strip = images.read_png(tmp_path / 'i.png').astype(float)
    assert strip.shape == (28, 3 * 28, 1)
    wanted, found = strip[:, :28], strip[:, 28:56]
    other = images.resize(one(run, tmp_path, 6).astype(np.uint8)[None], 1)[0]
    assert np.abs(found - wanted).mean() < 0.2 * np.abs(other - wanted).mean()
    out = capsys.readouterr().out
    assert '000005.png' in out and 'PSNR' in out


def test_inversion_of_a_cgan_says_the_class(cgan, tmp_path, capsys):
    """All are tried; with a name it is that one."""
    one(cgan, tmp_path, 5, '--class', 'Bag')
    picture = tmp_path / 'one/000005.png'
    save, out = ('--save', tmp_path / 'i.npz'), ('--out', tmp_path / 'i.png')
    assert call(invert, cgan, picture, picture, '--steps', 5, '--starts', 2, *save, *out) == 0
    z, labels = latent.load(tmp_path / 'i.npz', CGAN_Z)
    assert len(z) == len(labels) == 2 and set(labels) <= {0, 1, 2}
    assert call(invert, cgan, picture, '--class', '..', '--steps', 2, *save, *out) == 0
    assert latent.load(tmp_path / 'i.npz', CGAN_Z)[1].tolist() == [1]
    said = capsys.readouterr().out.splitlines()
    names = ('T-shirt/top', '..', 'Bag')
    assert [line.split()[1] for line in said[2:4]] == [names[k] for k in labels]
    assert said[-2].split()[1] == '..'


def test_a_film_between_two_pictures(run, tmp_path):
    for seed in (5, 6):
        one(run, tmp_path, seed)
    a, b = (tmp_path / 'one' / f'00000{seed}.png' for seed in (5, 6))
    assert call(morph, run, '--from', a, '--to', b, '--frames', 4, '--scale', 1, '--out',
                tmp_path / 'a.apng') == 0
    film = frames_of(tmp_path / 'a.apng').astype(int)
    assert film.shape == (4, 28, 28, 3)
    a, b = (images.read_png(file).astype(int) for file in (a, b))
    apart = np.abs(a - b).mean()
    assert np.abs(film[0] - a).mean() < 0.2 * apart and np.abs(film[2] - b).mean() < 0.2 * apart


@cases(('words', 'match'), [
    ('none.png', 'none.png is no file'), ('.', '. is no file'),
    ('', 'required'), ('a.png --starts 0', '--starts 0'),
    ('a.png --steps -1', '--steps -1: expected 0 to'), ('a.png --features -1', '--features -1'),
    ('a.png --out a.gif', '.png'), ('a.png --save a', '.npz')])
def test_inversions_that_make_no_sense(run, capsys, words, match):
    assert call(invert, run, *words.split()) == 2
    line, = capsys.readouterr().err.splitlines()
    assert match in line


def test_a_picture_of_another_kind_is_fitted(run, tmp_path):
    """Colour, larger, not square: as the training data would be."""
    colour = np.random.default_rng(0).integers(0, 256, [50, 40, 3], np.uint8)
    cv2.imwrite(str(tmp_path / 'c.jpg'), colour)
    assert call(invert, run, tmp_path / 'c.jpg', '--steps', 1, '--scale', 1, '--out',
                tmp_path / 'i.png', '--save', tmp_path / 'i.npz') == 0
    assert images.read_png(tmp_path / 'i.png').shape == (28, 9 * 28, 1)
    (tmp_path / 'd.jpg').write_bytes((tmp_path / 'c.jpg').read_bytes()[:300])
    assert call(invert, run, tmp_path / 'd.jpg') == 2
