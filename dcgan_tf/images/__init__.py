"""Images: from floats to pixels, from pixels to one picture, from pictures to a file.

    pixels.py      ranges, tiles, sizes
    drawing.py     what is drawn beside images: numbers, a path
    png.py         one picture
    animation.py   a film: the table of formats, and one that fits a limit
    encoders.py    how each format is written

Pixels are uint8 [H, W, C], C = 3 for RGB and 1 for grey; a batch has N or F in front. OpenCV thinks
in BGR: `checks.bgr` and `png.read_png` alone know it.
"""

from dcgan_tf.images.animation import (
    ANIMATIONS,
    FilmInfo,
    check_animation,
    encode_animation,
    write_animation,
    write_film,
)
from dcgan_tf.images.drawing import captioned, path_panels
from dcgan_tf.images.pixels import SCALINGS, resize, row, smaller_scales, stack, tile, to_uint8
from dcgan_tf.images.png import MAX_PIXELS, encode_png, read_png, write_png

__all__ = ['ANIMATIONS', 'MAX_PIXELS', 'SCALINGS', 'FilmInfo', 'captioned', 'check_animation',
           'encode_animation', 'encode_png', 'path_panels', 'read_png', 'resize', 'row',
           'smaller_scales', 'stack', 'tile', 'to_uint8', 'write_animation', 'write_film',
           'write_png']
