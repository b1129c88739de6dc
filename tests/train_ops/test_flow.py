"""What flows in a step: which tensors are shown, and that showing them asks for nothing more."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.gan import GAN
from dcgan_tf.train_ops.ancestors import ancestors
from tests.families import LAZY
from tests.helpers import first_step
from tests.pool import build
from tests.train_ops.toy import Toy

# Ways in which something is computed in some runs of a step alone.
AHEAD = {'unroll': 1}
ENCODER = {'penalty': 'mode_regularised', 'penalty_every': 2}


def flow(gan, variant=0):
    return gan.steps.variants[variant].values['flow']


def uses(names):
    return [name.split('/')[0] for name in names]


def test_the_layers_of_each_use_in_training(tiny, finished):
    """Not those of samples, and each tensor once: the last of G is its tanh, that of D no one's."""
    shown = flow(gan := finished(tiny()))
    assert uses(shown.relus) == ['Generator_train'] * 2
    assert uses(shown.activations) == ['Generator_train', *['Discriminator_real'] * 2,
                                       *['Discriminator_fake'] * 2]
    assert gan.built.out.fake in shown.activations.values()
    assert [t.ref() for t in shown.outputs.values()] == [gan.built.out.r.ref(),
                                                         gan.built.out.f.ref()]
    assert len(shown.gradients) == len(gan.steps.weights)


def test_the_numbers_are_those_that_tensors_gives(one_layer, finished, images):
    """So a name is found by TensorBoard's search, and by tools/graph.py."""
    gan = finished(one_layer(**LAZY))
    for part in flow(gan):
        name, tensor = list(part.items())[-1]
        asked = gan.tensors(name, images)[name]
        np.testing.assert_array_equal(asked, gan.session.run(tensor, BatchFeeder(gan, images)(0)))


def test_each_variant_has_its_own_gradients(one_layer, finished):
    gan = finished(one_layer(**LAZY))
    with_penalty, without = (flow(gan, i) for i in range(2))
    assert with_penalty[:3] == without[:3]
    for shown, variant in zip((with_penalty, without), gan.steps.variants, strict=True):
        assert [g.ref() for g in shown.gradients.values()] == [
            g.ref() for player in variant.player_steps for g in player.applied_gradients]


def test_a_player_that_does_not_move_last_has_the_gradients_of_one_batch(one_layer, finished):
    """The sums of its gradients have been cleared."""
    gan = finished(one_layer(g_steps=2, gradient_accumulate=2))
    d, g = first_step(gan).player_steps
    assert [t.ref() for t in flow(gan).gradients.values()] == [
        t.ref() for t in (*d.gradients, *g.applied_gradients)]


def test_steps_that_are_looked_ahead_are_not_shown(one_layer, finished):
    shown = flow(finished(one_layer(**AHEAD)))
    assert {*uses(shown.activations), *uses(shown.outputs), *uses(shown.relus)} == {
        'Generator_train', 'Discriminator_real', 'Discriminator_fake'}


def test_any_players_and_networks(tiny):
    """The three networks have no activation and three weights, one of which two players learn."""
    with GAN(c := tiny(ema=0.0), system=Toy(c)) as gan:
        gan.optimizer()
        shown = flow(gan)
        assert uses(shown.outputs) == ['P_train', 'Q_train', 'S_train']
        assert uses(shown.gradients) == ['train_A', 'train_A', 'train_B', 'train_C']


def test_the_uses_of_an_encoder(one_layer, finished):
    shown = flow(finished(one_layer(**ENCODER)))
    assert {'Encoder_real', 'Generator_rebuilt', 'Discriminator_rebuilt'} <= {
        *uses(shown.activations), *uses(shown.outputs)}


def extra(gan, *kinds):
    """Ops of these types that run because something is shown, and not in the step itself."""
    for variant in gan.steps.variants:
        run = {*ancestors([variant.train_ops[-1].op], control=True)}
        yield from (op.name for part in variant.values['flow'] for tensor in part.values()
                    for op in ancestors([tensor.op], control=True)
                    if op.type in kinds and op not in run)


@pytest.mark.parametrize('way', [LAZY, AHEAD, ENCODER], ids=str)
def test_no_variable_is_read_that_the_step_does_not_read_itself(one_layer, finished, way):
    """It could be read after its update."""
    assert not [*extra(finished(one_layer(**way)), 'ReadVariableOp')]


@pytest.mark.parametrize('way', [
    {'g_steps': 2, **LAZY}, {'d_steps': 2, 'gradient_accumulate': 2},
    {'penalty': 'gradient_penalty', 'penalty_every': 2}], ids=str)
def test_nor_is_a_message_sent_that_the_step_does_not_send_itself(one_layer, way):
    """The other workers, which show nothing, would not answer."""
    with build(one_layer(**way)) as gan:
        gan._shard = ops.BatchShard(0, 2, lambda x: tf.raw_ops.CheckNumerics(
            tensor=x, message='a message to all workers'))
        gan.optimizer()
        assert len(gan.steps.variants) == (3 if 'penalty' in way else 1)
        assert not [*extra(gan, 'CheckNumerics', 'ReadVariableOp')]
        assert len(flow(gan).gradients) == len(gan.steps.weights) and flow(gan).outputs


def test_no_op_is_added(one_layer, finished):
    """All are there in the step or in its values."""
    gan = finished(one_layer(**LAZY))
    values = [t.op for t in tf.nest.flatten(dict(first_step(gan).values, flow=()))]
    run = {*ancestors([first_step(gan).train_ops[-1].op, *values], control=True)}
    assert {t.op for part in flow(gan) for t in part.values()} <= run
