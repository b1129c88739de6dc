"""Counts the floating-point operations of a node, with simple formulas.

    matmul, convolution    2 per multiply-add
    element by element     1 per output element
    sums, means, maxima    1 per input element
    batch norm's gradient  9 per element: its three lines in `ops/fast/normalise.py`
    Adam                   12 per weight: its three lines in `optimizers/adam.py`
    all others             0: they move numbers, or compute few

A transposed convolution is the gradient of a convolution and is counted as that convolution: each
number of its input is multiplied with k k weights per map, also where these lie outside the border.
TensorFlow has Conv2DBackpropInput for both. Its last input, like that of Conv2DBackpropFilter, is
the convolution's output or the gradient of it. A dimension of unknown size counts as the batch if
it is the first one, else as 1.
"""

import math

from dcgan_tf.graph_report.nodes import input_shape

ELEMENTWISE = {
    'Abs', 'Add', 'AddV2', 'BiasAdd', 'Exp', 'Greater', 'LeakyRelu', 'LeakyReluGrad', 'Less', 'Log',
    'LogSoftmax', 'Maximum', 'Minimum', 'Mul', 'Neg', 'Pow', 'RealDiv', 'Relu', 'ReluGrad', 'Rsqrt',
    'RsqrtGrad', 'SelectV2', 'Sigmoid', 'SigmoidGrad', 'Softmax', 'Softplus', 'SoftplusGrad',
    'Sqrt', 'SqrtGrad', 'Square', 'SquaredDifference', 'Sub', 'Tanh', 'TanhGrad'}
REDUCTIONS = {'BiasAddGrad', 'L2Loss', 'Max', 'Mean', 'Min', 'Sum'}
ADAM, NORM_GRADIENT = 12, 9


def flops(all_nodes: dict, node, batch: int) -> int:
    """Returns the FLOPs of a node for `batch` images. all_nodes: `nodes` of its graph."""
    if not node.shapes and node.type != 'ResourceApplyAdam':
        return 0
    count = _FORMULAS.get(node.type)
    if count:
        return count(all_nodes, node, batch)
    if node.type in ELEMENTWISE:
        return elements(node.shapes[0], batch)
    if node.type in REDUCTIONS:
        return elements(input_shape(all_nodes, node, 0), batch)
    return 0


def elements(shape: tuple, batch: int) -> int:
    """Returns the number of elements of a tensor of this shape."""
    first = [batch if n is None else n for n in shape[:1]]
    return math.prod([*first, *(1 if n is None else n for n in shape[1:])])


def _matmul(all_nodes, node, batch):
    """[m, k] [k, n] -> [m, n]"""
    m, k = input_shape(all_nodes, node, 0)
    inner = m if node.attributes['transpose_a'].b else k
    inner = elements((inner,), batch)
    return 2 * elements(node.shapes[0], batch) * inner


def _conv(all_nodes, node, batch):
    """Weights [k, k, in, out]; each number of the result is a sum of k k in products."""
    *window, maps, _ = input_shape(all_nodes, node, 1)
    return 2 * elements(node.shapes[0], batch) * math.prod([*window, maps])


def _conv_input(all_nodes, node, batch):
    """Counts like _conv. Here the convolution's result, or its gradient, is the third input."""
    result = input_shape(all_nodes, node, 2)
    maps = elements(node.shapes[0][-1:], batch)
    return 2 * elements(result, batch) * maps * _window(all_nodes, node)


def _window(all_nodes, node):
    """Returns k k of the weights, the second input."""
    return math.prod(input_shape(all_nodes, node, 1)[:2])


def _conv_filter(all_nodes, node, batch):
    """Counts like _conv. Here the output has the shape of the weights."""
    result, weights = input_shape(all_nodes, node, 2), node.shapes[0]
    return 2 * elements(result, batch) * math.prod(weights[:3])


def _add_n(all_nodes, node, batch):
    return (len(node.inputs) - 1) * elements(node.shapes[0], batch)


def _pool(all_nodes, node, batch):
    """Counts one comparison per number of the window."""
    return elements(node.shapes[0], batch) * math.prod(node.attributes['ksize'].list.i)


def _norm_gradient(all_nodes, node, batch):
    return NORM_GRADIENT * elements(input_shape(all_nodes, node, 0), batch)


def _adam(all_nodes, node, batch):
    """Counts per weight. The last data input is the gradient, which has one number per weight."""
    data = [name for name in node.inputs if not name.startswith('^')]
    return ADAM * elements(input_shape(all_nodes, node, len(data) - 1), batch)


def _cross_entropy(all_nodes, node, batch):
    """Six per logit: maximum, difference, exponential, sum, logarithm, product with the target."""
    return 6 * elements(input_shape(all_nodes, node, 0), batch)


_FORMULAS = {'MatMul': _matmul, 'Conv2D': _conv, 'Conv2DBackpropInput': _conv_input,
             'Conv2DBackpropFilter': _conv_filter, 'AddN': _add_n, 'MaxPool': _pool,
             'FusedBatchNormGradV3': _norm_gradient, 'ResourceApplyAdam': _adam,
             'SoftmaxCrossEntropyWithLogits': _cross_entropy}
