"""The choices behind fields of Config and their help; the ops are elsewhere, with TensorFlow."""

from typing import NamedTuple


class Type(NamedTuple):
    """One row of TYPES."""

    help: str
    labels: bool = True         # does the generator take them?


TYPES = {              # how labels enter the networks; conditioning.py has the ops
    'gan':  Type('not at all', labels=False),
    'cgan': Type('one-hot, beside the latent and as maps beside the image'),
}
