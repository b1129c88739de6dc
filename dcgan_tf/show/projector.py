"""Writes a folder for TensorBoard's projector: one point per picture, with thumbnail and labels.

    projector_config.pbtxt   the names of the other files
    features.tsv             one row of numbers per picture
    metadata.tsv             a row of column names, then one row per picture
    sprite.png               all thumbnails in one picture, row by row

The files can also be loaded by hand, for example on projector.tensorflow.org.
"""

import os
import pathlib

import cv2
import numpy as np

from dcgan_tf import images, names
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import whole_folder
from dcgan_tf.obstacles import folder_obstacle, name_obstacle

CONFIG, VECTORS, METADATA, SPRITE = (
    'projector_config.pbtxt', 'features.tsv', 'metadata.tsv', 'sprite.png')
NAME = 'discriminator_features'     # the name of the points in the projector's list
MAX_SIDE = 8192                     # pixels; the projector refuses larger sprites
THUMBNAIL = 64                      # pixels; maximum side of a thumbnail


def reduce(features: np.ndarray, dimensions: int) -> tuple[np.ndarray, float]:
    """Returns the principal components of features, and the share of the variance they keep.

    float32 [N, F] -> ([N, at most `dimensions`], share in [0, 1])
    The features are centred but not scaled, so distances between points stay those between
    features. dimensions 0 = the features unchanged. Raises RunError unless they are finite.
    """
    if not np.isfinite(features).all():
        raise RunError(f'features {list(features.shape)}: got NaN or inf: the weights are damaged')
    max_components = min(features.shape)
    # A collapsed G gives equal rows: there is no variance to keep.
    if dimensions == 0 or not np.ptp(features, axis=0).any():
        return features[:, :dimensions or None], 1.0
    from sklearn.decomposition import PCA
    pca = PCA(min(dimensions, max_components), random_state=0)
    return pca.fit_transform(features), float(pca.explained_variance_ratio_.sum())


def sprite(pictures: np.ndarray) -> tuple[np.ndarray, int]:
    """Returns (one near-square picture of all thumbnails, the side of a thumbnail in pixels).

    uint8 [N, H, W, C] -> (uint8 [H', W', C], int)
    The projector stretches each thumbnail to a square, so other shapes get black margins.
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
    """Writes the four files. The folder appears complete or not at all, and replaces an older one.

    vectors [N, D]; pictures uint8 [N, H, W, C]; columns: name -> N values. There must be two or
    more columns: with a single one the projector expects no row of names.
    """
    picture, side = sprite(pictures)
    rows = zip(*([name, *values] for name, values in columns.items()), strict=True)
    pathlib.Path(folder).parent.mkdir(parents=True, exist_ok=True)
    with whole_folder(folder) as temporary:
        np.savetxt(temporary / VECTORS, vectors, fmt='%.6g', delimiter='\t')
        (temporary / METADATA).write_text(names.table(rows), encoding='utf-8')
        images.write_png(temporary / SPRITE, picture)
        (temporary / CONFIG).write_text(_config(side), encoding='utf-8')


def check_out(folder: str | os.PathLike) -> None:
    """Raises UsageError if the folder cannot be written, or is not one that `write` has made.

    Call it before the work, so that the work is not lost.
    """
    path = pathlib.Path(folder)
    if problem := folder_obstacle(path.parent) or name_obstacle(path):
        raise UsageError(f'{path}: {problem}')
    if not path.exists():
        return
    ours = {CONFIG, VECTORS, METADATA, SPRITE}
    if not path.is_dir() or not {file.name for file in path.iterdir()} <= ours:
        raise UsageError(f'{path}: there is something else: expected a new folder, or a '
                         'folder of an earlier call, which is then replaced')


def _config(side) -> str:
    """Returns a ProjectorConfig in the text format of protocol buffers."""
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
