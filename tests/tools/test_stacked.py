"""Tools on runs of stacked MNIST, whose pictures are made when they are needed."""

import json

import numpy as np
import pytest

from dcgan_tf.cli import exits
from dcgan_tf.commands import evaluate, features
from dcgan_tf.data import mnist, stacked_mnist
from tests.data.test_mnist import write_pair

pytestmark = pytest.mark.usefixtures('pooled')


@pytest.fixture(scope='module')
def stacked(train, tmp_path_factory):
    """The folder of digits that are flat grey, 10 K for class K, and a run on 60 stacks of them."""
    folder = tmp_path_factory.mktemp('stacked')
    labels = np.arange(40) % 10
    for name in mnist.SPLITS.values():
        write_pair(folder, images=np.tile(10 * labels[:, None, None], [1, 8, 8]), labels=labels,
                   names=[f'{name}-{what}-ubyte.gz' for what in ('images-idx3', 'labels-idx1')])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stacked_mnist, 'PICTURES', {'train': 60, 'test': 50})
        yield folder, train(folder, 'run', '--preset', 'dcgan28', '--maps', '4', '--penalty',
                            'none', '--dataset', 'stacked_mnist', '--data-dir', folder)


def test_the_modes_of_samples_and_of_real_pictures(stacked, capsys, tmp_path):
    folder, run = stacked
    words = [run, '--n', 40, '--metrics', 'modes,modes_kl', '--cache-folder', folder / 'cache',
             '--json', tmp_path / 'out.json', '--quiet']
    assert exits.run(evaluate.main, list(map(str, words))) == 0
    heading, head, *_, best = capsys.readouterr().out.splitlines()
    assert 'stacked_mnist 8x8: 40 samples against 40 test pictures' in heading
    assert 'classifier of mnist' in heading and 'a channel at a time' in heading
    assert head.split() == ['step', 'modes', 'modes_kl']
    found, real = (row['figures'] for row in json.loads((tmp_path / 'out.json').read_text()))
    assert 1 <= found['modes']['value'] <= 40 and 1 <= real['modes']['value'] <= 40
    assert best.split()[-2:] == [f'{real[name]["value"]:.4g}' for name in ('modes', 'modes_kl')]


def test_features_and_pixels_tell_the_classes(stacked, capsys):
    words = [stacked[1], '--n', 30, '--quiet']
    assert exits.run(features.main, list(map(str, words))) == 0
    assert 'raw pixels (192)' in capsys.readouterr().out
