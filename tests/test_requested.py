"""What the user asked this project to be: plain graph ops, `get_variable`, an explicit session.

The graphs are those of `dcgan28`, made by the constructor, and of `main1`, made by `from_config`,
with few feature maps.
"""

import collections
import pathlib
import re

import pytest
import tensorflow as tf
from PIL import Image

from dcgan_tf import Config, DeepConvolutionalGAN, MorphingGenerator, preset
from tests.helpers import enlarge_weights

v1 = tf.compat.v1
ROOT = pathlib.Path(__file__).parents[1]
MADE = {
    'dcgan28': lambda: DeepConvolutionalGAN(
        batch_size=4, z_dim=3, generator_maps=(6, 5, 4, 1), discriminator_maps=(1, 4, 5, 6),
        penalty='none'),
    'main1': lambda: DeepConvolutionalGAN.from_config(preset(
        'main1', batch_size=4, z_dim=3, generator_maps=(6, 4, 1), discriminator_maps=(1, 4, 6))),
}
CONVOLUTIONS = {                                # box -> the type of its convolutions
    'Generator_train': 'Conv2DBackpropInput',   # of tf.nn.conv2d_transpose
    'Generator_sample': 'Conv2DBackpropInput',
    'Discriminator_real': 'Conv2D',
    'Discriminator_fake': 'Conv2D',
}
MOMENTS = {                                     # preset -> box -> layers normalised by their batch
    'dcgan28': {'Generator_train': ['g0_norm', 'g1_norm', 'g2_norm'],
                'Generator_sample': [],                              # has averages
                'Discriminator_real': ['d2_norm', 'd3_norm'],
                'Discriminator_fake': ['d2_norm', 'd3_norm']},
    'main1':   {'Generator_train': ['g0_norm', 'g1_norm'],
                'Generator_sample': ['g0_norm', 'g1_norm'],          # by a reference batch
                'Discriminator_real': ['d1_norm', 'd2_norm'],
                'Discriminator_fake': ['d1_norm', 'd2_norm']},
}
METHODS = ['model', 'loss', 'optimizer', 'fit', 'generate_images', 'discriminator_features',
           'invert', 'save_model', 'load_model', 'steps_done', 'write_tensorboard_graph', 'print',
           'summary', 'variables', 'close', 'from_config']


@pytest.fixture(scope='module', params=MADE)
def gan(request):
    """The finished training graph of each preset. No test trains it."""
    with MADE[request.param]() as made:
        made.model()
        made.loss()
        made.optimizer()
        assert made.steps_done() == 0                       # finishes the graph
        yield made


def trainable(gan):
    """Returns the names of all weights."""
    with gan.graph.as_default():
        return [v.op.name for v in v1.trainable_variables()]


def in_box(gan, box):
    """Returns the ops of a box of TensorBoard's graph."""
    return [op for op in gan.graph.get_operations() if op.name.startswith(f'{box}/')]


def reached(ops, edges):
    """Returns all ops that are reached from `ops` by `edges`, a function op -> ops."""
    found, waiting = set(), [*ops]
    while waiting:
        op = waiting.pop()
        if op not in found:
            found.add(op)
            waiting += edges(op)
    return found


def sources(op):
    """Returns the ops whose outputs an op takes."""
    return [tensor.op for tensor in op.inputs]


def waited_for(op):
    """Returns the ops that an op waits for without taking an output of theirs."""
    return op.control_inputs


def written(ops, type_):
    """Returns the names of the variables that the ops of a type write, once for each op."""
    return sorted(op.inputs[0].op.name for op in ops if op.type == type_)


# ---- the graph

def test_every_weight_comes_from_get_variable(gan):
    """With `reuse` it gives what it has made, and refuses all other names."""
    with gan.graph.as_default(), v1.variable_scope(v1.get_variable_scope(), reuse=True):
        weights = v1.trainable_variables()
        again = [v1.get_variable(v.op.name, dtype=v.dtype) for v in weights]
    assert {v.op.name.split('/')[0] for v in weights} == {'Generator', 'Discriminator'}
    assert all(one is two for one, two in zip(weights, again, strict=True))


