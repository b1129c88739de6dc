"""A folder for TensorBoard's projector: a point a picture, its thumbnail and what is known of it.

    projector_config.pbtxt   where the rest is
    features.tsv             a row a picture, its numbers
    metadata.tsv             a row a picture under a row of names
    sprite.png               all thumbnails in one picture, row by row

The projector takes the same four by hand, too, as on projector.tensorflow.org.
"""

import os
import pathlib

import cv2
import numpy as np

from dcgan_tf import images
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import whole_folder

CONFIG, VECTORS, METADATA, SPRITE = (
    'projector_config.pbtxt', 'features.tsv', 'metadata.tsv', 'sprite.png')
NAME = 'discriminator_features'     # of the points, in the projector's list
MAX_SIDE = 8192                     # pixels of a sprite: the projector refuses more
THUMBNAIL = 64                      # pixels of a thumbnail's side, at most


def reduce(features: np.ndarray, dimensions: int) -> tuple[np.ndarray, float]:
    """Principal components of float32 [N, F] -> ([N, at most dimensions], share of variance kept).

    Centred but not scaled: distances stay those between the features. 0 dimensions = as they are.
    RunError where they are not finite.
    """
    if not np.isfinite(features).all():
        raise RunError(f'features {list(features.shape)}: got NaN or inf: the weights are damaged')
    most = min(features.shape)
    if dimensions == 0 or not np.ptp(features, axis=0).any():      # a collapsed G: all the same
        return features[:, :dimensions or None], 1.0
    from sklearn.decomposition import PCA
    pca = PCA(min(dimensions, most), random_state=0)
    return pca.fit_transform(features), float(pca.explained_variance_ratio_.sum())


def sprite(pictures: np.ndarray) -> tuple[np.ndarray, int]:
    """uint8 [N, H, W, C] -> (one picture of all thumbnails, near-square; the side of one).

    The projector stretches each to a square, so a picture that is none gets black margins.
    """
    n, height, width, _ = pictures.shape
    longest = max(height, width)
    side = min(longest, THUMBNAIL, MAX_SIDE // int(np.ceil(n ** 0.5)))
    if longest > side:
        size = [max(1, round(length * side / longest)) for length in (width, height)]
        small = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures]
        pictures = np.reshape(small, [n, size[1], size[0], -1])
    margins = [divmod(side - length, 2) for length in pictures.shape[1:3]]
    sides = [(half, half + odd) for half, odd in margins]
    return images.tile(np.pad(pictures, [(0, 0), *sides, (0, 0)])), side


def write(folder: str | os.PathLike, vectors: np.ndarray, pictures: np.ndarray,
          columns: dict[str, list]) -> None:
    """Writes the four files; the folder appears whole or not at all, in place of an older one.

    vectors [N, D]; pictures uint8 [N, H, W, C]; columns: name -> N values, two columns or more, as
    the projector takes a single one to have no row of names.
    """
    picture, side = sprite(pictures)
    rows = zip(*([name, *values] for name, values in columns.items()), strict=True)
    pathlib.Path(folder).parent.mkdir(parents=True, exist_ok=True)
    with whole_folder(folder) as temporary:
        np.savetxt(temporary / VECTORS, vectors, fmt='%.6g', delimiter='\t')
        (temporary / METADATA).write_text(''.join(map(_line, rows)), encoding='utf-8')
        images.write_png(temporary / SPRITE, picture)
        (temporary / CONFIG).write_text(_config(side), encoding='utf-8')


def check_out(folder: str | os.PathLike) -> None:
    """UsageError, before the work, where something else than an older folder of `write` stands."""
    path = pathlib.Path(folder)
    if not path.exists():
        return
    ours = {CONFIG, VECTORS, METADATA, SPRITE}
    if not path.is_dir() or not {file.name for file in path.iterdir()} <= ours:
        raise UsageError(f'--out {path}: there is something else: expected a new folder, or one '
                         'of an earlier call, which is replaced')


def _line(values) -> str:
    """A row of a .tsv file; a class's name may hold what would end a column or a row."""
    return '\t'.join(' '.join(str(value).split()) for value in values) + '\n'


def _config(side) -> str:
    """A ProjectorConfig in protocol buffers' text format."""
    return f"""embeddings {{
  tensor_name: "{NAME}"
  tensor_path: "{VECTORS}"
  metadata_path: "{METADATA}"
  sprite {{
    image_path: "{SPRITE}"
    single_image_dim: {side}
    single_image_dim: {side}
  }}
}}
"""
