"""The choices behind fields of Config and their help; the ops are elsewhere, with TensorFlow."""

from typing import NamedTuple


class Type(NamedTuple):
    """One row of TYPES."""

    help: str
    labels: bool = True         # does the generator take them?


TYPES = {              # how labels enter the networks; conditioning.py has the ops
    'gan':  Type('not at all', labels=False),
    'cgan': Type('one-hot, beside the latent and as maps beside the image'),
}
OBJECTIVES = {         # what D and G minimise; objectives.py has the formulas
    'softmax':              'cross-entropy over two logits, as main1',
    'non_saturating':       'D a classifier, G -log D(G(z))',
    'minimax':              'the same D, G log(1 - D(G(z)))',
    'relativistic_average': 'real more real than fakes on average',
    'least_squares':        'LSGAN: distances to 1 and 0',
    'hinge':                'margins of 1',
    'wgan':                 'earth mover\'s distance, D\'s weights clipped',
    'loss_sensitive':       'margins as wide as the images lie apart',
    'ebgan':                'D an autoencoder, its error the energy',
    'f_gan_kl':             'f-GAN: Kullback-Leibler',
    'f_gan_reverse_kl':     'reverse Kullback-Leibler',
    'f_gan_pearson':        'Pearson chi squared',
    'f_gan_hellinger':      'squared Hellinger',
    'f_gan_jensen_shannon': 'Jensen-Shannon',
    'f_gan_gan':            'the GAN\'s own divergence',
}
PENALTIES = {          # added to the loss of D or G; penalties.py has the formulas
    'none':              'no penalty',
    'gradient_penalty':  'WGAN-GP: gradients of norm 1 between real and fake',
    'lipschitz_penalty': 'WGAN-LP: of norm 1 at most',
    'r1':                'small gradients at real images',
    'dragan':            'of norm 1 near real images',
    'mode_regularised':  'an encoder beside G, which must rebuild real images',
}
NORMS = {              # behind layers; ops/norms.py has them
    'batch':    'over the batch',
    'instance': 'over each map of each image',
    'layer':    'over all maps of each image',
    'none':     'no norm',
    'spectral': 'of the weights, by their largest singular value',
}
AUGMENTS = {           # of what D sees; ops/diff_augment.py has them
    'color':       'brightness, saturation and contrast',
    'translation': 'up to an eighth of the size, either way',
    'cutout':      'a rectangle of half the size blanked',
}
AUTO = 'auto'          # the norm of the family, or what the penalty needs in its place

CHOICES = {            # field of Config -> its choices and what they mean
    'type': {name: row.help for name, row in TYPES.items()},
    'objective': OBJECTIVES,
    'penalty': PENALTIES,
    'norm': {AUTO: 'the preset\'s own, or layer where the penalty needs it', **NORMS},
    'g_norm': {name: NORMS[name] for name in ('batch', 'none')},
}
