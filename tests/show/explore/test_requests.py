"""What a request may ask for: good words are read, every other is a UsageError and nothing else."""

import pytest

from dcgan_tf.errors import UsageError
from dcgan_tf.show.explore import requests
from dcgan_tf.show.explore.requests import Limits, Point, Walk
from tests.cases import cases

LIMITS = Limits(classes=3, directions=2, images=20)


def test_points_are_read():
    body = requests.read(b'{"points": [{"seed": 5, "class": 2, "truncation": 0.5, '
                         b'"moves": [1, -2.5]}, {"seed": 0, "class": null}]}')
    assert requests.pictures(body, LIMITS) == [Point(5, 2, 0.5, (1, -2.5)), Point(0)]


def test_codes_are_read():
    limits = LIMITS._replace(codes=2)
    body = requests.read(b'{"points": [{"seed": 5, "codes": [null, -3]}, {"seed": 5, "codes": [0.5]'
                         b'}, {"seed": 5, "codes": []}]}')
    codes = [point.codes for point in requests.pictures(body, limits)]
    assert codes == [(None, -3), (0.5,), ()]
    assert requests.walk({**body, 'frames': 2}, limits).points[0].codes == (None, -3)


@cases('codes', [
    3, None, {}, 'ab', [1, 2, 3], [None] * 3, [3.1], [-4], ['1'], [[1]], [{}], [True], [False],
    [float('nan')], [float('inf')], [10 ** 400]])
def test_codes_that_are_none(codes):
    for read in (requests.pictures, requests.walk):
        with pytest.raises(UsageError, match='codes: expected a ') as caught:
            read({'points': [{'seed': 1, 'codes': codes}] * 2}, LIMITS._replace(codes=2))
        assert len(str(caught.value)) < 100


@cases('codes', [[1], [None]])
def test_a_code_where_none_enters(codes):
    with pytest.raises(UsageError, match='codes: expected a list of at most 0 numbers'):
        requests.pictures({'points': [{'seed': 1, 'codes': codes}]}, LIMITS)


def test_latents_are_read():
    """In place of a seed; the rest is as it was."""
    limits = LIMITS._replace(latent=2)
    point = {'latent': [0.5, -7], 'class': 1, 'truncation': 0.5, 'moves': [1]}
    assert requests.pictures({'points': [point, {'seed': 3}]}, limits) == [
        Point(0, 1, 0.5, (1,), (), (0.5, -7)), Point(3)]


@cases('latent', [
    3, None, {}, 'ab', [], [1], [1, 2, 3], [1, None], [1, '1'], [1, True], [1, [1]], [1, 2e4],
    [1, float('nan')], [1, float('-inf')], [1, 10 ** 400]])
def test_latents_that_are_none(latent):
    for read in (requests.pictures, requests.walk):
        with pytest.raises(UsageError, match='latent: expected a ') as caught:
            read({'points': [{'latent': latent}] * 2}, LIMITS._replace(latent=2))
        assert len(str(caught.value)) < 100
        with pytest.raises(UsageError, match='latent: this generator has no encoder'):
            read({'points': [{'latent': latent}] * 2}, LIMITS)


def test_pixels_are_read():
    assert requests.pixels({'pixels': 'AAH/'}, 3) == b'\x00\x01\xff'


@cases('words', [
    {}, {'pixels': None}, {'pixels': 3}, {'pixels': [0, 1, 255]}, {'pixels': 'AAH'},
    {'pixels': 'AA\n/'}, {'pixels': 'é'}, {'pixels': 'AAH/AAH/'}, {'pixels': ''},
    {'pixels': 'AAH/', 'size': 3}])
def test_pixels_that_are_none(words):
    with pytest.raises(UsageError) as caught:
        requests.pixels(words, 3)
    assert len(str(caught.value)) < 100


def test_walks_are_read():
    two = [{'seed': 1}, {'seed': 2}]
    points = [Point(1), Point(2)]
    assert requests.walk({'points': two, 'frames': 3, 'fps': 12.5}, LIMITS) == Walk(points, 3, 12.5)
    assert requests.walk({'points': two}, Limits(0, 2, 200)) == Walk(points, 24, 20)


@cases('content', [
    b'', b'nonsense', b'\x00\xff', b'[1]', b'"a"', b'3', b'null', b'{"points": NaN}',
    b'{"a": Infinity}', b'{', b'[' * 60_000, b'{"a":' * 10_000, b'9' * 60_000])
def test_what_is_no_json_object(content):
    with pytest.raises(UsageError, match='the body is no JSON'):
        requests.read(content)


POINT = {'seed': 1}
BAD_POINTS = [
    None, 3, 'x', {}, [], [3], [None], [[]], [POINT] * 21, [{}], [{'seed': 1, 'colour': 2}],
    *([{'seed': bad}] for bad in (-1, 2 ** 53, 10 ** 300, 1.0, 1.5, '1', True, None, [1], {})),
    *([{'seed': 1, 'class': bad}] for bad in (-1, 3, 0.0, '1', True, [], 10 ** 30)),
    *([{'seed': 1, 'truncation': bad}] for bad in (
        0, -1, 2, '1', None, True, [], 1e308, float('nan'), float('inf'), 10 ** 400)),
    *([{'seed': 1, 'moves': bad}] for bad in (
        3, None, {}, 'ab', [1, 2, 3], [6], [-6], ['1'], [None], [[1]], [True], [float('nan')],
        [float('-inf')], [10 ** 400]))]


@cases('points', BAD_POINTS)
def test_points_that_are_none(points):
    for read in (requests.pictures, requests.walk):
        with pytest.raises(UsageError) as caught:
            read({'points': points}, LIMITS)
        assert len(str(caught.value)) < 100


@cases('words', [
    {'points': [POINT]}, {'points': [POINT] * 9}, {'frames': 1}, {'frames': 11}, {'frames': 2.5},
    {'frames': '3'}, {'frames': True}, {'frames': None}, {'frames': 10 ** 400}, {'fps': 0},
    {'fps': 51}, {'fps': 'fast'}, {'fps': float('nan')}, {'loops': 2}])
def test_walks_that_are_none(words):
    with pytest.raises(UsageError):
        requests.walk({'points': [POINT] * 2, 'frames': 4, **words}, LIMITS)


def test_all_frames_together_are_bounded():
    assert requests.walk({'points': [POINT] * 5, 'frames': 4}, LIMITS).frames == 4
    with pytest.raises(UsageError, match='frames: expected a number from 2 to 4'):
        requests.walk({'points': [POINT] * 5, 'frames': 5}, LIMITS)
    with pytest.raises(UsageError, match='points: expected a list of 2 to 2'):
        requests.walk({'points': [POINT] * 3}, Limits(0, 2, 4))


def test_a_class_where_none_enters():
    with pytest.raises(UsageError, match='takes no labels'):
        requests.pictures({'points': [{'seed': 1, 'class': 0}]}, Limits(0, 2, 20))
