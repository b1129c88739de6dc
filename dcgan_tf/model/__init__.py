"""The GAN: `graph.py` builds it in three methods, `gan.py` trains it and uses it."""

from dcgan_tf.model.fitting import FitResult
from dcgan_tf.model.gan import DeepConvolutionalGAN

__all__ = ['DeepConvolutionalGAN', 'FitResult']
