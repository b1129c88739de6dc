"""Images: ranges, layout, and files that come back as they were, or do not come at all."""

import errno
from types import SimpleNamespace

import cv2
import numpy as np
import PIL.Image
import pytest

from dcgan_tf import files, images
from dcgan_tf.errors import RunError, UsageError
from tests.cases import cases
from tests.helpers import decode


def film(frames=10, h=24, w=32, channels=3):
    """A moving colour gradient, uint8 [F, H, W, C]; no two neighbouring frames are equal."""
    k, y, x = np.mgrid[:frames, :h, :w]
    waves = [np.sin(x / 9 + k / 2), np.cos(y / 7 - k / 2), np.sin((x + y) / 12 + k)]
    return images.to_uint8(0.5 + 0.4 * np.stack(waves[:channels], axis=-1))


def psnr(a, b):
    """In dB, of uint8 images."""
    return 10 * np.log10(255 ** 2 / max(np.mean((np.float64(a) - b) ** 2), 1e-9))


def assert_no_film(error, match, path, frames, fps=20):
    """Writing fails with that error and leaves nothing behind."""
    with pytest.raises(error, match=match):
        images.write_animation(path, frames, fps=fps)
    assert not path.parent.is_dir() or not list(path.parent.iterdir())


def test_to_uint8_rounds_and_clips():
    x = np.array([-0.1, 0, 0.4 / 255, 0.6 / 255, 0.5, 254.6 / 255, 1, 1.1], np.float32)
    np.testing.assert_array_equal(images.to_uint8(x), [0, 0, 0, 1, 128, 255, 255, 255])
    pixels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(images.to_uint8(np.float32(pixels) / 255), pixels)


def test_to_uint8_refuses_nan():
    with pytest.raises(RunError, match=r'\[1, 2\].*NaN'):
        images.to_uint8(np.array([[0, np.nan]]))


@cases('n, columns, rows, across', [
    (1, None, 1, 1), (2, None, 1, 2), (5, None, 2, 3), (16, None, 4, 4),
    (5, 1, 5, 1), (5, 8, 1, 8)])
def test_tile_puts_image_i_in_its_place(n, columns, rows, across):
    batch = np.random.default_rng(0).integers(1, 256, [n, 3, 2, 3], dtype=np.uint8)
    grid = images.tile(batch, columns)
    assert grid.shape == (rows * 3, across * 2, 3) and grid.dtype == np.uint8
    for i in range(rows * across):
        r, c = divmod(i, across)
        place = grid[3 * r:3 * r + 3, 2 * c:2 * c + 2]
        np.testing.assert_array_equal(place, batch[i] if i < n else 0)


def test_tile_refuses_nothing():
    for n, columns in [(0, None), (3, 0)]:
        with pytest.raises(UsageError, match='tile'):
            images.tile(np.zeros([n, 2, 2, 1], np.uint8), columns)


def test_stack():
    a, b = film(2, 4, 6)
    both = np.hstack([a, b])
    assert both.shape == (4, 12, 3)
    picture = images.stack([both, a])
    assert picture.shape == (8, 12, 3)
    np.testing.assert_array_equal(picture[:4, 6:], b)
    np.testing.assert_array_equal(picture[4:, :6], a)
    assert not picture[4:, 6:].any()


@cases('channels', [1, 3])
@cases('h, w', [(1, 1), (5, 7)])
def test_png_round_trip(tmp_path, channels, h, w):
    image = film(1, h, w, channels)[0]
    images.write_png(tmp_path / 'a.png', image)
    np.testing.assert_array_equal(images.read_png(tmp_path / 'a.png'), image)


def test_png_channel_order_is_rgb(tmp_path):
    images.write_png(tmp_path / 'red.png', np.uint8([[[255, 0, 0]]]))
    assert cv2.imread(str(tmp_path / 'red.png')).tolist() == [[[0, 0, 255]]]      # OpenCV's BGR


