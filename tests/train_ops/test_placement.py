"""Where the ops of a training step run: on the GPU where there is one."""

import tensorflow as tf

from dcgan_tf.fit.feed import BatchFeeder
from tests.families import ONE

v1 = tf.compat.v1
PRODUCTS = {'Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'MatMul'}
FLOATS = {t.as_datatype_enum for t in (tf.float16, tf.bfloat16, tf.float32)}
FED = {'_Arg', '_Recv', '_HostRecv', 'Const', 'Placeholder', 'PlaceholderWithDefault'}


def computing(metadata):
    """Type and device of all ops of a run that compute with floats, as TensorFlow split them."""
    return [(node.op, node.device) for part in metadata.partition_graphs for node in part.node
            if node.op not in FED
            and FLOATS & {node.attr[name].type for name in ('T', 'dtype', 'SrcT', 'DstT')}]


def test_all_that_computes_in_a_step_is_on_one_device(tiny, finished, images):
    gan = finished(tiny(penalty='r1', penalty_weight=0.5, batch_size=10, **ONE))
    metadata, options = v1.RunMetadata(), v1.RunOptions(output_partition_graphs=True)
    gan.session.run(gan.train_op, BatchFeeder(gan, images)(0), options, metadata)
    found = computing(metadata)
    kind = 'GPU' if tf.config.list_physical_devices('GPU') else 'CPU'
    elsewhere = {op for op, device in found if f'/device:{kind}:0' not in device}
    assert not elsewhere
    assert {op.removeprefix('_Mkl').removeprefix('Native') for op, _ in found} >= PRODUCTS
    assert sum(op == 'ResourceApplyAdam' for op, _ in found) == len(
        gan.built.net.D.weights + gan.built.net.G.weights)
