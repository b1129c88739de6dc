"""Defines every option of a run, the presets, and the choices of each option.

    options.py    Config: each field with its group in --help, help text, range and flag
    making.py     a Config of a preset, or of the JSON of a run folder; help about all options
    derived.py    what follows from the fields: the properties of Config
    option.py     what a field is made of, and the groups
    presets.py    PRESETS: one column for each preset
    types.py      TYPES: one row for each kind of GAN
    family.py     FAMILIES: one row for each family of networks
    families.py   what a family refuses, and its norm
    features.py   FEATURES: what can stand for a picture in the metrics
    choices.py    the tables of choices of the other fields
    checks.py     the values that a Config refuses
    resumable.py  which options may change when a run is gone on with
    precision.py  what --precision auto becomes on this processor

Nothing here imports TensorFlow.
"""

from dcgan_tf.config.checks import (
    check_metrics_of_type,
    listed,
    no_encoder,
    objective_of,
)
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
)
from dcgan_tf.config.family import FAMILIES
from dcgan_tf.config.features import FEATURES, check_features, check_labels, default_features
from dcgan_tf.config.making import from_dict, preset, resolved, with_options
from dcgan_tf.config.option import GROUPS, flag_of, range_of
from dcgan_tf.config.options import Config
from dcgan_tf.config.precision import chosen, has_amx
from dcgan_tf.config.presets import PRESETS
from dcgan_tf.config.resumable import MAY_CHANGE, fixed_difference
from dcgan_tf.config.types import TYPES, check_taken, row_of

__all__ = ['AUGMENTS', 'AUTO', 'CHOICES', 'FAMILIES', 'FEATURES', 'GROUPS', 'LISTS', 'MAY_CHANGE',
           'METRICS', 'NONE', 'NORMS', 'OBJECTIVES', 'ON_COLLAPSE', 'PENALTIES', 'PRESETS', 'TYPES',
           'Config', 'check_features', 'check_labels', 'check_metrics_of_type', 'check_taken',
           'chosen', 'default_features', 'fixed_difference', 'flag_of', 'from_dict', 'has_amx',
           'listed', 'no_encoder', 'objective_of', 'preset', 'range_of', 'resolved', 'row_of',
           'with_options']
