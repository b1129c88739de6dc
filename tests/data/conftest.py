"""Pictures to load."""

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def pictures(tmp_path):
    """pictures(7, ...): that many picture files a class; the i-th of all is all i."""
    def make(*counts):
        for i in range(sum(counts)):
            label = int(np.searchsorted(np.cumsum(counts), i, side='right'))
            path = tmp_path / f'in/{"abc"[label]}/{i:03}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new('RGB', (8, 6), (i, i, i)).save(path)
        return tmp_path / 'in'
    return make
