"""The table of network families. Each family is one file."""

from dcgan_tf.config import families
from dcgan_tf.networks.architecture import Architecture
from dcgan_tf.networks.dcgan import DCGAN, Main1
from dcgan_tf.networks.folder import Folder
from dcgan_tf.networks.keras_mnist import KerasMNIST
from dcgan_tf.networks.upsample import Upsample

ARCHITECTURES = {           # the same rows as config.FAMILIES
    'dcgan':       DCGAN,
    'main1':       Main1,
    'keras_mnist': KerasMNIST,
    'upsample':    Upsample,
    'folder':      Folder,
}


def build(config) -> Architecture:
    """Returns the family of networks that a Config names. UsageError if the name is unknown."""
    families.family_of(config)
    return ARCHITECTURES[config.architecture](config)