def test_png_drops_transparency(tmp_path):
    (tmp_path / 'a.png').write_bytes(cv2.imencode('.png', np.uint8([[[1, 2, 3, 4]]]))[1].tobytes())
    assert images.read_png(tmp_path / 'a.png').tolist() == [[[3, 2, 1]]]


def test_read_png_refuses_what_is_missing_damaged_or_huge(tmp_path):
    path = tmp_path / 'a.png'
    with pytest.raises(RunError, match='No such file'):
        images.read_png(path)
    images.write_png(path, film(1, 64, 64)[0])
    whole = path.read_bytes()
    huge = whole[:16] + (1 << 20).to_bytes(4, 'big') * 2 + whole[24:]
    for content, match in [(b'', 'no PNG'), (b'GIF89a' * 9, 'no PNG'), (whole[:40], 'damaged'),
                           (huge, '1048576 x 1048576')]:
        path.write_bytes(content)
        with pytest.raises(RunError, match=match):
            images.read_png(path)


@cases('ending', images.ANIMATIONS)
@cases('channels', [1, 3])
@cases('count, h, w', [(10, 24, 32), (7, 23, 31), (1, 24, 32), (3, 1, 1)])
def test_animation_keeps_frames_size_and_time(tmp_path, ending, channels, count, h, w):
    path, frames = tmp_path / f'film{ending}', film(count, h, w, channels)
    images.write_animation(path, frames, fps=20)
    back, seconds, loops = decode(path)
    padded = (h + h % 2, w + w % 2) if ending == '.mp4' else (h, w)
    assert back.shape == (count, *padded, 3) and loops == 0
    assert count == 1 or seconds == pytest.approx(count / 20)
    assert all(psnr(a[:h, :w], b) > 24 for a, b in zip(back, frames, strict=True))
    if ending in ('.png', '.apng', '.webp'):
        np.testing.assert_array_equal(back, np.broadcast_to(frames, back.shape))


@cases('channels, least', [(1, 99), (3, 28.5)])
def test_gif_quality_and_frames_that_repeat(tmp_path, channels, least):
    """A frame that repeats the one before is a longer duration; grey is exact."""
    frames = film(8, 64, 64, channels)
    images.write_animation(tmp_path / 'a.gif', frames[[0, 0, 0, 1, 2, 2, 7, 0]], fps=10)
    back, seconds, _ = decode(tmp_path / 'a.gif')
    assert psnr(back, frames[[0, 1, 2, 7, 0]]) > least and seconds == pytest.approx(0.8)


@cases('ending', ['.gif', '.apng', '.webp'])
@cases('loop', [0, 1, 3])
def test_a_film_plays_as_often_as_asked(tmp_path, ending, loop):
    """A GIF counts what follows the first play, and says nothing for one; the others count all."""
    images.write_animation(tmp_path / f'a{ending}', film(3), loop=loop)
    with PIL.Image.open(tmp_path / f'a{ending}') as picture:
        found = picture.info.get('loop')
    assert found == ({0: 0, 1: None, 3: 2} if ending == '.gif' else {0: 0, 1: 1, 3: 3})[loop]


@cases('colours', [256, 128, 64, 32, 16, 8])
@cases('channels', [1, 3])
def test_gif_has_no_more_colours_than_asked(colours, channels):
    content = images.encode_animation('.gif', film(4, channels=channels), quality=colours)
    frames = cv2.imdecodeanimation(np.frombuffer(content, np.uint8))[1].frames
    seen = np.unique(np.stack(frames)[..., :3].reshape(-1, 3), axis=0)
    assert min(colours, 80) / 2 < len(seen) <= colours


