"""Draws what is shown next to images: captions, and the path of a film."""

import functools
import unicodedata
from collections.abc import Sequence

import cv2
import numpy as np

from dcgan_tf.images.pixels import resize

FONT, MARGIN = cv2.FONT_HERSHEY_PLAIN, 4
LINE, BELOW = 20, 5            # pixels: height of a line of text, and the part below its baseline
MIN_WIDTH = 56                 # pixels: width of an image with a caption
FRACTION_BITS = 4              # of a coordinate in OpenCV's fixed-point numbers


def captioned(images: np.ndarray, captions: Sequence[str], scale: int = 1) -> np.ndarray:
    """Puts a line of text under each image, and enlarges the images until the text has room.

    scale: the images are enlarged by this factor at least; the text always has the same size.
    uint8 [N, H, W, C] -> [N, k H + 20, k W, C] with an integer k
    """
    widest = max(cv2.getTextSize(text, FONT, 1, 1)[0][0] for text in captions) + 2 * MARGIN
    large = resize(images, max(scale, -(-max(MIN_WIDTH, widest) // images.shape[2])))
    lines = [_line(text, large.shape[2], large.shape[3]) for text in captions]
    return np.concatenate([large, np.stack(lines)], axis=1)


def drawable(text: str) -> str:
    """Returns the text with ? in place of each character that a caption cannot show.

    OpenCV's font has European and Chinese letters, but no emoji, for example.
    """
    return ''.join(c if c == ' ' or _has_glyph(c) else '?'
                   for c in unicodedata.normalize('NFC', text))


@functools.cache
def _has_glyph(character):
    """Returns whether a caption shows the character: the font has a ? for those that it lacks."""
    drawn, unknown = (_line(c, 2 * LINE, 1) for c in (character, '\ue000'))
    return drawn.any() and not np.array_equal(drawn, unknown)


def _line(text, width, channels):
    """Draws grey text in the middle of a black line.   -> [20, width, C]"""
    line = np.zeros([LINE, width], np.uint8)
    text_width = cv2.getTextSize(text, FONT, 1, 1)[0][0]
    start = (width - text_width) // 2, LINE - BELOW
    cv2.putText(line, text, start, FONT, 1, 200, 1, cv2.LINE_AA)
    return np.repeat(line[..., None], channels, axis=2)


def path_panels(points: np.ndarray, size: tuple[int, int], channels: int) -> np.ndarray:
    """Draws a closed path in the plane, and in each frame a dot.   [F, 2] -> uint8 [F, H, W, C]

    In frame f the dot is at point f. size: (H, W) in pixels. Both axes have the same scale.
    """
    height, width = size
    radius = max(1, min(size) // 20)
    room = min(size) / 2 - radius - 1
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    extent = np.abs(points - middle).max() or 1.0
    at = (points - middle) / extent * max(room, 0) + np.array([width - 1, height - 1]) / 2
    fixed = np.rint(at * (1 << FRACTION_BITS)).astype(np.int32)               # [F, 2]
    curve = np.zeros(size, np.uint8)
    cv2.polylines(curve, [fixed[:, None]], True, 110, 1, cv2.LINE_AA, FRACTION_BITS)
    frames = []
    for x, y in fixed.tolist():
        frame = curve.copy()
        cv2.circle(frame, (x, y), radius << FRACTION_BITS, 255, -1, cv2.LINE_AA, FRACTION_BITS)
        frames.append(np.repeat(frame[..., None], channels, axis=2))
    return np.stack(frames)
