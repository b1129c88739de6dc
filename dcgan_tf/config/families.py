"""Says what can be known of a family of networks before it is built, and what it refuses."""

import math

from dcgan_tf import own_code
from dcgan_tf.config.choices import AUTO, PENALTIES
from dcgan_tf.config.family import FAMILIES, Family
from dcgan_tf.errors import UsageError


def family_of(config) -> Family:
    """Returns the row of a Config's family. Networks of one's own bring it as `family`."""
    if own_code.is_own(config.architecture):
        return own_code.find('architecture', config.architecture, config.code).family
    return FAMILIES.get(config.architecture, Family())


def check_networks(config) -> None:
    """Raises UsageError if the networks of a Config cannot be built."""
    family, size = family_of(config), (config.image_height, config.image_width)
    lists = config.generator_maps, config.discriminator_maps
    for k, (name, maps) in enumerate(zip(('generator', 'discriminator'), lists, strict=True)):
        _check_maps(f'{name}_maps', maps, family.layers and family.layers[k])
        _check_size(name, size, strides(config)[k])
    if config.learns_classes and len(config.class_names) < 2:
        raise UsageError(f'type {config.type} needs two class_names or more, not '
                         f'{config.class_names}')
    d_norm(config)


def of_size(config):
    """Returns the Config with fewer layers for small pictures, where the family says so.

    The shorter side, halved by each layer, is then `first_side` pixels or more. The layers that are
    left out are those with the fewest maps. Larger pictures have the layers of the preset: see
    docs/experiments.md, "Other sizes".
    """
    c, first = config, family_of(config).first_side
    if not first:
        return c
    layers = max(1, int(math.log2(max(min(c.image_height, c.image_width) / first, 1.0))))
    maps = c.discriminator_maps[1:][-layers:]
    return c.replace(generator_maps=(*reversed(maps), c.n_channels),
                     discriminator_maps=(c.n_channels, *maps))


def check_same_depth(config) -> None:
    """Raises UsageError for a family in which G and D have other numbers of layers.

    The feature maps of --maps are those of both.
    """
    g, d = family_of(config).layers or (0, 0)
    if g != d:
        raise UsageError(f'--maps gives G and D the same number of layers, but those of the preset '
                         f'{config.preset} have {g} and {d}: leave it out')


def strides(config) -> tuple[int, int]:
    """Returns how many layers of (G, D) double or halve the size."""
    return family_of(config).strides or (len(config.generator_maps) - 1,
                                         len(config.discriminator_maps) - 1)


def d_norm(config) -> str:
    """Returns D's norm: the one that the Config asks for, otherwise the family's own.

    The family's batch norm is replaced if it would spoil the penalty. UsageError if the Config asks
    for batch norm with such a penalty.
    """
    default, fallback = family_of(config).d_norm, PENALTIES[config.penalty].fallback_norm
    if config.norm == 'batch' and fallback:
        raise UsageError('--norm batch mixes the images of a batch, and --penalty '
                         f'{config.penalty} needs each alone: leave out --norm, or give '
                         f'--norm {fallback}')
    if config.norm != AUTO:
        return config.norm
    return (fallback or default) if default == 'batch' else default


def needs_reference(config) -> bool:
    """Tells whether D normalises images by a batch of real ones: its norm keeps no averages."""
    return d_norm(config) == 'batch' and not family_of(config).averages


def _check_maps(name, maps, length):
    """UsageError unless the list has one number for each layer. length: None = any from 2 on."""
    if len(maps) != (length or max(len(maps), 2)):
        expected = f'{length - 1}' if length else 'at least 1'
        raise UsageError(f'{name} = {maps}: expected {expected} numbers of feature maps, and '
                         f'the image\'s channels (--maps)')


def _check_size(network, size, times):
    """UsageError if a layer would halve a side that is already 1."""
    minimum = 2 ** (times - 1) + 1 if times else 1
    if min(size) < minimum:
        raise UsageError(f'{times} {network} layers of stride 2 are too many for pictures '
                         f'{size[1]} wide and {size[0]} high: each halves the sides, and '
                         f'{times} need {minimum} pixels or more; --resize makes pictures larger, '
                         '--maps gives fewer layers')
