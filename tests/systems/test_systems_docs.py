"""The example of docs/systems.md runs as it is written."""

import pathlib
import re

import numpy as np

PAGE = pathlib.Path(__file__).parents[2] / 'docs' / 'systems.md'


def test_a_system_of_ones_own():
    example, = re.findall(r'```python\n(.*?)```', PAGE.read_text(), re.DOTALL)
    place = {}
    exec(compile(example.replace('epochs=20', 'epochs=2'), PAGE.name, 'exec'), place)
    assert place['pictures'].shape == (1, 28, 28, 1)
    assert np.isfinite(place['pictures']).all()
    losses = place['gan'].losses[0].minimised
    assert not [name for name, loss in losses.items() if loss.shape.rank]
