"""What workers tell each other: TensorFlow's collective ops, over a ring of all workers.

Each op has an instance key, the same on all workers, from the order in which the graph is built,
which is the same everywhere. Keys go down: of ops that do not wait for each other TensorFlow runs
that with the highest key first (`collective_deterministic_sequential_execution` in worker.py), and
this must not be against the order in which they feed each other.

Small messages are padded: of a few numbers some parts of the ring are empty, and who waits for an
empty part never learns that its sender is gone.
"""

import contextlib
import itertools

import tensorflow as tf

from dcgan_tf.ops import BatchShard, packed
from dcgan_tf.ops.fast.own_gradients import with_gradient
from dcgan_tf.ops.noise import not_by_xla
from dcgan_tf.ops.packing import BUCKET

v1 = tf.compat.v1
MIN_MESSAGE = 4096       # bytes of a message
FIRST_KEY = 2 ** 30
RING, NCCL = 'ring', 'nccl'
GROUPS = {'CPU': 1, 'GPU': 2}
COLLECTIVES = 'collectives'    # the graph collection of what makes its ops: a gradient asks it


class Collectives:
    """Makes the collective ops of a Cluster, in the graph that is open.

    patience: seconds that each op waits for the other workers. gpu: has every worker a GPU? Then
    sums of floats travel from GPU to GPU by NCCL.
    """

    def __init__(self, cluster, patience, *, gpu=False):
        self._cluster, self._patience = cluster, patience
        self._keys = itertools.count(FIRST_KEY - 1, -1)
        self.message = BUCKET                # bytes of gradients that travel together, at most
        self._transport = ('GPU', NCCL) if gpu else ('CPU', RING)

    def batch_shard(self, *, norm):
        """For `ops.batch_shard`. norm: shall batch norm be that of the whole batch?"""
        return BatchShard(self._cluster.index, self._cluster.size, self.all_reduce, norm,
                          self.message)

    def all_reduce(self, x):
        """The sum of all workers' x, with the same bits on all. The gradient of a sum is a sum."""
        if self not in v1.get_collection(COLLECTIVES):
            v1.add_to_collection(COLLECTIVES, self)
        made, = with_gradient(_all_reduce_gradient, [self._sum(x)], [x])
        return made

    def all_gather(self, x, patience):
        """What each worker has of x [...], in order, whatever else their graphs hold.

        -> [N, ...]
        """
        here = [self._cluster.index, self._cluster.size - 1 - self._cluster.index]
        rows = tf.pad(x[None], [here, *([[0, 0]] * x.shape.rank)])
        return self._sum(rows, instance_key=FIRST_KEY, timeout_seconds=float(patience))

    def broadcast(self, tensors):
        """What the first worker has of each, in one message a type of numbers."""
        made = {}
        for dtype in dict.fromkeys(t.dtype for t in tensors):
            places = [i for i, t in enumerate(tensors) if t.dtype == dtype]
            flat, unpack = packed([tensors[i] for i in places])
            made.update(zip(places, unpack(self._broadcast(flat)), strict=True))
        return [made[i] for i in range(len(tensors))]

    def _sum(self, x, **options):
        kind, hint = self._transport if x.dtype.is_floating else ('CPU', RING)
        with self._on_device(kind):
            made = tf.raw_ops.CollectiveReduce(
                input=_padded(x), merge_op='Add', final_op='Id', subdiv_offsets=[0], wait_for=[],
                **{**self._options(kind, hint), **options})
            return tf.reshape(made[:x.shape.num_elements()], x.shape)

    def _broadcast(self, flat):
        options, message = self._options('CPU', RING), _padded(flat)
        with self._on_device('CPU'):
            if self._cluster.first:
                made = tf.raw_ops.CollectiveBcastSend(input=message, shape=message.shape, **options)
            else:
                made = tf.raw_ops.CollectiveBcastRecv(T=flat.dtype, shape=message.shape, **options)
            return made[:flat.shape.num_elements()]

    @contextlib.contextmanager
    def _on_device(self, kind):
        """Collective ops want to be told where they are."""
        with tf.device(f'{self._cluster.task}/device:{kind}:0'), not_by_xla():
            yield

    def _options(self, kind, hint):
        return {'group_size': self._cluster.size, 'group_key': GROUPS[kind],
                'instance_key': next(self._keys), 'communication_hint': hint,
                'timeout_seconds': float(self._patience)}


def _all_reduce_gradient(dy, *_):
    collectives, = v1.get_collection(COLLECTIVES)
    return [collectives.all_reduce(*dy)]


def _padded(x):
    """Its numbers in a row, long enough for every part of the ring."""
    missing = MIN_MESSAGE // x.dtype.size - x.shape.num_elements()
    flat = tf.reshape(x, [-1])
    return tf.pad(flat, [[0, missing]]) if missing > 0 else flat
