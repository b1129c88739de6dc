"""One option of a run: a field of Config with its group in `--help`, help text and range."""

import dataclasses
import operator

MAX_COUNT = 10 ** 12   # limit of steps and other counts: larger ones would overflow in sums


# The groups of `--help`, in its order: first what a newcomer needs.
GROUPS = {
    'data':     'data and pictures',
    'length':   'how long to train',
    'run':      'the run folder: where it is, what is written',
    'gan':      'the kind of GAN',
    'networks': 'networks',
    'training': 'training numbers',
    'penalty':  'penalties and other help for D',
    'quality':  'quality, measured during the training',
    'trouble':  'when something goes wrong',
    'speed':    'machine and speed',
    'workers':  'several workers',
    'graph':    'looking into the graph and the steps',
}


# field -> its flag, if that is not its name
OTHER_FLAGS = {'architecture': 'networks', 'prior': 'latent_prior'}


def flag_of(name: str) -> str:
    """Returns the flag of a field of Config: d_steps -> --d-steps."""
    return f'--{OTHER_FLAGS.get(name, name).replace("_", "-")}'


# How a field is limited: its key, in words, and whether (value, limit) is inside.
RANGES = (('low', 'at least', operator.ge), ('above', 'more than', operator.gt),
          ('most', 'at most', operator.le), ('below', 'less than', operator.lt))


def range_of(field) -> str:
    """Returns the range of a field in words: 'at least 0, at most 0.5'; '' without a range."""
    return ', '.join(f'{words} {field.metadata[key]}' for key, words, _ in RANGES
                     if field.metadata[key] not in (None, MAX_COUNT))


def option(group, default, help, *, low=None, most=None, below=None, above=None, flag=True):
    """Returns a field of Config with its help text and its place in `--help`.

    group: a row of GROUPS. The range of its values is low <= value <= most, above < value < below;
    a count has MAX_COUNT as its `below`. flag: False = there is no flag; the value comes from the
    preset or from the data set.
    """
    if type(default) is int and below is None:
        below = MAX_COUNT
    return dataclasses.field(default=default, metadata={
        'group': group, 'help': help, 'low': low, 'most': most, 'below': below, 'above': above,
        'flag': flag})
