"""The ways that are timed against each other train one and the same network."""

import functools

import numpy as np
import pytest

from dcgan_tf import preset
from peers import WAYS, ours
from tests.families import ONE

NETS = {'main1': {'generator_maps': (6, 4, 1), 'discriminator_maps': (1, 4, 6)},
        'dcgan28': {'generator_maps': (6, 4, 1), 'discriminator_maps': (1, 4, 6), 'ema': 0.0},
        'folder_classic': {'generator_maps': (8, 6, 4, 3), 'discriminator_maps': (3, 4, 6, 8),
                   'image_height': 16, 'image_width': 16},
        'dcgan64': {'generator_maps': (8, 6, 4, 3, 3), 'discriminator_maps': (3, 4, 5, 6, 8),
                    'image_height': 32, 'image_width': 32}}
PEERS = {'plain': 'Plain', 'keras_net': 'Keras', 'torch_net': 'Torch'}


def tiny(name):
    return preset(name, batch_size=4, **NETS[name])


def pictures(config):
    """-> (images uint8 [12, H, W, C], latents [4, Z])"""
    random = np.random.default_rng(3)
    shape = (12, config.image_height, config.image_width, config.n_channels)
    return (random.integers(0, 256, shape, np.uint8),
            np.float32(random.uniform(-1, 1, (4, config.z_dim))))


@pytest.fixture(scope='module')
def mine():
    """mine(name) -> ours.Ours, of which no test changes the weights."""
    return functools.cache(lambda name: ours.Ours(tiny(name), pictures(tiny(name))[0], 1))


@pytest.mark.slow
@pytest.mark.parametrize('peer', PEERS)
@pytest.mark.parametrize('name', NETS)
def test_losses_are_those_of_ours(mine, name, peer):
    """With our weights, images and latents: D's, with its penalty where there is one, and G's."""
    module = pytest.importorskip(f'peers.{peer}')
    config = tiny(name)
    images, z = pictures(config)
    threads = 0 if peer == 'keras_net' else 1              # this process has its threads already
    ours, theirs = mine(name), getattr(module, PEERS[peer])(config, images, threads)
    theirs.load(ours.weights())
    for penalty in {False, config.penalty == 'r1'}:
        np.testing.assert_allclose(theirs.losses(images[:4], z, penalty=penalty),
                                   ours.losses(images[:4], z, penalty=penalty), rtol=1e-4)


@pytest.mark.slow
def test_several_steps_a_run_are_the_same_steps():
    """Whatever the network: here the one that is built soonest."""
    config = preset('main1', batch_size=4, **ONE)
    images, _ = pictures(config)
    one, many = ours.Ours(config, images, 1), ours.Ours(config, images, 1, steps_per_run=4)
    for _ in range(5):                     # the first alone, then four
        one.step()
        many.step()
    there = many.weights()
    for name, weights in one.weights().items():
        np.testing.assert_array_equal(there[name], weights, err_msg=name)
    before = there['Generator/g0_linear/weights']
    many.step()                            # waits for three more
    np.testing.assert_array_equal(many.weights()['Generator/g0_linear/weights'], before)


@pytest.mark.filterwarnings('ignore::DeprecationWarning')             # PyTorch's own
def test_compiled_by_torch():
    """As `torch_compile` and `torch_graphs` are: their options are modes that PyTorch knows."""
    torch = pytest.importorskip('torch')
    for way in ('torch_compile', 'torch_graphs'):
        torch.compile(lambda: None, mode=WAYS[way].options['compiled'])
