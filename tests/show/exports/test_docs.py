"""docs/export.md: its examples run as they stand, and its table of ops is complete."""

import pathlib
import re
import warnings

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import images, latent
from dcgan_tf.show.exports import FORMATS, sampler, writing
from tests.show.exports.conftest import KINDS, MORE, formats, missing, trained

PAGE = (pathlib.Path(__file__).parents[3] / 'docs/export.md').read_text(encoding='utf-8')


@pytest.fixture
def digits(tmp_path):
    """A folder with every export of a small model of digits."""
    with trained(image_height=28, image_width=28, z_dim=64) as gan:
        asked = sampler.example_feed(gan, latent.draw('uniform', 3, 64, 0))
        exported, expected = sampler.of(gan), gan.generate_images(asked['z'])
    for form, row in FORMATS.items():
        if not missing(form):
            writing.write(form, exported, tmp_path / row.name, asked, {'image': expected})
    return tmp_path


def test_the_examples(digits, monkeypatch):
    blocks = re.findall(r'```python\n(.*?)```', PAGE, re.DOTALL)
    assert len(blocks) == 5
    monkeypatch.chdir(digits)
    names = {}
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', r'\s+Warning: tf.lite.Interpreter is deprecated')
        for block in blocks[:4] if missing('onnx') else blocks:
            exec(block, names)
    first, *rest = (images.read_png(path).astype(int) for path in sorted(digits.glob('*.png')))
    assert len(rest) >= 3
    assert first.std() > 1
    assert all(np.abs(first - other).max() <= 1 for other in rest)


@formats('tflite', 'onnx')
@pytest.mark.slow
@pytest.mark.parametrize('kinds', [KINDS, MORE], ids=['all', 'more'])
def test_the_ops_are_those_of_the_table(exported, form, kinds):
    (line,) = re.findall(rf'^\| `{form}` \| (`[A-Z].*)$', PAGE, re.MULTILINE)
    listed, found = set(re.findall(r'`([A-Za-z_0-9]+)`', line)), set()
    for kind in kinds:
        found |= ops(form, exported(form, *kind).written.path)
    named = listed - {'main1', 'upsample_mnist', 'keras_mnist', 'folder'}
    assert found == named if kinds is KINDS else found <= named


def ops(form, path):
    """The kinds of ops in a file."""
    if form == 'onnx':
        import onnx
        return {node.op_type for node in onnx.load(path).graph.node}
    with pytest.warns(UserWarning, match='ai_edge_litert'):
        interpreter = tf.lite.Interpreter(str(path))
    return {detail['op_name'] for detail in interpreter._get_ops_details()} - {'DELEGATE'}
