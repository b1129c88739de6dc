"""Refuses flags that ask for other networks than those of the run that a new one starts from."""

from dcgan_tf import own_code
from dcgan_tf.cli.resuming import typed
from dcgan_tf.config import (
    AUTO,
    OBJECTIVES,
    PENALTIES,
    PRESETS,
    Config,
    check_taken,
    objective_of,
)
from dcgan_tf.config.types import replaced
from dcgan_tf.errors import UsageError

# The options that are those of the earlier run. A preset or an objective of the same networks may
# take the place of its own.
NETWORKS = ('preset', 'objective', 'type', 'architecture', 'generator_maps', 'discriminator_maps',
            'z_dim', 'prior', 'norm', 'g_norm', 'codes', 'continuous', 'code_variance', 'resize',
            'gray', 'image_height', 'image_width', 'n_channels')
MAY_CHANGE = {'preset', 'objective'}


def check_given(options, c, path):
    """Raises UsageError for a typed flag that asks for other networks than those of c, at path."""
    given = options.given
    if given.get('type', c.type) == c.type:
        check_taken(c.type, given, c.code)
    pairs = {name: (given[name], getattr(c, name)) for name in NETWORKS
             if name in given and name not in MAY_CHANGE and (name, given[name]) != ('norm', AUTO)}
    if file := own_code.changed_file(given.get('code', ()), c.code):
        raise UsageError(f'{file} is not the file with which {path} was trained: leave the flag '
                         'that names it out, or choose another run with --init-from')
    if options.maps:
        pairs['maps'] = (options.maps, c.discriminator_maps[1:])
    for name, (value, old) in pairs.items():
        if value != old:
            _refuse(name, value, old, path)
    preset, objective, penalty = map(given.get, ('preset', 'objective', 'penalty'))
    if preset in PRESETS and preset != c.preset and (
            _of_preset(preset, c) != (c.type, c.architecture, c.prior)):
        _refuse('preset', preset, c.preset, path)
    if objective and _d_output(objective, given.get('code', ())) not in (
            None, _d_output(c.objective, c.code)):
        _refuse('objective', objective, c.objective, path)
    if penalty in PENALTIES:                                 # `Config` refuses unknown names
        _check_penalty(penalty, c, path)


def _check_penalty(penalty, c, path):
    """Raises UsageError for a penalty that needs one more network, or another norm in D."""
    row = PENALTIES[penalty]
    if row.encoder and not PENALTIES[c.penalty].encoder:
        _refuse('penalty', penalty, c.penalty, path)
    if row.fallback_norm and c.norm == 'batch':
        raise UsageError(f'--penalty {penalty} needs each image alone, and the networks of {path} '
                         'have --norm batch: choose another penalty, or another run with '
                         '--init-from')


def _of_preset(name, c):
    """Returns what a preset alone decides of the networks: type, architecture, prior."""
    row = replaced(c.row_of_type, PRESETS[name])
    return (row.get('type', c.type), row.get('architecture', Config.architecture),
            row.get('prior', Config.prior))


def _d_output(objective, code):
    """Returns what D's last layer returns with an objective; None if `Config` refuses the name."""
    known = objective in OBJECTIVES or own_code.is_own(objective)
    return objective_of(objective, code).d_output if known else None


def _refuse(name, value, old, path):
    has = 'without' if old is False else f'with {typed(name, old)}'
    raise UsageError(f'{typed(name, value)} does not fit the networks of {path}, which were '
                     f'trained {has}: leave the flag out, or choose another run with --init-from')
