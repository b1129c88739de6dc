"""Lists the choices of Config's fields with their help; the ops are in other folders."""

import math
from typing import NamedTuple

from dcgan_tf.config.family import FAMILIES
from dcgan_tf.config.presets import PRESETS
from dcgan_tf.config.types import CLASSES, TYPES


class Objective(NamedTuple):
    """Describes one objective: a row of OBJECTIVES."""

    help: str
    smooths: bool = False           # True if D has targets, which --label-smoothing changes
    probabilities: bool = False     # True if D says how probable it is that an image is real
    d_output: str = 'a logit'       # what D's last layer returns for an image


class Penalty(NamedTuple):
    """Describes one penalty: a row of PENALTIES."""

    help: str
    weight: float                   # the paper's weight
    fallback_norm: str = ''         # D's norm in place of batch norm; '' = batch norm is allowed
    encoder: bool = False           # True = an encoder is trained together with G


class Metric(NamedTuple):
    """Describes one metric: a row of METRICS."""

    help: str
    target: float | None = None     # the best value; None = it does not rank runs
    of_real: bool = False           # True if the best value is that of the real pictures
    types: tuple = ()               # the types of GAN that it can measure; () = all
    told: bool = False              # True if it needs what the run's own network says of images
    encoder: bool = False           # True if it can measure only a GAN with an encoder
    named: bool = False             # True if it is slow, so it is measured only where it is named


