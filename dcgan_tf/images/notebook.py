"""What notebooks show: pictures and films, enlarged by whole factors. No notebook is imported here.

A notebook asks an object for `_repr_png_` or `_repr_html_`, and a terminal for `repr`.
"""

import base64
import io
import os
import pathlib

import numpy as np
import PIL.Image

from dcgan_tf.errors import UsageError
from dcgan_tf.images.pixels import check_pixels, resize
from dcgan_tf.images.png import encode_png, write_png

WIDTH, HEIGHT = 700, 560      # pixels that an enlarged picture may have
MAX_FACTOR = 4
MAX_BYTES = 5_000_000         # of a file that is copied into a notebook
MEDIA = {'.gif': 'image/gif', '.apng': 'image/png', '.png': 'image/png', '.webp': 'image/webp'}


class Picture:
    """Pixels that show themselves in a notebook.

    pixels: uint8 [H, W, C], C = 3 for RGB and 1 for grey. A notebook shows a small picture enlarged
    by a whole factor, so that each pixel is a square.
    """

    def __init__(self, pixels: np.ndarray):
        """UsageError for anything but pixels."""
        if not isinstance(pixels, np.ndarray):
            raise UsageError(f'pixels: got a {type(pixels).__name__}, expected an array')
        check_pixels(pixels, 3)
        self.pixels = pixels

    def write(self, path: str | os.PathLike) -> None:
        """Writes a .png file, as `write_png` does. The pixels are not enlarged."""
        write_png(path, self.pixels)

    def __repr__(self):
        height, width, channels = self.pixels.shape
        return f'Picture({width}x{height} pixels, {"grey" if channels == 1 else "colour"})'

    def _repr_png_(self):
        enlarged = resize(self.pixels, factor(*self.pixels.shape[:2]))
        return encode_png(enlarged, small=True)


def factor(height: int, width: int) -> int:
    """Returns the whole factor by which a notebook enlarges a picture; 1 for a large picture."""
    return max(1, min(MAX_FACTOR, HEIGHT // height, WIDTH // width))


def image_html(path: str | os.PathLike, max_width: int = WIDTH) -> str | None:
    """Returns an <img> that holds a picture or a film, so that the file is not needed any more.

    A small one is enlarged by a whole factor; one of more than `max_width` pixels is shown smaller.
    None if the file is missing, damaged, of a kind that browsers do not show, or above `MAX_BYTES`.
    """
    path = pathlib.Path(path)
    media = MEDIA.get(path.suffix.lower())
    try:
        if media is None or path.stat().st_size > MAX_BYTES:
            return None
        content = path.read_bytes()
        with PIL.Image.open(io.BytesIO(content)) as image:
            width, height = image.size
    except (OSError, ValueError, PIL.Image.DecompressionBombError):
        return None
    times = factor(height, width) if width <= max_width else max_width / width
    squares = ' style="image-rendering: pixelated"' if times > 1 else ''
    return (f'<img src="data:{media};base64,{base64.b64encode(content).decode()}" '
            f'width="{round(times * width)}" height="{round(times * height)}"{squares}>')
