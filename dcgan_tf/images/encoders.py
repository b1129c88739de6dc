"""How each format of a film is written: frames [F, H, W, C] uint8 -> the bytes of the file.

All take (frames, durations, fps, plays, quality): ms of each frame, plays 0 = for ever, and a
quality of the format's own scale (see `animation.ANIMATIONS`).
"""

import io
import pathlib
import tempfile

import cv2
import numpy as np
import PIL.Image

from dcgan_tf import seeds
from dcgan_tf.images.checks import bgr

SEEN = 1 << 16          # pixels that choose the colours of a GIF


def gif(frames, durations, fps, plays, quality):
    """One table of `quality` colours for all frames, no dither: nothing flickers.

    Grey frames of 256 colours are exact. Pillow writes it: on colour 1 to 3 dB above OpenCV's
    GIFs, of a table for each frame, and several times as fast. A loop count is of
    what follows the first play.
    """
    pictures = _with_table(frames, quality)
    loop = {} if plays == 1 else {'loop': max(plays - 1, 0)}
    file = io.BytesIO()
    pictures[0].save(file, 'GIF', save_all=True, append_images=pictures[1:], duration=durations,
                     optimize=False, **loop)
    return file.getvalue()


def apng(frames, durations, fps, plays, quality):
    """Lossless."""
    return _by_opencv('.png', frames, durations, plays, [])


def webp(frames, durations, fps, plays, quality):
    """quality 1 to 100; 101 = lossless."""
    return _by_opencv('.webp', frames, durations, plays, [cv2.IMWRITE_WEBP_QUALITY, quality])


def mp4(frames, durations, fps, plays, quality):
    """The codec wants even sides, so an odd one grows by a copy of its end."""
    h, w = frames.shape[1:3]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, 'film.mp4')
        video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'mp4v'), fps,
                                (w + w % 2, h + h % 2))
        if not video.isOpened():
            raise OSError(f'OpenCV could not encode frames {list(frames.shape)}')
        for frame in frames:
            video.write(np.pad(bgr(frame), [(0, h % 2), (0, w % 2), (0, 0)], mode='edge'))
        video.release()
        # `write` and `release` return nothing: on a full disk the file is merely short of frames.
        if cv2.VideoCapture(str(path)).get(cv2.CAP_PROP_FRAME_COUNT) != len(frames):
            raise OSError(f'fewer than {len(frames)} frames could be written')
        return path.read_bytes()


def _by_opencv(codec, frames, durations, plays, options):
    animation = cv2.Animation(plays)
    animation.frames = [bgr(frame) for frame in frames]
    animation.durations = durations
    done, content = cv2.imencodeanimation(codec, animation, options)
    if not done or not len(content):
        raise OSError(f'OpenCV could not encode frames {list(frames.shape)}')
    return content.tobytes()


def _with_table(frames, colours):
    """Pillow's pictures of the frames, all with one table of colours."""
    if frames.shape[-1] == 1 and colours == 256:
        return [PIL.Image.fromarray(frame[..., 0]) for frame in frames]
    rgb = np.broadcast_to(frames, [*frames.shape[:3], 3])
    pixels = rgb.reshape(-1, 3)
    some = seeds.generator(0, 'colours').integers(len(pixels), size=SEEN)
    seen = PIL.Image.fromarray(pixels[some].reshape(-1, 256, 3))
    table = seen.quantize(colours, PIL.Image.Quantize.MEDIANCUT, kmeans=2, dither=0)
    return [PIL.Image.fromarray(frame).quantize(palette=table, dither=0)
            for frame in np.ascontiguousarray(rgb)]
