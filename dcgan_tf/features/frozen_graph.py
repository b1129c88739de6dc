"""The frozen graph of 2015, `classify_image_graph_def.pb`, read so that nothing else in it can run.

A graph is a program: its ops can read files, write files and call Python. So only the ops that the
features need are taken from the file, and each has to be in ALLOWED. All of these compute numbers
from numbers. The rest of the file is never given to TensorFlow.
"""

import tensorflow as tf

v1 = tf.compat.v1
IMAGES, POOL, LOGITS = 'ExpandDims', 'pool_3', 'softmax/logits/MatMul'       # names of ops
CLASSES = [2048, 1008]           # weights of the last layer
ALLOWED = {
    'AvgPool', 'BatchNormWithGlobalNormalization', 'BiasAdd', 'Cast', 'CheckNumerics', 'Concat',
    'ConcatV2', 'Const', 'Conv2D', 'Identity', 'MatMul', 'MaxPool', 'Mul', 'Relu', 'Reshape',
    'ResizeBilinear', 'Softmax', 'Squeeze', 'Sub'}


def network(content, images):
    """Adds the graph of 2015 and returns [pool_3 [N, 2048], probabilities [N, 1008]].

    content: the bytes of the file. images: RGB, float32 [N, H, W, 3] in [0, 255]; the graph resizes
    and scales them. The classes' bias is left out, as in the code of the Inception Score (Salimans
    et al. 2016, github.com/openai/improved-gan, inception_score/model.py).
    Raises DecodeError for bytes that are no graph, ValueError for another graph.
    """
    definition = needed(v1.GraphDef.FromString(content))
    pool, logits_op = tf.import_graph_def(definition, {f'{IMAGES}:0': images}, name='inception',
                                          return_elements=[f'{POOL}:0', LOGITS])
    w = logits_op.inputs[-1]
    if w.shape != CLASSES or not pool.shape.is_compatible_with([None, 1, 1, CLASSES[0]]):
        raise ValueError(f'{POOL} of {pool.shape}, softmax weights of {w.shape}')
    features = tf.reshape(pool, [-1, CLASSES[0]])
    return [features, tf.nn.softmax(features @ w)]


def needed(definition):
    """Returns a GraphDef of the ops between IMAGES, which it leaves out, and POOL and LOGITS.

    It has no functions, because an op could call them, and no devices. The shapes that the file
    declares are dropped: they are those of one picture, and TensorFlow infers them again.
    Raises ValueError for an op that is missing or not in ALLOWED.
    """
    nodes = {node.name: node for node in definition.node}
    result, waiting, seen = v1.GraphDef(versions=definition.versions), [POOL, LOGITS], {IMAGES}
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        node = result.node.add()
        node.CopyFrom(_allowed(nodes, name))
        node.device = ''
        node.attr.pop('_output_shapes', None)
        waiting += [source.removeprefix('^').partition(':')[0] for source in node.input]
    return result


def _allowed(nodes, name):
    if name not in nodes:
        raise ValueError(f'{name!r} not found')
    if nodes[name].op not in ALLOWED:
        raise ValueError(f'the op {name!r} is a {nodes[name].op}, which the published graph does '
                         'not have there; nothing of the file was run')
    return nodes[name]
