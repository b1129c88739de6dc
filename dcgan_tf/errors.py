"""The two ways to fail that are no bug; `cli.py` turns each into one line and an exit code."""


class UsageError(ValueError):
    """What was asked for cannot be done: what came, what was expected, which flag mends it."""


class RunError(RuntimeError):
    """What was asked for made sense but failed: a damaged file, a full disk, a NaN. Exit 1."""
