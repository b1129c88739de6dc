"""The table of network families. Each family is one file."""

from dcgan_tf import own_code
from dcgan_tf.errors import UsageError
from dcgan_tf.networks import contract
from dcgan_tf.networks.aae import AAE, AAEClusters
from dcgan_tf.networks.acgan import ACGAN
from dcgan_tf.networks.age import AGE32, AGE64
from dcgan_tf.networks.ali import ALI, ALI64
from dcgan_tf.networks.architecture import Architecture
from dcgan_tf.networks.bigan_mnist import BiGANMNIST
from dcgan_tf.networks.dcgan import DCGAN, Main1
from dcgan_tf.networks.folder import Folder
from dcgan_tf.networks.infogan_mnist import InfoGANMNIST
from dcgan_tf.networks.keras_mnist import KerasMNIST
from dcgan_tf.networks.skip import Skip
from dcgan_tf.networks.upsample import Upsample
from dcgan_tf.networks.vae_gan import VAEGAN

ARCHITECTURES = {           # a family that is not like `dcgan` has a row in config.FAMILIES, too
    'dcgan':       DCGAN,
    'main1':       Main1,
    'keras_mnist': KerasMNIST,
    'upsample':    Upsample,
    'folder':      Folder,
    'infogan_mnist': InfoGANMNIST,
    'acgan':       ACGAN,
    'bigan_mnist': BiGANMNIST,
    'ali':         ALI,
    'ali64':       ALI64,
    'vae_gan':     VAEGAN,
    'aae':         AAE,
    'aae_clusters': AAEClusters,
    'age32':       AGE32,
    'age64':       AGE64,
    'skip':        Skip,
}


def build(config) -> Architecture:
    """Returns the family of networks that a Config names. UsageError if the name is unknown.

    One of your own, FILE.py:NAME, is checked while it is built.
    """
    if own_code.is_own(config.architecture):
        return contract.checked(_own(config)(config), config)
    if config.architecture not in ARCHITECTURES:
        raise UsageError(f'architecture {config.architecture!r} is unknown: expected '
                         f'{", ".join(ARCHITECTURES)}')
    return ARCHITECTURES[config.architecture](config)


def _own(config):
    """Returns a class of the user's. UsageError if it is no Architecture, or is not complete."""
    found = own_code.find('architecture', config.architecture, config.code)
    if not issubclass(found, Architecture):
        raise UsageError(f'{config.architecture} is not derived from dcgan_tf.networks.'
                         'Architecture')
    own_code.check_complete(config.architecture, found)
    return found
