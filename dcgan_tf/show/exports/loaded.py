"""An exported file after loading: a function, and what it takes and returns as text."""

from collections.abc import Callable
from typing import NamedTuple


class LoadedModel(NamedTuple):
    """What a format's `load` yields."""

    run: Callable             # {input name: array} -> {output name: array}
    signature: str            # e.g. `z float32 [N, 64] -> image float32 [N, 28, 28, 1]`


def signature(inputs, outputs) -> str:
    """Returns the signature of a file, the label last. Each of them is (name, type, sizes)."""
    return ' -> '.join(', '.join(_port(*port) for port in
                                 sorted(ports, key=lambda port: port[0] == 'label'))
                       for ports in (inputs, outputs))


def _port(name, dtype, sizes):
    """Returns e.g. `z float32 [N, 64]`. The formats write any size as None, -1 or a name."""
    fixed = [str(size) if isinstance(size, int) and size > 0 else 'N' for size in sizes]
    return f'{name} {dtype} [{", ".join(fixed)}]'