@pytest.mark.parametrize('ending', images.ANIMATIONS)
def test_a_film_within_a_limit(tmp_path, ending):
    """The larger the limit, the less is given up."""
    largest = len(images.encode_animation(ending, images.resize(film(6, 16, 16), 4))) / 1000
    found = []
    for limit in (largest + 0.001, 0.9 * largest, 0.6 * largest):
        asked = []

        def at(scale, asked=asked):
            asked.append(scale)
            return images.resize(film(6, 16, 16), scale)
        fit = images.write_film(tmp_path / f'a{ending}', at, [4, 3, 2, 1], max_kb=limit)
        assert fit.size == (tmp_path / f'a{ending}').stat().st_size <= 1000 * limit
        assert asked == [1, *[4, 3, 2, 1][:4 - int(fit.scale) + 1]]      # the smallest first
        assert decode(tmp_path / f'a{ending}')[0].shape[1] == 16 * fit.scale
        found.append(fit)
    assert found[0].scale == 4 and found[0][:2] != found[-1][:2]
    assert found[0].quality == images.ANIMATIONS[ending].description(
        images.ANIMATIONS[ending].fair[0])
    assert found[0].size == round(1000 * largest) > found[1].size >= found[2].size


def test_a_limit_that_no_film_meets(tmp_path):
    (tmp_path / 'a.gif').write_text('old')
    with pytest.raises(RunError, match=r'a\.gif: --max-kb 0.1 is too little, the smallest .* kB'):
        images.write_film(tmp_path / 'a.gif', lambda scale: film(9), [2, 1], max_kb=0.1)
    assert [p.read_text() for p in tmp_path.iterdir()] == ['old']


def test_a_film_whose_lossless_file_is_the_smallest(tmp_path):
    board = np.uint8(255 * (np.indices([64, 64]).sum(axis=0) % 2))[..., None]
    fit = images.write_film(tmp_path / 'a.webp', lambda scale: np.stack([board, 255 - board] * 9),
                            [1], max_kb=6)
    assert fit.quality == 'lossless'


def test_poor_colours_are_for_the_smallest_scale_alone(tmp_path, monkeypatch):
    tried = []

    def encode(frames, durations, fps, plays, quality):
        tried.append((frames.shape[1], quality))
        return bytes(1000 if (frames.shape[1], quality) == (24, 8) else 2000)
    row = images.ANIMATIONS['.gif']._replace(encode=encode)
    monkeypatch.setitem(images.ANIMATIONS, '.gif', row)

    def write(limit):
        tried.clear()
        return images.write_film(tmp_path / 'a.gif', lambda s: images.resize(film(2), s), [2, 1],
                                 max_kb=limit)
    assert write(1) == (1, '8 colours', 1000, tmp_path / 'a.gif')
    assert tried[2:] == [(48, q) for q in row.fair] + [(24, q) for q in row.fair + row.poor]
    with pytest.raises(RunError, match='the smallest film took 1 kB'):
        write(0.5)
    assert sorted(tried) == [(24, 8), (24, 256)]               # told before the others are tried


@cases('options, match', [
    ({'loop': -1}, '--loop -1'), ({'loop': 65_536}, '--loop 65536'), ({'max_kb': 0}, '--max-kb 0'),
    ({'max_kb': float('nan')}, '--max-kb nan')])
def test_a_film_refuses_by_flag(tmp_path, options, match):
    with pytest.raises(UsageError, match=match):
        images.write_film(tmp_path / 'a.gif', None, [1], **options)
    with pytest.raises(UsageError, match='--loop 2: an .mp4 file'):
        images.write_film(tmp_path / 'a.mp4', None, [1], loop=2)


@cases('scaling', images.SCALINGS)
@cases('channels', [1, 3])
def test_resize_takes_each_image_by_itself(scaling, channels):
    tiles = film(6, 20, 16, channels).reshape(2, 3, 20, 16, channels)
    large = images.resize(tiles, 3, scaling)
    assert large.shape == (2, 3, 60, 48, channels) and large.dtype == np.uint8
    for f in range(2):
        for t in range(3):
            np.testing.assert_array_equal(large[f, t], images.resize(tiles[f, t], 3, scaling))
    assert psnr(images.resize(large, 1 / 3), tiles) > 40
    assert images.resize(tiles, 0.5).shape == (2, 3, 10, 8, channels)