def test_layers_are_convolutions_and_one_product_of_matrices(gan):
    found = {box: collections.Counter(op.type for op in in_box(gan, box)) for box in CONVOLUTIONS}
    layers = {'Generator': len(gan.config.generator_maps) - 1,
              'Discriminator': len(gan.config.discriminator_maps) - 1}
    for box, type_ in CONVOLUTIONS.items():
        expected = {'Conv2D': 0, 'Conv2DBackpropInput': 0, 'MatMul': 1,
                    type_: layers[box.partition('_')[0]]}
        assert {each: found[box][each] for each in expected} == expected, box


def test_no_op_hides_a_layer_or_its_norm(gan):
    """All that normalises is to be seen: no fused batch norm, no function of Keras."""
    types = {op.type for box in CONVOLUTIONS for op in in_box(gan, box)}
    assert not [type_ for type_ in types if 'Fused' in type_ or 'PartitionedCall' in type_]


def test_batch_norm_takes_the_moments_of_its_batch(gan):
    """Those of `tf.nn.moments`: two means, and squared distances from the first."""
    needed = reached([gan.d_loss.op, gan.g_loss.op], sources)
    for box, layers in MOMENTS[gan.config.preset].items():
        ops = [op for op in in_box(gan, box) if '/moments/' in op.name]
        found = collections.defaultdict(list)
        for op in ops:
            if op.type in ('Mean', 'SquaredDifference'):
                found[op.name.split('/')[2]].append(op.type)
        assert found == {layer: ['Mean', 'SquaredDifference', 'Mean'] for layer in layers}, box
        unused = [op.name for op in ops if op.type == 'Mean' and op not in needed]
        assert not unused or box == 'Generator_sample', unused      # it is not trained


def test_the_train_op_waits_for_both_players_and_the_count(gan):
    """Adam writes every weight once, and the step is counted once."""
    ops = reached([gan.train_op], waited_for)
    assert written(ops, 'ResourceApplyAdam') == sorted(trainable(gan))
    step = v1.train.get_global_step(gan.graph).op.name
    assert written(ops, 'AssignAddVariableOp') == [step]


# ---- the class

def test_the_session_is_explicit(gan):
    assert isinstance(gan.session, v1.Session)
    assert gan.session.graph is gan.graph


def test_with_closes_the_session():
    with DeepConvolutionalGAN() as gan:
        with gan.graph.as_default():
            one = tf.constant(1)
        assert gan.session.run(one) == 1
    with pytest.raises(RuntimeError, match='closed Session'):
        gan.session.run(one)


def test_methods():
    missing = [name for name in METHODS if not callable(getattr(DeepConvolutionalGAN, name, None))]
    assert missing == []


def test_attributes(gan):
    assert isinstance(gan.graph, tf.Graph) and isinstance(gan.config, Config)
    assert isinstance(gan.train_op, tf.Operation)
    for loss in (gan.d_loss, gan.g_loss):
        assert (loss.graph, loss.dtype, loss.shape.rank) == (gan.graph, tf.float32, 0)


def test_a_walk_on_a_sphere_becomes_a_gif(gan, tmp_path):
    enlarge_weights(gan)                                    # else all frames are the same grey
    morphing = MorphingGenerator(gan.generate_images, gan.config.z_dim, prior=gan.config.prior)
    morphing.write(tmp_path / 'sphere.gif', path='sphere', frames=5, grid=(1, 2), seed=0,
                   speeds=(2, 1))
    with Image.open(tmp_path / 'sphere.gif') as film:
        assert (film.format, film.n_frames) == ('GIF', 5)


# ---- the repository

def test_what_it_requires():
    lines = (ROOT / 'requirements.txt').read_text().splitlines()
    names = {re.match(r'[A-Za-z0-9-]*', line)[0] for line in lines}
    assert names >= {'tensorflow', 'numpy', 'pytest'}
    assert [name for name in names if name.startswith('opencv-python')]
