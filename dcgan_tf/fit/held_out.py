"""Compares D's scores of training pictures and of held-out ones while a training goes on."""

import functools

import numpy as np

from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import check_images, first_pair
from dcgan_tf.monitoring.overfitting import OverfittingHook


def check_held_out(config, held_out):
    """Raises UsageError unless held_out is a Dataset if the Config has `hold_out`, and else None.
    """
    if bool(config.hold_out) != (held_out is not None):
        raise UsageError(f'hold_out = {config.hold_out:g}: fit takes nothing away from its images, '
                         f'so it needs held_out = {"a Dataset" if config.hold_out else "None"}')
    if held_out is None:
        return
    if not isinstance(held_out, Dataset):
        raise UsageError(f'held_out is a {type(held_out).__name__}: expected a Dataset, such as '
                         '`data.load(..., hold_out=SHARE).held_out`')
    check_images(held_out.images, config)
    if config.learns_classes and held_out.class_names != config.class_names:
        raise UsageError(f'held_out has the classes {held_out.class_names}: expected those of '
                         f'class_names, {config.class_names}')


def overfitting_hooks(gan, data, recorder, run, first):
    """Returns the hook that measures and records `overfitting`; [] if there is nothing to measure.

    data: a Given. recorder, run, first: see `OverfittingHook`.
    """
    if data.held_out is None or not gan.system.has_scores:
        return []
    pairs = (data.images, data.labels), (data.held_out.images, data.held_out.labels)
    train, others = ((x, np.asarray(y) if gan.config.learns_classes else None) for x, y in pairs)
    return [OverfittingHook(gan.config, train, others, _scores_by(gan, *train), gan.generate_images,
                            recorder, run, first)]


def _scores_by(gan, images, labels):
    """Returns a function: uint8 images [N, H, W, C], labels [N] or None -> D's scores of them, [N].

    images, labels: those of the training. They normalise others if batch norm keeps no averages.
    """
    return functools.partial(gan.discriminator_scores,
                             reference=first_pair(gan.config, images, labels))
