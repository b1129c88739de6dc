"""Converts floats to pixels, arranges pixels in pictures, and writes pictures to files.

    pixels.py      ranges, checks, tiles, sizes
    drawing.py     draws captions and paths next to images
    feature_maps.py    draws the feature maps of a layer as tiles
    png.py         reads and writes a single picture; checks before a file is written, and how
                   failures are reported
    animation.py   writes a film: the table of formats, and the search for a film within a limit
    encoders.py    the encoder of each format
    notebook.py    how notebooks show pictures and films

Pixels are uint8 [H, W, C], C = 3 for RGB and 1 for grey; a batch has N or F as its first axis.
OpenCV uses BGR: only `pixels.bgr` and `png.read_png` deal with it.
"""

from dcgan_tf.images.animation import (
    ANIMATIONS,
    FilmInfo,
    check_animation,
    encode_animation,
    fps_note,
    write_animation,
    write_film,
)
from dcgan_tf.images.drawing import captioned, drawable, path_panels
from dcgan_tf.images.notebook import Picture, image_html
from dcgan_tf.images.pixels import (
    MAX_SCALE,
    SCALINGS,
    SEEN_WIDTH,
    resize,
    seen_scale,
    smaller_scales,
    stack,
    tile,
    to_uint8,
)
from dcgan_tf.images.png import MAX_PIXELS, encode_png, read_png, write_png

__all__ = ['ANIMATIONS', 'MAX_PIXELS', 'MAX_SCALE', 'SCALINGS', 'SEEN_WIDTH', 'FilmInfo', 'Picture',
           'captioned', 'check_animation', 'drawable', 'encode_animation', 'encode_png', 'fps_note',
           'image_html', 'path_panels', 'read_png', 'resize', 'seen_scale', 'smaller_scales',
           'stack', 'tile', 'to_uint8', 'write_animation', 'write_film', 'write_png']
