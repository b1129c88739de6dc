"""How many floating-point operations a node takes, by formulas that fit on a screen.

    matmul, convolution    2 a multiply-add
    element by element     1 an element that comes out
    sums, means, maxima    1 an element that goes in
    batch norm's gradient  9 an element: its three lines in `ops/fast/normalise.py`
    Adam                   12 a weight: its three lines in `optimizers/adam.py`
    all else               0: it moves numbers, or makes few

A transposed convolution is the gradient of a convolution and is counted as that convolution: each
number of its input meets k k weights a map, those that fall off the border included. TensorFlow has
Conv2DBackpropInput for both; its last input is what the convolution gives out, as is that of
Conv2DBackpropFilter. A length that the graph leaves open is the batch if it comes first, else 1.
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


def flops(found: dict, node, batch: int) -> int:
    """Of a Node among `found`, for so many images."""
    if not node.shapes and node.type != 'ResourceApplyAdam':
        return 0
    count = _FORMULAS.get(node.type)
    if count:
        return count(found, node, batch)
    if node.type in ELEMENTWISE:
        return elements(node.shapes[0], batch)
    if node.type in REDUCTIONS:
        return elements(input_shape(found, node, 0), batch)
    return 0


def elements(shape: tuple, batch: int) -> int:
    """How many numbers a tensor of this shape holds."""
    first = [batch if n is None else n for n in shape[:1]]
    return math.prod([*first, *(1 if n is None else n for n in shape[1:])])


def _matmul(found, node, batch):
    """[m, k] [k, n] -> [m, n]"""
    m, k = input_shape(found, node, 0)
    inner = m if node.attributes['transpose_a'].b else k
    inner = elements((inner,), batch)
    return 2 * elements(node.shapes[0], batch) * inner


def _conv(found, node, batch):
    """Weights [k, k, in, out]; each number of the result is a sum over k k in of them."""
    *window, maps, _ = input_shape(found, node, 1)
    return 2 * elements(node.shapes[0], batch) * math.prod([*window, maps])


def _conv_input(found, node, batch):
    """The same with the convolution's result, or its gradient, as the third input."""
    result = input_shape(found, node, 2)
    return 2 * elements(result, batch) * elements(node.shapes[0][-1:], batch) * _window(found, node)


def _window(found, node):
    """k k of the weights, the second input."""
    return math.prod(input_shape(found, node, 1)[:2])


def _conv_filter(found, node, batch):
    """The weights are what comes out."""
    result, weights = input_shape(found, node, 2), node.shapes[0]
    return 2 * elements(result, batch) * math.prod(weights[:3])


def _add_n(found, node, batch):
    return (len(node.inputs) - 1) * elements(node.shapes[0], batch)


def _pool(found, node, batch):
    """A comparison with every number of the window."""
    return elements(node.shapes[0], batch) * math.prod(node.attributes['ksize'].list.i)


def _norm_gradient(found, node, batch):
    return NORM_GRADIENT * elements(input_shape(found, node, 0), batch)


def _adam(found, node, batch):
    """The gradient, its last input, has a number a weight."""
    data = [name for name in node.inputs if not name.startswith('^')]
    return ADAM * elements(input_shape(found, node, len(data) - 1), batch)


def _cross_entropy(found, node, batch):
    """The largest, the difference, the exponential, the sum, the logarithm, times the target."""
    return 6 * elements(input_shape(found, node, 0), batch)


_FORMULAS = {'MatMul': _matmul, 'Conv2D': _conv, 'Conv2DBackpropInput': _conv_input,
             'Conv2DBackpropFilter': _conv_filter, 'AddN': _add_n, 'MaxPool': _pool,
             'FusedBatchNormGradV3': _norm_gradient, 'ResourceApplyAdam': _adam,
             'SoftmaxCrossEntropyWithLogits': _cross_entropy}
