"""Latents: draw them from a prior, walk between them, add and subtract them, store them in files.

    prior.py        PRIORS, draw: each seed gives one latent
    pairs.py        the priors that place pairs of numbers in a plane
    sphere.py       slerp, and the angles and right angles that it needs
    paths.py        PATHS: closed walks through latents, for films
    arithmetic.py   sums of means, the neighbourhood of a point, the plane of a path
    labels.py       the labels that go with latents
    asked.py        a class by its name, codes by their numbers
    files.py        latents in an npz file

A prior in many dimensions is a thin shell. Nearly all its latents have a length near the radius
sqrt(E|z|^2), and the generator has learnt nothing elsewhere. So the paths turn on that shell. A
straight line between two latents would cut through its empty inside.
"""

from dcgan_tf.latent.arithmetic import Term, combined, neighbourhood, plane, terms_of
from dcgan_tf.latent.asked import (
    check_codes,
    class_number,
    class_numbers,
    latents_of,
    set_codes,
    with_codes,
)
from dcgan_tf.latent.files import ENDING, load, save
from dcgan_tf.latent.labels import (
    first_label,
    label_numbers,
    label_weights,
    with_first_label,
    with_other_labels,
)
from dcgan_tf.latent.paths import PATHS, Path, check_keys, check_speeds, keys_of, shares, walk
from dcgan_tf.latent.prior import (
    PRIORS,
    Prior,
    as_latents,
    check_truncation,
    draw,
    draw_seeds,
    too_far,
)
from dcgan_tf.latent.sphere import angle, orthonormal, slerp

__all__ = ['ENDING', 'PATHS', 'PRIORS', 'Path', 'Prior', 'Term', 'angle', 'as_latents',
           'check_codes', 'check_keys', 'check_speeds', 'check_truncation', 'class_number',
           'class_numbers', 'combined', 'draw', 'draw_seeds', 'first_label', 'keys_of',
           'label_numbers', 'label_weights', 'latents_of', 'load', 'neighbourhood', 'orthonormal',
           'plane', 'save', 'set_codes', 'shares', 'slerp', 'terms_of', 'too_far', 'walk',
           'with_codes', 'with_first_label', 'with_other_labels']
