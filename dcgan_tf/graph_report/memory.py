"""Estimates the memory of a run of the session from the shapes in its graph.

    an output         from its op until the last op that reads it has run
    order of the ops  that of their creation, as with one thread
    Reshape ...       these outputs are another name for their input

TensorFlow needs more than the outputs: oneDNN has copies of weights and maps in an order of its
own, and the heap has gaps. `SCRATCH` and `MORE` stand for that, and `MORE` for the frames of the
films at the end, too: these come on top of what the training keeps. They were measured, see
docs/speed.md.
"""

import collections
import math

from dcgan_tf.fit.feed import CHUNK
from dcgan_tf.graph_report.flops import filled
from dcgan_tf.train_ops.ancestors import ancestors

SCRATCH = 1.4                    # bytes that a run takes / bytes of its outputs
MORE = 110e6                     # bytes of the session, 60e6, and of frames of films, 50e6
SAME_BYTES = {'ExpandDims', 'Identity', 'ReadVariableOp', 'Reshape', 'Squeeze', 'StopGradient'}


def of_steps(gan) -> int:
    """Returns the bytes that training steps of a finished GAN take, beside what is there already.

    The step that takes most counts: with a lazy penalty, this is the one that has it.
    """
    runs = {run.op for variant in gan.steps.variants for run in variant.train_ops}
    return round(SCRATCH * max(peak(op, gan.built.inputs.rows) for op in runs) + MORE)


def of_samples(gan) -> int:
    """Returns the bytes that samples take: the films at the end draw CHUNK images at a time."""
    return round(SCRATCH * peak(gan.built.samples.op, CHUNK) + MORE)


def peak(op, rows: int) -> int:
    """Returns the bytes of the outputs that exist at the same time in a run of an op, at most.

    rows: what an unknown size counts as, the number of images.
    """
    ops, held, most = ancestors([op], control=True), 0, 0
    owner = _owners(ops)
    last = {owner[t.ref()]: i for i, each in enumerate(ops) for t in (*each.inputs, *each.outputs)}
    ends = collections.defaultdict(list)             # index of an op -> what nobody reads after it
    for ref, i in last.items():
        ends[i].append(ref)
    for i, each in enumerate(ops):
        held += sum(_bytes(t, rows) for t in each.outputs if owner[t.ref()] == t.ref())
        most = max(most, held)
        held -= sum(_bytes(ref.deref(), rows) for ref in ends[i])
    return most


def _owners(ops):
    """Returns {reference of an output: that of the output whose bytes it has}."""
    owner = {}
    for op in ops:
        for t in op.outputs:
            owner[t.ref()] = owner[op.inputs[0].ref()] if op.type in SAME_BYTES else t.ref()
    return owner


def _bytes(t, rows):
    return t.dtype.size * math.prod(filled(t.shape, rows))
