"""Which numbers convolutions and matrix products are made of: what `auto` stands for here."""

import pathlib

from dcgan_tf.config.choices import AUTO

CPUINFO = pathlib.Path('/proc/cpuinfo')       # Linux tells there what a processor can do


def chosen(precision: str) -> str:
    """A row of PRECISIONS but `auto`: that is bfloat16 where the processor has AMX."""
    if precision != AUTO:
        return precision
    return 'bfloat16' if has_amx() else 'float32'


def has_amx() -> bool:
    """Has the processor products of bfloat16 matrices in one instruction? False if nobody tells."""
    try:
        words = CPUINFO.read_text(encoding='utf-8', errors='replace').split()
    except OSError:
        return False
    return 'amx_bf16' in words
