"""The graph: its boxes, its variables, the order of a step, and that it never grows."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.run_folder import run_folder
from tests.families import FAMILIES, every_family
from tests.fit.fake_evaluator import FakeEvaluator
from tests.helpers import EVERY, boxes, first_step, numbered, put
from tests.pool import build


@pytest.mark.parametrize('name', ['dcgan28', 'main1', *(
    pytest.param(name, marks=pytest.mark.slow) for name in FAMILIES[2:])])
def test_the_boxes_of_tensorboard(one_layer, name):
    """And an optimizer makes no variable more. Nothing asks for a device: a GPU is taken."""
    with build(one_layer(name)) as made:
        made.loss()
        before = len(made.variables())
        made.optimizer()
        assert len(made.variables()) == before
        assert {op.device for op in made.graph.get_operations()} == {''}
        found = {op.name.split('/')[0] for op in made.graph.get_operations() if '/' in op.name}
        assert found - {'global_step'} == EVERY | ({'Generator_ema'} if made.config.ema else set())
        assert boxes(made) == set()
        made.features()
        made.inversion()
        assert not numbered(made.graph)          # what is built on demand needs no number either


@pytest.mark.parametrize('name', [
    'dcgan28', pytest.param('upsample_mnist', marks=pytest.mark.slow)])
def test_the_graph_does_not_grow(one_layer, images, pool, tmp_path, no_plot, name):
    """Training, showing, measuring, saving, after every step."""
    config = one_layer(name, epochs=2, eval_step=1, checkpoint_step=1, metrics='frechet',
                  metrics_step=1, metrics_n=4, keep_best='frechet')
    run = run_folder.create(tmp_path, 'run', config, {})
    evaluator = FakeEvaluator(*range(99, 0, -1), n=4)       # each checkpoint is the best so far
    with pool.gan(config) as gan:
        gan.fit(images, run, evaluator=evaluator, progress=False)
        before = len(gan.graph.get_operations())
        gan.config = config.replace(epochs=12)
        gan.fit(images, run, evaluator=evaluator, progress=False)
        gan.load_model(run.best)
        assert len(gan.graph.get_operations()) == before
        with pytest.raises(RuntimeError, match='finalized'), gan.graph.as_default():
            tf.constant(1)


def test_flip_mirrors_what_d_sees_by_the_step_and_leaves_the_samples(one_layer, finished, images,
                                                                     latents):
    def looked(flip):
        gan, seen = finished(one_layer(flip=flip, batch_size=len(images)), training=False), []
        for step in (0, 1):
            inputs = gan.built.inputs
            put(gan.session, inputs.step, step)
            seen.append(gan.session.run(inputs.batch.images, {inputs.images_ph: images}))
        return gan.generate_images(latents), seen

    (plain_samples, (plain, again)), (samples, seen) = looked(False), looked(True)
    np.testing.assert_array_equal(plain, again)
    np.testing.assert_array_equal(samples, plain_samples)
    mirrored = [(x == plain[:, :, ::-1]).all(axis=(1, 2, 3)) for x in seen]
    for x, other in zip(seen, mirrored, strict=True):
        assert ((x == plain).all(axis=(1, 2, 3)) ^ other).all()
        assert 0 < other.sum() < 10
    assert (mirrored[0] != mirrored[1]).any()


def test_one_step_moves_everything_once(one_layer, finished, images):
    """D and G by Adam, their averages, G's average; the count by one. The noise is another then."""
    gan = finished(one_layer(epochs=1))
    names = [v.op.name for v in gan.variables()]
    before, noise, same = (gan.session.run(what) for what in (
        gan.variables(), gan.built.inputs.batch.noise, gan.built.inputs.batch.noise))
    gan.fit(images, progress=False)
    after, later = gan.session.run((gan.variables(), gan.built.inputs.batch.noise))
    assert [n for n, a, b in zip(names, before, after, strict=True) if np.array_equal(a, b)] == []
    assert after[names.index('global_step')] == 1
    np.testing.assert_array_equal(noise, same)
    assert np.abs(noise - later).min() > 0


@pytest.mark.parametrize(('ema', 'used', 'idle'), [(0.9, 'Generator_ema', 'Generator'),
                                                   (0.0, 'Generator', None)])
def test_samples_come_from_the_average_where_there_is_one(one_layer, finished, latents, ema, used,
                                                          idle):
    def enlarged(network):
        variable = next(v for v in gan.variables() if v.op.name == f'{network}/g0_linear/weights')
        put(gan.session, variable, 200 * gan.session.run(variable))
        return gan.generate_images(latents)

    gan = finished(one_layer(ema=ema), training=False)
    before = gan.generate_images(latents)
    if idle:
        np.testing.assert_array_equal(enlarged(idle), before)
    assert np.abs(enlarged(used) - before).max() > 1e-3


def test_both_gradients_see_the_weights_from_before_the_step(one_layer, finished, images):
    """Adam's first moment is (1 - beta1) x gradient; of G's too, though D has moved far."""
    gan = finished(one_layer(epochs=1, ema=0.0, d_learning_rate=1.0))
    gradients = [side.gradients for side in first_step(gan).player_steps]
    before = gan.session.run(gradients, BatchFeeder(gan, images)(0))
    gan.fit(images, progress=False)
    after = gan.session.run(gradients, BatchFeeder(gan, images)(0))
    moments = {v.op.name: v for v in gan.variables()}
    for side, own in zip(first_step(gan).player_steps, before, strict=True):
        for weight, gradient in zip(side.optimizer.weights, own, strict=True):
            kept = gan.session.run(moments[f'{weight.op.name}/Adam'])
            np.testing.assert_allclose(kept, (1 - gan.config.beta1) * gradient, rtol=1e-4,
                                       atol=1e-9)
    assert not np.allclose(before[1][0], after[1][0], rtol=0.1)


def test_one_noise_batch_serves_both_losses(one_layer, finished):
    draws = [op.name for op in finished(one_layer()).graph.get_operations()
             if op.type.startswith('StatelessRandomUniform')
             and not op.type.endswith(('GetAlg', 'GetKeyCounter')) and 'inputs/' in op.name]
    assert len(draws) == 1


@every_family
def test_data_and_generator_share_one_range(one_layer, finished, name):
    gan = finished(one_layer(name), training=False)
    low, high = gan.system.architecture.value_range
    pixels = np.zeros((4, 8, 8, 1), np.uint8)
    pixels[1:] = 255
    real = gan.session.run(gan.built.inputs.batch.images, {gan.built.inputs.images_ph: pixels})
    assert (real[0] == low).all() and (real[1:] == high).all()


def test_every_weight_needs_a_gradient(one_layer):
    with build(one_layer(ema=0.0)) as made:
        made.loss()
        with made.graph.as_default():
            made.losses = [made.losses[0]._replace(
                minimised={**made.losses[0].minimised, 'G': tf.constant(0.0)})]
        with pytest.raises(ValueError, match='does not depend on Generator/g0_linear/weights'):
            made.optimizer()
