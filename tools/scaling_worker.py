"""Is one of the processes that scaling.py starts and times; several of them have TF_CONFIG.

    python tools/scaling_worker.py OUT NET BATCH ROUNDS STEPS THREADS MESSAGE
"""

import itertools
import json
import pathlib
import statistics
import sys
import time

import numpy as np
import tensorflow as tf

import _root  # noqa: F401
from dcgan_tf import DeepConvolutionalGAN, preset
from dcgan_tf.distributed.cluster import from_environment
from dcgan_tf.distributed.worker import Worker
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.fit.session import open_session
from dcgan_tf.train_ops.ancestors import ancestors

FIRST, EVERY = 8, 4                # steps not timed; steps between two lazy penalties
IMAGES = 1024
MESSAGES = {'4 kB': 2 ** 10, '64 kB': 2 ** 14, '1 MB': 2 ** 18, '16 MB': 2 ** 22}    # floats
LOOPBACK = pathlib.Path('/proc/net/dev')


class Way:
    """Makes steps of one GAN, of this process alone or of all workers together."""

    def __init__(self, config, worker):
        self._gan = DeepConvolutionalGAN.from_config(config, worker=worker)
        self._gan.optimizer()
        shape = (IMAGES, config.image_height, config.image_width, config.n_channels)
        images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        self._feed, self._done = BatchFeeder(self._gan, images), self._gan.steps_done()
        own = self._gan.session
        self._session = worker.collective_session(own) if worker else own

    def steps(self, n):
        for index in range(self._done, self._done + n):
            for i, run in enumerate(self._gan.steps.variant_of(index).train_ops):
                self._session.run(run.op, self._feed(index, i))
        self._done += n

    def synchronize(self):
        """Waits for all workers."""
        self._session.run(self._gan.peers.stop_requests.votes)

    def sent(self, count):
        """Returns messages in a step, their bytes over a ring, and the bytes of the gradients."""
        tensors = [[op.inputs[0] for run in self._gan.steps.variant_of(i).train_ops
                    for op in ancestors([run.op], control=True) if op.type == 'CollectiveReduce']
                   for i in range(EVERY)]
        weights = [w for network in self._gan.built.net for w in network.weights]
        return (statistics.mean(map(len, tensors)),
                over_ring(count, sum(map(size, itertools.chain(*tensors))) / EVERY),
                over_ring(count, sum(map(size, weights))))


def main(out, net, batch, rounds, steps, threads, message):
    cluster = from_environment()
    count, worker = (cluster.size, Worker(cluster)) if cluster else (1, None)
    config = preset(net, batch_size=int(batch), threads=int(threads))
    ways = {'alone': Way(config, None)}
    if worker:
        of_all = config.replace(batch_size=count * int(batch))
        ways['together'] = Way(of_all, worker)
        ways['own batch norm'] = Way(of_all.replace(sync_batch_norm=False), worker)
        if megabytes := float(message):
            worker.collectives.message = int(1e6 * megabytes)
            ways[f'messages of {megabytes:g} MB'] = Way(of_all, worker)
    synchronize = ways['together'].synchronize if worker else lambda: None
    for way in ways.values():
        way.steps(FIRST)
    found = {name: [] for name in ways}
    for _ in range(1 + int(rounds)):                     # the first is dropped
        for name, way in ways.items():
            found[name].append(timed(way, int(steps), synchronize))
    rows = [row(name, ways[name], count, found) for name in ways]
    rows += messages(worker, count, int(rounds)) if worker else []
    if worker is None or cluster.first:
        pathlib.Path(out).write_text(json.dumps(rows), encoding='utf-8')


def timed(way, steps, synchronize):
    """Returns the seconds in a step, and the bytes that went over the loopback in a step."""
    synchronize()
    begun, first = time.perf_counter(), loopback()
    way.steps(steps)
    synchronize()
    return (time.perf_counter() - begun) / steps, (loopback() - first) / steps


def row(name, way, count, found):
    rounds, base = found[name][1:], found['alone'][1:]
    number, sent, least = way.sent(count) if name != 'alone' else (0, 0, 0)
    return {'workers': count, 'way': name, 'ms': 1e3 * statistics.median(t for t, _ in rounds),
            'to_alone': statistics.median(t / u for (t, _), (u, _) in zip(rounds, base,
                                                                           strict=True)),
            'messages': number, 'sent': sent, 'least': least,
            'wire': statistics.median(n for _, n in rounds) / count}


def messages(worker, count, rounds):
    """Times the exchange alone, for some sizes; returns the rows."""
    graph, exchanges = tf.Graph(), []
    with graph.as_default():
        for name, n in MESSAGES.items():
            x = tf.compat.v1.get_variable(name.replace(' ', ''), [n], use_resource=True,
                                          initializer=tf.zeros_initializer())
            exchanges.append((name, 4 * n, worker.collectives.all_reduce(x.read_value()).op))
        init = tf.compat.v1.global_variables_initializer()
    own = open_session(graph, 1, worker=worker)
    own.run(init)
    session, rows = worker.collective_session(own), []
    for name, n, op in exchanges:
        session.run(op)
        times = []
        for _ in range(3 * rounds):
            begun = time.perf_counter()
            session.run(op)
            times.append(time.perf_counter() - begun)
        rows.append({'workers': count, 'way': name, 'ms': 1e3 * statistics.median(times),
                     'messages': 1, 'sent': over_ring(count, n)})
    return rows


def over_ring(count, size):
    """Returns the bytes that each of `count` workers sends for a sum of tensors of `size` bytes."""
    return 2 * (count - 1) / count * size


def size(tensor):
    return tensor.shape.num_elements() * tensor.dtype.size


def loopback():
    """Returns the bytes sent over this machine's loopback so far; 0 if the system has no count."""
    try:
        lines = LOOPBACK.read_text(encoding='utf-8').splitlines()
        line = next(line for line in lines if 'lo:' in line)
    except (OSError, StopIteration):
        return 0
    return int(line.split(':')[1].split()[8])


if __name__ == '__main__':
    main(*sys.argv[1:])
