"""Compares options and versions of all workers, and gives all the first worker's weights."""

import hashlib
import json
import zlib

import numpy as np
import tensorflow as tf

from dcgan_tf.errors import UsageError

v1 = tf.compat.v1
SETUP_SIZE = 16_384        # bytes of a message with a worker's options, versions and data
MAX_VALUE = 200            # characters of a value; a longer one is sent as its digest


class Synchronizer:
    """Makes the ops that compare and copy, in the current graph.

    worker: a `distributed.Worker`. variables: all variables of the graph.
    """

    def __init__(self, worker, variables):
        self._worker = worker
        with tf.name_scope('workers/'):
            self._setup_ph = v1.placeholder(tf.int32, [SETUP_SIZE], 'letter')
            self._setups = worker.collectives.all_gather(self._setup_ph, worker.start_patience)
            self._rollbacks_ph = v1.placeholder(tf.int64, [], 'rollbacks')
            *values, self._rollbacks = worker.collectives.broadcast(
                [*(v.value() for v in variables), self._rollbacks_ph])
            assigned = values if worker.cluster.first else [
                v.assign(value, read_value=False)
                for v, value in zip(variables, values, strict=True)]
            self._assigned = tf.group(*assigned)

    def check_same_setup(self, session, facts):
        """Waits for all workers; UsageError if one was started with other `facts`, a dict."""
        setups = session.run(self._setups, {self._setup_ph: encode(facts)},
                             patience=self._worker.start_patience)
        first, *others = map(decode, setups)
        for index, other in enumerate(others, 1):
            if wrong := differences(first, other):
                raise UsageError(f'worker {index} has {wrong}: start all workers with the same '
                                 'options, versions and data')

    def broadcast_variables(self, session, rollbacks):
        """Copies the first worker's variables to all workers.   -> its number of rollbacks"""
        fetched = session.run({'rollbacks': self._rollbacks, 'assigned': self._assigned},
                              {self._rollbacks_ph: rollbacks})
        return int(fetched['rollbacks'])


def encode(facts):
    """Encodes a dict of JSON values as int32 [SETUP_SIZE]."""
    short = {name: _short(json.dumps(value)) for name, value in facts.items()}
    text = zlib.compress(json.dumps(short).encode())
    return np.frombuffer(text.ljust(SETUP_SIZE, b'\0'), np.uint8).astype(np.int32)


def decode(setup):
    """Decodes what `encode` made; a value of more than MAX_VALUE characters is its digest."""
    return json.loads(zlib.decompressobj().decompress(setup.astype(np.uint8).tobytes()))


def differences(first, other):
    """Describes the differences, such as 'seed = 1 (worker 0: 2)', or ''."""
    names = [name for name in {**first, **other} if first.get(name) != other.get(name)]
    return ', '.join(f'{name} = {other.get(name, "missing")} (worker 0: '
                     f'{first.get(name, "missing")})' for name in names)


def _short(text):
    if len(text) <= MAX_VALUE:
        return text
    return f'{text[:20]}... with SHA-256 {hashlib.sha256(text.encode()).hexdigest()[:16]}'
