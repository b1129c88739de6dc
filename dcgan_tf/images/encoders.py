"""The encoders of the film formats: frames [F, H, W, C] uint8 -> the bytes of the file.

All take (frames, durations, fps, plays, quality). durations: ms of each frame. plays: 0 = for ever.
quality: its range depends on the format (see `animation.ANIMATIONS`).
"""

import io
import pathlib
import tempfile

import cv2
import numpy as np
import PIL.Image

from dcgan_tf import seeds
from dcgan_tf.images.pixels import bgr

LOSSLESS = 101                # the quality of a WebP that loses nothing, for OpenCV
SAMPLED_PIXELS = 1 << 16      # from which the colours of a GIF are chosen


def gif(frames, durations, fps, plays, quality):
    """Encodes a GIF with one palette of `quality` colours for all frames.

    With one palette and no dither nothing flickers. Grey frames of 256 colours are exact. Pillow
    writes the file: its colour frames are 1 to 3 dB better than OpenCV's, which have a palette per
    frame, and it is several times as fast.
    """
    pictures = _with_palette(frames, quality)
    loop = {} if plays == 1 else {'loop': max(plays - 1, 0)}     # a GIF counts the repetitions
    file = io.BytesIO()
    pictures[0].save(file, 'GIF', save_all=True, append_images=pictures[1:], duration=durations,
                     optimize=False, **loop)
    return file.getvalue()


def apng(frames, durations, fps, plays, quality):
    """Encodes a lossless animated PNG."""
    return _by_opencv('.png', frames, durations, plays, [])


def webp(frames, durations, fps, plays, quality):
    """Encodes a WebP with quality 1 to 100, or LOSSLESS."""
    return _by_opencv('.webp', frames, durations, plays, [cv2.IMWRITE_WEBP_QUALITY, quality])


def mp4(frames, durations, fps, plays, quality):
    """Encodes an MP4. The codec needs even sides: odd ones are padded with a copy of the edge."""
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
        # `write` and `release` report no errors: if the disk is full, frames are just missing.
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


def _with_palette(frames, colours):
    """Converts the frames to Pillow's images that all have the same palette."""
    if frames.shape[-1] == 1 and colours == 256:
        return [PIL.Image.fromarray(frame[..., 0]) for frame in frames]
    rgb = np.broadcast_to(frames, [*frames.shape[:3], 3])
    pixels = rgb.reshape(-1, 3)
    indices = seeds.generator(0, 'colours').integers(len(pixels), size=SAMPLED_PIXELS)
    sample = PIL.Image.fromarray(pixels[indices].reshape(-1, 256, 3))
    palette = sample.quantize(colours, PIL.Image.Quantize.MEDIANCUT, kmeans=2, dither=0)
    return [PIL.Image.fromarray(frame).quantize(palette=palette, dither=0)
            for frame in np.ascontiguousarray(rgb)]
