"""Runs a session in step with all other workers: each makes the same runs in the same order."""

import queue
import re
import threading
import time

import tensorflow as tf

from dcgan_tf.errors import UsageError, WorkerLost, reason

v1 = tf.compat.v1
GRAPH_KEY = 1           # by this key TensorFlow joins the runs of all workers, in their order
SLACK = 10.0            # seconds beyond the patience in which TensorFlow has to report a timeout
POLL_SECONDS = 0.5      # time between two checks of the deadline
# The errors of a run when another worker is gone, found by killing workers.
WORKER_GONE = (tf.errors.UnavailableError, tf.errors.DeadlineExceededError,
               tf.errors.InternalError, tf.errors.FailedPreconditionError,
               tf.errors.CancelledError, tf.errors.AbortedError)
OTHER_CLUSTER = re.compile(r'joining a group with size|but that group has size')


class CollectiveSession:
    """Has a `run` like that of a session, which all workers have to call together.

    `run` raises WorkerLost if another worker does not take part, and UsageError if another worker
    has a cluster of another size.

    A thread makes the runs. So this worker can receive signals while it waits for others, and the
    wait has a limit even where TensorFlow has none, which is before it has reached worker 0.

    busy: True during a run; it is not known when that ends.
    """

    def __init__(self, session, cluster, patience):
        self.graph = session.graph
        self._session, self._cluster, self._patience = session, cluster, patience
        self._requests, self._results = queue.SimpleQueue(), queue.SimpleQueue()
        self.busy = False
        threading.Thread(target=self._serve, daemon=True).start()

    def run(self, fetches, feed_dict=None, options=None, run_metadata=None, *, patience=None):
        """Runs the session like `run` of a session; what the workers fetch may differ.

        patience: seconds that the ops of this run wait; None = those of this session.
        """
        options = options or v1.RunOptions()
        options.experimental.collective_graph_key = GRAPH_KEY
        seconds = patience or self._patience
        self.busy = True
        self._requests.put((fetches, feed_dict, options, run_metadata))
        values, error = self._result(seconds)
        self.busy = False
        if error is not None and OTHER_CLUSTER.search(str(error)):
            raise UsageError(f'{self._cluster.name}: another worker was started with another '
                             'number of workers: give all the same cluster in TF_CONFIG'
                             ) from error
        if isinstance(error, WORKER_GONE):
            late = isinstance(error, tf.errors.DeadlineExceededError)
            raise self._lost(f'did not answer for {seconds:g} s' if late else
                             f'is gone ({_cause(error)})') from error
        if error is not None:
            raise error
        return values

    def _result(self, seconds):
        """Returns (values, None) or (None, error) of the run; raises WorkerLost at the deadline."""
        end = time.monotonic() + seconds + SLACK
        while time.monotonic() < end:
            try:
                return self._results.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
        raise self._lost(f'did not answer for {seconds:g} s')

    def _serve(self):
        while True:
            request = self._requests.get()
            try:
                self._results.put((self._session.run(*request), None))
            except BaseException as error:                   # noqa: BLE001
                self._results.put((None, error))

    def _lost(self, how):
        return WorkerLost(f'{self._cluster.name}: another worker {how}')


def _cause(error):
    """Returns the line of TensorFlow's message that says what happened, not where."""
    lines = [line.strip() for line in (error.message or '').splitlines()]
    causes = [line for line in lines if line.startswith(('Collective', 'Socket'))]
    return causes[0] if causes else reason(error)
