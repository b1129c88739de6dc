"""Morphing: the film shows the generator's images in their tiles, and ends as it began."""

import numpy as np
import pytest
from test_images import decode

from dcgan_tf import images, latent
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.seeds import generator
from dcgan_tf.show import arrangement, morphing
from dcgan_tf.show.morphing import MorphingGenerator, class_walk, film_tiles
from tests.cases import cases
from tests.helpers import path as path_of


def discs(z, channels=3):
    """Discs whose place and colour are the latent: z [N, Z] -> [N, 20, 16, C] in [0, 1]."""
    y, x = np.mgrid[:20, :16]
    at = 0.5 + 0.4 * np.tanh(z[:, :5])                                           # [N, 5]
    inside = np.hypot(y - 20 * at[:, 0, None, None], x - 16 * at[:, 1, None, None]) < 5
    return inside[..., None] * at[:, None, None, 2:2 + channels]


@cases('channels', [1, 3])
@cases('path', latent.PATHS)
def test_frames_show_the_images_in_their_tiles(path, channels):
    morph = MorphingGenerator(lambda z: discs(z, channels), 12, prior='normal')
    film = morph.frames(path=path, frames=5, grid=(2, 3), seed=7)
    assert film.shape == (5, 40, 48, channels) and film.dtype == np.uint8
    for tile in range(6):
        z = path_of(path, 'normal', 12, 5, 7 + tile)
        r, c = divmod(tile, 3)
        place = film[:, 20 * r:20 * r + 20, 16 * c:16 * c + 16]
        np.testing.assert_array_equal(place, images.to_uint8(discs(z, channels)))


def test_latents_are_a_path_a_tile():
    morph = MorphingGenerator(discs, 10)
    z = morph.latents('sphere', 6, (2, 2), 3, speeds=(1, 1))
    assert z.shape == (6, 4, 10) and z.dtype == np.float32
    third = path_of('sphere', 'uniform', 10, 6, 5, speeds=(1, 1))
    np.testing.assert_array_equal(z[:, 2], third)
    np.testing.assert_array_equal(z[:, 1:], morph.latents('sphere', 6, (1, 3), 4, speeds=(1, 1)))


def test_paths_in_turn():
    """Of several names tile k takes the one after the other, each from its own seed."""
    morph = MorphingGenerator(discs, 10)
    z = morph.latents(('circle', 'slerp', 'raw'), 6, (2, 2), 3)
    for k, name in enumerate(('circle', 'slerp', 'raw', 'circle')):
        np.testing.assert_array_equal(z[:, k], path_of(name, 'uniform', 10, 6, 3 + k))


def test_keys_and_truncation():
    morph = MorphingGenerator(discs, 10)
    keys = latent.draw('uniform', 3, 10, 5)
    z = morph.latents('slerp', 6, (1, 2), keys=keys, truncation=0.5)
    expected = np.float32(0.5) * latent.walk('slerp', keys, 'uniform', 6)
    np.testing.assert_array_equal(z[:, 0], expected)
    np.testing.assert_array_equal(z[:, 1], expected)


@cases('scaling', images.SCALINGS)
def test_scale(scaling):
    morph = MorphingGenerator(discs, 10)
    plain = morph.frames(frames=2, grid=(2, 2))
    large = morph.frames(frames=2, grid=(2, 2), scale=3, scaling=scaling)
    for r in (0, 1):
        for c in (0, 1):
            tile = plain[:, 20 * r:20 * r + 20, 16 * c:16 * c + 16]
            place = large[:, 60 * r:60 * r + 60, 48 * c:48 * c + 48]
            np.testing.assert_array_equal(place, images.resize(tile, 3, scaling))


def test_the_path_is_shown_under_its_image():
    morph, options = MorphingGenerator(discs, 10), {'frames': 5, 'grid': (2, 3), 'scale': 2}
    plain, both = morph.frames(**options), morph.frames(**options, show_path=True)
    assert both.shape == (5, 160, 96, 3)
    z = morph.latents(frames=5, grid=(2, 3))
    for tile in range(6):
        r, c = divmod(tile, 3)
        across = slice(32 * c, 32 * c + 32)
        np.testing.assert_array_equal(both[:, 80 * r:80 * r + 40, across],
                                      plain[:, 40 * r:40 * r + 40, across])
        panels = images.path_panels(latent.plane(z[:, tile]), (40, 32), 3)
        np.testing.assert_array_equal(both[:, 80 * r + 40:80 * r + 80, across], panels)


