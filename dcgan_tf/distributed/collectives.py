"""Makes TensorFlow's collective ops, which exchange tensors over a ring of all workers.

Each op has an instance key, which must be equal on all workers. It comes from the order in which
the graph is built, which is equal, too. The keys decrease. TensorFlow runs ops that do not wait for
each other in the order of their keys, the highest first
(`collective_deterministic_sequential_execution` in worker.py), and this order must not contradict
the one in which ops depend on each other.

Small messages are padded. With only a few numbers, some parts of the ring would be empty, and a
worker that waits for an empty part does not notice that its sender is gone.
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
COLLECTIVES = 'collectives'    # graph collection with the Collectives, for the gradient of a sum


class Collectives:
    """Makes the collective ops of a Cluster in the current graph.

    patience: seconds that each op waits for the other workers. gpu: True if every worker has a GPU;
    sums of floats then go from GPU to GPU by NCCL.
    """

    def __init__(self, cluster, patience, *, gpu=False):
        self._cluster, self._patience = cluster, patience
        self._keys = itertools.count(FIRST_KEY - 1, -1)
        self.message = BUCKET                # maximum of bytes in one message of gradients
        self._transport = ('GPU', NCCL) if gpu else ('CPU', RING)

    def batch_shard(self, *, norm):
        """Returns this worker's BatchShard, for `ops.batch_shard`.

        norm: True = batch norm has the moments of the complete batch.
        """
        return BatchShard(self._cluster.index, self._cluster.size, self.all_reduce, norm,
                          self.message)

    def all_reduce(self, x):
        """Returns the sum of all workers' x, equal to the bit on all.

        Its gradient is the sum of all workers' gradients.
        """
        if self not in v1.get_collection(COLLECTIVES):
            v1.add_to_collection(COLLECTIVES, self)
        total, = with_gradient(_all_reduce_gradient, [self._sum(x)], [x])
        return total

    def all_gather(self, x, patience):
        """Returns the x of all N workers, in their order.   [...] -> [N, ...]

        It works even if the workers' graphs differ otherwise. patience: seconds that it waits.
        """
        other_rows = [self._cluster.index, self._cluster.size - 1 - self._cluster.index]
        rows = tf.pad(x[None], [other_rows, *([[0, 0]] * x.shape.rank)])
        return self._sum(rows, instance_key=FIRST_KEY, timeout_seconds=float(patience))

    def broadcast(self, tensors):
        """Returns the first worker's values of the tensors; sends one message for each dtype."""
        received = {}
        for dtype in dict.fromkeys(t.dtype for t in tensors):
            indices = [i for i, t in enumerate(tensors) if t.dtype == dtype]
            flat, unpack = packed([tensors[i] for i in indices])
            received.update(zip(indices, unpack(self._broadcast(flat)), strict=True))
        return [received[i] for i in range(len(tensors))]

    def _sum(self, x, **options):
        device, hint = self._transport if x.dtype.is_floating else ('CPU', RING)
        with self._on_device(device):
            total = tf.raw_ops.CollectiveReduce(
                input=_padded(x), merge_op='Add', final_op='Id', subdiv_offsets=[0], wait_for=[],
                **{**self._options(device, hint), **options})
            return tf.reshape(total[:x.shape.num_elements()], x.shape)

    def _broadcast(self, flat):
        options, message = self._options('CPU', RING), _padded(flat)
        with self._on_device('CPU'):
            if self._cluster.first:
                sent = tf.raw_ops.CollectiveBcastSend(input=message, shape=message.shape, **options)
            else:
                sent = tf.raw_ops.CollectiveBcastRecv(T=flat.dtype, shape=message.shape, **options)
            return sent[:flat.shape.num_elements()]

    @contextlib.contextmanager
    def _on_device(self, device):
        """Puts the ops made inside on a device; collective ops need an explicit one."""
        with tf.device(f'{self._cluster.task}/device:{device}:0'), not_by_xla():
            yield

    def _options(self, device, hint):
        return {'group_size': self._cluster.size, 'group_key': GROUPS[device],
                'instance_key': next(self._keys), 'communication_hint': hint,
                'timeout_seconds': float(self._patience)}


def _all_reduce_gradient(dy, *_):
    collectives, = v1.get_collection(COLLECTIVES)
    return [collectives.all_reduce(*dy)]


def _padded(x):
    """Flattens x and pads it, so that no part of the ring is empty."""
    missing = MIN_MESSAGE // x.dtype.size - x.shape.num_elements()
    flat = tf.reshape(x, [-1])
    return tf.pad(flat, [[0, missing]]) if missing > 0 else flat
