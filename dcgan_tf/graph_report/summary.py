"""Describes a model as text: all fields, variables and ops with their shapes."""

import math

from dcgan_tf import own_code
from dcgan_tf.config import NONE, PENALTIES, Config, chosen, families, flag_of
from dcgan_tf.fit.session import device_name


def describe(gan) -> str:
    """Returns the fields of the Config, the variables with their shapes, and the ops."""
    return '\n\n'.join([
        _section('FIELDS', (f'{name:20} {value}' for name, value in gan.config.to_dict().items())),
        _section('VARIABLES', map(_variable, gan.variables())),
        _section('OPS', map(_op, gan.graph.get_operations()))])


def headline(gan) -> str:
    """Returns one line: preset, parameters, device, special step options, penalty, clipping.

    It also names networks, objective and type of the user's own, and D's norm if that is not the
    preset's own.
    """
    counts = ' + '.join(f'{name.lower()} {n:,}' for name, n in count_parameters(gan).items())
    own = ''.join(f'{flag_of(field)[2:]} {value}, ' for field in own_code.FIELDS
                  if own_code.is_own(value := getattr(gan.config, field)))
    return (f'model: {gan.config.preset}, {own}{counts} parameters, on '
            f'{device_name(gan.config.threads)}{_step_options(gan.config)}{_constraints(gan)}')


def parameters(variables) -> int:
    """Returns how many numbers the variables have together."""
    return sum(math.prod(v.shape.as_list()) for v in variables)


def count_parameters(gan) -> dict[str, int]:
    """Returns {name of a network: its trainable numbers} for a GAN that has its model."""
    with gan.graph.as_default():
        return {network.name: parameters(network.weights) for network in gan.built.net}


def _step_options(config):
    """Returns the options of a step that are not the defaults."""
    precision = chosen(config.precision)
    options = [precision] if precision != Config.precision else []
    options += ['XLA'] if config.jit else []
    options += [f'{config.steps_per_run} steps a run'] if config.steps_per_run > 1 else []
    return ''.join(f', {option}' for option in options)


def _constraints(gan):
    """Returns the penalty, the norm of D, or of E of an age, and the bounds of the weights.

    Other options may have set them without the user's knowledge.
    """
    architecture = gan.system.architecture
    norm, own = architecture.norms.d, families.family_of(gan.config).d_norm
    why = f' (--penalty {gan.config.penalty} goes with no batch norm)'
    judge = 'D' if 'D' in gan.built.net._fields else 'E'
    text = f"; {judge}'s norm is {norm}, not {own}" if norm != own else ''
    text += why if text and PENALTIES[gan.config.penalty].fallback_norm else ''
    clipped = ''.join(f"; {field}'s weights are clipped to {network.clip:g}"
                      for field, network in gan.built.net._asdict().items() if network.clip)
    return _penalty(gan) + text + clipped


def _penalty(gan):
    c = gan.config
    if c.penalty == NONE or not gan.system.critics:                # a plain VAE has no critic
        return ''
    steps = 'every step' if c.penalty_every == 1 else f'every {c.penalty_every} steps'
    return f'; penalty {c.penalty}, weight {c.weight_of_penalty:g}, {steps}'


def _section(title, lines):
    return '\n'.join([title, *(f'  {line}' for line in lines)])


def _variable(v):
    note = 'trainable' if v.trainable else ''
    return f'{v.op.name:60} {v.shape.as_list()!s:18} {v.dtype.base_dtype.name:8} {note}'.rstrip()


def _op(op):
    shapes = ', '.join(str(t.shape) for t in op.outputs)
    return f'{op.name:60} {op.type:24} {shapes}'.rstrip()
