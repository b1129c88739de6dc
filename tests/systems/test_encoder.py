"""encode: the latents of images by the encoder, where there is one."""

import numpy as np
import pytest

from dcgan_tf import DeepConvolutionalGAN, latent
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.encoded import encoded_by
from dcgan_tf.fit.feed import first_pair
from dcgan_tf.images import to_uint8

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
        assert {'reconstruction_error', 'code_mean', 'code_deviation'} <= gan.history.keys()
        first = images[:4], None if labels is None else labels[:4]
        reference = first if name == 'main1' else None
        codes = gan.encode(images, labels, reference)
        assert codes.shape == (len(images), 3) and len(np.unique(codes, axis=0)) == len(images)
        alone = gan.encode(images[2:3], None if labels is None else labels[2:3], reference)
        np.testing.assert_allclose(alone[0], codes[2], rtol=1e-4, atol=1e-6)
        assert gan.generate_images(codes, labels).shape == images.shape
        check_what_metrics_get(gan, images, labels)


def check_what_metrics_get(gan, images, labels):
    """Codes and reconstructions of all pictures, and the codes of G's pictures of latents."""
    data = Dataset('npz', images, None if labels is None else labels.astype(np.int32),
                   CGAN['class_names'] if labels is not None else (), None)
    encoded = encoded_by(gan, images, labels, seed=3)['encoded']
    made = encoded({'codes', 'train_codes', 'rebuilt', 'latents', 'cycled'}, data.take([5, 1]),
                   data)
    reference = first_pair(gan.config, images, labels)

    def same(x, expected, atol=1e-5):
        np.testing.assert_allclose(x, expected, rtol=1e-4, atol=atol)
    same(made['codes'], gan.encode(images, labels, reference))
    same(made['train_codes'], made['codes'][[5, 1]])
    same(made['rebuilt'] / 255, gan.reconstruct(images, labels, reference), atol=0.6 / 255)
    z = made['latents']
    same(z, latent.draw('uniform', len(images), 3, seed=3))
    same(made['cycled'], gan.encode(to_uint8(gan.generate_images(z, labels)), labels, reference))
    assert list(encoded({'train_codes'}, data, data)) == ['train_codes']


def test_a_gan_without_an_encoder_says_so(finished, one_layer, images):
    with pytest.raises(UsageError, match='--type gan has no encoder; .*invert'):
        finished(one_layer(), training=False).encode(images)
    assert encoded_by(finished(one_layer(), training=False), images, None) == {}
