"""Batch norm for averaged weights: its moments are those that the averaged generator has."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import GAN, latent, ops
from dcgan_tf.fit import standing
from dcgan_tf.show.inversion import InversionOptions
from dcgan_tf.systems import SYSTEMS
from dcgan_tf.systems.dcgan import DCGAN
from tests.cases import cases
from tests.helpers import assert_same, put, values

LABELS = np.arange(6) % 3


@pytest.fixture
def gan(tiny, finished):
    """gan(**changes) -> a finished GAN whose averages are far from its last weights."""
    return lambda **changes: finished(tiny(ema=0.9, learning_rate=0.05, epochs=9, **changes))


def averages(gan):
    return {name: x for name, x in values(gan).items() if 'Generator_ema' in name}


def moments_of(gan):
    return {name: x for name, x in averages(gan).items() if 'moving' in name}


@pytest.fixture
def images(rng):
    return rng.integers(0, 256, (6, 8, 8, 1), np.uint8)


def latents(gan):
    """The latents of the measurement, batch by batch."""
    for k in range(standing.BATCHES):
        first = standing.FIRST + k * standing.ROWS
        yield latent.latents_of(gan.config, range(first, first + standing.ROWS))


def test_the_first_layer_has_the_moments_of_a_literal_loop(gan, images):
    made = gan()
    made.fit(images, progress=False)
    found = averages(made)
    maps = made.config.generator_maps[0]
    weights = found['Generator_ema/g0_linear/weights'].astype(float)
    h = [(z @ weights).reshape(-1, maps) for z in latents(made)]         # NHWC
    for name, wanted in (('mean', np.mean([x.mean(0) for x in h], 0)),
                         ('variance', np.mean([x.var(0) for x in h], 0))):
        np.testing.assert_allclose(found[f'Generator_ema/g0_norm/moving_{name}'], wanted, rtol=1e-4,
                                   atol=1e-5)


def test_every_layer_has_the_moments_of_the_averaged_generator_in_training(tiny, images):
    """They are found by another use of it, in which batch norm normalises by the batch."""
    with GAN.from_config(tiny(ema=0.9, learning_rate=0.05, epochs=9)) as made:
        made.model()
        with made.graph.as_default():
            z_ph = made.built.inputs.z_ph
            made.built.averaged_net.G(z_ph, None, use='check')
            fetched = ops.batch_moments('Generator_check/')
        made.fit(images, progress=False)
        found = [*moments_of(made).values()]
        wanted = np.mean([np.concatenate(made.session.run(fetched, {z_ph: z}))
                          for z in latents(made)], 0)
    np.testing.assert_allclose(sorted(np.concatenate(found)), sorted(wanted), rtol=1e-3, atol=1e-5)


def test_the_running_average_of_the_moments_would_be_another(gan, images):
    """So the two tests before this one could fail."""
    made = gan()
    feed_dict = {made.built.inputs.images_ph: images[:made.config.batch_size]}
    for _ in range(9):
        made.session.run(made.train_op, feed_dict)
    variables = [v for v in made.variables() if 'Generator_ema' in v.op.name and 'moving' in v.name]
    followed = made.session.run(variables)
    measured = [moments_of(made)[v.op.name] for v in variables]
    assert max(np.abs(a / b - 1).max() for a, b in zip(followed, measured, strict=True)) > 0.05


@cases('changes', [{}, {'type': 'cgan', 'class_names': ('a', 'b', 'c')}, {'type': 'infogan'}])
def test_the_same_weights_give_the_same_bits_whatever_was_there(gan, images, changes):
    made = gan(**changes)
    made.fit(images, labels=LABELS, progress=False)
    before = values(made)
    for v in made.variables():
        if 'Generator_ema' in v.op.name and 'moving' in v.op.name:
            put(made.session, v, np.full(v.shape, 3.7))
    made._measured = None
    assert_same(values(made), before)


def test_pictures_and_checkpoints_have_them_at_every_step(gan, images, tmp_path):
    made = gan()
    for step in (3, 6):
        made.fit(images, steps=3, progress=False)
        made.save_model(tmp_path)
        pictures = made.sample(4)
        with GAN.open(tmp_path) as opened:
            assert opened.steps_done() == step
            np.testing.assert_array_equal(opened.sample(4), pictures)


def test_it_is_measured_once_for_each_step(gan, images, monkeypatch):
    made, calls = gan(), []
    monkeypatch.setattr(standing, 'measure', lambda gan: calls.append(gan.steps_done()))
    made.fit(images, steps=2, progress=False)
    made.sample(1)
    made.sample(1)
    made.fit(images, steps=1, progress=False)
    made.sample(1)
    assert calls == sorted(set(calls)) and calls[-2:] == [2, 3]


@cases('changes', [{'ema': 0.0}, {'g_norm': 'none'}])
def test_without_averages_there_is_nothing_to_measure(tiny, finished, changes):
    made = finished(tiny(**changes))
    assert made.steps.standing is None
    assert not [op for op in made.graph.get_operations() if '/measured/' in op.name]


def test_the_ops_are_in_the_box_of_the_averages(gan):
    graph = gan().graph
    names = [op.name for op in graph.get_operations() if '/measured/' in op.name]
    assert names and all(name.startswith('Generator_ema/measured/') for name in names)
    assert isinstance(graph.get_operation_by_name('Generator_ema/measured/measure'), tf.Operation)


def test_a_cgan_is_measured_with_the_classes_of_the_data_and_others_with_equal_ones(gan, images):
    labels = np.array([0, 0, 0, 0, 1, 2])
    numbers = np.arange(900)
    for kind in ('cgan', 'acgan'):
        made = gan(type=kind, class_names=('a', 'b', 'c'))
        made.fit(images, labels=labels, steps=1, progress=False)
        shares = np.bincount(standing.labels_of(made, numbers), minlength=3) / 900
        wanted = [4 / 6, 1 / 6, 1 / 6] if kind == 'cgan' else [1 / 3] * 3
        np.testing.assert_allclose(shares, wanted, atol=0.05)


def test_a_generator_that_learns_from_codes_alone_is_not_measured():
    without = {name for name in SYSTEMS if not SYSTEMS[name].learns_latents}
    assert without == {'aae', 'aae_labels', 'aae_clusters'}


def test_an_inversion_measures_before_it_searches(tiny, finished, images):
    made = finished(tiny(ema=0.9), inversion=True)
    made.session.run(made.train_op, {made.built.inputs.images_ph: images[:made.config.batch_size]})
    made.invert(images[:1], options=InversionOptions(starts=1, steps=1, features=0.0))
    assert made._measured == 1


def test_other_weights_at_the_same_step_are_measured_anew(gan, images, tmp_path):
    source, made = gan(), gan(beta1=0.4)
    source.fit(images, progress=False)
    source.save_model(tmp_path)
    made.sample(1)
    made.init_from(tmp_path)
    made.sample(1)
    moved = moments_of(made)
    for name, wanted in moments_of(source).items():
        np.testing.assert_array_equal(moved[name], wanted, err_msg=name)


class Twice(DCGAN):
    """Its samples are means of two pictures, and D judges them with weights without averages."""

    def sample(self, net, z, y, reference):
        first = super().sample(net, z, y, reference)
        made = (first + super().sample(net, -z, y, reference)) / 2.0
        self.score(net, made, y, use='judged', training=False)
        return made


def test_a_system_may_use_its_generator_twice_and_other_networks(tiny, images):
    config = tiny(ema=0.9, epochs=5)
    with GAN(config, system=Twice(config)) as made:
        made.fit(images, progress=False)
        first = values(made)
        averages = {name for name in first if 'moving' in name and 'Generator_ema' in name}
        changed = {op.inputs[0].op.name for op in made.graph.get_operations()
                   if '/measured/' in op.name and op.type == 'AssignVariableOp'}
        assert changed == averages
        for _ in range(3):
            made._measured = None
            assert_same(values(made), first)
