"""Lists the kinds of GAN: what each needs, and which options it takes. One row for each `--type`.

Their networks and losses are in systems/, which imports TensorFlow.
"""

from typing import NamedTuple

from dcgan_tf import own_code
from dcgan_tf.errors import UsageError

CLASSES, CODES = 'classes', 'codes'      # labels: the classes of the data, or codes that D finds
PLACES_PAIRS = ('mixture10', 'swiss_roll')   # the priors of pairs of numbers: they have parts


def each(option: str, *values: str) -> tuple:
    """Returns pairs for `Type.refuses`: (option, value) for each of the values."""
    return tuple((option, value) for value in values)


# Options of the training that a type may have no use for.
OPTIONAL = frozenset({
    'objective', 'penalty', 'penalty_weight', 'penalty_every', 'norm', 'g_norm', 'label_smoothing',
    'label_flip', 'instance_noise', 'instance_noise_steps', 'diff_augment', 'd_steps', 'g_steps',
    'unroll', 'class_weight', 'class_loss', 'codes', 'continuous', 'info_weight',
    'continuous_weight', 'code_variance', 'adversarial_rate', 'gamma', 'feature_layer', 'gate',
    'image_weight', 'code_weight', 'divergence'})
OF_A_CLASS_HEAD = frozenset({'class_weight', 'class_loss'})
OF_CODES = frozenset({'codes', 'continuous', 'info_weight', 'continuous_weight',
                      'code_variance'})
OF_AN_AAE = frozenset({'adversarial_rate'})
OF_A_VAE = frozenset({'gamma', 'feature_layer', 'gate'})
OF_AGE = frozenset({'image_weight', 'code_weight', 'divergence'})
OF_ALL = OPTIONAL - OF_A_CLASS_HEAD - OF_CODES - OF_AN_AAE - OF_A_VAE - OF_AGE
# Of a GAN whose D sees codes: nothing that is for images, and its players move in turn.
OF_CODE_GANS = (OF_ALL | OF_AN_AAE) - {'diff_augment', 'unroll'}
# An autoencoder as D, and the penalty that brings an encoder: for the type gan, and cgan, alone.
EBGAN, MODE_REGULARISED = ('objective', 'ebgan'), ('penalty', 'mode_regularised')
# What a D of codes cannot use: a loss that compares pixels, and a penalty at points between images.
NOT_OF_CODE_GANS = (EBGAN, MODE_REGULARISED, ('objective', 'loss_sensitive'),
                    *each('penalty', 'gradient_penalty', 'lipschitz_penalty', 'dragan'))
# A D of pairs (image, code) cannot use an objective either whose loss of G is not that of D with
# real and fake exchanged.
NOT_OF_PAIRS = (*NOT_OF_CODE_GANS,
                *each('objective', 'f_gan_kl', 'f_gan_reverse_kl', 'f_gan_pearson',
                      'f_gan_hellinger', 'f_gan_jensen_shannon', 'f_gan_gan'))
OF_FEW_NUMBERS = (('z_dim', 8), ('prior', 'normal'))


class Type(NamedTuple):
    """Describes one kind of GAN: a row of TYPES."""

    help: str
    labels: str = CLASSES           # what the labels of the generator are: CLASSES, CODES or ''
    preset: str = ''                # the preset without --preset; '' = that of the data set
    takes: frozenset = OF_ALL       # the options of OPTIONAL that it takes
    refuses: tuple = ()             # pairs (option, a value of it that the type cannot use)
    encodes: bool = False           # True = it has an encoder, which finds the latents of images
    values: tuple = ()              # pairs (option, its value in place of that of a preset); a
    #                                 preset that is for this type keeps its own
    in_turn: tuple[int, int] = ()   # how many critics and how many others there are, if each moves
    #                                 on a batch of its own; () = all move on one batch
    placed: bool = False            # True = G gets no label: the class of an image is the part of
    #                                 the prior from which its latent is drawn


