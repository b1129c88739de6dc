"""Gives the variables of a new training the values of an earlier one's checkpoint."""

import logging
import pathlib

import numpy as np

from dcgan_tf.errors import RunError
from dcgan_tf.run_folder import checkpoints
from dcgan_tf.run_folder.checkpoint_files import steps

logger = logging.getLogger(__name__)


def load(session, folder, sources, step=None):
    """Loads the newest readable checkpoint of a folder, or that of `step`; returns its step.

    sources: pairs of a variable and the names that it may have in the checkpoint; the first one
    that is there counts. All values are read and compared before the first variable changes.
    RunError if there is no such checkpoint, or if it has had no step; if a name, shape or type does
    not fit; and for a value that is not finite. A damaged checkpoint is skipped with a warning.
    """
    step, values = _newest_readable(pathlib.Path(folder), step)
    if step == 0:
        raise RunError(f'{pathlib.Path(folder, "model-0")} has had no training step: its networks '
                       'are as random as new ones')
    fill(session, sources, values, pathlib.Path(folder, f'model-{step}'))
    return step


def fill(session, sources, values, prefix):
    """Gives variables the values in {name: array}. RunError, before the first, if one does not fit.

    sources: as in `load`. prefix: what the values belong to, for the error.
    """
    pairs = [(variable, _value(variable, names, values, prefix)) for variable, names in sources]
    for variable, value in pairs:          # one by one: an average and its weight share a tensor
        assign(session, variable, value)


def assign(session, variable, value):
    """Gives a variable a value, without a new op."""
    session.run(variable.initializer, {variable.initializer.inputs[1]: value})


def _newest_readable(folder, wanted):
    """Returns (step, {name: array}) of the newest checkpoint that can be read."""
    found = [step for step in steps(folder) if wanted in (None, step)]
    if not found:
        raise RunError(f'{folder} holds no checkpoint'
                       + (f' of step {wanted}' if wanted is not None else ''))
    for step in reversed(found):
        try:
            values = dict(checkpoints.variables(folder, step))
        except RunError as error:
            logger.warning('%s: trying the checkpoint before it', error)
            continue
        if values.get('global_step', step) == step:
            return step, values
        logger.warning('%s is of step %d: trying the checkpoint before it',
                       folder / f'model-{step}', values['global_step'])
    raise RunError(f'none of the {len(found)} checkpoints in {folder} can be read')


def _value(variable, names, values, prefix):
    """Returns the array for a variable, if it is there, fits it and is finite."""
    name = next((name for name in names if name in values), None)
    if name is None:
        raise RunError(f'{prefix} does not fit this model: it has no variable {names[0]}')
    value, wanted = values[name], (tuple(variable.shape), variable.dtype.as_numpy_dtype)
    if (value.shape, value.dtype.type) != wanted:
        raise RunError(f'{prefix} does not fit this model: it has {name} as {list(value.shape)} '
                       f'{value.dtype.name}, the model as {list(wanted[0])} '
                       f'{variable.dtype.base_dtype.name}; --preset, --maps, --z-dim or the image '
                       'size differ')
    if not np.isfinite(value).all():
        raise RunError(f'{prefix} has NaN or infinity in {name}: start from another checkpoint')
    return value
