"""Activations, element by element."""

import tensorflow as tf

relu = tf.nn.relu                  # max(x, 0)
tanh = tf.nn.tanh                  # (-1, 1)
sigmoid = tf.nn.sigmoid            # (0, 1)
leaky_relu = tf.nn.leaky_relu      # max(x, alpha x): Maas et al. 2013. It is one fused op: the
#                                    gradient of `tf.maximum` is far slower
