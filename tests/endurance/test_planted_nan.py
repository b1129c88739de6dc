"""A NaN in any number of a checkpoint ends the training before another checkpoint has it."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN, preset
from dcgan_tf.errors import CollapseError
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.checkpoint_files import steps
from dcgan_tf.run_folder.checkpoints import variables
from tests.helpers import put

STEPS = 3
NETWORKS, REST = ('Generator', 'Discriminator', 'Encoder'), 'averages and moments'


@pytest.fixture(scope='module', params=[False, True], ids=['usual', 'check_numerics'])
def trained(request, tmp_path_factory):
    """A GAN with an encoder, three steps on, its run and its images."""
    config = preset('dcgan28', epochs=2 * STEPS, batch_size=4, penalty='mode_regularised',
                    generator_maps=(6, 4, 1), discriminator_maps=(1, 4, 6), threads=1,
                    check_numerics=request.param, checkpoint_step=1)
    run = run_folder.create(str(tmp_path_factory.mktemp('runs')), 'a', config, {})
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28, 1), np.uint8)
    with DeepConvolutionalGAN.from_config(config.replace(epochs=STEPS)) as gan:
        gan.fit(images, run, progress=False)
    with DeepConvolutionalGAN.from_config(config) as gan:
        yield gan, run, images


def numbers(gan, what):
    """The weights of a network, or all that is neither a weight nor a whole number."""
    weights = {name: gan.graph.get_collection(tf.compat.v1.GraphKeys.TRAINABLE_VARIABLES,
                                              f'{name}/') for name in NETWORKS}
    known = {v.op.name for each in weights.values() for v in each}
    rest = [v for v in gan.variables() if v.dtype.is_floating and v.op.name not in known]
    assert len(rest) > 2 * len(known)                                    # m and v of Adam
    return weights.get(what, rest)


@pytest.mark.slow
@pytest.mark.parametrize('bad', [np.nan, np.inf])
@pytest.mark.parametrize('what', [*NETWORKS, REST])
def test_no_checkpoint_has_it(trained, what, bad):
    gan, run, images = trained
    gan.optimizer()
    for weight in numbers(gan, what):
        gan.load_model(run.checkpoints)
        value = np.array(gan.session.run(weight))
        value.flat[value.size // 2] = bad
        put(gan.session, weight, value)
        with pytest.raises(CollapseError, match=f'step {STEPS + 1}: NaN or inf') as raised:
            gan.fit(images, run, progress=False)
        if gan.config.check_numerics and what != REST:
            assert what in str(raised.value)
        assert steps(run.checkpoints)[-1] == STEPS
        for step in steps(run.checkpoints):
            for name, found in variables(run.checkpoints, step):
                assert np.isfinite(found).all(), (weight.name, step, name)


@pytest.mark.slow
def test_behind_it_the_training_goes_on_from_the_last_checkpoint(trained):
    gan, run, images = trained
    assert gan.load_model(run.checkpoints) == STEPS
    assert gan.fit(images, run, progress=False).step == 2 * STEPS
    assert steps(run.checkpoints)[-1] == 2 * STEPS
