"""The lines of docs/python.md run as they are written, one block after the other."""

import pathlib
import re

import numpy as np
import pytest

PAGE = pathlib.Path(__file__).parents[1] / 'docs' / 'python.md'


@pytest.mark.slow
def test_every_block_runs(here, pooled):
    import main1
    assert main1.main(['--dataset', 'digits', '--type', 'cgan', '--run-name', 'run', '--quiet',
                       '--epochs', '10', '--maps', '4,6', '--batch-size', '8', '--penalty', 'none',
                       '--eval-step', '10', '--histograms', 'none']) == 0
    place = {}
    for block in re.findall(r'```python\n(.*?)```', PAGE.read_text(), re.DOTALL):
        exec(compile(block, PAGE.name, 'exec'), place)
    assert place['pictures'].shape == (16, 28, 28, 1) and place['threes'].shape == (5, 28, 28, 1)
    assert place['grid'].pixels.shape == (112, 280, 1)
    assert place['features'].shape[0] == 100 and np.isfinite(place['scores']).all()
    assert list(place['log']['step']) == [10]
    assert {path.name for path in (here / 'results').iterdir()} == {'run', 'mine'}
    for name in ('morph.gif', 'generator.pb', 'curves.png', 'points/sprite.png', 'grid.png',
                 'samples.png'):
        assert (here / name).exists(), name
    assert place['sum_of_pictures'].shape == (1, 28, 28, 1)
    assert place['losses'] and place['parameters'] > 0
    assert np.isfinite(place['result'].metrics['kernel'].value)
