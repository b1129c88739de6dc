"""What is drawn beside images: numbers under them, the path that a film walks."""

from collections.abc import Sequence

import cv2
import numpy as np

from dcgan_tf.images.pixels import resize

FONT, MARGIN = cv2.FONT_HERSHEY_PLAIN, 4
LINE, BELOW = 20, 5            # pixels: height of a line of text, and how much is below its base
MIN_WIDTH = 56                                          # of an image with a caption, pixels
FINE = 4                                                # bits behind the point of a coordinate


def captioned(images: np.ndarray, words: Sequence[str]) -> np.ndarray:
    """Images with a line of text under each, enlarged by a whole number until it has room.

    uint8 [N, H, W, C] -> [N, k H + 20, k W, C]
    """
    widest = max(cv2.getTextSize(text, FONT, 1, 1)[0][0] for text in words) + 2 * MARGIN
    scale = -(-max(MIN_WIDTH, widest) // images.shape[2])
    large = resize(images, scale)
    lines = [_line(text, large.shape[2], large.shape[3]) for text in words]
    return np.concatenate([large, np.stack(lines)], axis=1)


def _line(text, width, channels):
    """Grey text in the middle of a black line.   -> [20, width, C]"""
    line = np.zeros([LINE, width], np.uint8)
    across = cv2.getTextSize(text, FONT, 1, 1)[0][0]
    cv2.putText(line, text, ((width - across) // 2, LINE - BELOW), FONT, 1, 200, 1, cv2.LINE_AA)
    return np.repeat(line[..., None], channels, axis=2)


def path_panels(points: np.ndarray, size: tuple[int, int], channels: int) -> np.ndarray:
    """A closed path in the plane with a dot that walks it.   [F, 2] -> uint8 [F, H, W, C]

    size: (H, W) in pixels. Both axes have one scale; the curve is drawn once, the dot a frame.
    """
    height, width = size
    radius = max(1, min(size) // 20)
    room = min(size) / 2 - radius - 1
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    extent = np.abs(points - middle).max() or 1.0
    at = (points - middle) / extent * max(room, 0) + np.array([width - 1, height - 1]) / 2
    fixed = np.rint(at * (1 << FINE)).astype(np.int32)                        # [F, 2]
    curve = np.zeros(size, np.uint8)
    cv2.polylines(curve, [fixed[:, None]], True, 110, 1, cv2.LINE_AA, FINE)
    frames = []
    for x, y in fixed.tolist():
        frame = curve.copy()
        cv2.circle(frame, (x, y), radius << FINE, 255, -1, cv2.LINE_AA, FINE)
        frames.append(np.repeat(frame[..., None], channels, axis=2))
    return np.stack(frames)
