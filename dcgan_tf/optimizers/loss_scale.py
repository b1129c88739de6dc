"""Loss scaling, for gradients of float16: Micikevicius et al. 2018, arXiv 1710.03740, section 3.2.

Numbers smaller than 6e-8 are zero in float16, and most gradients of a loss are so small. So the
gradients of `scale` times the loss are computed, and then divided by `scale`.

    a gradient is not finite    there is no update, and the scale halves
    else                        there is one; after PATIENCE such steps the scale doubles
"""

import tensorflow as tf

from dcgan_tf.ops.gradients import gradients
from dcgan_tf.optimizers.slots import assign_all, state_variable

FIRST_SCALE = 2.0 ** 15
PATIENCE = 1_000
MIN_SCALE, MAX_SCALE = 1.0, 2.0 ** 24  # limits of the scale


class LossScale:
    """The scale of a player's loss. Its variables: SCOPE/loss_scale and SCOPE/loss_scale_good."""

    def __init__(self, scope):
        self._scale = state_variable([], FIRST_SCALE, f'{scope}/loss_scale')
        self._finite_steps = state_variable([], 0.0, f'{scope}/loss_scale_good')
        self.value = self._scale.value()
        self.can_shrink = self.value > MIN_SCALE

    def gradients(self, loss, weights, name='gradients'):
        """Returns `tf.gradients`, computed with the scaled loss.

        It is None for a weight on which the loss does not depend.
        """
        found = gradients(loss, weights, [tf.cast(self.value, loss.dtype)], name)
        with tf.name_scope('unscaled'):
            return [g if g is None else g / tf.cast(self.value, g.dtype) for g in found]

    def update_ops(self, all_finite, gate=None):
        """Updates the scale.

        all_finite: bool, are all gradients finite? gate: bool, does the player move? If not, the
        scale does not change.
        """
        finite_steps = self._finite_steps.value() + 1.0
        grows = tf.logical_and(all_finite, finite_steps >= PATIENCE)
        larger = tf.where(grows, self.value * 2.0, self.value)
        scale = tf.where(all_finite, larger, self.value / 2.0)
        continues = tf.logical_and(all_finite, tf.logical_not(grows))
        values = [tf.clip_by_value(scale, MIN_SCALE, MAX_SCALE),
                  tf.where(continues, finite_steps, 0.0)]
        return [assign_all([self._scale, self._finite_steps], values, gate)]
