"""encode: the latents of images by the encoder, where there is one."""

import numpy as np
import pytest

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.errors import UsageError

CGAN = {'type': 'cgan', 'class_names': ('a', 'b')}


@pytest.mark.parametrize(('name', 'options'), [('dcgan28', {}), ('main1', CGAN)],
                         ids=['gan', 'cgan'])
def test_an_image_has_a_code_of_its_own(one_layer, images, name, options):
    """The same beside other images; main1 needs a batch that normalises them."""
    config = one_layer(name, penalty='mode_regularised', epochs=2, **options)
    labels = np.arange(len(images)) % 2 if options else None
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.encoder()
        gan.fit(images, labels=labels, progress=False)
        first = images[:4], None if labels is None else labels[:4]
        reference = first if name == 'main1' else None
        codes = gan.encode(images, labels, reference)
        assert codes.shape == (len(images), 3) and len(np.unique(codes, axis=0)) == len(images)
        alone = gan.encode(images[2:3], None if labels is None else labels[2:3], reference)
        np.testing.assert_allclose(alone[0], codes[2], rtol=1e-4, atol=1e-6)
        assert gan.generate_images(codes, labels).shape == images.shape


def test_a_gan_without_an_encoder_says_so(finished, one_layer, images):
    with pytest.raises(UsageError, match='--type gan has no encoder; .*invert'):
        finished(one_layer(), training=False).encode(images)
