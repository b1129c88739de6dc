"""The kinds of GAN: what each needs, and which options it takes. One row a `--type`.

What they are made of stands in systems/, with TensorFlow.
"""

from typing import NamedTuple

from dcgan_tf.errors import UsageError

# Options of the game that a type may have no use for.
OPTIONAL = frozenset({
    'objective', 'penalty', 'penalty_weight', 'penalty_every', 'norm', 'g_norm', 'label_smoothing',
    'label_flip', 'instance_noise', 'instance_noise_steps', 'diff_augment', 'd_steps', 'g_steps',
    'unroll'})


class Type(NamedTuple):
    """One row of TYPES."""

    help: str
    labels: bool = True             # does the generator take the classes of the data?
    preset: str = ''                # the one that is taken without --preset; '' = the data set's
    takes: frozenset = OPTIONAL     # which of OPTIONAL


TYPES = {
    'gan':  Type('without labels', labels=False),
    'cgan': Type('one-hot labels, beside the latent and as maps beside the image'),
}


def fitting(type: str, preset: str, values: dict, given: dict) -> dict:
    """A preset's values, without the options that the type does not take.

    given: the options that were asked for. UsageError where one of them is such an option, and for
    a preset that belongs to another type.
    """
    if type not in TYPES:                        # `Config` says so
        return values
    own = values.get('type', type)
    if own != type:
        raise UsageError(f'--preset {preset} is for --type {own}, not for --type {type}: choose '
                         'another preset, or leave one of the two out')
    without = OPTIONAL - TYPES[type].takes
    for name in given:
        if name in without:
            raise UsageError(f'--{name.replace("_", "-")}: --type {type} does not take it: leave '
                             'it out')
    return {name: value for name, value in values.items() if name not in without}
