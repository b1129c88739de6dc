"""What one worker has seen and all have to act on, after one and the same step."""

import signal

import tensorflow as tf

v1 = tf.compat.v1
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequests:
    """Travels with every step, in the graph that is open; `feed_dict` is for each run.

    votes: float32 [3], how many workers were sent SIGINT, how many SIGTERM, how many saw a
    collapse.
    """

    def __init__(self, collectives):
        with tf.name_scope('workers/'):
            self.ph = v1.placeholder_with_default(tf.zeros([len(SIGNALS) + 1]),
                                                  [len(SIGNALS) + 1], 'wishes')
            self.votes = collectives.all_reduce(self.ph)

    def feed_dict(self, received, collapsed):
        """The feed_dict of a worker. received: a signal's number or None. collapsed: a bool."""
        return {self.ph: [float(received == s) for s in SIGNALS] + [float(collapsed)]}


def decode(votes):
    """The `votes` of a step -> a signal's number or None, was there a collapse?"""
    *counts, collapsed = votes
    sent = [s for s, count in zip(SIGNALS, counts, strict=True) if count]
    return (sent[-1] if sent else None), bool(collapsed)
