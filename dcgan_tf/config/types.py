"""Lists the kinds of GAN: what each needs, and which options it takes. One row for each `--type`.

Their networks and losses are in systems/, which imports TensorFlow.
"""

from typing import NamedTuple

from dcgan_tf import own_code
from dcgan_tf.errors import UsageError

CLASSES, CODES = 'classes', 'codes'      # labels: the classes of the data, or codes that D finds

# Options of the training that a type may have no use for.
OPTIONAL = frozenset({
    'objective', 'penalty', 'penalty_weight', 'penalty_every', 'norm', 'g_norm', 'label_smoothing',
    'label_flip', 'instance_noise', 'instance_noise_steps', 'diff_augment', 'd_steps', 'g_steps',
    'unroll', 'class_weight', 'class_loss', 'codes', 'continuous', 'info_weight',
    'continuous_weight', 'code_variance', 'gamma', 'feature_layer', 'gate'})
OF_A_CLASS_HEAD = frozenset({'class_weight', 'class_loss'})
OF_CODES = frozenset({'codes', 'continuous', 'info_weight', 'continuous_weight',
                      'code_variance'})
OF_A_VAE = frozenset({'gamma', 'feature_layer', 'gate'})
OF_ALL = OPTIONAL - OF_A_CLASS_HEAD - OF_CODES - OF_A_VAE
NO_ENCODER = (('objective', 'ebgan'), ('penalty', 'mode_regularised'))
# What a D of pairs (image, code) cannot use: an objective whose loss of G is not that of D with
# real and fake exchanged, and a penalty at points between images, to which no code belongs.
NOT_OF_PAIRS = (*NO_ENCODER, ('objective', 'loss_sensitive'),
                *(('objective', f'f_gan_{name}') for name in
                  ('kl', 'reverse_kl', 'pearson', 'hellinger', 'jensen_shannon', 'gan')),
                *(('penalty', name) for name in ('gradient_penalty', 'lipschitz_penalty',
                                                 'dragan')))


class Type(NamedTuple):
    """Describes one kind of GAN: a row of TYPES."""

    help: str
    labels: str = CLASSES           # what the labels of the generator are: CLASSES, CODES or ''
    preset: str = ''                # the preset without --preset; '' = that of the data set
    takes: frozenset = OF_ALL       # the options of OPTIONAL that it takes
    refuses: tuple = ()             # pairs (option, a value of it that the type cannot use)
    encodes: bool = False           # True = it has an encoder, which finds the latents of images
    prior: str = ''                 # of its latents, with any preset; '' = that of the preset


TYPES = {
    'gan':     Type('without labels', labels=''),
    'cgan':    Type('one-hot labels, joined to the latent, and as maps to the image'),
    'acgan':   Type('one-hot labels, joined to the latent; D has to tell the class of each image',
                    takes=OF_ALL | OF_A_CLASS_HEAD, refuses=NO_ENCODER),
    'infogan': Type('codes, joined to the latent, which can be told from the image: they need no '
                    'labels', labels=CODES, takes=OF_ALL | OF_CODES, refuses=NO_ENCODER),
    'bigan':   Type('G and an encoder E: D has to tell pairs (image, E(image)) from (G(z), z)',
                    labels='', refuses=NOT_OF_PAIRS, encodes=True),
    'ali':     Type('a bigan whose E returns a normal distribution, of which the code is drawn',
                    labels='', refuses=(*NOT_OF_PAIRS, ('prior', 'uniform')), encodes=True,
                    prior='normal'),
    'vae_gan': Type('a variational autoencoder and a GAN: images are compared by what D sees in '
                    'them', labels='', takes=(OF_ALL | OF_A_VAE) - {'label_flip'},
                    refuses=(*NO_ENCODER, ('objective', 'loss_sensitive'), ('prior', 'uniform')),
                    encodes=True, prior='normal'),
}


def kind_of(type: str, code=()) -> str:
    """Returns the row of TYPES whose facts hold for a type: itself, or the `kind` of one's own.

    code: that of the Config. UsageError for a class whose `kind` is no row.
    """
    if not own_code.is_own(type):
        return type
    kind = own_code.find('type', type, code).kind
    if kind not in TYPES:
        raise UsageError(f'{type}: its kind is {kind!r}: expected {", ".join(TYPES)}')
    return kind


def row_of(type: str, code=()) -> Type:
    """Returns the facts of a type. A class of one's own may leave out options, by `ignores`."""
    row = TYPES[kind_of(type, code)]
    if not own_code.is_own(type):
        return row
    ignores = own_code.find('type', type, code).ignores
    if unknown := sorted(set(ignores) - OPTIONAL):
        raise UsageError(f'{type}: it ignores {unknown[0]!r}: expected some of '
                         f'{", ".join(sorted(OPTIONAL))}')
    return row._replace(takes=row.takes - set(ignores), refuses=(*row.refuses, NO_ENCODER[1]))


def fitting(type: str, preset: str, values: dict, given: dict) -> dict:
    """Returns a preset's values without the options that the type does not take.

    The prior is that of the type, if it has one of its own. given: the options that the user gave.
    UsageError if the type does not take one of them, and for a preset that belongs to another type.
    """
    code = given.get('code', ())
    if type not in TYPES and not own_code.is_own(type):         # `Config` refuses it
        return values
    type_of_preset = values.get('type', type)
    if type_of_preset not in (type, kind_of(type, code)):
        raise UsageError(f'--preset {preset} is for --type {type_of_preset}, not for --type '
                         f'{type}: choose another preset, or leave one of the two out')
    check_taken(type, given, code)
    row = row_of(type, code)
    prior = {'prior': row.prior} if row.prior else {}
    return {**{name: value for name, value in values.items() if name not in OPTIONAL - row.takes},
            **prior}


def check_taken(type: str, given: dict, code=()) -> None:
    """Raises UsageError if the type does not take one of the options that the user gave."""
    for name in given:
        if name in OPTIONAL - row_of(type, code).takes:
            raise UsageError(f'--{name.replace("_", "-")}: --type {type} does not take it: leave '
                             'it out')
