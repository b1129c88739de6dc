"""Which of D and G may move: Larsen et al. 2016, arXiv 1512.09300, in the authors' program.

A D that is too good has gradients of which G cannot learn, and one that is too bad has nothing to
say. So the one that is ahead waits.
"""

import tensorflow as tf

from dcgan_tf import ops

EQUILIBRIUM = 0.68               # about ln 2, the costs of a D that cannot tell


def gates(system, r, f):
    """Returns whether D and G move in this step: bools []; None = always, for a margin of 0.

    D waits while it is too good, by the margin `gate`, at real or at fake images. G waits while D
    is too bad. If that leaves out both, both move. r, f: D's outputs, [N, L].
    """
    margin, score = system.config.gate, system.objective.score
    if not margin:
        return None, None
    with ops.box('losses'), tf.name_scope('gates'):
        costs = tf.stack([ops.global_batch_mean(tf.nn.softplus(-score(r))),
                          ops.global_batch_mean(tf.nn.softplus(score(f)))])
        d = tf.reduce_all(costs >= EQUILIBRIUM - margin)
        g = tf.reduce_all(costs <= EQUILIBRIUM + margin)
        return tf.logical_or(d, ~g), tf.logical_or(g, ~d)
