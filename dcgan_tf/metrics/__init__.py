"""Metrics of generated images as pure functions of arrays, and the table of them.

The metrics do not depend on a network: the caller passes features, class probabilities or images.

    table.py       METRICS, the table: what each takes, and which pictures it can measure
    base.py        Estimate = a value and its error; checks of the arguments
    distances.py   squared distances in slices, for all metrics that need neighbours
    frechet.py     Frechet distance: fits Gaussians to real and fake features
    kernel.py      kernel distance: needs no Gaussians, is unbiased and has an error
    manifold.py    precision, recall, density, coverage: separate quality from diversity
    two_sample.py  can the nearest neighbour distinguish real from fake?
    classes.py     are the images clear, of all classes, of the class that was asked for?
    codes.py       do the codes of an infogan, or clusters, go with the classes of the data?
    diversity.py   do the images look alike?
    memory.py      are they copies of training images?
    rebuilt.py     of an encoder E: how near is G(E(x)) to the image x?
    encoder.py     do its codes lie where latents lie, and are near codes of one class?
    linear_svm.py  can a linear classifier tell the classes by codes, or by other features?
"""

from dcgan_tf.metrics.base import Estimate
from dcgan_tf.metrics.classes import (
    class_accuracy,
    class_diversity,
    class_entropy,
    class_histogram,
    classifier_score,
    modes,
    modes_kl,
)
from dcgan_tf.metrics.codes import cluster_error, code_error, confusion, matching, naming
from dcgan_tf.metrics.diversity import ms_ssim, similarity
from dcgan_tf.metrics.encoder import code_moments, cycle, neighbour_accuracy
from dcgan_tf.metrics.frechet import frechet_distance, frechet_of_moments
from dcgan_tf.metrics.kernel import kernel_distance
from dcgan_tf.metrics.linear_svm import svm_accuracy
from dcgan_tf.metrics.memory import copies, nearest
from dcgan_tf.metrics.rebuilt import (
    psnr,
    reconstruction,
    reconstruction_ratio,
    wrong_reconstruction,
)
from dcgan_tf.metrics.table import (
    ALL_CLASSES,
    INPUTS,
    METRICS,
    OF_ENCODER,
    MetricRow,
    Pictures,
    Seer,
    check,
    estimate,
    inputs_of,
    need_samples,
    refusal,
    results,
)
from dcgan_tf.metrics.two_sample import TwoSample, nearest_neighbour_accuracy

__all__ = [
    'ALL_CLASSES', 'INPUTS', 'METRICS', 'OF_ENCODER', 'Estimate', 'MetricRow', 'Pictures', 'Seer',
    'TwoSample', 'check', 'class_accuracy', 'class_diversity', 'class_entropy', 'class_histogram',
    'classifier_score', 'cluster_error', 'code_error', 'code_moments', 'confusion', 'copies',
    'cycle', 'estimate', 'frechet_distance', 'frechet_of_moments', 'inputs_of', 'kernel_distance',
    'matching', 'modes', 'modes_kl', 'ms_ssim', 'naming', 'nearest', 'nearest_neighbour_accuracy',
    'need_samples', 'neighbour_accuracy', 'psnr', 'reconstruction', 'reconstruction_ratio',
    'refusal', 'results', 'similarity', 'svm_accuracy', 'wrong_reconstruction',
]