OBJECTIVES = {         # what D and G minimise; losses/ has the formulas
    'softmax':              Objective('cross-entropy over two logits, as in the preset main1',
                                      smooths=True, probabilities=True, d_output='two logits'),
    'non_saturating':       Objective('D is a classifier, G minimises -log D(G(z))', smooths=True,
                                      probabilities=True),
    'minimax':              Objective('D is a classifier, G minimises log(1 - D(G(z)))',
                                      smooths=True, probabilities=True),
    'relativistic_average': Objective('D compares each image with the mean of the other kind',
                                      smooths=True),
    'least_squares':        Objective('LSGAN: squared distances to 1 and 0', smooths=True),
    'hinge':                Objective('hinge loss with margins of 1'),
    'wgan':                 Objective('earth mover\'s distance; D\'s weights are clipped'),
    'loss_sensitive':       Objective('margins as wide as the distance of the two images'),
    'ebgan':                Objective('D is an autoencoder; its error is the energy',
                                      d_output='an energy'),
    'f_gan_kl':             Objective('f-GAN: Kullback-Leibler'),
    'f_gan_reverse_kl':     Objective('f-GAN: reverse Kullback-Leibler'),
    'f_gan_pearson':        Objective('f-GAN: Pearson chi squared'),
    'f_gan_hellinger':      Objective('f-GAN: squared Hellinger'),
    'f_gan_jensen_shannon': Objective('f-GAN: Jensen-Shannon'),
    'f_gan_gan':            Objective('f-GAN: the GAN\'s own divergence'),
}
PENALTIES = {          # added to the loss of D or G; losses/penalties.py has the formulas
    'none':              Penalty('no penalty', 0.0),
    'gradient_penalty':  Penalty('WGAN-GP: gradients of norm 1 between real and fake images', 10.0,
                                 fallback_norm='layer'),
    'lipschitz_penalty': Penalty('WGAN-LP: gradients of norm 1 at most between real and fake', 10.0,
                                 fallback_norm='layer'),
    'r1':                Penalty('small gradients at real images', 10.0),
    'dragan':            Penalty('gradients of norm 1 near real images', 10.0,
                                 fallback_norm='layer'),
    'mode_regularised':  Penalty('an encoder and G together must reconstruct real images', 0.2,
                                 encoder=True),
}
NORMS = {              # of layers; the ops are in ops/norms.py
    'batch':    'batch norm: over the batch',
    'instance': 'instance norm: over each map of each image',
    'layer':    'layer norm: over all maps of each image',
    'none':     'no norm',
    'spectral': 'the weights are divided by their largest singular value',
}
AUGMENTS = {           # changes of all images that D sees; the ops are in ops/augment.py
    'color':       'other brightness, saturation and contrast',
    'translation': 'moved by up to an eighth of the size, both ways',
    'cutout':      'a rectangle of half the size is blanked',
}
OF_CLASSES = tuple(name for name, row in TYPES.items() if row.labels == CLASSES)
METRICS = {            # how good the pictures are; metrics/ has the formulas
    'frechet':          Metric('distance between Gaussians of the features, best 0', 0.0),
    'kernel':           Metric('distance by a cubic kernel, unbiased, best 0', 0.0),
    'precision':        Metric('share of samples that lie among real pictures', 1.0),
    'recall':           Metric('share of real pictures that lie among samples', 1.0),
    'density':          Metric('how densely real pictures lie around samples', 1.0),
    'coverage':         Metric('share of real pictures with a sample nearby', 1.0),
    'two_sample':       Metric('share that the nearest neighbour tells apart, best 0.5', 0.5),
    'classifier_score': Metric('are samples clear, and of all classes?', math.inf),
    'entropy':          Metric('are classes as frequent as in the data?', 1.0, of_real=True),
    'similarity':       Metric('MS-SSIM of pairs of samples, 1 = all alike'),
    'copies':           Metric('share of samples as near to training pictures as the nearest '
                               '1 % of held-out pictures'),
    'class_accuracy':   Metric('share of samples in which the classifier finds the class that was '
                               'asked for', 1.0, of_real=True, types=OF_CLASSES),
    'class_diversity':  Metric('distances between samples of one class, those of real pictures '
                               'are 1', 1.0, types=OF_CLASSES),
    'modes':            Metric('how many of the 1,000 combinations of digits are found', 1_000.0,
                               of_real=True),
    'modes_kl':         Metric('how evenly: KL divergence of the combinations from the uniform '
                               'distribution', 0.0, of_real=True),
    'head_accuracy':    Metric('share of held-out pictures whose class D finds', 1.0,
                               types=('acgan',), told=True),
    'code_error':       Metric('share of held-out pictures whose class does not go with their '
                               'code, best 0', 0.0, types=('infogan',), told=True),
    'reconstruction':   Metric('distance of held-out pictures from G(E(picture)), best 0', 0.0,
                               encoder=True),
    'wrong_reconstruction': Metric('distance of G(E(picture)) from another picture', encoder=True),
    'reconstruction_ratio': Metric('the first distance divided by the second, best 0', 0.0,
                                   encoder=True),
    'psnr':             Metric('signal to noise of G(E(picture)) in decibels', math.inf,
                               encoder=True),
    'reconstruction_accuracy': Metric('share of held-out pictures whose class the classifier finds '
                                      'in G(E(picture))', 1.0, of_real=True, encoder=True),
    'cycle':            Metric('relative error of E(G(z)), best 0', 0.0, encoder=True),
    'code_moments':     Metric('are mean and covariance of the codes those of the prior? best 0',
                               0.0, encoder=True),
    'code_neighbour':   Metric('share of held-out pictures whose class is that of the training '
                               'picture with the nearest code', 1.0, encoder=True),
    'code_svm':         Metric('share of held-out pictures whose class a linear SVM finds by the '
                               'code', 1.0, encoder=True, named=True),
    'cluster_error':    Metric('share of held-out pictures whose class is not that of the picture '
                               'which is surest to be in their cluster, best 0', 0.0,
                               types=('aae_clusters',), told=True),
}
PRIORS = {             # of the numbers of a latent; latent/prior.py draws them
    'uniform': 'each number uniform in (-1, 1)',
    'normal':  'each number normal, N(0, 1)',
    'normal5': 'each number normal, N(0, 5^2)',
    'mixture10':  'each pair of numbers in one of ten petals round the centre of a plane',
    'swiss_roll': 'each pair of numbers on a roll of two turns in a plane',
    'sphere':  'uniform on the sphere of radius 1',
}
PRECISIONS = {         # of convolutions and matrix products; all other numbers stay float32
    'float32':  'not rounded',
    'bfloat16': 'rounded to 8 bits',
    'float16':  'rounded to 11 bits, the loss is scaled; meant for a GPU',
    'auto':     'bfloat16 if the processor has AMX, else float32',
}
ON_COLLAPSE = {        # what to do at signs of a collapse: see monitoring/collapse.py
    'warn':     'log it and go on',
    'stop':     'end the run',
    'rollback': 'go back to the last good checkpoint and take other noise',
}
ON_SAVE_ERROR = {      # what to do when a file cannot be written
    'stop': 'end the run',
    'warn': 'log it, go on, and try again when the next one is due',
}
HISTOGRAMS = {         # that TensorBoard gets at every --eval-step
    'none':    'none',
    'weights': 'of the weights',
    'all':     'also of the activations, of D\'s outputs and of the gradients, and two numbers of '
               'each layer: the share of dead ReLUs, and the relative change of the weights',
}
CLASS_LOSSES = {       # of an acgan
    'both': 'real and generated images',
    'real': 'real images only',
}
CODE_VARIANCES = {     # of the Gaussian by which the continuous codes of an infogan are found
    'fixed':  '1',
    'learnt': 'a function of the image',
}
DIVERGENCES = {        # of the codes of an age from N(0, 1)
    'exact':     'with the variance of the codes',
    'published': 'as in the program of its authors: with its square in place of the variance',
}
NONE = 'none'
AUTO = 'auto'          # of `norm`: that of the family, or the one that the penalty needs

CHOICES = {            # field of Config -> {choice: help, or None if another field explains it}
    'preset': dict.fromkeys(PRESETS),
    'type': {name: row.help for name, row in TYPES.items()},
    'objective': {name: row.help for name, row in OBJECTIVES.items()},
    'architecture': {name: row.help for name, row in FAMILIES.items()},
    'penalty': {name: row.help for name, row in PENALTIES.items()},
    'prior': PRIORS,
    'norm': {AUTO: 'the norm of the preset, or layer if the penalty needs it', **NORMS},
    'g_norm': {name: NORMS[name] for name in ('batch', 'none')},
    'keep_best': dict.fromkeys([NONE, *(
        name for name, row in METRICS.items() if row.target is not None)]),
    'precision': PRECISIONS,
    'on_collapse': ON_COLLAPSE,
    'on_save_error': ON_SAVE_ERROR,
    'histograms': HISTOGRAMS,
    'class_loss': CLASS_LOSSES,
    'code_variance': CODE_VARIANCES,
    'divergence': DIVERGENCES,
}
LISTS = {              # field of Config that is a list with commas -> {choice: help}
    'diff_augment': AUGMENTS,
    'metrics': {name: row.help for name, row in METRICS.items()},
}
