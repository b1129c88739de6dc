"""The table of data sets, and the format that their pictures are brought to."""

from typing import NamedTuple


class DatasetRow(NamedTuple):
    """One row of `DATASETS`."""

    help: str
    preset: str = 'dcgan28'     # the default preset for it
    test: bool = False          # does it have a test split?
    independent: bool = True    # False = pictures share digits, which are their colours: none can
    #                             be held out, and they are not made grey


DATASETS = {
    'auto':          DatasetRow('mnist when its files are in --data-dir, else digits'),
    'digits':        DatasetRow('1,797 handwritten digits that come with scikit-learn, '
                                'no file needed'),
    'mnist':         DatasetRow('60,000 handwritten digits, idx files in --data-dir', test=True),
    'fashion_mnist': DatasetRow('60,000 pieces of clothing, idx files in --data-dir', test=True),
    'stacked_mnist': DatasetRow('60,000 pictures with three digits of mnist, one in each '
                                'channel: 1,000 classes', test=True, independent=False),
    'cifar10':       DatasetRow('32x32 colour, the binary batches in --data-dir', 'cifar10',
                                test=True),
    'folder':        DatasetRow('picture files in --data-dir, one sub-folder a class', 'folder'),
    'npz':           DatasetRow('the arrays images and labels in the file --data-dir', 'folder'),
}
CROPS = {
    'center': 'cut from the middle to the new aspect ratio',
    'none':   'no cut: pictures are stretched to the new aspect ratio',
}
HINT = '--download fetches them, --data-dir points to them'


class ImageFormat(NamedTuple):
    """The format that the pictures of a data set are brought to.

    size      (width, height) in pixels; None = unchanged
    gray      True = one channel
    crop      a row of CROPS: which part of a picture is resized
    file_num  the number of pictures per class, the first in the data set's order; 0 = all
    """

    size: tuple[int, int] | None = None
    gray: bool = False
    crop: str = 'center'
    file_num: int = 0


def image_format_of(config) -> ImageFormat:
    """Returns the size, crop and colour to which the pictures of a run were brought."""
    size = config.resize or (config.dataset == 'folder' and (config.image_width,
                                                             config.image_height))
    return ImageFormat(size or None, config.gray, config.crop, config.file_num)
