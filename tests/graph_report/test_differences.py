"""What two graphs do not have in common."""

import pytest

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.graph_report.differences import differences, options


@pytest.fixture
def compared(one_layer, kept):
    """compared(changes, changes) -> the differences of two graphs."""
    def made(changes):
        config = one_layer(**changes)
        if config not in kept:
            kept[config] = DeepConvolutionalGAN.from_config(config)
            kept[config].optimizer()
        return kept[config]
    return lambda first, second: differences(made(first), made(second))


def test_options_that_shape_no_graph(compared, tiny):
    """And two graphs are equal: see also tests/test_pool.py."""
    assert compared({}, {'epochs': 9, 'eval_step': 1, 'threads': 2}) == []
    assert [(d.name, d.first, d.second) for d in options(tiny(), tiny(epochs=9))] == [
        ('epochs', '3', '9')]


def test_a_longer_latent(compared):
    found = compared({}, {'z_dim': 5})
    variables = {d.name: d for d in found if d.kind == 'variable'}
    weights = variables['Generator/g0_linear/weights']
    assert weights.what == 'shape'
    assert (weights.first, weights.second) == ('[3, 64]', '[5, 64]')
    assert all(name.startswith(('Generator/g0_linear/weights', 'Generator_ema/g0_linear/weights'))
               for name in variables)
    ops = {d.name: d for d in found if d.kind == 'op'}
    assert (ops['inputs/z'].what, ops['inputs/z'].first, ops['inputs/z'].second) == (
        'shape', '[?, 3]', '[?, 5]')
    assert not [name for name in ops if name.startswith('Discriminator')]


def test_an_op_of_another_type_or_with_other_attributes(compared):
    ops = {d.name: d for d in compared({}, {'learning_rate': 0.5, 'beta1': 0.25})}
    assert {d.what for d in ops.values()} == {'attributes'}
    assert all(name.startswith(('train_', 'Generator/', 'Discriminator/', 'summaries/'))
               for name in ops)
    assert any('value 0.25' in d.second for d in ops.values())


def test_what_stands_in_one_graph_alone(compared):
    found = compared({'ema': 0.0}, {})
    alone = [d for d in found if d.what == 'only in one']
    assert {d.first for d in alone if d.name.startswith('Generator_ema/')} == {None}
    (weights,) = [d for d in alone if d.name == 'Generator_ema/g0_linear/weights'
                  and d.kind == 'variable']
    assert weights.second == '[3, 64] float32'
