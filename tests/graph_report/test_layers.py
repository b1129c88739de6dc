"""The tables of layers and boxes: FLOPs against numbers worked out by hand."""

import contextlib
import functools
import math

import pytest
import tensorflow as tf

from dcgan_tf import preset
from dcgan_tf.graph_report.flops import flops
from dcgan_tf.graph_report.layers import boxes, layers
from tests.families import ONE
from tests.pool import build

v1 = tf.compat.v1
BATCH_NORM = 1 + 3 + 2      # an element: mean; difference, square and mean; times and plus


@pytest.fixture(scope='module')
def main1(graph_of):
    """The preset main1 at batch 32."""
    return graph_of(preset('main1', batch_size=32))


@pytest.fixture(scope='module')
def graph_of():
    """graph_of(config) -> all ops of a training, of which none is run. Each is built once."""
    with contextlib.ExitStack() as made:
        @functools.cache
        def of(config):
            gan = made.enter_context(build(config))
            gan.optimizer()
            return gan
        yield of


def layers_of(config):
    """The table of the networks alone, without Adam and gradients."""
    with build(config) as made:
        made.model()
        return layers(made)


def test_the_layers_of_main1_by_hand(main1):
    rows = {(row.box, row.name): row for row in layers(main1)}
    for (box, name), type_, shape, parameters, expected in (
            (('Generator_train', 'g0_linear'), 'linear', (7, 7, 128), 64 * 6272 + 128,
             2 * 64 * 6272 + 6272),
            (('Generator_train', 'g1_deconv'), 'conv2d_transpose', (14, 14, 64),
             25 * 128 * 64 + 64, 2 * 7 * 7 * 128 * 25 * 64 + 14 * 14 * 64),
            (('Generator_train', 'g2_deconv'), 'conv2d_transpose', (28, 28, 1), 25 * 64 + 1,
             2 * 14 * 14 * 64 * 25 + 28 * 28),
            (('Generator_train', 'g2_deconv/Sigmoid'), 'Sigmoid', (28, 28, 1), 0, 28 * 28),
            (('Discriminator_fake', 'd1_conv'), 'conv2d', (14, 14, 64), 25 * 64 + 64,
             2 * 14 * 14 * 64 * 25 + 14 * 14 * 64),
            (('Discriminator_fake', 'd2_conv'), 'conv2d', (7, 7, 128), 25 * 64 * 128 + 128,
             2 * 7 * 7 * 128 * 25 * 64 + 7 * 7 * 128),
            (('Discriminator_fake', 'd3_linear'), 'linear', (2,), 6272 * 2 + 2, 2 * 6272 * 2 + 2)):
        row = rows[box, name]
        assert (row.type, row.shape, row.parameters, row.flops) == (
            type_, ('N', *shape), parameters, expected), name
    norm = rows['Generator_train', 'g1_deconv/g1_norm']
    assert norm.type == 'batch norm' and norm.parameters == 0
    assert norm.flops == pytest.approx(BATCH_NORM * 14 * 14 * 64, rel=0.2)


def test_a_step_of_main1(main1):
    """Forward once, backward twice as much, D on two batches; no gradient for D's first input."""
    rows, parts = layers(main1), {box.name: box for box in boxes(main1)}
    assert {row.box: sum(r.parameters for r in rows if r.box == row.box) for row in rows} == {
        'Generator_train': 608_001, 'Discriminator_fake': 219_138}
    assert (parts['Generator'].parameters, parts['Discriminator'].parameters) == (608_001, 219_138)
    assert parts['Generator_sample'].flops == parts['Generator'].flops == 0
    forward = {name: 32 * sum(row.flops for row in rows if row.box == name)
               for name in ('Generator_train', 'Discriminator_fake')}
    for name, count in forward.items():
        assert parts[name].flops == pytest.approx(count, rel=1e-3)
    g, d = forward.values()
    adam = 12 * (608_001 + 219_138)
    assert sum(part.flops for part in parts.values()) == pytest.approx(
        3 * g + 2 * 3 * d + d + adam, rel=0.03)
    assert sum(part.flops for part in parts.values()) == pytest.approx(6.7e9, rel=0.01)
    assert sum(part.ops for part in parts.values()) == len(main1.graph.get_operations())


