"""Defines every option of a run, the presets, and the choices of each option.

    options.py    Config: each field with its group in --help, help text, range and flag
    presets.py    PRESETS: one column for each preset
    types.py      TYPES: one row for each kind of GAN
    choices.py    the tables of choices of the other fields
    checks.py     the values that a Config refuses
    precision.py  what --precision auto becomes on this processor

Nothing here imports TensorFlow.
"""

from dcgan_tf.config.checks import listed
from dcgan_tf.config.choices import (
    AUGMENTS,
    AUTO,
    CHOICES,
    LISTS,
    METRICS,
    NONE,
    NORMS,
    OBJECTIVES,
    ON_COLLAPSE,
    PENALTIES,
    PRECISIONS,
)
from dcgan_tf.config.options import GROUPS, Config, from_dict, load_json, preset
from dcgan_tf.config.precision import chosen, has_amx
from dcgan_tf.config.presets import PRESETS
from dcgan_tf.config.types import TYPES

__all__ = ['AUGMENTS', 'AUTO', 'CHOICES', 'GROUPS', 'LISTS', 'METRICS', 'NONE', 'NORMS',
           'OBJECTIVES', 'ON_COLLAPSE', 'PENALTIES', 'PRECISIONS', 'PRESETS', 'TYPES', 'Config',
           'chosen', 'from_dict', 'has_amx', 'listed', 'load_json', 'preset']
