"""One rule in every tool: picture number s has the latent of seed s and class s modulo K."""

import types

import cv2
import numpy as np
import pytest

from dcgan_tf import images, latent
from dcgan_tf.cli import exits
from dcgan_tf.commands import morph, sample
from dcgan_tf.run_folder import samples
from dcgan_tf.show import points
from dcgan_tf.show.explore.renderer import Renderer
from dcgan_tf.show.explore.requests import Point
from tests.cases import cases
from tests.tools import painter

SIDE = painter.SIDE
CONFIGS = {classes: painter.config(map(str, range(classes))) for classes in (3, 10, 12)}


def tiles(picture, rows, columns):
    """The tiles of a picture, row by row."""
    height, width = picture.shape[0] // rows, picture.shape[1] // columns
    return [picture[height * i:height * (i + 1), width * j:width * (j + 1)]
            for i in range(rows) for j in range(columns)]


def by_files(config, out, first, n):
    exits.run(sample.main, ['RUN', '--seed', str(first), '--n', str(n), '--out', str(out)])
    return [images.read_png(path) for path in sorted(out.glob('*/*.png'), key=lambda p: p.name)]


def by_grid(config, out, first, n, flag='--grid'):
    words = ['RUN', '--seed', str(first), '--grid', f'2x{n // 2}', '--scale', '1',
             '--out', f'{out}.png']
    assert exits.run(sample.main, [*words, *(['--sheet'] if flag == '--sheet' else [])]) == 0
    return tiles(images.read_png(f'{out}.png'), 2, n // 2)


def by_sheet(config, out, first, n):
    return by_grid(config, out, first, n, '--sheet')


def first_frame(file):
    return cv2.imdecodeanimation(np.fromfile(file, np.uint8))[1].frames[0][..., 2::-1]


def by_film(config, out, first, n):
    """Each walk of `raw` starts at the latent of its seed."""
    assert exits.run(morph.main, ['RUN', '--path', 'raw', '--seed', str(first), '--grid',
                                  f'2x{n // 2}', '--frames', '1', '--scale', '1', '--out',
                                  f'{out}.apng']) == 0
    return tiles(first_frame(f'{out}.apng'), 2, n // 2)


def by_keys(config, out, first, n):
    """A film through some pictures starts at the first of them."""
    for seed in range(first, first + n):
        assert exits.run(morph.main, ['RUN', '--seeds', f'{seed},{seed + 1}', '--frames', '2',
                                      '--scale', '1', '--out', f'{out}.apng']) == 0
        yield first_frame(f'{out}.apng')


def by_projector(config, out, first, n):
    gan = types.SimpleNamespace(config=config, generate_images=painter.images_of)
    pictures, rows = points.sample_pictures(gan, n, first)
    assert [name for _, _, name, *_ in rows] == [
        config.class_names[s % len(config.class_names)] for s in range(first, first + n)]
    return pictures


def by_page(config, out, first, n):
    renderer = Renderer(painter.images_of, config, np.eye(config.z_dim), name='', step=0)
    return renderer.pictures([Point(seed) for seed in range(first, first + n)])


def by_export(config, out, first, n):
    from dcgan_tf.show.exports import sampler  # loads TensorFlow
    z = latent.draw(config.prior, n, config.z_dim, first)
    feed = sampler.example_feed(types.SimpleNamespace(config=config), z, first)
    return images.to_uint8(painter.images_of(feed['z'], feed['label']))


@cases('classes', CONFIGS)
@cases('first', [0, 7])
@pytest.mark.parametrize('drawn', [by_files, by_grid, by_sheet, by_film, by_keys, by_projector,
                                   by_page, by_export])
def test_a_number_is_a_latent_and_a_class(tmp_path, monkeypatch, drawn, first, classes):
    config, n = CONFIGS[classes], 16
    painter.hung(monkeypatch, tmp_path, config)
    found = [painter.read(picture) for picture in drawn(config, tmp_path / 'out', first, n)]
    z = latent.draw(config.prior, n, config.z_dim, first)
    assert [label for _, label in found] == [s % classes for s in range(first, first + n)]
    np.testing.assert_allclose([number for number, _ in found], z[:, 0], atol=0.01)


@cases(('words', 'left'), [
    ('--grid 2x4', '2 of 10 classes are left out: 8, 9'), ('--grid 2x5', ''),
    ('--n 9', '1 of 10 classes are left out: 9'), ('--sheet', ''),
    ('--grid 1x2 --class 3', ''), ('--sheet --grid 1x9 --seed 1', 'left out: 0')])
def test_a_picture_says_which_classes_it_leaves_out(tmp_path, monkeypatch, capsys, words, left):
    painter.hung(monkeypatch, tmp_path, CONFIGS[10])
    assert exits.run(sample.main, ['RUN', *words.split()]) == 0
    line, = capsys.readouterr().out.splitlines()
    assert left in line and ('left out' in line) == bool(left)


def test_a_film_by_column_says_so_too(tmp_path, monkeypatch, capsys):
    """Of one latent all classes are shown side by side where there is room."""
    painter.hung(monkeypatch, tmp_path, CONFIGS[12])
    assert exits.run(morph.main, ['RUN', '--seeds', '5,9', '--grid', '1x10', '--frames', '1',
                                  '--out', str(tmp_path / 'a.apng')]) == 0
    assert '2 of 12 classes are left out: 10, 11' in capsys.readouterr().out
    found = [painter.read(tile)[1] for tile in tiles(first_frame(tmp_path / 'a.apng'), 1, 10)]
    assert found == list(range(10))


def test_many_classes_that_are_left_out_are_cut():
    text = samples.left_out([0], painter.config([str(k) for k in range(1000)]))
    assert text.startswith('; 999 of 1,000 classes are left out: 1, 2, ') and text.endswith(' ...')


def test_values_of_a_code_are_no_classes():
    config = painter.config(['cat', 'dog']).replace(type='infogan', codes=(3,))
    assert samples.left_out([0], config) == '; 2 of 3 values of code 1 are left out: 1, 2'