TYPES = {
    'gan':     Type('without labels', labels=''),
    'cgan':    Type('one-hot labels, joined to the latent, and as maps to the image'),
    'acgan':   Type('one-hot labels, joined to the latent; D has to tell the class of each image',
                    takes=OF_ALL | OF_A_CLASS_HEAD, refuses=(EBGAN, MODE_REGULARISED)),
    'infogan': Type('codes, joined to the latent, which can be told from the image: they need no '
                    'labels', labels=CODES, takes=OF_ALL | OF_CODES,
                    refuses=(EBGAN, MODE_REGULARISED,
                             *each('prior', 'normal5', *PLACES_PAIRS, 'sphere'))),
    'bigan':   Type('G and an encoder E: D has to tell pairs (image, E(image)) from (G(z), z)',
                    labels='', refuses=NOT_OF_PAIRS, encodes=True,
                    values=(('penalty', 'none'), ('learning_rate', 5e-4))),
    'ali':     Type('a bigan whose E returns a normal distribution, of which the code is drawn',
                    labels='', encodes=True,
                    refuses=(*NOT_OF_PAIRS, *each('prior', 'uniform', 'sphere')),
                    values=(('prior', 'normal'), ('penalty', 'none'), ('learning_rate', 5e-4))),
    'vae_gan': Type('a variational autoencoder and a GAN: images are compared by what D sees in '
                    'them', labels='', takes=(OF_ALL | OF_A_VAE) - {'label_flip'},
                    refuses=(EBGAN, MODE_REGULARISED, ('objective', 'loss_sensitive'),
                             *each('prior', 'uniform', 'normal5', *PLACES_PAIRS, 'sphere')),
                    encodes=True, values=(('prior', 'normal'),)),
    'aae':     Type('an autoencoder: D has to tell its codes from latents of the prior', labels='',
                    takes=OF_CODE_GANS, refuses=NOT_OF_CODE_GANS, encodes=True, in_turn=(1, 2),
                    values=OF_FEW_NUMBERS),
    'aae_labels': Type('an aae whose classes lie in different parts of the prior',
                       takes=OF_CODE_GANS, refuses=NOT_OF_CODE_GANS, encodes=True, in_turn=(1, 2),
                       values=(('z_dim', 8), ('prior', 'mixture10')), placed=True),
    'aae_clusters': Type('an aae that sorts the images into --codes clusters by itself',
                         labels=CODES, takes=OF_CODE_GANS | {'codes'}, refuses=NOT_OF_CODE_GANS,
                         encodes=True, in_turn=(1, 2), values=OF_FEW_NUMBERS),
    'age':     Type('G and an encoder E alone: E tells codes of images from codes of G\'s images',
                    labels='', takes=frozenset({'norm', 'g_norm', 'd_steps', 'g_steps', *OF_AGE}),
                    refuses=(*each('prior', 'uniform', 'normal', 'normal5', *PLACES_PAIRS),
                             ('batch_size', 1), ('norm', 'spectral')),
                    encodes=True, in_turn=(1, 1),
                    values=(('prior', 'sphere'), ('batch_size', 64), ('g_steps', 2))),
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
    found = own_code.find('type', type, code)
    ignores = found.ignores
    if unknown := sorted(set(ignores) - OPTIONAL):
        raise UsageError(f'{type}: it ignores {unknown[0]!r}: expected some of '
                         f'{", ".join(sorted(OPTIONAL))}')
    players = len(found.critics), len(found.others)
    return row._replace(takes=row.takes - set(ignores), refuses=(*row.refuses, MODE_REGULARISED),
                        in_turn=players if found.moves == 'in turn' else ())


def fitting(type: str, preset: str, values: dict, given: dict) -> dict:
    """Returns a preset's values as the type has them, without the options that it does not take.

    given: the options that the user gave. UsageError if the type does not take one of them, and for
    a preset that belongs to another type.
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
    return {name: value for name, value in replaced(row, values).items()
            if name not in OPTIONAL - row.takes}


def replaced(row: Type, values: dict) -> dict:
    """Returns a preset's values with those of the type in their place.

    A learning rate of the type is for all networks, in place of the preset's rates of D and G.
    """
    if 'type' in values:
        return values
    own = dict(row.values)
    left_out = {'d_learning_rate', 'g_learning_rate'} if 'learning_rate' in own else ()
    return {name: value for name, value in {**values, **own}.items() if name not in left_out}


def check_taken(type: str, given: dict, code=()) -> None:
    """Raises UsageError if the type does not take one of the options that the user gave."""
    for name in given:
        if name in OPTIONAL - row_of(type, code).takes:
            raise UsageError(f'--{name.replace("_", "-")}: --type {type} does not take it: leave '
                             'it out')
