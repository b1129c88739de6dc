"""What one worker has seen and all have to act on, after one and the same step."""

import signal

import tensorflow as tf

v1 = tf.compat.v1
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Wishes:
    """Travels with every step, in the graph that is open: `heard` float32 [3], `fed` for each run.

    heard: how many workers were sent SIGINT, how many SIGTERM, how many saw a collapse.
    """

    def __init__(self, exchange):
        with tf.name_scope('workers/'):
            self.ph = v1.placeholder_with_default(tf.zeros([len(SIGNALS) + 1]),
                                                  [len(SIGNALS) + 1], 'wishes')
            self.heard = exchange.total(self.ph)

    def fed(self, received, collapsed):
        """The feed_dict of a worker. received: a signal's number or None. collapsed: a bool."""
        return {self.ph: [float(received == s) for s in SIGNALS] + [float(collapsed)]}


def understood(heard):
    """What was `heard` in a step -> a signal's number or None, was there a collapse?"""
    *counts, collapsed = heard
    sent = [s for s, count in zip(SIGNALS, counts, strict=True) if count]
    return (sent[-1] if sent else None), bool(collapsed)
