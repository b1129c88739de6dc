"""What a notebook and a terminal show of pictures, films and runs: `_repr_png_`, `_repr_html_`."""

import base64
import io
import re
from types import SimpleNamespace

import cv2
import numpy as np
import PIL.Image
import pytest

from dcgan_tf import GAN, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.fitting import TrainingResult
from dcgan_tf.images import ANIMATIONS, Picture, image_html, notebook, read_png, write_film
from dcgan_tf.run_folder import run_folder
from tests.cases import cases
from tests.run_folder.test_overview import trained


def decoded(content):
    """The pixels of a PNG file."""
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)


def shown(html):
    """The pictures in an HTML text, each as Pillow opens it, and with the size on the screen."""
    found = re.findall(r'src="data:(image/\w+);base64,([^"]+)" width="(\d+)" height="(\d+)"', html)
    return [(PIL.Image.open(io.BytesIO(base64.b64decode(content))), media, int(width), int(height))
            for media, content, width, height in found]


# ---- pictures

@cases(('height', 'width', 'times'), [
    (28, 28, 4), (112, 224, 3), (56, 280, 2), (280, 280, 2), (400, 400, 1), (2, 701, 1),
    (900, 2, 1)])
def test_a_small_picture_is_enlarged_by_a_whole_factor(height, width, times):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 1), np.uint8)
    large = decoded(Picture(pixels)._repr_png_())
    np.testing.assert_array_equal(large, np.kron(pixels[..., 0], np.ones((times, times), np.uint8)))


def test_a_picture_in_a_terminal_and_in_a_file(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (8, 12, 3), np.uint8)
    picture = Picture(pixels)
    assert repr(picture) == 'Picture(12x8 pixels, colour)'
    picture.write(tmp_path / 'a.png')
    np.testing.assert_array_equal(read_png(tmp_path / 'a.png'), pixels)
    np.testing.assert_array_equal(decoded(picture._repr_png_())[2, 6, ::-1], pixels[0, 1])    # RGB


@cases('wrong', [
    [[0]], np.zeros((2, 2, 1)), np.zeros((2, 2), np.uint8), np.zeros((1, 2, 2, 1), np.uint8)])
def test_what_is_no_picture_is_refused(wrong):
    with pytest.raises(UsageError, match='expected'):
        Picture(wrong)


# ---- films

@pytest.mark.parametrize('ending', ANIMATIONS)
def test_a_film_shows_itself(tmp_path, ending):
    frames = np.random.default_rng(0).integers(0, 256, (3, 16, 24, 1), np.uint8)
    film = write_film(tmp_path / f'a{ending}', lambda scale: frames, [1])
    assert film.path == tmp_path / f'a{ending}' and str(film.size) in repr(film)
    if ending == '.mp4':                               # browsers do not play this codec
        assert film._repr_html_() is None
        return
    (picture, media, *size), = shown(film._repr_html_())
    assert media == ('image/png' if ending == '.apng' else f'image/{ending[1:]}')
    assert (size, picture.size, picture.n_frames) == ([96, 64], (24, 16), 3)


def test_a_file_that_cannot_be_shown(tmp_path, monkeypatch):
    for name, content in (('a.png', b'\x89PNG\r\n\x1a\n damaged'), ('a.gif', b''), ('a.txt', b'a')):
        (tmp_path / name).write_bytes(content)
        assert image_html(tmp_path / name) is None
    assert image_html(tmp_path / 'none.png') is None
    Picture(np.zeros((4, 5, 1), np.uint8)).write(tmp_path / 'b.png')
    for max_width, size in ((700, (20, 16)), (5, (20, 16)), (4, (4, 3))):
        (_, _, *found), = shown(image_html(tmp_path / 'b.png', max_width))
        assert tuple(found) == size
    assert image_html(tmp_path / 'b.png')
    monkeypatch.setattr(notebook, 'MAX_BYTES', 10)
    assert image_html(tmp_path / 'b.png') is None


# ---- samples

@cases(('type_', 'options', 'rows', 'columns', 'first'), [
    ('gan', {}, 4, 8, 0), ('gan', {'rows': 2, 'columns': 3, 'seed': 5}, 2, 3, 5),
    ('gan', {'latents': np.zeros((9, 3))}, 2, 8, 0), ('cgan', {'rows': 1}, 1, 3, 0),
    ('cgan', {'columns': 2, 'label': 'b'}, 4, 2, 0)])
def test_a_grid_shows_the_samples_row_by_row(tiny, type_, options, rows, columns, first):
    """Sample number s is a picture of the colour s."""
    def sample(n, seed, *, latents=None, label=None):
        assert label == options.get('label')
        numbers = seed + np.arange(n if latents is None else len(latents))
        return np.broadcast_to(numbers[:, None, None, None] / 255, (len(numbers), 8, 8, 1))
    classes = {'class_names': ('a', 'b', 'c')} if type_ == 'cgan' else {}
    gan = SimpleNamespace(sample=sample, config=tiny(type=type_, **classes))
    pixels = GAN.grid(gan, **options).pixels
    count = len(options.get('latents', range(rows * columns)))
    expected = np.pad(first + np.arange(count), (0, rows * columns - count))
    np.testing.assert_array_equal(pixels[::8, ::8, 0], expected.reshape(rows, columns))
    assert pixels.shape == (8 * rows, 8 * columns, 1)


# ---- runs

def test_a_run_shows_its_state_its_losses_and_its_pictures(tmp_path):
    run = trained(tmp_path, name='a & b', log=(10, 20), saved=(0, 20), epochs=100,
                  warnings='step 10: a sign\n')
    line = f"RunFolder('{tmp_path}/a & b': stopped, step 20 of 100, gan, preset dcgan28, on auto)"
    assert repr(run) == line
    html = run._repr_html_()
    for text in ('a &amp; b', 'stopped, step 20 of 100', 'D 2, G 2', 'of step 0, 20',
                 '1 in warnings.log'):
        assert f'{text}</td>' in html
    assert shown(html) == []
    for number, name in enumerate(('fake_000010', 'fake_000020', 'fake2_000030', 'losses'), 1):
        Picture(np.full((4, 4 * number, 1), number, np.uint8)).write(run.images / f'{name}.png')
    assert [picture.size for picture, *_ in shown(run._repr_html_())] == [(8, 4), (16, 4)]
    assert 'samples at step 20<br>' in run._repr_html_()
    assert TrainingResult(20, None, run=run)._repr_html_() == run._repr_html_()
    assert line in repr(TrainingResult(20, None, run=run))


def test_a_run_that_is_new_or_gone_shows_itself_all_the_same(tmp_path):
    run = run_folder.create(tmp_path, 'a', preset(), {'images': [5, 28, 28, 1]})
    assert 'stopped, step 0 of 20,000, gan, preset dcgan28, on auto, 5 images)' in repr(run)
    (run.path / 'log.csv').write_text('no table\n')
    assert 'step 0 of 20,000' in repr(run) or 'cannot be read' in repr(run)
    run.path.rename(tmp_path / 'b')
    assert 'cannot be read any more' in repr(run) and 'cannot be read' in run._repr_html_()


def test_a_training_without_a_run_shows_its_line_alone():
    assert TrainingResult(3, None)._repr_html_() is None
    assert repr(TrainingResult(3, None)) == (
        'TrainingResult(step=3, signal=None, left=False, run=None)')
