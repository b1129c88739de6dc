"""Runs of a session that all workers make together, each the same ones in the same order."""

import queue
import re
import threading
import time

import tensorflow as tf

from dcgan_tf.errors import UsageError, WorkerLost, reason

v1 = tf.compat.v1
GRAPH_KEY = 1           # joins the runs of one worker to those of the others, in order
SLACK = 10.0            # seconds beyond its patience that TensorFlow has to say so
LOOK = 0.5              # seconds between two looks at the clock
# What a run ends with when another worker is gone, found by killing some.
LOST = (tf.errors.UnavailableError, tf.errors.DeadlineExceededError, tf.errors.InternalError,
        tf.errors.FailedPreconditionError, tf.errors.CancelledError, tf.errors.AbortedError)
OTHER_CLUSTER = re.compile(r'joining a group with size|but that group has size')


class CollectiveSession:
    """`run` as that of a session; WorkerLost where another worker does not take part.

    UsageError where another has a cluster of another size.

    The runs are made by a thread, so that signals are heard while this worker waits for others, and
    waiting has an end even where TensorFlow knows none, before it has met worker 0.
    """

    def __init__(self, session, cluster, patience):
        self.graph = session.graph
        self._session, self._cluster, self._patience = session, cluster, patience
        self._asked, self._answers = queue.SimpleQueue(), queue.SimpleQueue()
        self.busy = False                # is a run under way, of which nobody knows when it ends?
        threading.Thread(target=self._serve, daemon=True).start()

    def run(self, fetches, feed_dict=None, options=None, run_metadata=None, *, patience=None):
        """What each worker fetches may differ.

        patience: seconds that the ops of this run wait, where they are not the usual ones.
        """
        options = options or v1.RunOptions()
        options.experimental.collective_graph_key = GRAPH_KEY
        waits = patience or self._patience
        self.busy = True
        self._asked.put((fetches, feed_dict, options, run_metadata))
        values, error = self._answer(waits)
        self.busy = False
        if error is not None and OTHER_CLUSTER.search(str(error)):
            raise UsageError(f'{self._cluster.name}: another worker knows another number of '
                             'workers: give all the same cluster in TF_CONFIG') from error
        if isinstance(error, LOST):
            late = isinstance(error, tf.errors.DeadlineExceededError)
            raise self._lost(f'did not answer for {waits:g} s' if late else
                             f'is gone ({_cause(error)})') from error
        if error is not None:
            raise error
        return values

    def _answer(self, waits):
        end = time.monotonic() + waits + SLACK
        while time.monotonic() < end:
            try:
                return self._answers.get(timeout=LOOK)
            except queue.Empty:
                continue
        raise self._lost(f'did not answer for {waits:g} s')

    def _serve(self):
        while True:
            asked = self._asked.get()
            try:
                self._answers.put((self._session.run(*asked), None))
            except BaseException as error:                   # noqa: BLE001
                self._answers.put((None, error))

    def _lost(self, how):
        return WorkerLost(f'{self._cluster.name}: another worker {how}')


def _cause(error):
    """The line of TensorFlow's that says what happened, not where."""
    lines = [line.strip() for line in (error.message or '').splitlines()]
    told = [line for line in lines if line.startswith(('Collective', 'Socket'))]
    return told[0] if told else reason(error)
