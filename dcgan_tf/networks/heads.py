"""The features that the tools measure, made of the feature maps of several layers."""

import tensorflow as tf

from dcgan_tf import ops

GRID = 4                # cells along each side of a feature map, in `pooled`


def pooled(maps):
    """Max-pools the feature maps of several layers to 4x4 each, and concatenates them.   -> [N, F]

    Radford et al. 2016, arXiv 1511.06434, section 5.1.
    """
    with tf.name_scope('pooled'):
        return tf.concat([ops.flatten(ops.max_pool_grid(h, GRID)) for h in maps], axis=1)