def coloured(z, y):
    """Discs whose grey value is their labels: int [N, 2] in (3, 4), or weights [N, 7]."""
    weights = latent.label_weights(y, len(z), (3, 4))
    return discs(z) / 2 + (weights @ np.arange(7) / 20)[:, None, None, None]


def test_several_labels(tiny):
    """A column has a value of the first code, a row one of the second, drawn by its number."""
    config, morph = tiny(type='infogan', codes=(3, 4), continuous=2), MorphingGenerator(coloured, 5)
    (rows, columns), labels = film_tiles(config, rows=2)
    assert (rows, columns) == (2, 3) and labels.shape == (1, 6, 2)
    assert labels[0, :, 0].tolist() == [0, 1, 2, 0, 1, 2]
    second = [generator(row, 'codes').integers([4])[0] for row in (0, 1)]
    assert labels[0, :, 1].tolist() == np.repeat(second, 3).tolist() and second[0] != second[1]
    assert film_tiles(config, (1, 4))[1][0, :, 0].tolist() == [0, 1, 2, 0]
    z = morph.latents(frames=3, grid=(2, 3))
    film = morph.tiles(z, labels)
    for tile in range(6):
        wanted = coloured(z[:, tile], np.repeat(labels[:, tile], 3, axis=0))
        np.testing.assert_array_equal(film[:, tile], images.to_uint8(wanted))


def test_labels_that_change_from_frame_to_frame():
    """From one value to another and back, while the other code follows the keys of slerp."""
    first, last = (np.float32([[[*one, *np.eye(4)[k]]] for k in (0, 1, 2, 3)])
                   for one in np.eye(3)[[0, 2]])
    walk = class_walk(first, last, 4)
    assert walk.shape == (4, 1, 7)
    np.testing.assert_allclose(walk[:, 0, :3], [[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1], [0.5, 0, 0.5]],
                               atol=1e-7)
    np.testing.assert_allclose(walk[:, 0, 3:], np.eye(4), atol=1e-7)


def test_a_limit_of_size(tmp_path):
    morph, options = MorphingGenerator(discs, 10), {'frames': 6, 'grid': (2, 2), 'scale': 3}
    free = morph.write(tmp_path / 'a.gif', **options, show_path=True)
    tight = morph.write(tmp_path / 'b.gif', **options, max_kb=free.size / 2500, show_path=True)
    assert free.scale == 3 and tight.size <= free.size / 2.5 and tight.scale < 3
    assert decode(tmp_path / 'b.gif')[0].shape[1] == 80 * tight.scale


def test_films_too_large_for_the_memory(monkeypatch):
    monkeypatch.setattr(arrangement, 'MAX_BYTES', 2 * 4 * 20 * 16 * 3 * 9)
    asked = []

    def images_of(z):
        asked.append(len(z))
        return discs(z)
    morph = MorphingGenerator(images_of, 10)
    assert morph.frames(frames=2, grid=(2, 2), scale=3).size == arrangement.MAX_BYTES
    asked.clear()
    for more in ({'scale': 4}, {'scale': 3, 'show_path': True}):
        with pytest.raises(UsageError, match='GB; choose a smaller --scale'):
            morph.frames(frames=2, grid=(2, 2), **more)
    assert asked == [1, 1]                                        # and no more before it is told
    with pytest.raises(UsageError, match='the latents alone would take'):
        morph.frames(frames=1000, grid=(10, 10))


def test_film_is_a_function_of_its_options():
    morph = MorphingGenerator(discs, 10)
    first = morph.frames(frames=4, grid=(1, 2))
    np.testing.assert_array_equal(first, morph.frames(frames=4, grid=(1, 2)))
    for other in ({'seed': 1}, {'speeds': (1, 1)}, {'path': 'circle'}, {'ease': True},
                  {'truncation': 0.5}, {'keys': np.eye(10)[:3]}):
        assert not np.array_equal(first, morph.frames(frames=4, grid=(1, 2), **other))


