"""A pickle that does harm, were it read; and what a failed comparison says."""

import pathlib
from typing import NamedTuple

import numpy as np
import pytest

pytest.register_assert_rewrite('left')


class Planted(NamedTuple):
    """Reading `array` with its objects makes `file`."""

    array: np.ndarray
    file: pathlib.Path


class _Maker:
    def __init__(self, path):
        self._path = path

    def __reduce__(self):
        return pathlib.Path.touch, (self._path,)


@pytest.fixture
def planted(tmp_path):
    array, file = np.array([_Maker(tmp_path / 'made')] * 12, object), tmp_path / 'made'
    np.save(tmp_path / 'planted.npy', array)
    np.load(tmp_path / 'planted.npy', allow_pickle=True)
    assert file.exists()                                 # it does what it must not do here
    file.unlink()
    return Planted(array, file)
