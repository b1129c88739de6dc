"""Run folders of two steps, for all tools."""

import numpy as np
import pytest

import main1
from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.cli import exits
from dcgan_tf.training import run_folder


@pytest.fixture(scope='session')
def run(tmp_path_factory):
    """A run folder of two steps."""
    folder = tmp_path_factory.mktemp('tools')
    assert exits.run(main1.main, ['--dataset', 'digits', '--epochs', '2', '--batch-size', '4',
                                  '--penalty', 'none', '--save-folder',
                                  str(folder), '--run-name', 'run']) == 0
    return vivid(folder / 'run')


def vivid(run):
    """The same run with larger weights: after two steps all pictures are a uniform grey."""
    with DeepConvolutionalGAN.from_config(run_folder.open_run(str(run)).config) as gan:
        gan.load_model(run / 'checkpoints')
        for v in gan.variables():
            if v.op.name.startswith('Generator') and v.shape.rank in (2, 4):
                gan.session.run(v.initializer, {v.initializer.inputs[1]: 4 * gan.session.run(v)})
        gan.save_model(run / 'checkpoints')
    return run


@pytest.fixture(scope='session')
def cgan(tmp_path_factory):
    """A run folder of a conditional GAN with odd class names."""
    folder = tmp_path_factory.mktemp('cgan')
    names = np.array(['T-shirt/top', '..', 'Bag'])
    np.savez(folder / 'a.npz', images=np.zeros([9, 12, 12], np.uint8), labels=np.arange(9) % 3,
             class_names=names)
    assert exits.run(main1.main, [
        '--dataset', 'npz', '--data-dir', str(folder / 'a.npz'), '--type', 'cgan', '--epochs', '2',
        '--batch-size', '4', '--maps', '4,8', '--save-folder', str(folder), '--run-name',
        'run']) == 0
    return vivid(folder / 'run')
