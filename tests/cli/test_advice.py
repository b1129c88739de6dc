"""One line of advice where a command does what was asked, but hardly what was meant."""

import logging

import numpy as np
import pytest

import sample
from dcgan_tf import latent
from dcgan_tf.cli import exits, flags, inputs, start
from dcgan_tf.data import ImageFormat, npz
from dcgan_tf.data.dataset import all_grey
from dcgan_tf.data.pictures import folder
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.images import write_animation, write_film, write_png
from tests.cases import cases
from tests.tools import painter

GREY = np.repeat(np.arange(2 * 16 * 16, dtype=np.uint8).reshape(2, 16, 16, 1), 3, axis=-1)


def saved(root, *names):
    """Pictures of noise with these names."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_png(root / name, np.random.default_rng(0).integers(0, 256, (9, 9, 3), np.uint8))
    return root


def test_a_lossless_film_is_called_so(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), np.uint8)
    assert write_film(tmp_path / 'a.webp', lambda scale: frames, [1]).quality == 'lossless'
    write_animation(tmp_path / 'b.webp', frames)
    film = write_film(tmp_path / 'a.webp', lambda scale: frames, [1], max_kb=0.6)
    assert film.quality.startswith('quality ')


@pytest.mark.parametrize(('factor', 'said'), [(1, False), (2, False), (40, True)])
def test_latents_far_outside_of_the_prior(tmp_path, caplog, factor, said):
    config = painter.config('ab')
    z = np.repeat(latent.draw(config.prior, 1, config.z_dim, 0), 2, axis=0)
    z *= latent.PRIORS[config.prior].radius(config.z_dim) / np.linalg.norm(z[0])
    latent.save(tmp_path / 'z.npz', z * [[1], [factor]])
    with caplog.at_level(logging.WARNING):
        inputs.load_latents(str(tmp_path / 'z.npz'), config)
    lines = [record.getMessage() for record in caplog.records]
    assert bool(lines) == said
    if said:
        assert 'row 1 lies at 40.0 times the radius' in lines[0]
        assert '--truncation 0.025' in lines[0]


@pytest.mark.parametrize(('images', 'grey'), [
    (GREY, True), (GREY[..., :1], False), (np.array(GREY) + np.uint8([0, 0, 1]), False)])
def test_grey_pictures_that_train_as_colour(tmp_path, images, grey):
    assert all_grey(images) == grey
    np.savez(tmp_path / 'a.npz', images)
    data = npz.load(tmp_path / 'a.npz')
    options = flags.parse(['--dataset', 'npz'])
    text = start.first_lines(options, painter.config(''), data)
    assert ('--gray trains one channel' in text) == grey


def test_transparency_in_arrays(tmp_path):
    np.savez(tmp_path / 'a.npz', np.zeros([2, 8, 8, 4], np.uint8))
    with pytest.raises(RunError, match=r'transparency, leave it out: x\[\.\.\., :3\]'):
        npz.load(tmp_path / 'a.npz')


@cases(('names', 'advice'), [
    (['train/cat/a.png', 'train/dog/b.png', 'test/cat/a.png'], '--folder {}/train'),
    (['train/cat/a.png', 'train/dog/b.png'], '--folder {}/train'),
    (['cat/train/a.png', 'dog/train/b.png'], 'move the pictures of cat/train/ up into cat/'),
    (['cat/more/a.png'], "such as 'cat/more/'; ")])
def test_pictures_one_folder_too_deep(tmp_path, names, advice):
    root = saved(tmp_path / 'all', *names)
    with pytest.raises(UsageError) as caught:
        folder.load(root, ImageFormat((8, 8)), cache=tmp_path / 'cache')
    assert advice.format(root) in str(caught.value)


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
