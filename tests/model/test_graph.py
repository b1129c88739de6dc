"""The graph: its boxes, its variables, the order of a step, and that it never grows."""

import itertools
import pathlib
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.config import PRESETS, preset
from dcgan_tf.metrics import Estimate
from dcgan_tf.model.graph import GanGraph
from dcgan_tf.model.inspection import count_parameters
from dcgan_tf.model.layers import layers
from dcgan_tf.model.nodes import nodes
from dcgan_tf.training import recorder, run_folder
from tests.families import FAMILIES, every_family
from tests.helpers import put

v1 = tf.compat.v1
GOLDEN = pathlib.Path(__file__).parents[1] / 'golden'


def graph_of(config):
    """All ops of a training, of which none is run."""
    made = GanGraph(config, tf.Graph())
    made.optimizer()
    return made


def boxes_of(graph):
    return {op.name.split('/')[0] for op in graph.get_operations()}


@pytest.mark.parametrize('name', PRESETS)
def test_variables_and_layers_of_every_preset(name):
    """Old checkpoints are read by these names. A change here is a breaking change."""
    made = GanGraph(preset(name), tf.Graph())
    made.loss()
    with made.graph.as_default():
        lines = sorted(f'{v.op.name} {v.shape.as_list()}' for v in v1.global_variables())
    assert lines == (GOLDEN / f'{name}.txt').read_text().splitlines()
    rows = layers(made)
    assert tuple(sum(row.parameters for row in rows if row.box.startswith(network))
                 for network in ('Generator', 'Discriminator')) == count_parameters(made)
    assert all(row.shape[0] == 'N' and None not in row.shape for row in rows)
    c = made.config
    assert [row.shape[1:] for row in rows if row.box == 'Generator_train'][-1] == (
        c.image_height, c.image_width, c.n_channels)


@pytest.mark.parametrize('name', ['dcgan28', 'main1', *(
    pytest.param(name, marks=pytest.mark.slow) for name in FAMILIES[2:])])
def test_the_boxes_of_tensorboard(small, name):
    """And an optimizer makes no variable more. Nothing asks for a device: a GPU is taken."""
    made = GanGraph(small(name), tf.Graph())
    made.loss()
    with made.graph.as_default():
        before = len(v1.global_variables())
        made.optimizer()
        assert len(v1.global_variables()) == before
    assert {op.device for op in made.graph.get_operations()} == {''}
    boxes = {op.name.split('/')[0] for op in made.graph.get_operations() if '/' in op.name}
    assert boxes - {'global_step'} == {
        'inputs', 'Generator', 'Generator_train', 'Generator_sample', 'Discriminator',
        'Discriminator_real', 'Discriminator_fake', 'losses', 'numerics', 'train_D', 'train_G',
        'summaries', *(['Generator_ema'] if made.config.ema else [])}


def test_the_boxes_of_penalties_and_of_a_look_ahead(small):
    """Each of them adds its own to those of the plain graph, and every sum has one order.

    An `AddN` of three and more has not: ops/gradients.py.
    """
    def boxes(**changes):
        made = graph_of(small(ema=0.0, **changes))
        sums = [node for node in nodes(made.graph).values() if node.type == 'AddN']
        assert sums and not [node.name for node in sums if len(node.inputs) > 2]
        return boxes_of(made.graph)

    plain = boxes()
    assert boxes(penalty='dragan', norm='spectral') - plain == {
        'Discriminator_penalty', 'spectral_norm'}
    assert boxes(penalty='r1') - plain == set()                          # it takes the D at hand
    assert boxes(penalty='r1', penalty_every=2, steps_per_run=2) - plain == {
        'penalty', 'train_with_penalty', 'many_steps'}
    assert boxes(penalty='mode_regularised', gradient_accumulate=2) - plain == {
        'Encoder', 'Encoder_real', 'Generator_rebuilt', 'Discriminator_rebuilt', 'sums'}
    ahead = {f'Discriminator_{use}_unrolled_1' for use in ('real', 'fake')}
    assert boxes(penalty='gradient_penalty', objective='wgan', unroll=1) - plain == {
        'Discriminator_penalty', *ahead}


@pytest.mark.parametrize('name', [
    'dcgan28', pytest.param('upsample_mnist', marks=pytest.mark.slow)])
