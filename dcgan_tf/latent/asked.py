"""What a user asks of a generator with labels: a class by its name, codes by their numbers.

A Config says what there is: `label_sizes` and `label_names`, and of an infogan its codes. Code 1 is
the first label, so it is asked for as a class. `codes` are {number from 2 on: value}.
"""

import math

import numpy as np

from dcgan_tf import program
from dcgan_tf.arguments import is_number, is_whole, shown
from dcgan_tf.errors import UsageError
from dcgan_tf.latent.labels import label_weights
from dcgan_tf.latent.prior import draw_seeds
from dcgan_tf.names import nearest, one_line


def class_numbers(config, named: dict, *, drawn=False) -> list[int]:
    """Returns the labels of the classes in {flag: name or None}, in order, without None."""
    return [class_number(config, *item, drawn=drawn) for item in named.items()
            if item[1] is not None]


def class_number(config, flag: str, name: str | int, *, drawn=False) -> int:
    """Returns the label of a class, by its name or its number.

    UsageError that lists the classes if there is no such class. flag: what the user calls it.
    drawn: True = latents will be drawn, so an `aae_labels` can draw them for the class.
    """
    if config.places_classes and not drawn:
        raise UsageError(f'{flag} {name}: this generator takes no labels. A class is a part of its '
                         f'prior, from which {program.command("sample")} draws')
    if not (config.conditioned or config.places_classes):
        raise UsageError(f'{flag} {name}: this generator takes no labels; train one with '
                         '--type cgan')
    names = config.class_names if config.places_classes else config.label_names
    if is_whole(name) and 0 <= name < len(names):
        return int(name)
    if not isinstance(name, str) or name not in names:
        listed = ', '.join(map(one_line, names[:50]))
        more = ' ...' if len(names) > 50 else ''
        raise UsageError(f'{flag} {name}: expected one of {listed}{more}{nearest(name, names)}')
    return names.index(name)


def check_codes(config, codes: dict) -> None:
    """Raises UsageError for codes that the generator does not have."""
    if not isinstance(codes, dict) or not all(map(is_whole, codes)):
        raise UsageError(f'codes {shown(codes)}: expected {{number of a code: value}}, such as '
                         '{2: 1.5}')
    sizes = config.label_sizes if config.has_codes else ()
    n_codes = len(sizes) + config.latent_dim - config.z_dim
    for number, value in codes.items():
        if not is_number(value) or not math.isfinite(value):
            raise UsageError(f'code {number}:{shown(value)}: expected a number')
        if not 2 <= number <= n_codes:
            raise UsageError(f'code {number}:{value:g}: ' + (
                f'expected code 2 to {n_codes}; code 1 is the label (--class)' if n_codes > 1 else
                'this generator has one code, which is the label (--class)' if n_codes else
                'this generator has no such code; train one with --type infogan'))
        if number <= len(sizes) and value not in range(sizes[number - 1]):
            raise UsageError(f'code {number}:{value:g}: expected a whole number from 0 to '
                             f'{sizes[number - 1] - 1}')


def with_codes(images_of, config, codes: dict):
    """Returns images_of, (z, labels) -> images, with some codes set."""
    def changed(z, labels=None):
        return images_of(*set_codes(config, codes, z, labels))
    return changed if codes else images_of


def set_codes(config, codes: dict, z, labels):
    """Returns latents and the weights of labels with some codes set.   -> [N, Z], float [N, K]

    labels: see `label_weights`.
    """
    z, sizes = np.array(z), config.label_sizes
    weights = label_weights(labels, len(z), sizes)
    for number, value in codes.items():
        if number > len(sizes):
            z[:, config.z_dim + number - len(sizes) - 1] = value
        else:
            first, size = sum(sizes[:number - 1]), sizes[number - 1]
            weights[:, first:first + size] = np.eye(size)[int(value)]
    return z, weights


def latents_of(config, numbers, labels=None) -> np.ndarray:
    """Draws the latents of pictures by their numbers, which are their seeds.   -> float32 [n, Z]

    labels: the class of each picture, [n], or of all. Of an `aae_labels` the latent is drawn from
    the part of the prior that is for this class; None = from all parts.
    """
    if not config.places_classes or labels is None:
        return draw_seeds(config.prior, numbers, config.latent_dim)
    return draw_seeds(config.prior, numbers, config.latent_dim,
                             np.broadcast_to(labels, len(numbers)), len(config.class_names))
