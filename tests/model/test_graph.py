"""The graph: its boxes, its variables, the order of a step, and that it never grows."""

import itertools
import pathlib
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.config import PRESETS, preset
from dcgan_tf.metrics import Estimate
from dcgan_tf.model.nodes import nodes
from dcgan_tf.training import recorder, run_folder
from tests.families import every_family

v1 = tf.compat.v1
GOLDEN = pathlib.Path(__file__).parents[1] / 'golden'


@every_family
def test_the_boxes_of_tensorboard(tiny, name):
    with DeepConvolutionalGAN.from_config(tiny(name)) as gan:
        gan.optimizer()
        boxes = {op.name.split('/')[0] for op in gan.graph.get_operations() if '/' in op.name}
    assert boxes - {'global_step'} == {
        'inputs', 'Generator', 'Generator_train', 'Generator_sample', 'Discriminator',
        'Discriminator_real', 'Discriminator_fake', 'losses', 'numerics', 'train_D', 'train_G',
        'summaries', *(['Generator_ema'] if gan.config.ema else [])}


def test_the_boxes_of_penalties_and_of_a_look_ahead(tiny):
    def boxes(**changes):
        with DeepConvolutionalGAN.from_config(tiny(**changes)) as gan:
            gan.optimizer()
            return {op.name.split('/')[0] for op in gan.graph.get_operations()}

    plain = boxes()
    assert boxes(penalty='dragan', norm='none') - plain == {'Discriminator_penalty'}
    assert boxes(penalty='r1') == plain                                  # it takes the D at hand
    assert boxes(penalty='r1', penalty_every=2) - plain == {'penalty', 'train_with_penalty'}
    assert boxes(penalty='mode_regularised') - plain == {
        'Encoder', 'Encoder_real', 'Generator_rebuilt', 'Discriminator_rebuilt'}
    assert boxes(norm='spectral') - plain == {'spectral_norm'}
    assert boxes(gradient_accumulate=2) - plain == {'sums'}
    assert boxes(steps_per_run=2) - plain == {'many_steps'}
    ahead = {f'Discriminator_{use}_unrolled_1' for use in ('real', 'fake')}
    assert boxes(penalty='gradient_penalty', unroll=1) - plain == {'Discriminator_penalty', *ahead}


@pytest.mark.parametrize('name', PRESETS)
def test_names_and_shapes_of_variables_stay(name):
    """Old checkpoints are read by these names. A change here is a breaking change."""
    with DeepConvolutionalGAN.from_config(preset(name)) as gan:
        gan.optimizer()
        lines = sorted(f'{v.op.name} {v.shape.as_list()}' for v in gan.variables())
    assert lines == (GOLDEN / f'{name}.txt').read_text().splitlines()


@pytest.mark.parametrize('name', ['dcgan28', 'upsample_mnist'])
def test_the_graph_does_not_grow(tiny, images, tmp_path, monkeypatch, name):
    """Training, showing, measuring, saving: after every step, and a hundred with the default."""
    monkeypatch.setattr(recorder, 'LossPlot', lambda path: lambda rows: None)     # takes long
    config = tiny(name, epochs=2, eval_step=1, checkpoint_step=1, metrics='frechet',
                  metrics_step=1, metrics_n=4, keep_best='frechet')
    run, values = run_folder.create(tmp_path, 'run', config, {}), itertools.count(1_000, -1)

    class Judge:
        """Finds every checkpoint better than the one before."""

        features, n, split = types.SimpleNamespace(short='taste'), 4, 'test'
        floor = types.SimpleNamespace(figures={'frechet': Estimate(1.0)})

        def labels(self, n):
            return np.zeros(n, int)

        def __call__(self, images):
            return {'frechet': Estimate(next(values))}
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.fit(images, run, judge=Judge(), progress=False)
        before = len(gan.graph.get_operations())
        gan.config = config.replace(epochs=102 if name == 'dcgan28' else 5)
        gan.fit(images, run, judge=Judge(), progress=False)
        gan.load_model(run.best)
        assert len(gan.graph.get_operations()) == before
        with pytest.raises(RuntimeError, match='finalized'), gan.graph.as_default():
            tf.constant(1)


def test_flip_mirrors_what_d_sees_by_the_step_and_leaves_the_samples(tiny, images, latents):
    def looked(flip):
        with DeepConvolutionalGAN.from_config(tiny(batch_size=10, flip=flip)) as gan:
            gan.optimizer()
            samples, seen = gan.generate_images(latents), []
            for _ in range(2):
                seen.append(gan.session.run(gan.real, {gan.images_ph: images}))
                gan.session.run(gan.train_op, {gan.images_ph: images})
            return samples, seen

    (plain_samples, (plain, again)), (samples, seen) = looked(False), looked(True)
    np.testing.assert_array_equal(plain, again)
    np.testing.assert_array_equal(samples, plain_samples)
    mirrored = [(x == plain[:, :, ::-1]).all(axis=(1, 2, 3)) for x in seen]
    for x, other in zip(seen, mirrored, strict=True):
        assert ((x == plain).all(axis=(1, 2, 3)) ^ other).all()
        assert 0 < other.sum() < 10
    assert (mirrored[0] != mirrored[1]).any()


