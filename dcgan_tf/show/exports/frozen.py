"""Format frozen: a GraphDef of constants, with inputs `z` and `label` and output `image`.

Of an encoder: with inputs `image` and `label` and outputs `z` and `probabilities`.
"""

import contextlib

import tensorflow as tf

from dcgan_tf.fit.session import open_session
from dcgan_tf.show.exports.loaded import LoadedModel, signature

v1 = tf.compat.v1


def write(sampler, path):
    """Writes the file."""
    path.write_bytes(sampler.graph.as_graph_def().SerializeToString(deterministic=True))


@contextlib.contextmanager
def load(path, outputs=('image',)):
    """Imports the file into a new graph. Yields a LoadedModel."""
    graph_def = v1.GraphDef.FromString(path.read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name='')
    inputs = {op.name: op.outputs[0] for op in graph.get_operations() if op.type == 'Placeholder'}
    results = {name: graph.get_tensor_by_name(f'{name}:0') for name in outputs}
    graph.finalize()
    with open_session(graph) as session:
        yield LoadedModel(
            lambda feed: session.run(results, {inputs[k]: x for k, x in feed.items()}),
            signature(_ports(inputs), _ports(results)))


def _ports(tensors):
    return [(name, t.dtype.name, t.shape.as_list()) for name, t in tensors.items()]
