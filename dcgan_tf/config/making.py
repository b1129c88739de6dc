"""Makes a Config: from a preset, or from the JSON of a run folder. Tells what its options are."""

import dataclasses
import inspect
import textwrap
from typing import NamedTuple

from dcgan_tf import own_code, portable
from dcgan_tf.arguments import check_row
from dcgan_tf.config import families
from dcgan_tf.config.choices import CHOICES, LISTS
from dcgan_tf.config.option import GROUPS, range_of
from dcgan_tf.config.options import Config, check_known
from dcgan_tf.config.presets import PRESETS
from dcgan_tf.config.types import fitting
from dcgan_tf.errors import RunError


class Former(NamedTuple):
    """The preset that had a name before another preset got this name."""

    preset: str               # its name today
    architecture: str         # its family of networks, which the other one does not have
    since: str                # the version in which the name changed


FORMER = {'folder': Former('folder_classic', 'folder', '0.2.0'),
          'cifar10': Former('cifar10_classic', 'dcgan', '0.6.0')}
SIZE = {'image_height', 'image_width'}
MAPS = {'generator_maps', 'discriminator_maps'}
WIDTH = 90                    # of the text of `help`


def preset(name: str = 'dcgan28', **changes) -> Config:
    """Returns the Config of a row of PRESETS, with `changes`.

    UsageError for an unknown preset or field, and for a change that the type does not take. A value
    of the preset that the type does not take is left out. `penalty_weight` and `penalty_every` of a
    preset belong to its own penalty: with another penalty they are those of its paper. A change of
    `learning_rate` is for both networks, so the preset's own rates of D and G are left out; and so
    is its augmentation with a `gamma` of 1, which trains no D. A value
    FILE.py:NAME of `architecture`, `objective` or `type` runs that file: see `own_code`. With
    another image size, some families have another number of layers: `families.of_size`.
    """
    check_row('preset', name, PRESETS, '--preset')
    check_known(changes)
    changes, values = own_code.taken(changes), PRESETS[name]
    values = fitting(changes.get('type', values.get('type', Config.type)), name, values, changes)
    left_out = []
    if changes.get('penalty', values.get('penalty')) != values.get('penalty'):
        left_out += ['penalty_weight', 'penalty_every']
    if 'learning_rate' in changes:
        left_out += ['d_learning_rate', 'g_learning_rate']
    if changes.get('gamma') == 1 and 'diff_augment' not in changes:     # there is no D
        left_out.append('diff_augment')
    values = {field: value for field, value in values.items() if field not in left_out}
    config = Config(**{'preset': name, **values, **changes})
    sized = SIZE & changes.keys() and not MAPS & changes.keys()
    return families.of_size(config) if sized else config


def from_dict(values: dict, source: str = 'config') -> Config:
    """Returns the Config of what `to_dict` returned. RunError that names `source` otherwise."""
    if not isinstance(values, dict):
        raise RunError(f'{source} is damaged: it holds no options')
    if unknown := values.keys() - {field.name for field in dataclasses.fields(Config)}:
        raise RunError(f'{source} is damaged or of another version: it has unknown options, '
                       f'{", ".join(map(repr, sorted(unknown)))}')
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    try:
        return Config(**{**values, 'preset': _name_of_today(values)})
    except (TypeError, AttributeError, ValueError) as error:
        raise RunError(f'{source} is damaged or of another version: {error}') from error


def _name_of_today(values):
    """Returns the name of a run's preset today: the run may be older than that name.

    The other preset of the former name can be given the same family of networks, but it has another
    beta2.
    """
    former = FORMER.get(name := values.get('preset', Config.preset))
    is_former = former and former.architecture == values.get('architecture') and (
        values.get('beta2') == PRESETS[former.preset]['beta2'])
    return former.preset if is_former else name


def resolved(config: Config) -> Config:
    """Returns the Config with names and numbers in place of `auto` and 0, for config.json.

    So a run says with how many threads it was trained, and two runs can be compared.
    """
    return config.replace(
        norm=families.d_norm(config),
        penalty_weight=config.weight_of_penalty,
        threads=config.threads or portable.cores(),
        d_learning_rate=config.d_learning_rate or config.learning_rate,
        g_learning_rate=config.g_learning_rate or config.learning_rate)


def with_options(signature: inspect.Signature, without=()) -> inspect.Signature:
    """Returns a signature with all options of a Config, but `without`, in place of its ** argument.

    So `help`, Jupyter and IPython show them. Editors that do not run the code show those of Config.
    The default `...` stands for the value of the preset, or the one that there is.
    """
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    names = {*without, *(p.name for p in own)}
    options = [inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=...,
                                 annotation=field.type)
               for field in dataclasses.fields(Config) if field.name not in names]
    return signature.replace(parameters=[*own, *options])


def described() -> str:
    """Returns a text about all options: name, type, default, what it is, and which values it takes.
    """
    lines = []
    for group, title in GROUPS.items():
        lines.append(f'\n{title}:')
        for field in dataclasses.fields(Config):
            if field.metadata['group'] == group:
                kind = str(field.type) if '[' in str(field.type) else field.type.__name__
                lines.append(f'    {field.name}: {kind} = {field.default!r}')
                lines += textwrap.wrap(about(field), WIDTH, initial_indent=8 * ' ',
                                       subsequent_indent=8 * ' ')
    return '\n'.join(lines)


def about(field):
    """Returns the help text of an option, and its range or its choices."""
    table = CHOICES.get(field.name) or LISTS.get(field.name) or {}
    values = f'one of {", ".join(table)}' if table else range_of(field)
    if field.name in LISTS:
        values = f'some of {", ".join(table)}, with commas'
    return f'{field.metadata["help"]}{"; " if values else ""}{values}'


Config.__doc__ += f"""

{described().strip()}
"""
preset.__signature__ = with_options(inspect.signature(preset))
Config.replace.__signature__ = with_options(inspect.signature(Config.replace))
