"""The graph: its boxes, its variables, the order of a step, and that it never grows."""

import itertools
import pathlib
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.config import PRESETS, preset
from dcgan_tf.fit import run_recorder
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.graph_report.layers import layers
from dcgan_tf.graph_report.summary import count_parameters
from dcgan_tf.metrics import Estimate
from dcgan_tf.run_folder import run_folder
from tests.families import FAMILIES, NEEDS, every_family
from tests.helpers import EVERY, boxes, first_step, numbered, put
from tests.pool import build

v1 = tf.compat.v1
GOLDEN = pathlib.Path(__file__).parents[1] / 'golden'


@pytest.mark.parametrize('name', [      # acgan_cifar10 has the same layers
    pytest.param(name, marks=[pytest.mark.slow] * (name == 'acgan_mnist')) for name in PRESETS])
def test_variables_and_layers_of_every_preset(name):
    """Old checkpoints are read by these names. A change here is a breaking change."""
    made = build(preset(name, **NEEDS.get(name, {})))
    made.loss()
    with made.graph.as_default():
        lines = sorted(f'{v.op.name} {v.shape.as_list()}' for v in v1.global_variables())
    assert lines == (GOLDEN / f'{name}.txt').read_text().splitlines()
    rows = layers(made)
    assert {network: sum(row.parameters for row in rows if row.box.startswith(network))
            for network in ('Generator', 'Discriminator', 'Recognition')[:len(made.built.net)]
            } == count_parameters(made)
    assert all(row.shape[0] == 'N' and None not in row.shape for row in rows)
    c = made.config
    assert [row.shape[1:] for row in rows if row.box == 'Generator_train'][-1] == (
        c.image_height, c.image_width, c.n_channels)
    made.optimizer()
    assert_readable(made)


def assert_readable(gan):
    """At most twelve names at the top (thirteen of three networks), no name_1, and few ops."""
    names = [op.name for op in gan.graph.get_operations()]
    assert len({name.partition('/')[0] for name in names}) <= 12 + (len(gan.built.net) > 2)
    assert not numbered(gan.graph)
    assert len(names) <= {'main1': 1_000, 'acgan_mnist': 2_300, 'acgan_cifar10': 2_300}.get(
        gan.config.preset, 1_900)
    for step in first_step(gan).players:
        where = f'train_{step.player.name}/{step.where}'.rstrip('/')
        weights = step.optimizer.names
        assert [g.op.name for g in step.gradients] == [f'{where}/gradients/{w}' for w in weights]
        assert {f'{where}/adam/{w}' for w in weights} <= {*names}


@pytest.mark.parametrize('name', ['dcgan28', 'main1', *(
    pytest.param(name, marks=pytest.mark.slow) for name in FAMILIES[2:])])
def test_the_boxes_of_tensorboard(one_layer, name):
    """And an optimizer makes no variable more. Nothing asks for a device: a GPU is taken."""
    made = build(one_layer(name))
    made.loss()
    with made.graph.as_default():
        before = len(v1.global_variables())
        made.optimizer()
        assert len(v1.global_variables()) == before
    assert {op.device for op in made.graph.get_operations()} == {''}
    found = {op.name.split('/')[0] for op in made.graph.get_operations() if '/' in op.name}
    assert found - {'global_step'} == EVERY | ({'Generator_ema'} if made.config.ema else set())
    assert boxes(made) == set()


@pytest.mark.parametrize('name', [
    'dcgan28', pytest.param('upsample_mnist', marks=pytest.mark.slow)])
def test_the_graph_does_not_grow(one_layer, images, pool, tmp_path, monkeypatch, name):
    """Training, showing, measuring, saving, after every step."""
    monkeypatch.setattr(run_recorder, 'LossPlot', lambda *_: lambda rows: None)    # takes long
    config = one_layer(name, epochs=2, eval_step=1, checkpoint_step=1, metrics='frechet',
                  metrics_step=1, metrics_n=4, keep_best='frechet')
    run, values = run_folder.create(tmp_path, 'run', config, {}), itertools.count(1_000, -1)

    class Evaluator:
        """Finds every checkpoint better than the one before."""

        features, n, split = types.SimpleNamespace(short='taste'), 4, 'test'
        baseline = types.SimpleNamespace(metrics={'frechet': Estimate(1.0)})

        def labels(self, n):
            return np.zeros(n, int)

        def __call__(self, images):
            return {'frechet': Estimate(next(values))}
    with pool.gan(config) as gan:
        gan.fit(images, run, evaluator=Evaluator(), progress=False)
        before = len(gan.graph.get_operations())
        gan.config = config.replace(epochs=12)
        gan.fit(images, run, evaluator=Evaluator(), progress=False)
        gan.load_model(run.best)
        assert len(gan.graph.get_operations()) == before
        with pytest.raises(RuntimeError, match='finalized'), gan.graph.as_default():
            tf.constant(1)


@pytest.mark.parametrize('name', ['dcgan28', 'main1'])
def test_what_is_built_on_demand_needs_no_number_either(one_layer, name):
    made = build(one_layer(name))
    made.features()
    made.inversion()
    made.optimizer()
    assert not numbered(made.graph)


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
    gradients = [side.gradients for side in first_step(gan).players]
    before = gan.session.run(gradients, BatchFeeder(gan, images)(0))
    gan.fit(images, progress=False)
    after = gan.session.run(gradients, BatchFeeder(gan, images)(0))
    moments = {v.op.name: v for v in gan.variables()}
    for side, own in zip(first_step(gan).players, before, strict=True):
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
    made = build(one_layer(ema=0.0))
    made.loss()
    with made.graph.as_default():
        made.losses = [made.losses[0]._replace(
            minimised={**made.losses[0].minimised, 'G': tf.constant(0.0)})]
    with pytest.raises(ValueError, match='does not depend on Generator/g0_linear/weights'):
        made.optimizer()
