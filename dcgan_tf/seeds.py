"""Makes randomness a pure function of (seed, name, step): without state, a run can be resumed."""

import hashlib

import numpy as np


def derive(seed: int, *parts: object) -> int:
    """Returns a seed in [0, 2**31), another for each (seed, parts), e.g. `derive(0, 'noise')`."""
    text = '/'.join(map(str, (seed, *parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], 'big') >> 1


def generator(seed: int, *parts: object) -> np.random.Generator:
    """Returns a NumPy generator, another for each (seed, parts): `generator(0, 'order', 3)`."""
    return np.random.default_rng(derive(seed, *parts))