def test_nearest_keeps_pixels_and_cubic_is_smooth():
    dot = np.zeros([1, 5, 5, 1], np.uint8)
    dot[0, 2, 2] = 200
    np.testing.assert_array_equal(images.resize(dot, 4), dot.repeat(4, 1).repeat(4, 2))
    assert len(np.unique(images.resize(dot, 4, 'cubic'))) > 4


@cases('size, scales', [
    (28, [3, 2, 1]), (32, [3, 2, 1, 0.5]), (64, [3, 2, 1, 0.5, 0.25]), (8, [3, 2, 1])])
def test_scales_to_fall_back_to(size, scales):
    assert images.smaller_scales(3, size, size + 9) == scales


@pytest.mark.parametrize(('width', 'size', 'scale'), [
    (28, 1, 16), (112, 1, 4), (113, 1, 4), (447, 1, 2), (448, 1, 1), (9000, 1, 1), (4, 1, 32),
    (28, 1 << 20, 16), (28, 1 << 24, 4), (28, 1 << 29, 1)])
def test_the_factor_with_which_small_pictures_are_seen(width, size, scale):
    """No more than 32, nor than makes 268 MB."""
    assert images.seen_scale(width, size) == scale
    assert images.seen_scale(width, size, wanted=1) == 1 <= images.seen_scale(width, 1, 5) == 5
    assert images.seen_scale(width, 1 << 29, wanted=5) == 1


