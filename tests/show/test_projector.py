"""The projector's folder: TensorBoard's own plugin reads it; PCA and thumbnails are what they say.

Grey, colour, larger and smaller pictures, and what must not be replaced.
"""

import json
import types

import cv2
import numpy as np
import pytest
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
from werkzeug.test import Client

from dcgan_tf import images
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.show import projector

RNG = np.random.default_rng(3)
NAME = projector.NAME


def pictures(n, height=6, width=6, channels=1):
    return RNG.integers(0, 256, (n, height, width, channels), dtype=np.uint8)


def ask(logdir, route, run='.', runs=()):
    """What TensorBoard's plugin answers to its page."""
    listed = [types.SimpleNamespace(run_name=name) for name in runs]
    provider = types.SimpleNamespace(list_runs=lambda *_, **__: listed)
    plugin = ProjectorPlugin(TBContext(logdir=str(logdir), data_provider=provider))
    query = {} if route == '/runs' else {'run': run, 'name': NAME}
    answer = Client(plugin.get_plugin_apps()[route]).get('/', query_string=query)
    assert answer.status_code == 200, answer.get_data()
    return answer.get_data()


def test_tensorboard_serves_what_was_written(tmp_path):
    vectors, shown = np.float32(RNG.normal(size=(7, 5))), pictures(7, channels=3)
    projector.write(tmp_path / 'p', vectors, shown, {
        'label': list('abcdefg'), 'class': ['T\tshirt', 'a\nb', '-', ' ', 'zwölf', 'x', 'y']})
    assert json.loads(ask(tmp_path / 'p', '/runs')) == ['.']
    (info,) = json.loads(ask(tmp_path / 'p', '/info'))['embeddings']
    assert (info['tensorName'], info['tensorShape']) == (NAME, [7, 5])
    assert info['sprite']['singleImageDim'] == [6, 6]
    tensor = np.frombuffer(ask(tmp_path / 'p', '/tensor'), np.float32).reshape(7, 5)
    np.testing.assert_allclose(tensor, vectors, rtol=1e-5)
    head, *rows = ask(tmp_path / 'p', '/metadata').decode().splitlines()
    assert head == 'label\tclass'
    assert rows == ['a\tT\\tshirt', 'b\ta\\nb', 'c\t-', 'd\t ', 'e\tzwölf', 'f\tx', 'g\ty']
    sheet = cv2.imdecode(np.frombuffer(ask(tmp_path / 'p', '/sprite_image'), np.uint8), 1)
    np.testing.assert_array_equal(sheet[..., ::-1], images.tile(shown))
    assert sorted(f.name for f in tmp_path.rglob('*')) == sorted(
        ['p', projector.CONFIG, projector.VECTORS, projector.METADATA, projector.SPRITE])


def test_in_the_plugin_s_place_it_shows_beside_the_run(tmp_path):
    place = tmp_path / 'run' / 'plugins' / 'org_tensorflow_tensorboard_projector'
    projector.write(place, np.eye(3), pictures(3), {'a': [1, 2, 3], 'b': [4, 5, 6]})
    assert json.loads(ask(tmp_path, '/runs', runs=['run'])) == ['run']
    assert len(ask(tmp_path, '/tensor', run='run', runs=['run'])) == 9 * 4


def test_principal_components_are_those_of_the_singular_values():
    x = RNG.normal(size=(30, 40)).astype(np.float32) * np.linspace(1, 5, 40, dtype=np.float32)
    vectors, kept = projector.reduce(x, 4)
    u, s, _ = np.linalg.svd(x - x.mean(0), full_matrices=False)
    np.testing.assert_allclose(np.abs(vectors), np.abs(u[:, :4] * s[:4]), rtol=1e-3, atol=1e-3)
    assert kept == pytest.approx((s[:4] ** 2).sum() / (s ** 2).sum(), rel=1e-4)


def test_how_many_dimensions():
    x = RNG.normal(size=(9, 20)).astype(np.float32)
    whole, kept = projector.reduce(x, 0)
    assert whole is not None and kept == 1 and np.array_equal(whole, x)
    vectors, kept = projector.reduce(x, 50)
    assert vectors.shape == (9, 9) and kept == pytest.approx(1)
    vectors, kept = projector.reduce(np.ones([9, 20], np.float32), 3)       # a collapsed generator
    assert vectors.shape == (9, 3) and kept == 1
    with pytest.raises(RunError, match='NaN or inf'):
        projector.reduce(np.full([9, 20], np.nan, np.float32), 3)


@pytest.mark.parametrize('channels', [1, 3])
def test_a_picture_that_is_no_square_gets_margins(channels):
    shown = pictures(3, 8, 5, channels)
    sheet, side = projector.sprite(shown)
    assert side == 8 and sheet.shape == (16, 16, channels)
    np.testing.assert_array_equal(sheet[:8, 1:6], shown[0])
    np.testing.assert_array_equal(sheet[8:, 1:6], shown[2])
    for margin in (sheet[:, :1], sheet[:, 6:8], sheet[8:, 8:]):
        assert not margin.any()


@pytest.mark.parametrize(('n', 'height', 'width', 'channels', 'side'), [
    (2, 128, 100, 3, 64), (2, 100, 128, 1, 64), (2, 2, 2000, 1, 64), (17_000, 66, 66, 1, 62)])
def test_large_pictures_shrink(n, height, width, channels, side):
    sheet, found = projector.sprite(np.full([n, height, width, channels], 200, np.uint8))
    assert found == side and max(sheet.shape) <= projector.MAX_SIDE
    assert sheet.shape[-1] == channels and set(np.unique(sheet[:side, :side])) <= {0, 200}
    assert sheet[(side - 1) // 2, (side - 1) // 2, 0] == 200


def test_only_a_folder_of_its_own_is_replaced(tmp_path):
    out, columns = tmp_path / 'p', {'a': [1, 2, 3], 'b': [4, 5, 6]}
    projector.check_out(out)
    for _ in range(2):
        projector.write(out, np.eye(3), pictures(3), columns)
        projector.check_out(out)
    (out / 'notes.txt').write_text('mine')
    (tmp_path / 'file').write_text('mine')
    for path in (out, tmp_path / 'file', tmp_path):
        with pytest.raises(UsageError, match='.*there is something else'):
            projector.check_out(path)


def test_what_fails_on_the_way_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise RunError('sprite.png: no space left')

    monkeypatch.setattr(images, 'write_png', full)
    with pytest.raises(RunError, match='no space'):
        projector.write(tmp_path / 'p', np.eye(3), pictures(3), {'a': [1, 2, 3], 'b': [4, 5, 6]})
    assert not list(tmp_path.iterdir())
