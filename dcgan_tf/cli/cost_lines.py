"""Says before the first step how long the training takes and how much memory it needs."""

from dcgan_tf import portable
from dcgan_tf.names import counted

# A length of time is told in the first of these units of which it has so many.
UNITS = ((2, 86_400, 'days'), (1.5, 3_600, 'hours'), (1.5, 60, 'minutes'), (0, 1, 's'))


def cost_lines(gan) -> list[str]:
    """Returns a line about the steps that are left, and a warning if they need too much memory.

    gan: as it is before `fit`; [] if all its steps are done.
    """
    done, workers = gan.steps_done(), gan.built.inputs.shard.count
    left = gan.config.epochs - done
    if left <= 0:
        return []
    cost = gan.cost()
    line = f'a step: {_flop(cost.flops)}' + f' for each of {workers} workers' * (workers > 1)
    if cost.seconds is None:                                   # on a GPU, or with XLA
        return [line]
    steps = _take(left, done)
    short, long = _short(cost.seconds), in_units(left * cost.seconds)
    line += (f', about {short} here, so {steps} about {long}' if workers == 1 else
             f', about {short} here without the exchange, so {steps} {long} or more')
    line += (', plus start, pictures and checkpoints; memory: about '
             f'{_gigabytes(cost.memory)}{" each" * (workers > 1)}')
    return [line, *_too_much(cost, portable.memory_limit())]


def _take(left, done):
    """Returns the subject and the verb of the sentence about the time."""
    steps, are, take = counted(left, 'step'), *(('is', 'takes') if left == 1 else ('are', 'take'))
    return f'the {steps} that {are} left {take}' if done else f'{steps} {take}'


def in_units(seconds):
    """Returns a length of time in words: 12 s, 47 minutes, 9 hours."""
    size, unit = next((size, unit) for least, size, unit in UNITS if seconds >= least * size)
    return f'{_two_digits(seconds / size)} {unit}'


def _too_much(cost, limit):
    """Returns the warning in a list, or []. limit: the bytes that there are; None = not known."""
    if limit is None or cost.memory <= limit:
        return []
    flags = '--batch-size, ' if cost.step_memory > limit else ''
    return [f'warning: that is more than the {_gigabytes(limit)} that this machine or container '
            f'has, so the system may end the training: smaller {flags}--maps or --resize need less']


def _gigabytes(count):
    return f'{_two_digits(count / 1e9)} GB'


def _flop(count):
    """Returns a number of FLOPs in words: 5.2 GFLOP."""
    for size, unit in ((1e12, 'TFLOP'), (1e9, 'GFLOP'), (1e6, 'MFLOP')):
        if count >= size:
            return f'{_two_digits(count / size)} {unit}'
    return f'{_two_digits(count / 1e3)} kFLOP'


def _short(seconds):
    """Returns the time of a step in words: 62 ms, 0.7 s."""
    return f'{_two_digits(1e3 * seconds)} ms' if seconds < 0.1 else f'{_two_digits(seconds)} s'


def _two_digits(number):
    """Returns a number rounded to two digits: 0.73, 4.7, 47, 4,700."""
    return f'{float(f"{number:.2g}"):,.12g}'
