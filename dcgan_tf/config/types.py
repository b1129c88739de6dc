"""Lists the kinds of GAN: what each needs, and which options it takes. One row for each `--type`.

Their networks and losses are in systems/, which imports TensorFlow.
"""

from typing import NamedTuple

from dcgan_tf.errors import UsageError

# Options of the training that a type may have no use for.
OPTIONAL = frozenset({
    'objective', 'penalty', 'penalty_weight', 'penalty_every', 'norm', 'g_norm', 'label_smoothing',
    'label_flip', 'instance_noise', 'instance_noise_steps', 'diff_augment', 'd_steps', 'g_steps',
    'unroll', 'class_weight', 'class_loss'})
OF_A_CLASS_HEAD = frozenset({'class_weight', 'class_loss'})


class Type(NamedTuple):
    """Describes one kind of GAN: a row of TYPES."""

    help: str
    labels: bool = True             # True if the generator takes the classes of the data
    preset: str = ''                # the preset without --preset; '' = that of the data set
    takes: frozenset = OPTIONAL - OF_A_CLASS_HEAD     # the options of OPTIONAL that it takes
    refuses: tuple = ()             # pairs (option, a value of it that the type cannot use)


TYPES = {
    'gan':   Type('without labels', labels=False),
    'cgan':  Type('one-hot labels, joined to the latent, and as maps to the image'),
    'acgan': Type('one-hot labels, joined to the latent; D has to tell the class of each image',
                  takes=OPTIONAL, refuses=(('objective', 'ebgan'),
                                           ('penalty', 'mode_regularised'))),
}


def fitting(type: str, preset: str, values: dict, given: dict) -> dict:
    """Returns a preset's values without the options that the type does not take.

    given: the options that the user gave. UsageError if the type does not take one of them, and for
    a preset that belongs to another type.
    """
    if type not in TYPES:                        # `Config` refuses it
        return values
    type_of_preset = values.get('type', type)
    if type_of_preset != type:
        raise UsageError(f'--preset {preset} is for --type {type_of_preset}, not for --type '
                         f'{type}: choose another preset, or leave one of the two out')
    without = OPTIONAL - TYPES[type].takes
    for name in given:
        if name in without:
            raise UsageError(f'--{name.replace("_", "-")}: --type {type} does not take it: leave '
                             'it out')
    return {name: value for name, value in values.items() if name not in without}