@pytest.mark.parametrize(('scale', 'side'), [(1, 56), (2, 56), (5, 140)])
def test_a_caption_has_its_size_whatever_the_scale(scale, side):
    sheet = images.captioned(film(2, 28, 28, 1), ['0', '17'], scale)
    assert sheet.shape == (2, side + 20, side, 1)
    np.testing.assert_array_equal(sheet[:, :side], images.resize(film(2, 28, 28, 1), side // 28))


def test_captions_stand_under_their_images():
    batch = film(3, 20, 20, 3)
    sheet = images.captioned(batch, ['0', '17', '4611686018427387904'])
    assert sheet.shape[2] % 20 == 0 and sheet.shape[2] >= 170       # room for 19 digits
    scale = sheet.shape[2] // 20
    np.testing.assert_array_equal(sheet[:, :20 * scale], images.resize(batch, scale))
    ink = (sheet[:, 20 * scale:] > 100).sum(axis=(1, 2, 3))
    assert 0 < ink[0] < ink[2] and 0 < ink[1] < ink[2]


def test_captions_are_whole():
    """Accents above and tails below, and letters of other alphabets, have room in their line."""
    pairs = [('\u00c4', 'A'), ('\u00e7', 'c'), ('y', 'v'), ('\u732b', '\u0436')]
    lines = images.captioned(film(8, 56, 56, 1), [text for pair in pairs for text in pair])[:, 56:]
    assert not lines[:, [0, -1]].any()
    for marked, plain in zip(lines[::2], lines[1::2], strict=True):
        assert not np.array_equal(marked, plain)


@cases('channels', [1, 3])
def test_the_dot_walks_the_path(channels):
    t = 2 * np.pi * np.arange(8) / 8
    panels = images.path_panels(np.stack([np.cos(t), np.sin(t)], axis=1), (60, 90), channels)
    assert panels.shape == (8, 60, 90, channels) and panels.dtype == np.uint8
    for k, panel in enumerate(panels):
        y, x = np.argwhere(panel[..., 0] == 255).mean(axis=0)
        expected = [29.5 + 26 * np.sin(t[k]), 44.5 + 26 * np.cos(t[k])]
        np.testing.assert_allclose([y, x], expected, atol=1)
    assert (panels.min(axis=0) > 0).sum() > 50                            # the curve is in all


def test_a_path_that_stands_still_is_a_dot():
    panels = images.path_panels(np.ones([3, 2]), (20, 20), 1)
    assert (panels == panels[:1]).all() and panels[0, 9:11, 9:11].min() > 200


@cases('ending', images.ANIMATIONS)
def test_animation_channel_order_is_rgb(tmp_path, ending):
    path, frames = tmp_path / f'a{ending}', np.zeros([2, 16, 16, 3], np.uint8)
    frames[0, ..., 0], frames[1, ..., 2] = 255, 255
    images.write_animation(path, frames)
    back = decode(path)[0].mean(axis=(1, 2))
    np.testing.assert_allclose(back, [[255, 0, 0], [0, 0, 255]], atol=12)


@cases('ending', images.ANIMATIONS)
@cases('fps', [1, 12.5, 24, 30, 60, 99.9, 100])
def test_animation_lasts_as_long_as_asked(tmp_path, ending, fps):
    path = tmp_path / f'a{ending}'
    images.write_animation(path, film(24, 4, 4), fps=fps)
    assert decode(path)[1] == pytest.approx(24 / fps, abs=0.0051)     # half of a GIF's 10 ms


@cases('name, fps, durations', [
    ('a.gif', 20, None), ('a.gif', 50, None), ('a.gif', 51, '10 and 20 ms'),
    ('a.GIF', 100, '10 ms'), ('a.webp', 60, None), ('a.apng', 100, '10 ms'), ('a.mp4', 100, None)])
def test_frames_that_browsers_show_too_long_are_named(name, fps, durations):
    note = images.fps_note(name, 60, fps)
    assert note is None if durations is None else f'--fps {fps}' in note and durations in note


@cases('name, fps, match', [
    ('a.avi', 20, r'a\.avi: .*\.gif, \.apng, \.png, \.webp, \.mp4'), ('a', 20, 'expected a name'),
    ('none/a.gif', 20, 'no folder'), ('a.gif', 0.5, '--fps 0.5'),
    ('a.gif', 101, '--fps 101'), ('a.mp4', float('nan'), '--fps nan')])
def test_animation_refuses_by_flag(tmp_path, name, fps, match):
    assert_no_film(UsageError, match, tmp_path / name, film(2), fps=fps)


@cases('ending', ['.gif', '.mp4'])
@cases('frames', [film(2) / 255, film(2)[0], film(2)[..., :2], film(2)[:0]])
def test_animation_refuses_what_is_no_film(tmp_path, ending, frames):
    assert_no_film(UsageError, 'expected uint8', tmp_path / f'a{ending}', frames)


def test_write_png_refuses_another_ending(tmp_path):
    with pytest.raises(UsageError, match='a.jpg: expected a name that ends in .png'):
        images.write_png(tmp_path / 'a.jpg', film(1)[0])


@pytest.mark.parametrize('name', ['a.png', 'a.gif', 'a.mp4'])
def test_full_disk_leaves_the_old_file(tmp_path, monkeypatch, name):
    def full(_):
        raise OSError(errno.ENOSPC, 'No space left on device')
    monkeypatch.setattr(files, 'sync', full)
    (tmp_path / name).write_text('old')
    with pytest.raises(RunError, match=f'{name}.*No space left'):
        images.write_animation(tmp_path / name, film(2))
    assert [p.read_text() for p in tmp_path.iterdir()] == ['old']


def test_video_that_loses_frames_leaves_no_file(tmp_path, monkeypatch):
    def losing(*options, real=cv2.VideoWriter):                # as a full disk does, in silence
        video = real(*options)
        return SimpleNamespace(isOpened=video.isOpened, write=id, release=video.release)
    monkeypatch.setattr(cv2, 'VideoWriter', losing)
    assert_no_film(RunError, r'a\.mp4: fewer than 2 frames', tmp_path / 'a.mp4', film(2))


@pytest.mark.parametrize('name, function, answer', [
    ('a.webp', 'imencodeanimation', (False, np.zeros(9, np.uint8))),
    ('a.png', 'imencodeanimation', (True, np.zeros(0, np.uint8))),
    ('a.mp4', 'VideoWriter_fourcc', 0)])
def test_encoder_that_fails_leaves_no_file(tmp_path, monkeypatch, name, function, answer):
    monkeypatch.setattr(cv2, function, lambda *_: answer)
    assert_no_film(RunError, 'could not encode', tmp_path / name, film(2))
