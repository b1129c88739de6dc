"""Sends signals and collapses of one worker to all, so that all act after the same step."""

import tensorflow as tf

from dcgan_tf.signals import SIGNALS

v1 = tf.compat.v1


class StopRequests:
    """Makes the ops, in the current graph, which have to run in every step.

    votes: float32 [number of SIGNALS + 1], the number of workers that received each signal (SIGHUP,
    SIGINT, SIGTERM), and the number that found a collapse.
    """

    def __init__(self, collectives):
        with tf.name_scope('workers/'):
            self.ph = v1.placeholder_with_default(tf.zeros([len(SIGNALS) + 1]),
                                                  [len(SIGNALS) + 1], 'wishes')
            self.votes = collectives.all_reduce(self.ph)

    def feed_dict(self, received, collapsed):
        """Returns this worker's feed_dict for one run.

        received: the number of a signal or None. collapsed: True if it found a collapse.
        """
        return {self.ph: [float(received == s) for s in SIGNALS] + [float(collapsed)]}


def decode(votes):
    """Decodes the `votes` of a step -> (a signal's number or None, True if there is a collapse)."""
    *counts, collapsed = votes
    sent = [s for s, count in zip(SIGNALS, counts, strict=True) if count]
    return (sent[-1] if sent else None), bool(collapsed)
