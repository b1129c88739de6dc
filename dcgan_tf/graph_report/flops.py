"""Counts the floating-point operations of an op of a graph, with simple formulas.

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

ELEMENTWISE = {
    'Abs', 'Add', 'AddV2', 'BiasAdd', 'Exp', 'Greater', 'LeakyRelu', 'LeakyReluGrad', 'Less', 'Log',
    'LogSoftmax', 'Maximum', 'Minimum', 'Mul', 'Neg', 'Pow', 'RealDiv', 'Relu', 'ReluGrad', 'Rsqrt',
    'RsqrtGrad', 'SelectV2', 'Sigmoid', 'SigmoidGrad', 'Softmax', 'Softplus', 'SoftplusGrad',
    'Sqrt', 'SqrtGrad', 'Square', 'SquaredDifference', 'Sub', 'Tanh', 'TanhGrad'}
REDUCTIONS = {'BiasAddGrad', 'L2Loss', 'Max', 'Mean', 'Min', 'Sum'}


def flops(op, batch: int) -> int:
    """Returns the FLOPs of a tf.Operation for `batch` images."""
    if op.type not in FORMULAS:
        return 0
    inputs, outputs = ([filled(x.shape, batch) for x in xs] for xs in (op.inputs, op.outputs))
    return FORMULAS[op.type](op, inputs, *outputs[:1])


def filled(shape, batch):
    """Returns a TensorShape as a tuple without unknown sizes; () for an unknown rank."""
    sizes = shape.as_list() if shape.rank else []
    return tuple((1 if i else batch) if n is None else n for i, n in enumerate(sizes))


def _conv(output, weights):
    """Weights [k, k, in, out]; each number of the output is a sum of k k in products."""
    return 2 * math.prod(output) * math.prod(weights[:3])


FORMULAS = {         # type: (op, shapes of its inputs, shape of its first output) -> FLOPs
    'MatMul': lambda op, ins, out: (
        2 * math.prod(out) * ins[0][0 if op.get_attr('transpose_a') else 1]),
    'Conv2D': lambda op, ins, out: _conv(out, ins[1]),
    'Conv2DBackpropInput': lambda op, ins, out: _conv(ins[2], ins[1]),
    'Conv2DBackpropFilter': lambda op, ins, out: _conv(ins[2], out),
    'AddN': lambda op, ins, out: (len(ins) - 1) * math.prod(out),
    # One comparison per number of the window.
    'MaxPool': lambda op, ins, out: math.prod(out) * math.prod(op.get_attr('ksize')),
    'FusedBatchNormGradV3': lambda op, ins, out: 9 * math.prod(ins[0]),
    # The last input is the gradient, which has one number per weight.
    'ResourceApplyAdam': lambda op, ins, out=None: 12 * math.prod(ins[-1]),
    # Six per logit: maximum, difference, exponential, sum, logarithm, product with the target.
    'SoftmaxCrossEntropyWithLogits': lambda op, ins, out: 6 * math.prod(ins[0]),
    **dict.fromkeys(ELEMENTWISE, lambda op, ins, out: math.prod(out)),
    **dict.fromkeys(REDUCTIONS, lambda op, ins, out: math.prod(ins[0])),
}
