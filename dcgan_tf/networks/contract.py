"""Checks networks of one's own while they are built: each mistake is one line that names the class.

The built-in families are checked by the tests instead.
"""

import contextlib
import functools

import tensorflow as tf

from dcgan_tf import own_code
from dcgan_tf.errors import UsageError

v1 = tf.compat.v1
BOUNDS = {'Tanh': (-1.0, 1.0), 'Sigmoid': (0.0, 1.0)}             # type of an op -> its range
UNBOUNDED = {'BiasAdd', 'Conv2D', 'Conv2DBackpropInput', 'MatMul', 'Relu', 'LeakyRelu', 'Elu',
             'Softplus', 'FusedBatchNormV3'}
SAME_VALUES = {'Identity', 'Reshape', 'StridedSlice', 'Slice', 'Transpose', 'ResizeNearestNeighbor'}


def checked(architecture, config):
    """Returns the Architecture; what its functions return is checked from now on.

    UsageError for a shape, a type or a range that the rest of the program does not expect, for two
    layers with one name, and for every other error in one of the functions.
    """
    size = (*architecture.size, config.n_channels)

    def images(where, made, x, numbers):
        check_tensor(where, made, (x.shape[0], *size), f'images {_text("N", *size)}')
        _check_range(where, made, architecture.value_range)

    def maps(where, made, x, numbers):
        if not isinstance(made, list) or not made:
            raise UsageError(f'{where} returns {_described(made)}: expected a list of feature maps '
                             '[N, h, w, maps], the first layer first')
        for h in made:
            check_tensor(where, h, (x.shape[0], None, None, None), 'feature maps [N, h, w, maps]')

    def of_d(where, made, x, numbers, what='logits'):
        check_tensor(where, made, (x.shape[0], numbers), f'{what} {_text("N", numbers)}')
    for name, check in (('generator', images), ('feature_maps', maps), ('after_maps', None),
                        ('hidden', None), ('head', of_d), ('discriminator', of_d),
                        ('pair_discriminator', of_d), ('code_discriminator', of_d),
                        ('encoder', functools.partial(of_d, what='numbers'))):
        setattr(architecture, name, _checking(getattr(architecture, name),
                                              f'{config.architecture}.{name}', check))
    return architecture


def check_tensor(where, made, shape, expected, dtype=None, verb='returns'):
    """Raises UsageError unless `made` is a tensor of that shape, in which None is any size.

    dtype: None = float32.
    """
    dtype = dtype or tf.float32
    if not isinstance(made, tf.Tensor):
        raise UsageError(f'{where} {verb} {_described(made)}: expected {expected}')
    if made.shape.rank is None or not made.shape.is_compatible_with(shape):
        raise UsageError(f'{where} {verb} {_shape(made, shape)}: expected {expected}')
    if made.dtype != dtype:
        raise UsageError(f'{where} {verb} {made.dtype.name}: expected {dtype.name}')


@contextlib.contextmanager
def unique_names(where):
    """Raises UsageError if a variable is asked for twice inside: two layers have one name."""
    asked = set()

    def note(getter, name, *args, **options):
        if name in asked:
            raise UsageError(f'{where}: two layers have the variable {name}: give each layer a '
                             'name of its own')
        asked.add(name)
        return getter(name, *args, **options)
    with v1.variable_scope(v1.get_variable_scope(), custom_getter=note,
                           auxiliary_name_scope=False):
        yield


def _checking(function, where, check):
    """Returns the function of (x, ...) with these checks.

    The last argument of a function may be how many numbers it has to make: of `head` by its place,
    of the others by its name.
    """
    def checking(x, *args, **options):
        with own_code.explained(where), unique_names(where):
            made = function(x, *args, **options)
        if check:
            numbers = options.get('logits', options.get('numbers', args[-1] if args else None))
            check(where, made, x, numbers)
        return made
    return checking


def _check_range(where, images, value_range):
    """Raises UsageError if the last op of G cannot have, or goes beyond, the range of images."""
    op, wanted = images.op, (value_range.low, value_range.high)
    while op.type in SAME_VALUES:
        op = op.inputs[0].op
    found = BOUNDS.get(op.type)
    if op.type in UNBOUNDED:
        raise UsageError(f'{where} ends in {op.type}, which has no bounds: expected images from '
                         f'{wanted[0]:g} to {wanted[1]:g} (value_range): end with ops.tanh or '
                         'ops.sigmoid')
    if found not in (None, wanted):
        raise UsageError(f'{where} ends in {op.type}, from {found[0]:g} to {found[1]:g}, but '
                         f'value_range is from {wanted[0]:g} to {wanted[1]:g}: set value_range = '
                         f'ValueRange({found[0]:.1f}, {found[1]:.1f}) in the class, or end with '
                         'another op')


def _described(made):
    return 'None' if made is None else f'a {type(made).__name__}'


def _shape(made, wanted):
    """Returns a shape as the documentation writes it: [N, 28, 28, 1]."""
    if made.shape.rank is None:
        return 'a tensor of unknown shape'
    sizes = made.shape.as_list()
    return _text(*(('N', *sizes[1:]) if sizes[:1] == [*wanted[:1]] else sizes))


def _text(*sizes):
    return f'[{", ".join("?" if n is None else str(n) for n in sizes)}]'
