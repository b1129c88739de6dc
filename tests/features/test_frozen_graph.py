"""A graph is a program: of a file's ops only those run that compute numbers from numbers."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.features.frozen_graph import needed
from dcgan_tf.features.inception import Inception
from tests import tiny_inception
from tests.reference import assert_close

v1 = tf.compat.v1


def with_op(make, *, before=None, instead_of=None):
    """The published graph, and the op that `make` adds, which `before` needs or an input is."""
    definition = tiny_inception.graph_def()
    with tf.Graph().as_default() as graph:
        op = make()
        definition.node.extend(graph.as_graph_def().node)
    for node in definition.node:
        if node.name == before:
            node.input.append(f'^{op.name}')
        elif node.name == instead_of:
            node.input[0] = op.name
    return definition


def write(path='planted'):
    return tf.io.write_file(str(path), 'x', name='planted')


def read():
    return tf.io.decode_raw(tf.io.read_file('/etc/hostname', name='planted'), tf.float32).op


def call():
    return v1.py_func(lambda: np.float32(0), [], tf.float32, name='planted').op


@pytest.mark.parametrize(('make', 'where', 'kind'), [
    (write, {'before': 'pool_3'}, 'WriteFile'),
    (write, {'before': 'norm/mean'}, 'WriteFile'),
    (write, {'before': 'softmax/logits/MatMul'}, 'WriteFile'),
    (read, {'instead_of': 'Sub'}, 'DecodeRaw'),
    (call, {'instead_of': 'conv'}, 'PyFunc'),
])
def test_other_ops_are_refused(make, where, kind):
    with pytest.raises(ValueError, match=f'is a {kind}, which .* nothing of the file was run'):
        needed(with_op(make, **where))


def test_a_function_by_the_name_of_an_op_is_not_taken_along():
    definition = tiny_inception.graph_def()
    definition.library.function.add().signature.name = 'Relu'
    for node in definition.node:
        node.device = '/job:elsewhere/task:0'
    taken = needed(definition)
    assert not taken.library.function and {node.device for node in taken.node} == {''}


def test_only_what_the_features_need_is_imported(tmp_path):
    definition = with_op(lambda: write(tmp_path / 'planted'), before='softmax')
    path = tmp_path / 'graph.pb'
    path.write_bytes(definition.SerializeToString())
    images = np.full((2, 8, 8, 3), 7, np.uint8)
    with Inception(path, (8, 8, 3), threads=1) as network:
        assert_close(network(images).features, tiny_inception.seen(images)[0])
        types = {op.type for op in network._session.graph.get_operations()}
    assert not types & {'WriteFile', 'DecodeJpeg'} and not (tmp_path / 'planted').exists()


def test_the_program_says_so_in_one_line(tmp_path):
    path = tmp_path / 'graph.pb'
    path.write_bytes(with_op(write, before='pool_3').SerializeToString())
    with pytest.raises(UsageError, match="another network .*'planted' is a WriteFile") as told:
        Inception(path, (8, 8, 3))
    line = str(told.value)
    assert line.startswith(f'weights {path} (--inception) ') and '\n' not in line
