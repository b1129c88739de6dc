"""Feature maps as tiles: a row an image, a column a map, each map in its own range of grey."""

import numpy as np

from dcgan_tf.images import feature_maps
from dcgan_tf.images.feature_maps import BAD, GAP, map_tiles


def test_the_place_and_the_grey_of_each_number():
    """Two images, three maps of 32x32: each map has one range over both images."""
    values = np.zeros([2, 32, 32, 3], np.float32)
    values[0, ..., 0], values[1, ..., 0] = -1, 3
    values[1, 2, 5, 0] = 1
    values[..., 1] = 7                                          # one value: black
    values[..., 2], values[0, 0, 0, 2], values[0, 0, 1, 2] = 0, np.nan, np.inf
    values[1, ..., 2] = 1e-6
    tiles = map_tiles(values)
    assert (tiles.images, tiles.maps) == (2, 3)
    assert tiles.pixels.shape == (2 * 33 - 1, 3 * 33 - 1, 3)
    first, second = tiles.pixels[:32], tiles.pixels[33:]
    assert (first[:, :32] == 0).all() and second[0, 0].tolist() == [255] * 3
    assert second[2, 5].tolist() == [128] * 3
    assert (tiles.pixels[:32, 33:65] == 0).all() and (tiles.pixels[33:, 33:65] == 0).all()
    assert [tuple(first[0, 66 + x]) for x in range(3)] == [BAD, BAD, (0, 0, 0)]
    assert (second[:, 66:] == 255).all()
    assert (tiles.pixels[32] == GAP).all() and (tiles.pixels[:, [32, 65]] == GAP).all()


def test_small_maps_are_enlarged_and_many_are_cut(monkeypatch):
    tiles = map_tiles(np.zeros([100, 4, 2, 300]))
    assert (tiles.images, tiles.maps) == (16, 64)
    assert tiles.pixels.shape == (16 * 33 - 1, 64 * 17 - 1, 3)
    monkeypatch.setattr(feature_maps, 'MAX_SIDE', 100)
    large = map_tiles(np.zeros([20, 40, 30, 9], np.float16))
    assert large.pixels.shape == (large.images * 41 - 1, large.maps * 31 - 1, 3) == (81, 92, 3)


def test_a_map_without_a_number():
    assert (map_tiles(np.full([1, 32, 32, 1], -np.inf)).pixels == BAD).all()
