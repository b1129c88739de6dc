"""A model in words: every field, variable and op with its shape."""

import math

import tensorflow as tf

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
    g, d = count_parameters(gan)
    return (f'model: {gan.config.preset}, generator {g:,} + discriminator {d:,} parameters, on '
            f'{device_name(gan.config.threads)}{_made(gan.config)}{_held(gan)}')


def parameters(variables) -> int:
    """How many numbers the variables hold."""
    return sum(math.prod(v.shape.as_list()) for v in variables)


def count_parameters(gan) -> tuple[int, int]:
    """Trainable numbers of the generator and of the discriminator."""
    with gan.graph.as_default():
        return tuple(parameters(tf.compat.v1.trainable_variables(f'{network}/'))
                     for network in ('Generator', 'Discriminator'))


def _made(config):
    """What is not as usual in how the steps are made."""
    precision = chosen(config.precision)
    words = [precision] if precision != Config.precision else []
    words += ['XLA'] if config.jit else []
    words += [f'{config.steps_per_run} steps a run'] if config.steps_per_run > 1 else []
    return ''.join(f', {each}' for each in words)


def _held(gan):
    """The penalty, D's norm and the bounds of its weights: the user may not have asked for them."""
    norm, own = gan.architecture.d_norm, type(gan.architecture).d_norm
    why = f' (--penalty {gan.config.penalty} goes with no batch norm)'
    words = f"; D's norm is {norm}, not {own}" if norm != own else ''
    words += why if words and gan.penalty.fallback_norm else ''
    clip = gan.discriminator.clip
    return _penalty(gan) + words + (f"; D's weights are clipped to {clip:g}" if clip else '')


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
