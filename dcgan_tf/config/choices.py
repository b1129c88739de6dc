"""The choices behind fields of Config and their help; the ops are elsewhere, with TensorFlow."""

import math
from typing import NamedTuple

from dcgan_tf.config.types import TYPES


class Metric(NamedTuple):
    """One row of METRICS."""

    help: str
    target: float | None = None     # the value to come near; None: no run can be ranked by it
    of_real: bool = False           # is that of real pictures the value to come near?


OBJECTIVES = {         # what D and G minimise; losses/objectives.py has the formulas
    'softmax':              'cross-entropy over two logits, as main1',
    'non_saturating':       'D a classifier, G -log D(G(z))',
    'minimax':              'D a classifier, G log(1 - D(G(z)))',
    'relativistic_average': 'real more real than fakes on average',
    'least_squares':        'LSGAN: distances to 1 and 0',
    'hinge':                'margins of 1',
    'wgan':                 'earth mover\'s distance, D\'s weights clipped',
    'loss_sensitive':       'margins as wide as the images lie apart',
    'ebgan':                'D an autoencoder, its error the energy',
    'f_gan_kl':             'f-GAN: Kullback-Leibler',
    'f_gan_reverse_kl':     'f-GAN: reverse Kullback-Leibler',
    'f_gan_pearson':        'f-GAN: Pearson chi squared',
    'f_gan_hellinger':      'f-GAN: squared Hellinger',
    'f_gan_jensen_shannon': 'f-GAN: Jensen-Shannon',
    'f_gan_gan':            'f-GAN: the GAN\'s own divergence',
}
PENALTIES = {          # added to the loss of D or G; losses/penalties.py has the formulas
    'none':              'no penalty',
    'gradient_penalty':  'WGAN-GP: gradients of norm 1 between real and fake',
    'lipschitz_penalty': 'WGAN-LP: gradients of norm 1 at most between real and fake',
    'r1':                'small gradients at real images',
    'dragan':            'gradients of norm 1 near real images',
    'mode_regularised':  'an encoder beside G: the two must rebuild real images',
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
METRICS = {            # how good are the pictures; metrics/ has the formulas
    'frechet':          Metric('between Gaussians of the features', 0.0),
    'kernel':           Metric('the same by a cubic kernel, unbiased', 0.0),
    'precision':        Metric('samples that lie among real pictures', 1.0),
    'recall':           Metric('real pictures that lie among samples', 1.0),
    'density':          Metric('how densely real pictures lie at samples', 1.0),
    'coverage':         Metric('real pictures with a sample nearby', 1.0),
    'two_sample':       Metric('told apart by the nearest neighbour', 0.5),
    'classifier_score': Metric('clear and of all classes', math.inf),
    'entropy':          Metric('are classes as frequent as in the data?', 1.0, of_real=True),
    'similarity':       Metric('MS-SSIM of pairs, 1 = all alike'),
    'copies':           Metric('samples as near to training pictures as 1 % of fresh ones'),
}
PRECISIONS = {         # of convolutions and matrix products; weights and the rest stay float32
    'float32':  'as they are',
    'bfloat16': 'rounded to 8 bits',
    'float16':  'rounded to 11 bits, with a scaled loss; meant for a GPU',
    'auto':     'bfloat16 where the processor has AMX, else float32',
}
ON_COLLAPSE = {        # what a training does when it seems lost: see monitoring/collapse.py
    'warn':     'say so and go on',
    'stop':     'end the run',
    'rollback': 'go back to the last good checkpoint, with other noise',
}
ON_SAVE_ERROR = {      # what a training does when its disk is full
    'stop': 'end the run',
    'warn': 'say so, go on, and try again when the next is due',
}
NONE = 'none'
AUTO = 'auto'          # the norm of the family, or what the penalty needs in its place

CHOICES = {            # field of Config -> its choices and what they mean
    'type': {name: row.help for name, row in TYPES.items()},
    'objective': OBJECTIVES,
    'penalty': PENALTIES,
    'norm': {AUTO: 'the preset\'s own, or layer where the penalty needs it', **NORMS},
    'g_norm': {name: NORMS[name] for name in ('batch', 'none')},
    'keep_best': {NONE: 'only the newest are kept', **{
        name: row.help for name, row in METRICS.items() if row.target is not None}},
    'precision': PRECISIONS,
    'on_collapse': ON_COLLAPSE,
    'on_save_error': ON_SAVE_ERROR,
}
LISTS = {              # field of Config whose value is a list of these, with commas
    'diff_augment': AUGMENTS,
    'metrics': {name: row.help for name, row in METRICS.items()},
}
