"""The table of GAN systems. Each system is one file."""

from dcgan_tf import own_code
from dcgan_tf.config import PENALTIES
from dcgan_tf.errors import UsageError
from dcgan_tf.systems import contract
from dcgan_tf.systems.aae import AAE
from dcgan_tf.systems.aae_clusters import AAEClusters
from dcgan_tf.systems.acgan import ACGAN
from dcgan_tf.systems.age import AGE
from dcgan_tf.systems.ali import ALI
from dcgan_tf.systems.base import Batch, Player, System
from dcgan_tf.systems.bigan import BiGAN
from dcgan_tf.systems.dcgan import DCGAN
from dcgan_tf.systems.infogan import InfoGAN
from dcgan_tf.systems.mode_regularised import ModeRegularised
from dcgan_tf.systems.vae_gan import VAEGAN

__all__ = ['SYSTEMS', 'Batch', 'Player', 'System', 'build']

SYSTEMS = {                  # the same rows as config.TYPES
    'gan':     DCGAN,
    'cgan':    DCGAN,        # with labels
    'acgan':   ACGAN,
    'infogan': InfoGAN,
    'bigan':   BiGAN,
    'ali':     ALI,
    'vae_gan': VAEGAN,
    'aae':     AAE,
    'aae_labels': AAE,       # with labels
    'aae_clusters': AAEClusters,
    'age':     AGE,
}


def build(config) -> System:
    """Returns the system of a Config: the row of its `type`.

    A penalty that trains an encoder has a system of its own: `ModeRegularised`. One of your own,
    FILE.py:NAME, is checked while it is built.
    """
    if own_code.is_own(config.type):
        return contract.checked(_own(config)(config))
    system = SYSTEMS[config.type]
    if system is DCGAN and PENALTIES[config.penalty].encoder:
        system = ModeRegularised
    return system(config)


def _own(config):
    """Returns a class of the user's. UsageError if it is no System, or is not complete."""
    found = own_code.find('type', config.type, config.code)
    if not issubclass(found, System):
        raise UsageError(f'{config.type} is not derived from dcgan_tf.systems.System')
    own_code.check_complete(config.type, found)
    return found
