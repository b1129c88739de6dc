"""The exported graph: the sampling path, all of it and nothing else."""

import numpy as np
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.show.exports import sampler
from tests.families import ONE
from tests.reference import assert_close
from tests.show.exports.conftest import config_of, every_kind, trained

v1 = tf.compat.v1


def below(tensor):
    """Names of all ops that a tensor is computed from."""
    found, rest = set(), [tensor.op]
    while rest:
        op = rest.pop()
        if op.name not in found:
            found.add(op.name)
            rest += [each.op for each in op.inputs] + list(op.control_inputs)
    return found


@every_kind
def test_every_op_is_needed_and_none_is_a_variable(made, name, type_):
    graph, _, outputs, _ = made(name, type_)[0]
    rest = {op.name for op in graph.get_operations()} - below(outputs['image'])
    assert not [each for each in rest if '/Repeat' not in each]       # tf.repeat leaves constants
    kinds = {op.type for op in graph.get_operations()}
    assert not [kind for kind in kinds if 'Var' in kind or 'Random' in kind]
    boxes = {op.name.split('/')[0] for op in graph.get_operations()}
    assert boxes <= {'z', 'label', 'one_hot', 'Generator', 'Generator_sample', 'image'}
    assert graph.finalized


def test_constants_have_the_names_of_the_variables(made):
    graph = made(type_='cgan')[0].graph
    assert graph.get_tensor_by_name('Generator/g0_linear/weights:0').op.type == 'Const'


def test_the_averaged_weights_are_taken():
    """The model's own variables are other numbers: see `trained`."""
    with trained(**ONE) as gan:
        graph = sampler.of(gan).graph
        with gan.graph.as_default():
            (own,) = v1.global_variables('Generator/g0_linear/weights')
            (average,) = v1.global_variables('Generator_ema/g0_linear/weights')
        own, average = gan.session.run([own, average])
    (exported,) = (tf.make_ndarray(node.attr['value'].tensor) for node in graph.as_graph_def().node
                   if node.name == 'Generator/g0_linear/weights')
    np.testing.assert_array_equal(exported, average)
    assert np.abs(own - average).max() > 0.1


def test_a_model_that_nobody_has_run_yet():
    with DeepConvolutionalGAN.from_config(config_of('main1', **ONE)) as fresh:
        exported = sampler.of(fresh)
        z = np.ones([2, 5], np.float32)
        with v1.Session(graph=exported.graph) as session:
            images = session.run(exported.outputs['image'], {exported.inputs['z']: z})
        assert_close(images, fresh.generate_images(z))


def test_classes_in_turn(made):
    np.testing.assert_array_equal(made(type_='cgan')[1]['label'], [0, 1, 2] * 3)
    assert made(type_='cgan')[1]['label'].dtype == np.int32
    assert list(made('upsample_mnist')[1]) == ['z']


def test_the_codes_of_an_infogan(made):
    """Code 1 in turn and code 2 by seed, in boxes as few as those of a cgan."""
    (graph, inputs, outputs, _), asked, _ = made(type_='infogan', codes=(3, 4), continuous=2, **ONE)
    assert asked['z'].shape == (9, 7) and asked['label'].dtype == np.int32
    np.testing.assert_array_equal(asked['label'][:, 0], [0, 1, 2] * 3)
    assert len(set(asked['label'][:, 1].tolist())) > 2
    assert inputs['label'].shape.as_list() == [None, 2]
    boxes = {op.name.split('/')[0] for op in graph.get_operations()}
    assert boxes == {'z', 'label', 'one_hot', 'Generator', 'Generator_sample', 'image'}
    assert {op.name for op in graph.get_operations()} == below(outputs['image'])


def test_a_picture_in_words(made):
    """One in colour: tests/tools/test_export.py."""
    assert made('main1', 'cgan')[0].about['image'] == (
        'float32 [N, 12, 12, 1], grey from 0 (black) to 1')
