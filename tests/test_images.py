"""Images: ranges, layout, and files that come back as they were, or do not come at all."""

import errno
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from dcgan_tf import files, images
from dcgan_tf.errors import RunError, UsageError


def film(frames=10, h=24, w=32, channels=3):
    """A moving colour gradient, uint8 [F, H, W, C]; no two neighbouring frames are equal."""
    k, y, x = np.mgrid[:frames, :h, :w]
    waves = [np.sin(x / 9 + k / 2), np.cos(y / 7 - k / 2), np.sin((x + y) / 12 + k)]
    return images.to_uint8(0.5 + 0.4 * np.stack(waves[:channels], axis=-1))


def psnr(a, b):
    """In dB, of uint8 images."""
    return 10 * np.log10(255 ** 2 / max(np.mean((np.float64(a) - b) ** 2), 1e-9))


def decode(path):
    """-> (RGB frames [F, H, W, 3], seconds, loop count) of any animation file."""
    if path.suffix == '.mp4':
        video, frames = cv2.VideoCapture(str(path)), []
        while (read := video.read())[0]:
            frames.append(read[1][..., ::-1])
        return np.stack(frames), len(frames) / video.get(cv2.CAP_PROP_FPS), 0
    animation = cv2.imdecodeanimation(np.frombuffer(path.read_bytes(), np.uint8))[1]
    frames = np.stack([frame[..., 2::-1] for frame in animation.frames])
    return frames, sum(animation.durations) / 1000, animation.loop_count


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


@pytest.mark.parametrize('n, columns, rows, across', [
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


def test_row_and_stack():
    a, b = film(2, 4, 6)
    both = images.row([a, b])
    assert both.shape == (4, 12, 3)
    picture = images.stack([both, a])
    assert picture.shape == (8, 12, 3)
    np.testing.assert_array_equal(picture[:4, 6:], b)
    np.testing.assert_array_equal(picture[4:, :6], a)
    assert not picture[4:, 6:].any()


@pytest.mark.parametrize('channels', [1, 3])
@pytest.mark.parametrize('h, w', [(1, 1), (5, 7)])
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


@pytest.mark.parametrize('ending', images.ANIMATIONS)
@pytest.mark.parametrize('channels', [1, 3])
@pytest.mark.parametrize('count, h, w', [(10, 24, 32), (7, 23, 31), (1, 24, 32), (3, 1, 1)])
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


@pytest.mark.parametrize('channels, least', [(1, 48), (3, 27)])
def test_gif_quality_and_frames_that_repeat(tmp_path, channels, least):
    frames = film(8, 64, 64, channels)[[0, 0, 0, 1, 2, 2, 7, 0]]
    images.write_animation(tmp_path / 'a.gif', frames)
    assert psnr(decode(tmp_path / 'a.gif')[0], frames) > least


@pytest.mark.parametrize('ending', images.ANIMATIONS)
def test_animation_channel_order_is_rgb(tmp_path, ending):
    path, frames = tmp_path / f'a{ending}', np.zeros([2, 16, 16, 3], np.uint8)
    frames[0, ..., 0], frames[1, ..., 2] = 255, 255
    images.write_animation(path, frames)
    back = decode(path)[0].mean(axis=(1, 2))
    np.testing.assert_allclose(back, [[255, 0, 0], [0, 0, 255]], atol=12)


@pytest.mark.parametrize('ending', images.ANIMATIONS)
@pytest.mark.parametrize('fps', [1, 12.5, 24, 30, 60, 99.9, 100])
def test_animation_lasts_as_long_as_asked(tmp_path, ending, fps):
    path = tmp_path / f'a{ending}'
    images.write_animation(path, film(24, 4, 4), fps=fps)
    assert decode(path)[1] == pytest.approx(24 / fps, abs=0.0051)     # half of a GIF's 10 ms


@pytest.mark.parametrize('name, fps, match', [
    ('a.avi', 20, r'--out .*a\.avi: .*\.gif, \.apng, \.png, \.webp, \.mp4'), ('a', 20, '--out'),
    ('none/a.gif', 20, 'no folder'), ('a.gif', 0.5, '--fps 0.5'),
    ('a.gif', 101, '--fps 101'), ('a.mp4', float('nan'), '--fps nan')])
def test_animation_refuses_by_flag(tmp_path, name, fps, match):
    assert_no_film(UsageError, match, tmp_path / name, film(2), fps=fps)


@pytest.mark.parametrize('ending', ['.gif', '.mp4'])
@pytest.mark.parametrize('frames', [film(2) / 255, film(2)[0], film(2)[..., :2], film(2)[:0]])
def test_animation_refuses_what_is_no_film(tmp_path, ending, frames):
    assert_no_film(UsageError, 'expected uint8', tmp_path / f'a{ending}', frames)


def test_write_png_refuses_by_flag(tmp_path):
    with pytest.raises(UsageError, match='--out'):
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
    ('a.gif', 'imencodeanimation', (False, np.zeros(9, np.uint8))),
    ('a.gif', 'imencodeanimation', (True, np.zeros(0, np.uint8))),
    ('a.mp4', 'VideoWriter_fourcc', 0)])
def test_encoder_that_fails_leaves_no_file(tmp_path, monkeypatch, name, function, answer):
    monkeypatch.setattr(cv2, function, lambda *_: answer)
    assert_no_film(RunError, 'could not encode', tmp_path / name, film(2))
