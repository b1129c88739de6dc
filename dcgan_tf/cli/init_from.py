"""Starts a new run from the networks of an earlier one: --init-from.

The earlier run decides the options that define the networks. The user may repeat them, but not
change them. All other options come from the command line and the preset, as always.
"""

import pathlib

from dcgan_tf import own_code
from dcgan_tf.cli.flags import Options
from dcgan_tf.cli.resuming import LATEST, latest, resumed, typed
from dcgan_tf.config import (
    AUTO,
    OBJECTIVES,
    PENALTIES,
    PRESETS,
    Config,
    check_taken,
    families,
    objective_of,
)
from dcgan_tf.config.types import OPTIONAL
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.names import one_line
from dcgan_tf.run_folder import checkpoint_files, origin, run_folder, trained_weights
from dcgan_tf.run_folder.made_by import notice
from dcgan_tf.run_folder.origin import Origin
from dcgan_tf.run_folder.trained_weights import Weights

# The options that are those of the earlier run. A preset or an objective of the same networks may
# take the place of its own.
NETWORKS = ('preset', 'objective', 'type', 'architecture', 'generator_maps', 'discriminator_maps',
            'z_dim', 'prior', 'norm', 'g_norm', 'codes', 'continuous', 'code_variance', 'resize',
            'gray', 'image_height', 'image_width', 'n_channels')
MAY_CHANGE = {'preset', 'objective'}
MAX_PAIRS = 3                       # of class names in a line


def find(options: Options) -> Weights | None:
    """Returns the Weights with which the networks start; None if they start with random numbers.

    A run that continues needs them only if it was stopped before its first checkpoint: it names
    them in its config.json. UsageError or RunError if they cannot be found.
    """
    if options.resume and (path := resumed(options)):
        return _of_unfinished_start(path, options)
    if options.init_from is None:
        return None
    try:
        return _find(latest(options.save_folder) if options.init_from == LATEST
                     else options.init_from, options)
    except (UsageError, RunError) as error:
        raise type(error)(f'--init-from {options.init_from}: {error}') from error


def networks(options: Options, weights: Weights) -> dict:
    """Returns the options that define the networks: field of Config -> value.

    UsageError for a typed flag that asks for other networks than those of the earlier run.
    """
    c, given = weights.config, options.given
    c = c.replace(norm=families.d_norm(c), resize=(c.image_width, c.image_height),
                  gray=c.n_channels == 1)
    _check_given(options, c, where(weights))
    taken = {name: getattr(c, name) for name in NETWORKS
             if name not in OPTIONAL - c.row_of_type.takes}
    code = (*c.code, *set(given.get('code', ())).difference(c.code))
    return {**taken, **{name: given[name] for name in MAY_CHANGE & given.keys()},
            **({'code': code} if code else {})}


def check_data(config: Config, weights: Weights) -> None:
    """Raises UsageError for pictures or classes that the networks of the earlier run cannot take.

    config: that of the new run, with what is known of its data.
    """
    c, path = weights.config, where(weights)
    if config.n_channels != c.n_channels:
        raise UsageError(f'the networks of {path} are for pictures of {c.n_channels} channels, '
                         f'and those of {config.dataset} have {config.n_channels}: choose other '
                         'pictures, or another run with --init-from')
    new, old = len(config.class_names), len(c.class_names)
    if c.learns_classes and new != old:
        raise UsageError(f'the pictures have {new} classes, and the networks of {path} know {old}: '
                         f'--init-from takes a {c.type} with as many classes')


def load(gan, weights: Weights, run: run_folder.RunFolder | None, log) -> Origin:
    """Starts the networks of a new GAN with the Weights, and logs it. Returns where they come from.

    run: a run that was stopped before its first checkpoint, or None. RunError if the checkpoint is
    not the one in its config.json, or if it cannot be taken.
    """
    try:
        step = gan.init_from(weights.folder, step=weights.step)
    except RunError as error:
        raise RunError(f'--init-from {where(weights)}: {error}') from error
    found = Origin(pathlib.Path(where(weights)).resolve().as_posix(), step,
                   origin.digest(weights.folder, step))
    if run and found.digest != origin.of_run(run).digest:
        raise RunError(f'{found.path}: its checkpoint of step {step} is not the one from which the '
                       'run was begun: start a new run with --init-from')
    log(line(gan.config, weights, step))
    return found


def line(config: Config, weights: Weights, step: int) -> str:
    """Returns a line for the user about the networks that were loaded."""
    old, parts = weights.config, [f'networks from {where(weights)}, step {step:,}']
    if config.ema and not old.ema:
        parts.append("no average of G's weights there: it starts from the weights")
    if old.ema and not config.ema:
        parts.append("its average of G's weights is left out (--ema)")
    if config.learns_classes and config.class_names != old.class_names:
        pairs = [f'{one_line(a)} -> {one_line(b)}' for a, b in
                 zip(old.class_names, config.class_names, strict=True)]
        more = ', ...' if len(pairs) > MAX_PAIRS else ''
        parts.append(f'classes in their order: {", ".join(pairs[:MAX_PAIRS])}{more}')
    return '; '.join(parts)


def where(weights: Weights) -> str:
    """Returns the path of the earlier run, or of a folder of checkpoints."""
    return str(weights.run.path if weights.run else weights.folder)


def _find(path, options):
    """Returns the Weights at a path. UsageError if their newest ones have had no step.

    Says if another version of this program made them.
    """
    found = trained_weights.find(path, trust=options.trust)
    if (found.step or max(checkpoint_files.steps(found.folder))) == 0:
        raise UsageError(f'{where(found)} has had no training step: its networks are as random as '
                         'new ones')
    if not options.quiet:
        notice([(found.name, found.made_by)])
    return found


def _of_unfinished_start(path, options):
    """Returns the Weights of a run that has no checkpoint yet, if it was begun with some."""
    if not (path / 'config.json').is_file() or checkpoint_files.steps(path / 'checkpoints'):
        return None
    if (recorded := origin.of_run(run_folder.open_run(str(path)))) is None:
        return None
    try:
        return _find(recorded.path, options)._replace(step=recorded.step)
    except (UsageError, RunError) as error:
        raise RunError(f'{path} was stopped before its first checkpoint, and the networks with '
                       f'which it starts are gone: {error}') from error


def _check_given(options, c, path):
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
    row = PRESETS[name]
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
