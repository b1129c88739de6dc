"""Chooses the precision that `--precision auto` means on this processor."""

import pathlib

from dcgan_tf.config.choices import AUTO

CPUINFO = pathlib.Path('/proc/cpuinfo')       # Linux lists the features of the processor there


def chosen(precision: str) -> str:
    """Returns the precision; for `auto`, bfloat16 if the processor has AMX, else float32."""
    if precision != AUTO:
        return precision
    return 'bfloat16' if has_amx() else 'float32'


def has_amx() -> bool:
    """Tells whether the processor multiplies bfloat16 matrices in one instruction.

    False also if the system does not list the features of its processor.
    """
    try:
        features = CPUINFO.read_text(encoding='utf-8', errors='replace').split()
    except OSError:
        return False
    return 'amx_bf16' in features
