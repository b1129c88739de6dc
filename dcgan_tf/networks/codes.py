"""Layers of networks that make codes, or judge them. A code is a latent that an encoder made.

E(x) has to be able to be every latent of the prior, and nothing else: otherwise D tells codes from
latents by their range alone. `to_support` brings it there.
"""

import tensorflow as tf

from dcgan_tf import ops

UNITS_OF_Z, UNITS_OF_PAIR = 256, 512      # of the hidden layers of a D of pairs
UNITS_OF_CODE = (512, 512)                # ... of a D of codes
HE = ops.he_normal()


def to_support(h, prior):
    """Maps any numbers to the values that latents of a prior can have.   [N, Z] -> [N, Z]

    uniform: to (-1, 1), as 2 sigmoid(h) - 1 in the program of Donahue et al. 2017, 1605.09782.
    sphere: h / |h|. All other priors: h itself.
    """
    with tf.name_scope('to_support'):
        return SUPPORTS[prior](h)


SUPPORTS = {                     # the rows of config.PRIORS
    'uniform': lambda h: tf.tanh(h / 2.0),
    **dict.fromkeys(('normal', 'normal5', 'mixture10', 'swiss_roll'), tf.identity),
    'sphere': ops.on_sphere,
}


def pair_logits(h, z, logits):
    """Builds the last layers of a D of pairs.   -> [N, logits]

    h: what D's convolutions make of the images, of any shape [N, ...]. z [N, Z] has a layer of its
    own, because a few numbers next to thousands of features would not count.
    """
    with tf.name_scope('z_linear'):
        of_z = ops.leaky_relu(ops.linear(z, 'z_linear', UNITS_OF_Z))
    with tf.name_scope('pair_linear'):
        pair = tf.concat([ops.flatten(h), of_z], axis=1)
        pair = ops.leaky_relu(ops.linear(pair, 'pair_linear', UNITS_OF_PAIR))
    return ops.linear(pair, 'pair_logits', logits)


def code_logits(z, logits, units=UNITS_OF_CODE, init=HE, activation=ops.leaky_relu):
    """Builds a D of codes, with a hidden layer for each number of units.

    [N, Z] -> [N, logits]
    """
    for i, n in enumerate(units, 1):
        with tf.name_scope(f'd{i}_linear'):
            z = activation(ops.linear(z, f'd{i}_linear', n, init=init))
    return ops.linear(z, f'd{len(units) + 1}_linear', logits, init=init)