def test_the_graph_does_not_grow(small, images, pool, tmp_path, monkeypatch, name):
    """Training, showing, measuring, saving, after every step."""
    monkeypatch.setattr(recorder, 'LossPlot', lambda path: lambda rows: None)     # takes long
    config = small(name, epochs=2, eval_step=1, checkpoint_step=1, metrics='frechet',
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
    with pool.gan(config) as gan:
        gan.fit(images, run, judge=Judge(), progress=False)
        before = len(gan.graph.get_operations())
        gan.config = config.replace(epochs=12)
        gan.fit(images, run, judge=Judge(), progress=False)
        gan.load_model(run.best)
        assert len(gan.graph.get_operations()) == before
        with pytest.raises(RuntimeError, match='finalized'), gan.graph.as_default():
            tf.constant(1)


def test_flip_mirrors_what_d_sees_by_the_step_and_leaves_the_samples(small, finished, images,
                                                                     latents):
    def looked(flip):
        gan, seen = finished(small(flip=flip), training=False), []
        for step in (0, 1):
            put(gan.session, gan.step, step)
            seen.append(gan.session.run(gan.real, {gan.images_ph: images}))
        return gan.generate_images(latents), seen

    (plain_samples, (plain, again)), (samples, seen) = looked(False), looked(True)
    np.testing.assert_array_equal(plain, again)
    np.testing.assert_array_equal(samples, plain_samples)
    mirrored = [(x == plain[:, :, ::-1]).all(axis=(1, 2, 3)) for x in seen]
    for x, other in zip(seen, mirrored, strict=True):
        assert ((x == plain).all(axis=(1, 2, 3)) ^ other).all()
        assert 0 < other.sum() < 10
    assert (mirrored[0] != mirrored[1]).any()


def test_one_step_moves_everything_once(small, finished, images):
    """D and G by Adam, their averages, G's average; the count by one. The noise is another then."""
    gan = finished(small(epochs=1))
    names = [v.op.name for v in gan.variables()]
    before, noise, same = (gan.session.run(what) for what in (
        gan.variables(), gan.noise, gan.noise))
    gan.fit(images, progress=False)
    after, later = gan.session.run((gan.variables(), gan.noise))
    assert [n for n, a, b in zip(names, before, after, strict=True) if np.array_equal(a, b)] == []
    assert after[names.index('global_step')] == 1
    np.testing.assert_array_equal(noise, same)
    assert np.abs(noise - later).min() > 0


@pytest.mark.parametrize(('ema', 'used', 'idle'), [(0.9, 'Generator_ema', 'Generator'),
                                                   (0.0, 'Generator', None)])
def test_samples_come_from_the_average_where_there_is_one(small, finished, latents, ema, used,
                                                          idle):
    def enlarged(network):
        variable = next(v for v in gan.variables() if v.op.name == f'{network}/g0_linear/weights')
        put(gan.session, variable, 200 * gan.session.run(variable))
        return gan.generate_images(latents)

    gan = finished(small(ema=ema), training=False)
    before = gan.generate_images(latents)
    if idle:
        np.testing.assert_array_equal(enlarged(idle), before)
    assert np.abs(enlarged(used) - before).max() > 1e-3


def test_both_gradients_see_the_weights_from_before_the_step(small, finished, images):
    """Adam's first step is learning rate x sign(gradient), whatever the order of the networks.

    So weights after one step, computed with D's step switched off, give the same G.
    """
    def weights_after(learning_rate_of_d):
        gan = finished(small(epochs=1, ema=0.0, d_learning_rate=learning_rate_of_d,
                            g_learning_rate=0.01))
        gan.fit(images, progress=False)
        return gan.session.run(gan.g_adam.weights)

    for a, b in zip(weights_after(1e-9), weights_after(1.0), strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_noise_batch_serves_both_losses(small, finished):
    draws = [op.name for op in finished(small()).graph.get_operations()
             if op.type.startswith('StatelessRandomUniform')
             and not op.type.endswith(('GetAlg', 'GetKeyCounter')) and 'inputs/' in op.name]
    assert len(draws) == 2                            # the noise, and the reference latents


@every_family
def test_data_and_generator_share_one_range(small, finished, name):
    gan = finished(small(name), training=False)
    low, high = gan.architecture.value_range
    pixels = np.zeros((4, 8, 8, 1), np.uint8)
    pixels[1:] = 255
    real = gan.session.run(gan.real, {gan.images_ph: pixels})
    assert (real[0] == low).all() and (real[1:] == high).all()


def test_every_weight_needs_a_gradient(small):
    made = GanGraph(small(ema=0.0), tf.Graph())
    made.loss()
    with made.graph.as_default():
        made.losses = [made.losses[0]._replace(g=tf.constant(0.0))]
    with pytest.raises(ValueError, match='does not depend on Generator/g0_linear/weights'):
        made.optimizer()
