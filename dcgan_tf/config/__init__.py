"""Every option of a run, the presets, and the choices behind the options. No TensorFlow here.

    options.py    Config: a field, its help, range and flag
    presets.py    PRESETS: one column a preset
    types.py      TYPES: one row a kind of GAN
    choices.py    the tables of names of other fields
    checks.py     what a Config refuses
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
from dcgan_tf.config.options import Config, from_dict, load_json, preset
from dcgan_tf.config.precision import chosen, has_amx
from dcgan_tf.config.presets import PRESETS
from dcgan_tf.config.types import TYPES

__all__ = ['AUGMENTS', 'AUTO', 'CHOICES', 'LISTS', 'METRICS', 'NONE', 'NORMS', 'OBJECTIVES',
           'ON_COLLAPSE', 'PENALTIES', 'PRECISIONS', 'PRESETS', 'TYPES', 'Config',
           'chosen', 'from_dict', 'has_amx', 'listed', 'load_json', 'preset']
