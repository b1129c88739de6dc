"""Shares batches, weights and the end of a training between one GAN and the other workers."""

import tensorflow as tf

from dcgan_tf.distributed.synchronize import Synchronizer
from dcgan_tf.errors import UsageError
from dcgan_tf.signals import SIGNALS

v1 = tf.compat.v1


class Peers:
    """Connects a GAN of this worker with the other workers.

    worker: the `distributed.Worker` of this process. first: True if it writes the run folder.
    shard: its part of every batch. stop_requests: the `StopRequests` that are sent with every step;
    None before `vote`. synchronizer: the `Synchronizer` of the variables; None before
    `share_variables`. collective_session: the session that all workers run together; None before
    `synchronize`.
    """

    def __init__(self, worker, config):
        if config.steps_per_run > 1:
            raise UsageError(f'--steps-per-run {config.steps_per_run}: with several workers '
                             'expected 1, one step a run')
        self.worker, self.first = worker, worker.cluster.first
        self.shard = worker.collectives.batch_shard(norm=config.sync_batch_norm)
        self.stop_requests = self.synchronizer = self.collective_session = None

    def vote(self):
        """Makes the ops of the stop requests, which run with every step, in the current graph."""
        self.stop_requests = StopRequests(self.worker.collectives)

    def share_variables(self, variables):
        """Makes the ops that copy the first worker's variables to all workers."""
        self.synchronizer = Synchronizer(self.worker, variables)

    def synchronize(self, session, facts):
        """Waits for all workers, at the first call. UsageError if a worker has other `facts`.

        facts: name -> value.
        """
        if self.collective_session is None:
            self.collective_session = self.worker.collective_session(session)
            self.synchronizer.check_same_setup(self.collective_session, facts)

    @property
    def busy(self):
        """True during a run of the collective session; it is not known when that ends."""
        return self.collective_session is not None and self.collective_session.busy


class StopRequests:
    """Makes the ops, in the current graph, which have to run in every step.

    votes: float32 [number of SIGNALS + 2], the number of workers that received each signal (SIGHUP,
    SIGINT, SIGTERM), that found a collapse, and with a hook that ends the training.
    """

    def __init__(self, collectives):
        with tf.name_scope('workers/'):
            self.ph = v1.placeholder_with_default(tf.zeros([len(SIGNALS) + 2]),
                                                  [len(SIGNALS) + 2], 'wishes')
            self.votes = collectives.all_reduce(self.ph)

    def feed_dict(self, received, collapsed, leaves):
        """Returns this worker's feed_dict for one run.

        received: the number of a signal or None. collapsed: True if it found a collapse. leaves:
        True if one of its hooks ends the training.
        """
        return {self.ph: [*(float(received == s) for s in SIGNALS), float(collapsed),
                          float(leaves)]}


def decode(votes):
    """Decodes the `votes` of a step -> (a signal's number or None, a collapse, leaves)."""
    *counts, collapsed, leaves = votes
    sent = [s for s, count in zip(SIGNALS, counts, strict=True) if count]
    return (sent[-1] if sent else None), bool(collapsed), bool(leaves)
