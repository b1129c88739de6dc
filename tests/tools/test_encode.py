"""tools/encode.py, and what the other tools do where there is an encoder."""

import csv
import json

import numpy as np
import pytest

from dcgan_tf import data, images, latent
from dcgan_tf.cli import trained
from dcgan_tf.commands import arithmetic, encode, export, features, invert, morph, sample
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import first_pair
from dcgan_tf.run_folder import run_folder, trained_weights
from dcgan_tf.show.inversion import InversionOptions
from tests.cases import cases
from tests.helpers import call_tool as call

pytestmark = pytest.mark.usefixtures('pooled')
DIGITS = data.load('digits', '')


@pytest.fixture
def pictures(tmp_path):
    """A folder with the digits 0, 1 and 2 as 0.png, 1.png and 2.png, and a text."""
    folder = tmp_path / 'pictures'
    folder.mkdir()
    for k in range(3):
        images.write_png(folder / f'{k}.png', DIGITS.images[k])
    (folder / 'notes.txt').write_text('none')
    return folder


def opened(run):
    """A GAN of the pool with the weights of a run folder."""
    return trained.open_gan(trained_weights.of_run(run_folder.open_run(str(run)), 'newest'))


def codes_of(run, n=3):
    """The codes of the first digits, and the squared errors of G's images of them."""
    with opened(run) as gan:
        z = gan.encode(DIGITS.images[:n])
        return z, np.mean((gan.generate_images(z) - DIGITS.images[:n] / 255) ** 2, axis=(1, 2, 3))


