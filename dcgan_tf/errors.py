"""The ways to fail that are no bug; `cli` turns each into one line and an exit code."""


class UsageError(ValueError):
    """What was asked for cannot be done: what came, what was expected, which flag mends it."""


class RunError(RuntimeError):
    """What was asked for made sense but failed: a damaged file, a full disk, a NaN. Exit 1."""


class WorkerLost(RunError):  # noqa: N818
    """Another worker is gone or does not answer: the training has to be started again. Exit 138."""


class CollapseError(RunError):
    """A training that seems lost at `step`; up to `last_good_step` it may be worth keeping."""

    def __init__(self, message: str, *, step: int, last_good_step: int):
        super().__init__(message)
        self.step, self.last_good_step = step, last_good_step


def reason(error: BaseException) -> str:
    """The one line of an error's text that says what happened, at most 200 characters.

    TensorFlow puts it behind a stack trace, after a line with the name of the node.
    """
    lines = str(getattr(error, 'message', None) or error).strip().splitlines()
    nodes = [i for i, line in enumerate(lines[:-1]) if line.startswith('Node: ')]
    line = lines[nodes[0] + 1] if nodes else next(iter(lines), '')
    return line.strip()[:200] or type(error).__name__