def test_generator_is_asked_in_chunks(monkeypatch):
    monkeypatch.setattr(morphing, 'CHUNK', 7)
    asked = []

    def images_of(z):
        asked.append((z.shape, z.dtype))
        return discs(z)
    film = MorphingGenerator(images_of, 10).frames(frames=4, grid=(2, 2))
    assert asked == [((n, 10), np.float32) for n in (1, 7, 7, 2)]
    monkeypatch.undo()
    np.testing.assert_array_equal(film, MorphingGenerator(discs, 10).frames(frames=4, grid=(2, 2)))


@pytest.mark.parametrize('ending', images.ANIMATIONS)
def test_write(tmp_path, ending):
    path = tmp_path / f'film{ending}'
    MorphingGenerator(discs, 10).write(path, frames=8, grid=(1, 2), fps=10)
    frames, seconds, _ = decode(path)
    assert frames.shape == (8, 20, 32, 3) and seconds == pytest.approx(0.8)


def test_defaults_are_sixty_frames_of_four_by_four():
    assert MorphingGenerator(discs, 10).frames().shape == (60, 80, 64, 3)


@cases('images_of, match', [
    (lambda z: None, r'got \[\] for 1 latents, expected \[1, H, W, C\]'),
    (lambda z: discs(z)[:-1], r'got \[0, 20, 16, 3\] for 1 latents'),
    (lambda z: discs(z)[..., 0], r'got \[1, 20, 16\]'),
    (lambda z: discs(z)[..., :2], r'got \[1, 20, 16, 2\]'),
    (lambda z: discs(z) + np.nan, 'NaN'),
    (lambda z: 2 * discs(z) - 1, 'got values from -1 to'),
    (lambda z: 255 * discs(z), r'expected \[0, 1\]'),
])
def test_answers_that_are_no_images_are_refused(images_of, match):
    with pytest.raises(RunError, match=match):
        MorphingGenerator(images_of, 10).frames(frames=1, grid=(2, 2))


def test_answers_of_several_shapes_are_refused(monkeypatch):
    monkeypatch.setattr(morphing, 'CHUNK', 3)
    with pytest.raises(RunError, match='several shapes'):
        MorphingGenerator(lambda z: discs(z)[:, :18 + len(z)], 10).frames(frames=1, grid=(2, 2))


@cases('option, flag', [
    ({'frames': 0}, 'frames = 0'), ({'grid': (0, 4)}, '--grid'), ({'grid': (4,)}, '--grid'),
    ({'fps': 0}, '--fps 0'), ({'path': 'spiral'}, '--path spiral'),
    ({'speeds': (1.5, 1)}, '--speeds'), ({'scale': 0}, '--scale 0'), ({'scale': 33}, '--scale 33'),
    ({'scale': 1.5}, '--scale 1.5'), ({'scaling': 'lanczos'}, '--scaling lanczos'),
    ({'truncation': 0}, 'truncation 0'), ({'loop': -1}, '--loop -1'),
    ({'max_kb': 0}, '--max-kb 0'), ({'path': ('circle', 'spiral')}, '--path spiral')])
def test_wrong_options_are_refused_before_any_work(tmp_path, option, flag):
    def images_of(z):
        raise AssertionError('asked for images')
    with pytest.raises(UsageError) as failure:
        MorphingGenerator(images_of, 10).write(tmp_path / 'a.gif', **option)
    assert flag in str(failure.value)
    assert not list(tmp_path.iterdir())


def test_wrong_endings_and_folders_are_refused_before_any_work(tmp_path):
    for name, match in (('a.bmp', 'a name that ends in .gif'), ('none/a.gif', 'no folder')):
        with pytest.raises(UsageError, match=match):
            MorphingGenerator(None, 10).write(tmp_path / name)


def test_generator_that_fails_leaves_no_file(tmp_path):
    with pytest.raises(RunError):
        MorphingGenerator(lambda z: discs(z) * np.nan, 10).write(tmp_path / 'a.gif', frames=2)
    assert not list(tmp_path.iterdir())


def test_a_film_without_labels_may_get_those_of_its_generator():
    seen = []

    def images_of(z, labels):
        seen.extend(labels)
        return np.zeros([len(z), 4, 4, 1])
    made = morphing.MorphingGenerator(images_of, 3, labels_of=lambda tiles: np.arange(tiles)[None])
    made.frames(frames=2, grid=(1, 3))
    assert seen[1:] == [0, 1, 2] * 2                              # the first tile is tried before
    made.frames(frames=1, grid=(1, 3), labels=np.array([[7, 8, 9]]))
    assert seen[-3:] == [7, 8, 9]
