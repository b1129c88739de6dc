"""The formats of pictures, and which of the two decoders suits one.

OpenCV decodes most pictures. Pillow decodes those whose colours OpenCV changes or refuses:

    TIFF         but grey and RGB of 16 bits, which Pillow would cut to 8, and YCbCr in planes or
                 with fewer colours than pixels, which Pillow does not expect in plain bytes
    BMP          of 16 bits: OpenCV makes its white 248
    AVIF, HEIF   HEIF (HEIC) with the package pillow-heif, if it is installed
"""

import functools

from PIL import Image, features

FORMATS = ('JPEG', 'PNG', 'WEBP', 'BMP', 'GIF', 'TIFF', 'PPM', 'AVIF')
HEIC = {b'heic', b'heix', b'heim', b'heis', b'hevc', b'hevx', b'mif1', b'msf1'}      # brands
TIFF = {b'II*\0', b'MM\0*', b'II+\0', b'MM\0+'}                            # its first four bytes
BITS, COMPRESSION, PHOTOMETRIC, SIZES, PLANES = 258, 259, 262, 279, 284    # tags of TIFF
RGB, YCBCR, LAB = 2, 6, 8                              # TIFF's PhotometricInterpretation
BMP_BITS = 28                                          # the place of a BMP's bits per pixel
START = 32                                             # bytes of a file that are looked at here


class Refused(Exception):  # noqa: N818 (an answer, not a failure)
    """Raised for a file that cannot be used, with the reason as its text."""


@functools.cache
def formats() -> tuple[str, ...]:
    """Returns Pillow's names of the formats that can be read here."""
    known = tuple(name for name in FORMATS if name != 'AVIF' or features.check('avif'))
    try:
        import pillow_heif
    except ImportError:
        return known
    pillow_heif.register_heif_opener()
    return *known, 'HEIF'


def unknown(start: bytes) -> str:
    """Returns why a file that Pillow does not know is refused. start: its first bytes."""
    brand = start[8:12] if start[4:8] == b'ftyp' else b''
    if brand in (b'avif', b'avis') and 'AVIF' not in formats():
        return 'an AVIF picture, which this Pillow cannot read: pip install --upgrade pillow'
    if brand in HEIC and 'HEIF' not in formats():
        return 'a HEIC picture: pip install pillow-heif, or save it as JPEG or PNG'
    if start[:4] in TIFF:
        return 'damaged, or a TIFF of a kind that is not known: save it as RGB, 8 bits a channel'
    return f'not a picture of a known format ({", ".join(formats())})'


def pillow_suits(picture: Image.Image, start: bytes) -> bool:
    """Returns True if Pillow must decode an opened picture. start: the first bytes of its file.

    Raises Refused for a TIFF whose colours both decoders change.
    """
    if picture.format == 'BMP':
        return start[BMP_BITS] == 16
    if picture.format != 'TIFF':
        return picture.format in ('AVIF', 'HEIF')
    tags, alpha = picture.tag_v2, picture.has_transparency_data
    deep, photometric = set(tags.get(BITS, (1,))) == {16}, tags.get(PHOTOMETRIC, 0)
    if deep and photometric <= RGB and not alpha:
        return False
    planes = tags.get(PLANES) == 2
    if planes and (deep or photometric == LAB):
        raise Refused('a TIFF with a plane for each channel: save it with the channels together')
    fewer = sum(tags.get(SIZES, ())) < 3 * picture.width * picture.height
    return not (photometric == YCBCR and tags.get(COMPRESSION) == 1 and (planes or fewer))
