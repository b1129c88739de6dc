"""Loss scaling, for gradients of float16: Micikevicius et al. 2018, arXiv 1710.03740, section 3.2.

What is smaller than 6e-8 is zero in float16, and most of a loss's gradients are: so the gradients
of `scale` times the loss are taken, and divided by it.

    a gradient is not finite    the step is not taken, and the scale halves
    else                        it is, and behind PATIENCE such steps the scale doubles
"""

import tensorflow as tf

from dcgan_tf.ops.gradients import gradients
from dcgan_tf.optimizers.slots import kept, written

FIRST_SCALE = 2.0 ** 15
PATIENCE = 1_000
MIN_SCALE, MAX_SCALE = 1.0, 2.0 ** 24  # between these it moves


class LossScale:
    """Of one network's loss. Keeps the variables SCOPE/loss_scale and SCOPE/loss_scale_good."""

    def __init__(self, scope):
        self._scale = kept([], FIRST_SCALE, f'{scope}/loss_scale')
        self._good = kept([], 0.0, f'{scope}/loss_scale_good')
        self.value = self._scale.read_value()
        self.can_shrink = self.value > MIN_SCALE

    def gradients(self, loss, weights):
        """`tf.gradients` [None where the loss does not depend on a weight], by way of the scale."""
        found = gradients(loss, weights, [tf.cast(self.value, loss.dtype)])
        return [g if g is None else tf.math.divide(
            g, tf.cast(self.value, g.dtype), 'unscaled_' + w.op.name.replace('/', '_'))
            for w, g in zip(weights, found, strict=True)]

    def update_ops(self, good, gate=None):
        """Moves the scale. good: bool, are all gradients finite? gate: bool, does the player move?

        Where it does not the scale stays.
        """
        so_far = self._good.read_value() + 1.0
        grows = tf.logical_and(good, so_far >= PATIENCE)
        scale = tf.where(good, tf.where(grows, self.value * 2.0, self.value), self.value / 2.0)
        goes_on = tf.logical_and(good, tf.logical_not(grows))
        values = [tf.clip_by_value(scale, MIN_SCALE, MAX_SCALE), tf.where(goes_on, so_far, 0.0)]
        return [written([self._scale, self._good], values, gate)]