def test_one_step_moves_everything_once(tiny, images):
    """D and G by Adam, their averages, G's average; the count by one."""
    with DeepConvolutionalGAN.from_config(tiny(epochs=1, ema=0.5)) as gan:
        gan.optimizer()
        names = [v.op.name for v in gan.variables()]
        gan.steps_done()
        before = gan.session.run(gan.variables())
        gan.fit(images, progress=False)
        after = gan.session.run(gan.variables())
    still = [n for n, a, b in zip(names, before, after, strict=True) if np.array_equal(a, b)]
    assert still == []
    assert after[names.index('global_step')] == 1


@pytest.mark.parametrize(('ema', 'used', 'idle'), [(0.9, 'Generator_ema', 'Generator'),
                                                   (0.0, 'Generator', None)])
def test_samples_come_from_the_average_where_there_is_one(tiny, latents, ema, used, idle):
    def enlarged(gan, network):
        variable = next(v for v in gan.variables() if v.op.name == f'{network}/g0_linear/weights')
        value = 200 * gan.session.run(variable)
        gan.session.run(variable.initializer, {variable.initializer.inputs[1]: value})
        return gan.generate_images(latents)

    with DeepConvolutionalGAN.from_config(tiny(ema=ema)) as gan:
        before = gan.generate_images(latents)
        if idle:
            np.testing.assert_array_equal(enlarged(gan, idle), before)
        assert np.abs(enlarged(gan, used) - before).max() > 1e-3


def test_both_gradients_see_the_weights_from_before_the_step(tiny, images):
    """Adam's first step is learning rate x sign(gradient), whatever the order of the networks.

    So weights after one step, computed with D's step switched off, give the same G.
    """
    def weights_after(learning_rate_of_d):
        config = tiny(epochs=1, ema=0.0, d_learning_rate=learning_rate_of_d, g_learning_rate=0.01)
        with DeepConvolutionalGAN.from_config(config) as gan:
            gan.fit(images, progress=False)
            with gan.graph.as_default():
                return gan.session.run(v1.trainable_variables('Generator/'))

    for a, b in zip(weights_after(1e-9), weights_after(1.0), strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_noise_batch_serves_both_losses(tiny):
    with DeepConvolutionalGAN.from_config(tiny()) as gan:
        gan.optimizer()
        draws = [op.name for op in gan.graph.get_operations()
                 if op.type.startswith('StatelessRandomUniform')
                 and not op.type.endswith(('GetAlg', 'GetKeyCounter')) and 'inputs/' in op.name]
    assert len(draws) == 2                            # the noise, and the reference latents


def test_noise_is_a_function_of_the_step(tiny, images):
    with DeepConvolutionalGAN.from_config(tiny(epochs=1)) as gan:
        gan.optimizer()
        gan.steps_done()
        first, again = gan.session.run(gan.noise), gan.session.run(gan.noise)
        gan.fit(images, progress=False)
        later = gan.session.run(gan.noise)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - later).min() > 0


@every_family
def test_data_and_generator_share_one_range(tiny, name):
    with DeepConvolutionalGAN.from_config(tiny(name)) as gan:
        gan.steps_done()
        low, high = gan.architecture.value_range
        pixels = np.zeros((4, 8, 8, 1), np.uint8)
        pixels[1:] = 255
        real = gan.session.run(gan.real, {gan.images_ph: pixels})
    assert (real[0] == low).all() and (real[1:] == high).all()


def test_every_weight_needs_a_gradient(tiny):
    with DeepConvolutionalGAN.from_config(tiny()) as gan:
        gan.loss()
        with gan.graph.as_default():
            gan.losses = [gan.losses[0]._replace(g=tf.constant(0.0))]
        with pytest.raises(ValueError, match='does not depend on Generator/g0_linear/weights'):
            gan.optimizer()


def test_gpu_is_left_to_tensorflow(tiny):
    """No op asks for a device, so all go to the GPU when there is one."""
    with DeepConvolutionalGAN.from_config(tiny()) as gan:
        gan.optimizer()
        assert {op.device for op in gan.graph.get_operations()} == {''}


@pytest.mark.parametrize('changes', [
    {'penalty': 'r1'}, {'penalty': 'mode_regularised', 'gradient_accumulate': 2},
    {'penalty': 'gradient_penalty', 'objective': 'wgan', 'unroll': 1}], ids=str)
def test_every_sum_has_one_order(tiny, changes):
    """An `AddN` of three and more has not: ops/gradients.py."""
    with DeepConvolutionalGAN.from_config(tiny(**changes)) as gan:
        gan.optimizer()
        sums = [node for node in nodes(gan.graph).values() if node.type == 'AddN']
    assert sums
    assert all(len(node.inputs) == 2 for node in sums), [n.name for n in sums if len(n.inputs) > 2]
