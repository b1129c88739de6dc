"""Latents: draw points from a prior, walk between them, reckon with them, keep them in files.

    prior.py        PRIORS, draw: a seed is a latent
    sphere.py       slerp and what it takes: angles, right angles
    paths.py        PATHS: closed walks through latents, for films
    arithmetic.py   sums of means, the neighbourhood of a point, the plane of a path
    files.py        latents in an npz file

A prior in many dimensions is a thin shell: nearly every draw lies near the radius sqrt(E|z|^2), and
the generator has learnt nothing elsewhere. So the paths here turn on that shell; a straight line
between two draws would cut through its empty inside.
"""

from dcgan_tf.latent.arithmetic import Term, combined, neighbourhood, plane
from dcgan_tf.latent.files import ENDING, load, save
from dcgan_tf.latent.paths import PATHS, Path, check_keys, check_speeds, keys_of, path, shares, walk
from dcgan_tf.latent.prior import PRIORS, Prior, check_truncation, draw, draw_seeds
from dcgan_tf.latent.sphere import angle, orthonormal, slerp

__all__ = ['ENDING', 'PATHS', 'PRIORS', 'Path', 'Prior', 'Term', 'angle',
           'check_keys', 'check_speeds', 'check_truncation', 'combined', 'draw', 'draw_seeds',
           'keys_of', 'load', 'neighbourhood', 'orthonormal', 'path', 'plane', 'save', 'shares',
           'slerp', 'walk']
