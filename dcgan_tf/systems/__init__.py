"""The GAN systems: one file each, one table."""

from dcgan_tf.losses import penalties
from dcgan_tf.systems.base import Batch, Player, System
from dcgan_tf.systems.dcgan import DCGAN
from dcgan_tf.systems.mode_regularised import ModeRegularised

__all__ = ['SYSTEMS', 'Batch', 'Player', 'System', 'build']

SYSTEMS = {                  # the rows of config.TYPES
    'gan':  DCGAN,
    'cgan': DCGAN,           # with labels
}


def build(config) -> System:
    """The system of a Config: that of its `type`, with an encoder where its penalty needs one."""
    if penalties.get(config.penalty).encoder:
        return ModeRegularised(config)
    return SYSTEMS[config.type](config)