def test_the_three_files(bigan, pictures, tmp_path, capsys):
    """A folder, and a file of it again; the latents draw what the strip shows."""
    out = tmp_path / 'out'
    assert call(encode, bigan, pictures, pictures / '1.png', '--scale', 1, '--out', out) == 0
    z, labels = latent.load(out / 'latents.npz', 5)
    codes, error = codes_of(bigan)
    assert labels is None and np.abs(codes - codes[::-1]).max() > 0.01
    np.testing.assert_allclose(z, codes[[0, 1, 2, 1]], atol=1e-6)
    with (out / 'errors.csv').open() as file:
        head, *rows = csv.reader(file)
    assert head == ['file', 'mean_squared_error', 'psnr_db']
    assert [row[0] for row in rows] == [*(str(pictures / f'{k}.png') for k in (0, 1, 2, 1))]
    numbers = np.float64([row[1:] for row in rows])
    np.testing.assert_allclose(numbers[:, 0], error[[0, 1, 2, 1]], atol=1e-6)
    np.testing.assert_allclose(numbers[:, 1], -10 * np.log10(numbers[:, 0]), atol=0.01)
    strip = images.read_png(out / 'strip.png')
    wide = strip.shape[1] // 4
    assert strip.shape == (2 * wide + 20, 4 * wide, 1) and strip[-20:, :wide].max() > 100
    assert call(sample, bigan, '--latents', out / 'latents.npz', '--out', tmp_path / 's') == 0
    for k, wanted in enumerate(DIGITS.images[[0, 1, 2, 1]]):
        drawn = images.read_png(tmp_path / 's' / f'{k:06d}.png')
        both = images.resize(np.concatenate([wanted, drawn])[None], wide // 28)[0].astype(int)
        assert np.abs(strip[:-20, k * wide:(k + 1) * wide].astype(int) - both).max() <= 1
    said = capsys.readouterr().out
    assert said.startswith(f'4 pictures: mean squared error {numbers[:, 0].mean():.4f}, PSNR '
                           f'{numbers[:, 1].mean():.1f} dB in the mean; latents.npz')


def test_of_many_pictures_the_strip_shows_some(bigan, pictures, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(encode, 'MAX_SHOWN', 2)
    assert call(encode, bigan, pictures, '--out', tmp_path) == 0
    assert 'strip.png (of the first 2)' in capsys.readouterr().out
    height, width, _ = images.read_png(tmp_path / 'strip.png').shape
    assert height == width + 20                                        # two columns


def test_each_class_is_tried(by_class, pictures, tmp_path):
    """The best is kept, unless one is named; real pictures normalise, as batch norm needs them."""
    assert call(encode, by_class, pictures, '--out', tmp_path / 'a') == 0
    assert call(encode, by_class, pictures, '--class', '7', '--out', tmp_path / 'b') == 0
    z, labels = latent.load(tmp_path / 'a/latents.npz', 5)
    of_seven, sevens = latent.load(tmp_path / 'b/latents.npz', 5)
    tried = []
    with opened(by_class) as gan:
        reference = first_pair(gan.config, DIGITS.images, DIGITS.labels)
        for y in range(10):
            y = np.full(3, y)
            code = gan.encode(DIGITS.images[:3], y, reference)
            drawn = gan.generate_images(code, y)
            tried.append(np.mean((drawn - DIGITS.images[:3] / 255) ** 2, axis=(1, 2, 3)))
            if y[0] == 7:
                np.testing.assert_allclose(of_seven, code, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(labels, np.argmin(tried, axis=0))
    assert sevens.tolist() == [7, 7, 7] and z.shape == (3, 5)
    with (tmp_path / 'a/errors.csv').open() as file:
        rows = [*csv.DictReader(file)]
    assert [row['class'] for row in rows] == [str(k) for k in labels]
    np.testing.assert_allclose([float(row['mean_squared_error']) for row in rows],
                               np.min(tried, axis=0), atol=1e-5)


def test_real_pictures_that_are_gone(by_class, pictures, tmp_path, capsys, monkeypatch):
    def gone(*_, **__):
        raise UsageError('they are gone')
    monkeypatch.setattr(trained, 'open_data', gone)
    assert call(encode, by_class, pictures, '--out', tmp_path / 'a') == 2
    assert ('E of the preset main1 normalises all pictures by real ones: they are gone'
            ) in capsys.readouterr().err


@cases(('words', 'match'), [
    ('none.png', 'none.png is no file'), ('empty', 'empty holds no picture'), ('', 'required'),
    ('text.png', 'text.png: not a picture'), ('broken', 'broken/a.png: not a picture'),
    ('a.png --class 3', 'takes no labels'), ('a.png --out a.png', 'a.png is a file'),
    ('a.png --scale 0', '--scale 0')])
def test_mistakes_are_one_line(bigan, pictures, capsys, monkeypatch, words, match):
    monkeypatch.chdir(pictures)
    monkeypatch.setattr(trained, 'open_gan', None)
    for folder in ('empty', 'broken'):
        (pictures / folder).mkdir(exist_ok=True)
    for file in ('text.png', 'broken/a.png'):
        (pictures / file).write_text('none')
    images.write_png('a.png', DIGITS.images[0])
    assert call(encode, bigan, *words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line


def test_too_many_pictures(bigan, pictures, capsys, monkeypatch):
    monkeypatch.setattr(encode.encoding, 'MAX_PICTURES', 2)
    assert call(encode, bigan, pictures) == 2
    assert '3 pictures: expected 2 at most' in capsys.readouterr().err


def test_a_system_without_an_encoder(run, pictures, tmp_path, capsys):
    """It says what helps, and leaves nothing."""
    out = tmp_path / 'out'
    assert call(encode, run, pictures, '--out', out) == 2
    assert call(arithmetic, run, '--plus', pictures / '0.png', '--out', tmp_path / 'a.png') == 2
    assert call(invert, run, pictures / '0.png', '--steps', 0) == 2
    first, second, third = capsys.readouterr().err.splitlines()
    assert '--type gan has no encoder; --type bigan' in first and 'tools/invert.py' in first
    assert '0.png: --type gan has no encoder' in second
    assert '--steps 0' in third and not out.exists()


def test_inversion_starts_from_the_code(bigan, pictures, tmp_path, capsys):
    """The table has its error before and after; without steps it is the result."""
    a, b = pictures / '0.png', pictures / '1.png'
    places = '--save', tmp_path / 'i.npz', '--out', tmp_path / 'i.png'
    assert call(invert, bigan, a, b, '--steps', 0, *places) == 0
    codes, error = codes_of(bigan)
    np.testing.assert_allclose(latent.load(tmp_path / 'i.npz', 5)[0], codes[:2], atol=1e-6)
    head, *rows, _ = capsys.readouterr().out.splitlines()
    assert head.endswith('encoder  after search  best start')
    for row, squared in zip(rows, error, strict=False):
        before, after, best = row.split()[-3:]
        assert before == after == row.split()[1] == f'{squared ** 0.5:.3f}' and best == 'encoder'
    assert call(invert, bigan, a, '--steps', 30, '--starts', 1, *places) == 0
    row = capsys.readouterr().out.splitlines()[1].split()
    assert float(row[-2]) < float(row[-3]) == pytest.approx(error[0] ** 0.5, abs=6e-4)


def test_a_film_says_where_its_search_began(bigan, pictures, tmp_path, capsys, monkeypatch):
    options = InversionOptions(starts=2, steps=1)                      # it takes long
    monkeypatch.setattr(morph.inputs, 'invert', lambda gan, wanted, label, **_: gan.invert(
        wanted, options=options))
    a, b = pictures / '0.png', pictures / '1.png'
    assert call(morph, bigan, '--from', a, '--to', b, '--frames', 2, '--scale', 1, '--out',
                tmp_path / 'a.gif') == 0
    first, second, _ = capsys.readouterr().out.splitlines()
    _, error = codes_of(bigan)
    for line, file, squared in ((first, a, error[0]), (second, b, error[1])):
        assert line.startswith(f'{file}: the encoder gave a start with the error '
                               f'{squared ** 0.5:.3f}, after the search ')
        assert line.endswith('the best of all starts') or '; another start: ' in line


def test_no_walk_leads_from_a_picture_to_itself(bigan, pictures, capsys, monkeypatch):
    """It is refused before the search."""
    monkeypatch.setattr(morph.trained, 'open_gan', None)
    a = pictures / '0.png'
    assert call(morph, bigan, '--from', a, '--to', a) == 2
    assert f'{a} and {a}: no walk leads from the latent of the one' in capsys.readouterr().err


def test_no_walk_leads_between_pictures_of_the_same_latent(bigan, pictures, capsys, monkeypatch):
    options = InversionOptions(starts=1, steps=0)
    monkeypatch.setattr(morph.inputs, 'invert', lambda gan, wanted, label, **_: gan.invert(
        wanted[[0, 0]], options=options))
    a, b = pictures / '0.png', pictures / '1.png'
    assert call(morph, bigan, '--from', a, '--to', b) == 2
    assert f'{a} and {b}: no walk leads from the latent of the one' in capsys.readouterr().err


def test_pictures_are_added_like_seeds(bigan, pictures, tmp_path, capsys):
    """A folder is one latent, the mean of its pictures."""
    codes, _ = codes_of(bigan)
    seven = latent.draw('uniform', 1, 5, 7)[0]
    assert call(arithmetic, bigan, '--plus', f'{pictures / "0.png"},7', '--minus', pictures,
                '--save', tmp_path / 'r.npz', '--scale', 1, '--out', tmp_path / 'a.png') == 0
    z, _ = latent.load(tmp_path / 'r.npz', 5)
    wanted = (codes[0] + seven) / 2 - codes.mean(axis=0)
    np.testing.assert_allclose(z[0], wanted, atol=1e-6)
    sheet = images.read_png(tmp_path / 'a.png')
    wide = sheet.shape[1] // 3                             # a picture, a seed, their mean
    assert sheet.shape[0] == 5 * (wide + 20)
    assert f'+ mean({pictures / "0.png"},7) - mean({pictures})' in capsys.readouterr().out


@cases(('words', 'match'), [
    ('--plus 3,absent.png', 'absent.png is no seed'), ('--plus empty', 'empty holds no picture'),
    ('--plus a.png,', 'is not a list of seeds or pictures'), (f'--plus {"9" * 20}', 'is no seed')])
def test_sums_that_make_no_sense(bigan, here, capsys, monkeypatch, words, match):
    monkeypatch.setattr(trained, 'open_gan', None)
    (here / 'empty').mkdir(exist_ok=True)
    assert call(arithmetic, bigan, *words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line


def test_an_svm_learns_from_codes(bigan, capsys, tmp_path):
    assert call(features, bigan, '--n', 100, '--of', 'codes', '--quiet', '--json',
                tmp_path / 'a.json') == 0
    (row,) = json.loads((tmp_path / 'a.json').read_text())
    assert (row['name'], row['numbers']) == ('codes', 5)
    assert 0.1 < row['accuracy'] < 1 and 0.1 < row['nearest'] < 1
    heading, _, line = capsys.readouterr().out.splitlines()
    assert ': D and the encoder of bigan, step 0' in heading and line.startswith('codes (5) ')


def test_codes_that_tell_nothing_of_classes(run, by_class, capsys):
    for model, match in ((run, '--type gan has no encoder'),
                         (by_class, 'the encoder of a cgan gets the class of a picture')):
        assert call(features, model, '--of', 'codes') == 2
        assert f'--of codes: {match}' in capsys.readouterr().err


def test_the_encoder_is_exported_next_to_the_generator(bigan, by_class, tmp_path, capsys):
    """One that needs real pictures is not."""
    assert call(export, bigan, '--format', 'frozen,saved_model', '--out', tmp_path) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        'generator.pb', 'generator.pb.json', 'encoder.pb', 'encoder.pb.json', 'saved_model',
        'saved_model_encoder'}
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].startswith(f'frozen, encoder: {tmp_path / "encoder.pb"}, 0.')
    assert lines[4] == '  image float32 [N, 28, 28, 1] -> z float32 [N, 5]'
    assert lines[5].startswith('  largest difference of a number of a code ')
    assert call(export, by_class, '--format', 'frozen', '--out', tmp_path / 'digits.pb') == 0
    assert not list(tmp_path.glob('digits_encoder*'))
    with opened(by_class) as gan, pytest.raises(UsageError, match='so it cannot be exported'):
        gan.export_encoder('frozen', tmp_path / 'a.pb')
