"""An exported file as its reader sees it: a function, and what it takes and gives."""

from collections.abc import Callable
from typing import NamedTuple


class Port(NamedTuple):
    """An input or output."""

    name: str
    type: str                 # as NumPy names it: float32, int32
    shape: tuple              # None = any

    def __str__(self) -> str:
        sizes = ', '.join('N' if size is None else str(size) for size in self.shape)
        return f'{self.name} {self.type} [{sizes}]'


class Loaded(NamedTuple):
    """What `load` of a format gives."""

    run: Callable             # input name -> array; -> images [N, H, W, C]
    inputs: list              # of Port, by name
    outputs: list

    def signature(self) -> str:
        """E.g. `z float32 [N, 64] -> image float32 [N, 28, 28, 1]`."""
        return ' -> '.join(', '.join(map(str, ports)) for ports in (self.inputs, self.outputs))


def ports(found) -> list:
    """(name, type, sizes) -> Ports, z before label; a size that is not positive = any."""
    made = [Port(name, str(kind), tuple(size if _fixed(size) else None for size in sizes))
            for name, kind, sizes in found]
    return sorted(made, reverse=True)


def _fixed(size):
    """Formats say "any" by None, -1 or a name."""
    return isinstance(size, int) and size > 0
