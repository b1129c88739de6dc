"""Says in which options runs differ, and shows the value of an option as text."""

import dataclasses
import os
from collections.abc import Iterable

from dcgan_tf.config import Config

MAX_TEXT = 24                 # characters of a value


def differing_options(configs: Iterable[Config]) -> list[str]:
    """Returns the names of the options in which these differ, in the order of Config."""
    configs = [*configs]
    return [field.name for field in dataclasses.fields(Config)
            if len({_compared(field.name, getattr(config, field.name)) for config in configs}) > 1]


def as_text(value: object, max_text: int = MAX_TEXT) -> str:
    """Returns the value of an option as it is typed; a long one is cut."""
    if isinstance(value, bool):
        return 'on' if value else 'off'
    text = (','.join(map(str, value)) if isinstance(value, tuple) else
            f'{value:g}' if isinstance(value, float) else str(value))
    return (text if len(text) <= max_text else f'{text[:max_text - 3]}...') or '-'


def _compared(name, value):
    """Returns what decides whether an option differs: data/ and /home/me/data may be one folder."""
    return os.path.realpath(value) if name == 'data_dir' else value
