"""A model in words: every field, variable and op with its shape."""

import math

from dcgan_tf.config import NONE, Config, chosen
from dcgan_tf.fit.session import device_name
from dcgan_tf.losses import penalties


def describe(gan) -> str:
    """The fields of the Config, then the variables with their sizes, then the ops of the graph."""
    return '\n\n'.join([
        _section('FIELDS', (f'{name:20} {value}' for name, value in gan.config.to_dict().items())),
        _section('VARIABLES', map(_variable, gan.variables())),
        _section('OPS', map(_op, gan.graph.get_operations()))])


def headline(gan) -> str:
    """One line: preset, parameters, device, how steps are made, penalty, a norm of D not the
    preset's own, clipping.
    """
    counts = ' + '.join(f'{name.lower()} {n:,}' for name, n in count_parameters(gan).items())
    return (f'model: {gan.config.preset}, {counts} parameters, on '
            f'{device_name(gan.config.threads)}{_made(gan.config)}{_held(gan)}')


def parameters(variables) -> int:
    """How many numbers the variables hold."""
    return sum(math.prod(v.shape.as_list()) for v in variables)


def count_parameters(gan) -> dict[str, int]:
    """Name of each network of a GAN that has its model -> its trainable numbers."""
    with gan.graph.as_default():
        return {network.name: parameters(network.weights) for network in gan.built.net}


def _made(config):
    """What is not as usual in how the steps are made."""
    precision = chosen(config.precision)
    words = [precision] if precision != Config.precision else []
    words += ['XLA'] if config.jit else []
    words += [f'{config.steps_per_run} steps a run'] if config.steps_per_run > 1 else []
    return ''.join(f', {each}' for each in words)


def _held(gan):
    """The penalty, D's norm and the bounds of its weights: the user may not have asked for them."""
    architecture = gan.system.architecture
    norm, own = architecture.d_norm, type(architecture).d_norm
    why = f' (--penalty {gan.config.penalty} goes with no batch norm)'
    words = f"; D's norm is {norm}, not {own}" if norm != own else ''
    words += why if words and penalties.get(gan.config.penalty).fallback_norm else ''
    clipped = ''.join(f"; {field}'s weights are clipped to {network.clip:g}"
                      for field, network in gan.built.net._asdict().items() if network.clip)
    return _penalty(gan) + words + clipped


def _penalty(gan):
    c = gan.config
    if c.penalty == NONE:
        return ''
    steps = 'every step' if c.penalty_every == 1 else f'every {c.penalty_every} steps'
    return f'; penalty {c.penalty}, weight {penalties.weight_of(c):g}, {steps}'


def _section(title, lines):
    return '\n'.join([title, *(f'  {line}' for line in lines)])


def _variable(v):
    kind = 'trainable' if v.trainable else ''
    return f'{v.op.name:60} {v.shape.as_list()!s:18} {v.dtype.base_dtype.name:8} {kind}'.rstrip()


def _op(op):
    shapes = ', '.join(str(t.shape) for t in op.outputs)
    return f'{op.name:60} {op.type:24} {shapes}'.rstrip()