@pytest.mark.parametrize('stride', [1, 2])
def test_products_are_counted_as_tensorflow_counts_them(stride):
    """Its profiler has the same formulas, where it has one."""
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [3, 8, 8, 5], 'x')
        w = v1.get_variable('w', [5, 5, 5, 7], use_resource=True)
        tf.gradients(tf.nn.conv2d(x, w, stride, 'SAME'), [x, w])
        tf.matmul(x[:, :, 0, 0], x[:, :6, 0, 0], transpose_a=True)
    macs = 3 * (8 // stride) ** 2 * 7 * 5 * 5 * 5
    expected = {'Conv2D': 2 * macs, 'Conv2DBackpropInput': 2 * macs,
                'Conv2DBackpropFilter': 2 * macs, 'MatMul': 2 * 8 * 3 * 6}
    ours = {op.name: (op.type, flops(op, 3)) for op in graph.get_operations()
            if op.type in expected}
    assert dict(ours.values()) == expected
    options = v1.profiler.ProfileOptionBuilder(
        v1.profiler.ProfileOptionBuilder.float_operation()).with_empty_output().build()
    theirs = v1.profiler.profile(graph, cmd='graph', options=options)
    counted = {}
    parts = [theirs]
    while parts:
        part = parts.pop()
        parts += part.children
        if part.float_ops and part.name in ours:
            counted[part.name] = part.float_ops
    assert {ours[name][0] for name in counted} >= {'Conv2D', 'Conv2DBackpropInput', 'MatMul'}
    assert counted == {name: ours[name][1] for name in counted}


def test_labels_and_an_encoder_are_in_the_table(tiny):
    config = tiny(
        type='cgan', class_names=('a', 'b'), penalty='mode_regularised', n_channels=3,
        generator_maps=(4, 2, 3), discriminator_maps=(3, 2, 4))
    rows = {(row.box, row.name): row for row in layers_of(config)}
    assert rows['Generator_train', 'label'].shape == ('N', 3 + 2)
    assert rows['Discriminator_fake', 'label_maps'].shape == ('N', 8, 8, 3 + 2)
    assert rows['Encoder_real', 'd3_linear'].shape == ('N', 3)
    assert rows['Generator_train', 'g2_deconv/Tanh'].shape == ('N', 8, 8, 3)


def test_the_norm_is_named(tiny):
    for options, names in (({}, {'batch norm'}), ({'norm': 'layer', 'g_norm': 'none'}, {
            'layer norm', 'offset'})):
        rows = layers_of(tiny(**options))
        assert {row.type for row in rows if row.name.endswith('_norm')} == names


def total(gan):
    return sum(box.flops for box in boxes(gan))


def test_a_lazy_penalty_counts_by_its_share(tiny, graph_of):
    none, every, lazy = (total(graph_of(tiny(penalty=penalty, penalty_every=n, ema=0.0, **ONE)))
                         for penalty, n in (('none', 1), ('r1', 1), ('r1', 4)))
    assert every > 1.2 * none
    assert lazy - none == pytest.approx((every - none) / 4, rel=0.02)


def test_a_step_of_several_runs_counts_them_all(tiny, graph_of):
    """Two steps of D, one of G: D's work twice, G's forward pass twice."""
    one, two = (graph_of(tiny(d_steps=n, ema=0.0, **ONE)) for n in (1, 2))
    first, second = ({box.name: box.flops for box in boxes(gan)} for gan in (one, two))
    for name in ('Generator_train', 'Discriminator_real', 'Discriminator_fake'):
        assert second[name] == 2 * first[name]
    assert second['train_D'] == pytest.approx(2 * first['train_D'], rel=0.01)
    assert second['train_G'] == pytest.approx(first['train_G'], rel=0.01)


def test_the_batch_is_the_unit(tiny, graph_of):
    """An image costs the same in any batch; a step as much more."""
    small, large = (graph_of(tiny('main1', batch_size=n, **ONE)) for n in (4, 8))
    for a, b in zip(layers(small), layers(large), strict=True):
        assert (a.name, a.shape, a.parameters) == (b.name, b.shape, b.parameters)
        assert a.flops == pytest.approx(b.flops, rel=0.05, abs=20)
    assert total(large) / total(small) == pytest.approx(2.0, rel=0.05)
    assert math.isfinite(total(large))
