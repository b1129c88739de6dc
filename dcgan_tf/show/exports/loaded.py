"""An exported file after loading: a function with its inputs and outputs."""

from collections.abc import Callable
from typing import NamedTuple


class Port(NamedTuple):
    """An input or output of an exported file."""

    name: str
    type: str                 # NumPy's name of it: float32, int32
    shape: tuple              # None = any size

    def __str__(self) -> str:
        sizes = ', '.join('N' if size is None else str(size) for size in self.shape)
        return f'{self.name} {self.type} [{sizes}]'


class LoadedModel(NamedTuple):
    """What a format's `load` yields."""

    run: Callable             # {input name: array} -> images [N, H, W, C]
    inputs: list              # of Port, z before label
    outputs: list             # of Port

    def signature(self) -> str:
        """Returns e.g. `z float32 [N, 64] -> image float32 [N, 28, 28, 1]`."""
        return ' -> '.join(', '.join(map(str, ports)) for ports in (self.inputs, self.outputs))


def ports(descriptions) -> list:
    """Returns Ports from (name, type, sizes), z before label. A size that is not positive = any."""
    made = [Port(name, str(dtype), tuple(size if _is_fixed(size) else None for size in sizes))
            for name, dtype, sizes in descriptions]
    return sorted(made, reverse=True)


def _is_fixed(size):
    """Returns False for any size, which the formats write as None, -1 or a name."""
    return isinstance(size, int) and size > 0
