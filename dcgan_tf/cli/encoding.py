"""Reads what a user gives to an encoder: pictures, folders of pictures; and says what it made."""

import pathlib

from dcgan_tf import own_code
from dcgan_tf.cli import trained
from dcgan_tf.config import no_encoder
from dcgan_tf.config.families import needs_reference
from dcgan_tf.data.stream import named_errors
from dcgan_tf.errors import UsageError

MAX_PICTURES = 10_000


def files_of(paths: list[str]) -> list[str]:
    """Returns picture files: in place of a folder those in it, by name, without its sub-folders.

    UsageError for a folder without a picture, and for too many.
    """
    found = []
    for path in paths:
        found += _in_folder(pathlib.Path(path)) if pathlib.Path(path).is_dir() else [path]
    if len(found) > MAX_PICTURES:
        raise UsageError(f'{len(found):,} pictures: expected {MAX_PICTURES:,} at most')
    return found


def _in_folder(folder):
    from dcgan_tf.data.pictures.scan import PICTURES
    with named_errors(folder):
        inside = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES
                        and not path.name.startswith('.') and path.is_file())
    if not inside:
        raise UsageError(f'{folder} holds no picture: expected files such as a.png in the folder '
                         'itself')
    return [*map(str, inside)]


def check_encoder(run: trained.Weights) -> None:
    """Raises UsageError for a model without an encoder, before its networks are built.

    A type of one's own may have one that config.json does not tell of.
    """
    run.check_whole('codes of images')
    if not run.config.encodes and not own_code.is_own(run.config.type):
        raise UsageError(no_encoder(run.config))


def reference_of(run: trained.Weights, args):
    """Returns the `reference` of `GAN.encode`: real images and labels, or None if none is needed.

    args: has the arguments of `parser.add_data`. UsageError if the data set is gone.
    """
    if run.card or not needs_reference(run.config):
        return None
    from dcgan_tf.fit.feed import first_pair
    try:
        data = trained.open_data(run.config, args, run.run)
    except UsageError as error:
        raise UsageError(f'E of the preset {run.config.preset} normalises all pictures by real '
                         f'ones: {error}') from error
    return first_pair(run.config, data.images, data.labels)


def starts_of(files, found) -> list[str]:
    """Returns a line for each picture of an InversionResult: what the encoder's code became.

    [] without an encoder. An error is the root mean square error of pixels in [0, 1].
    """
    if found.encoded is None:
        return []
    lines = []
    for k, file in enumerate(files):
        before, after, best = found.from_encoder(k)
        others = '' if found.z.shape[1] == 1 else (
            ', the best of all starts' if best else f'; another start: {found.error[k, 0]:.3f}')
        lines.append(f'{file}: the encoder gave a start with the error {before:.3f}, after the '
                     f'search {after:.3f}{others}')
    return lines
