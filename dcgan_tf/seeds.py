"""Randomness as a pure function of (seed, name, step): no state, so a run can stop and go on."""

import hashlib

import numpy as np


def derive(seed: int, *parts: object) -> int:
    """A seed in [0, 2**31) of its own for each (seed, parts), e.g. `derive(0, 'noise')`."""
    text = '/'.join(map(str, (seed, *parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], 'big') >> 1


def generator(seed: int, *parts: object) -> np.random.Generator:
    """A NumPy generator of its own for each (seed, parts), e.g. `generator(0, 'order', 3)`."""
    return np.random.default_rng(derive(seed, *parts))
