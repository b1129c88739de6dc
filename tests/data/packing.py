"""What the tests of packs share."""

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.pictures.pack import make_pack, place
from dcgan_tf.data.pictures.scan import scan

FIT = ImageFormat((8, 6))


def made(folder, fit=FIT, **options):
    """(its place, the new Pack)."""
    found = scan(folder, fit.file_num)
    where = place(folder.parent / 'cache', folder, found, fit)
    return where, make_pack(where, folder, found, fit, **options)


def below(folder):
    """The names of all files in a folder and its sub-folders."""
    return sorted(path.name for path in folder.rglob('*') if not path.is_dir())
