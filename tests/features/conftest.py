"""Three kinds of stripes that a classifier learns in a second or two; a tiny Inception's file."""

import numpy as np
import pytest

from dcgan_tf.data.dataset import Dataset
from tests import tiny_inception


@pytest.fixture(scope='session')
def stripes():
    """stripes(n, seed) -> Dataset of [n, 8, 8, 1]: lying, standing and slanting, with noise."""
    def make(n, seed, *, labelled=True):
        rng = np.random.default_rng(seed)
        rows, columns = np.mgrid[:8, :8]
        kinds = np.stack([rows, columns, rows + columns]) // 2 % 2
        labels = rng.integers(0, 3, n).astype(np.int32)
        images = kinds[labels] * 150 + rng.integers(0, 100, (n, 8, 8))
        if not labelled:
            return Dataset('npz', images.astype(np.uint8)[..., None], None, (), None)
        return Dataset('npz', images.astype(np.uint8)[..., None], labels, ('a', 'b', 'c'), None)
    return make


@pytest.fixture(scope='session')
def graph_file(tmp_path_factory):
    """The path of a graph as the Inception Score's, but small."""
    path = tmp_path_factory.mktemp('inception') / 'classify_image_graph_def.pb'
    path.write_bytes(tiny_inception.graph_def().SerializeToString())
    return path
