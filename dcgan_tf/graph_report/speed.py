"""Measures how long this machine takes for a training step, in a fraction of a second.

Convolutions and matrix products take most of a step. So the largest ones, which have most of its
FLOPs, run a few times, on ones instead of images, and with fewer images where these are work
enough. The other products are as fast, for each FLOP, as these are together. The graph and the
session are their own, so nothing of the training changes.
"""

import collections
import math
import time

import tensorflow as tf

from dcgan_tf import portable
from dcgan_tf.fit.session import open_session
from dcgan_tf.graph_report.flops import filled, flops

v1 = tf.compat.v1
PRODUCTS = {                    # type of an op -> which of its inputs have a row for each image
    'Conv2D': (0,), 'Conv2DBackpropInput': (2,), 'Conv2DBackpropFilter': (0, 2), 'MatMul': ()}
OF_A_STEP = 0.9                 # time of the products alone / time of a step: docs/speed.md
OP_SECONDS = 5e-6               # for each op: calling it, however little it computes
SHARE = 0.6                     # of the FLOPs of all products, at least, is measured
ENOUGH = 5e8                    # FLOPs of a run that is measured
WARM = 2                        # first runs that are not: a kernel is chosen, the heap grows
SECONDS, RUNS = 0.01, 2         # for each product, at least


def step_seconds(gan, step_flops) -> float:
    """Returns the seconds that an average training step of a GAN takes on this CPU.

    step_flops: {op: its FLOPs in an average step}.
    """
    products = _products(step_flops)
    total, measured = sum(count for _, count in products), []
    while sum(count for _, count in measured) < SHARE * total:
        measured.append(products[len(measured)])
    speeds = _speeds([op for op, _ in measured], gan.built.inputs.rows, gan.config.threads)
    seconds = sum(count / speed for (_, count), speed in zip(measured, speeds, strict=True))
    seconds *= total / sum(count for _, count in measured)
    calls = sum(count > 0 for count in step_flops.values())
    return seconds / OF_A_STEP + OP_SECONDS * calls


def _products(step_flops):
    """Returns pairs (one of equal products, FLOPs of all of them), those with most FLOPs first."""
    equal = collections.defaultdict(dict)
    for op, count in step_flops.items():
        if op.type in PRODUCTS:
            shapes = tuple(str(t.shape) for t in (*op.inputs, *op.outputs))
            equal[op.type, op.get_attr('T'), shapes][op] = count
    pairs = [(next(iter(counts)), sum(counts.values())) for counts in equal.values()]
    return sorted(pairs, key=lambda pair: -pair[1])


def _speeds(products, batch, threads):
    """Returns for each product its FLOPs in a second, measured on a part of the batch."""
    with tf.Graph().as_default() as graph, open_session(graph, threads) as session:
        copies = []
        for op in products:
            rows = max(math.ceil(batch * ENOUGH / flops(op, batch)), threads or portable.cores())
            copies.append(_copy(op, min(rows, batch)))
        session.run(v1.global_variables_initializer())
        return [flops(copy, batch) / _seconds(session, copy) for copy in copies]


def _seconds(session, op):
    """Returns the seconds of a run of an op, the mean of some runs."""
    for _ in range(WARM):
        session.run(op)
    begun, runs, taken = time.perf_counter(), 0, 0.0
    while runs < RUNS or taken < SECONDS:
        session.run(op)
        runs, taken = runs + 1, time.perf_counter() - begun
    return taken / runs


def _copy(op, rows):
    """Returns an op like this one in the current graph, on ones, with so many images."""
    shapes = [filled(t.shape, rows) for t in op.inputs]
    for place in PRODUCTS[op.type]:
        shapes[place] = (rows, *shapes[place][1:])
    made = filled(op.outputs[0].shape, rows)
    if op.type == 'Conv2DBackpropInput':
        made = (rows, *made[1:])
    inputs = [_ones(shape, t.dtype) if t.dtype.is_floating else tf.constant(made)
              for shape, t in zip(shapes, op.inputs, strict=True)]
    own = {name: value for name, value in op.node_def.attr.items() if not name.startswith('_')}
    return v1.get_default_graph().create_op(op.type, inputs, [op.outputs[0].dtype], attrs=own)


def _ones(shape, dtype):
    """Returns the value of a variable: a product of constants would be computed once for all."""
    name = f'input{len(v1.global_variables())}'
    return v1.get_variable(name, shape, dtype, v1.ones_initializer(), use_resource=True).value()
