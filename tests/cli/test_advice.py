"""One line of advice where a command does what was asked, but hardly what was meant."""

import logging
import pathlib

import numpy as np
import pytest

import main1
from dcgan_tf import latent
from dcgan_tf.cli import exits, flags
from dcgan_tf.cli.first_lines import first_lines
from dcgan_tf.commands import sample
from dcgan_tf.data import ImageFormat, npz
from dcgan_tf.data.dataset import all_grey
from dcgan_tf.data.pictures import folder, formats, scan
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.images import write_animation, write_film, write_png
from tests.cases import cases
from tests.tools import painter

GREY = np.repeat(np.arange(2 * 16 * 16, dtype=np.uint8).reshape(2, 16, 16, 1), 3, axis=-1)
HEIC = b'\0\0\0\x18ftypheic\0\0\0\0mif1heic'


def saved(root, *names):
    """Pictures of noise with these names."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_png(root / name, np.random.default_rng(0).integers(0, 256, (9, 9, 3), np.uint8))
    return root


def refused(capsys, folder, *words):
    """The line with which main1.py refuses a folder of pictures."""
    assert exits.run(main1.main, ['--folder', str(folder), '--save-folder', str(folder.parent),
                                  '--cache-folder', str(folder.parent / 'cache'), '--quiet',
                                  *words]) == 2
    line, = capsys.readouterr().err.splitlines()
    return line


def test_a_lossless_film_is_called_so(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), np.uint8)
    assert write_film(tmp_path / 'a.webp', lambda scale: frames, [1]).quality == 'lossless'
    write_animation(tmp_path / 'b.webp', frames)
    film = write_film(tmp_path / 'a.webp', lambda scale: frames, [1], max_kb=0.6)
    assert film.quality.startswith('quality ')


@pytest.mark.parametrize(('factor', 'said'), [(1, False), (2, False), (40, True)])
def test_latents_far_outside_of_the_prior(finished, one_layer, caplog, factor, said):
    """Once for each GAN."""
    gan = finished(one_layer(), training=False)
    config = gan.config
    z = np.repeat(latent.draw(config.prior, 1, config.z_dim, 0), 2, axis=0)
    z *= latent.PRIORS[config.prior].radius(config.z_dim) / np.linalg.norm(z[0])
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            gan.decode(z * [[1], [factor]])                   # says nothing: codes may lie there
            assert not caplog.records
        for _ in range(2):
            gan.generate_images(z * [[1], [factor]])
    gan._warned = False
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == said
    if said:
        assert 'row 1 lies at 40.0 times the radius' in lines[0]
        assert 'truncation 0.025 brings it there' in lines[0]


@pytest.mark.parametrize(('images', 'grey'), [
    (GREY, True), (GREY[..., :1], False), (np.array(GREY) + np.uint8([0, 0, 1]), False)])
def test_grey_pictures_that_train_as_colour(tmp_path, images, grey):
    assert all_grey(images) == grey
    np.savez(tmp_path / 'a.npz', images)
    data = npz.load(tmp_path / 'a.npz')
    options = flags.parse(['--dataset', 'npz'])
    text = first_lines(options, painter.config(''), data)
    assert ('--gray trains one channel' in text) == grey


def test_transparency_in_arrays(tmp_path):
    np.savez(tmp_path / 'a.npz', np.zeros([2, 8, 8, 4], np.uint8))
    with pytest.raises(RunError, match=r'transparency, leave it out: x\[\.\.\., :3\]'):
        npz.load(tmp_path / 'a.npz')


@cases(('names', 'advice'), [
    (['train/cat/a.png', 'train/dog/b.png', 'test/cat/a.png'], '--folder {}/train'),
    (['train/cat/a.png', 'test/cat/a.png'], '--folder {}/train'),
    (['train/cat/a.png', 'train/dog/b.png'], '--folder {}/train'),
    (['cat/train/a.png', 'dog/train/b.png'], 'move the pictures of cat/train/ up into cat/'),
    (['cat/more/a.png'], "such as 'cat/more/'; "),
    (['x/y/z/a.png'], "such as 'x/y/'; ")])
@cases('words', [[], ['--batch-size', '4'], ['--type', 'cgan'], ['--split-data'], ['--dry-run']])
def test_pictures_one_folder_too_deep(tmp_path, capsys, names, advice, words):
    """The advice comes before all that the number of the files would refuse."""
    line = refused(capsys, saved(tmp_path / 'all', *names), *words)
    assert advice.format(tmp_path / 'all') in line
    assert pathlib.Path(line.rpartition(' ')[2]).read_text().startswith('file\treason')


@cases(('written', 'problem'), [
    ({f'{i}.heic': HEIC for i in range(10)}, '10 of 10 files cannot be used, more than half, '
     f"such as '0.heic': {formats.unknown(HEIC)}"),
    ({'a.txt': b'text'}, "1 of 1 files cannot be used, more than half, such as 'a.txt': not a "
     'picture'),
    ({'cat/a.png': None, 'dog/b.heic': HEIC}, "class 'dog' has no picture that can be used"),
    ({'a.png': None, 'b.png': None, 'c.txt': b'text'},
     '--batch-size 25 does not fit the data set: expected 1 to 2, its number of images')])
def test_files_that_are_refused_are_not_counted_as_pictures(tmp_path, capsys, written, problem):
    """Ten pictures of a format that needs a package do not ask for a smaller batch."""
    saved(tmp_path / 'all', *(name for name in written if name.endswith('.png')))
    for name, content in written.items():
        if content:
            (tmp_path / 'all' / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / 'all' / name).write_bytes(content)
    assert (refused(capsys, tmp_path / 'all', '--dry-run') == refused(capsys, tmp_path / 'all'))
    assert problem in refused(capsys, tmp_path / 'all')


def test_of_many_files_a_few_are_looked_at(tmp_path, monkeypatch):
    """A wrong flag for a large folder is told before all its files are opened."""
    seen = []
    monkeypatch.setattr(folder, 'is_picture', lambda path: not seen.append(path))
    files = [scan.File(f'{i}.png', 0, 1, 1, True) for i in range(10_000)]
    assert not folder.doubtful('all', files)
    assert len(seen) == folder.LOOKED_AT


@pytest.mark.parametrize(('names', 'said'), [(['train', 'test'], True), (['train', 'cat'], False)])
def test_classes_named_like_parts_of_a_data_set(tmp_path, names, said):
    root = saved(tmp_path / 'all', *(f'{name}/a.png' for name in names))
    data = folder.load(root, ImageFormat((8, 8)), cache=tmp_path / 'cache')
    assert (f'--folder {root / "train"}' in ''.join(data.notes)) == said


def test_samples_among_others(tmp_path, monkeypatch, capsys):
    """Those that the call replaces are not counted."""
    painter.hung(monkeypatch, tmp_path, painter.config('ab'))
    for n, left in ((4, 0), (4, 0), (2, 2), (3, 1)):
        assert exits.run(sample.main, ['RUN', '--n', str(n), '--out', str(tmp_path / 'out')]) == 0
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == bool(left)
        words = f'holds {left} other file{"s" * (left > 1)}, such as '
        assert not left or (words in lines[0] and '--out' in lines[0])


def test_a_run_that_cannot_be_written_to(tmp_path, monkeypatch, capsys):
    """The message names the folder and the flag, not a temporary file."""
    (tmp_path / 'file').touch()
    painter.hung(monkeypatch, tmp_path / 'file' / 'images', painter.config('ab'))
    assert exits.run(sample.main, ['RUN']) == 1
    line, = capsys.readouterr().err.splitlines()
    assert f'written to {tmp_path}/file/images' in line
    assert 'choose another place with --out' in line


@pytest.mark.parametrize('number', [np.nan, np.inf])
def test_latents_that_are_no_numbers(finished, one_layer, number):
    gan = finished(one_layer(), training=False)
    with pytest.raises(UsageError, match='latents: row 1 holds NaN or infinity'):
        gan.generate_images([[0, 0, 0], [0, number, 0]])
