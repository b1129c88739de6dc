"""Starts a new run from the networks of an earlier one: --init-from.

The earlier run decides the options that define the networks. The user may repeat them, but not
change them. All other options come from the command line and the preset, as always.
"""

import pathlib

from dcgan_tf import pretrained
from dcgan_tf.cli.flags import Options
from dcgan_tf.cli.resuming import LATEST, latest, resumed
from dcgan_tf.cli.same_networks import MAY_CHANGE, NETWORKS, check_given
from dcgan_tf.config import Config, families
from dcgan_tf.config.types import OPTIONAL
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.names import one_line
from dcgan_tf.run_folder import checkpoint_files, origin, run_folder, trained_weights
from dcgan_tf.run_folder.made_by import notice
from dcgan_tf.run_folder.origin import Origin
from dcgan_tf.run_folder.trained_weights import Weights

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
    pretrained.refuse(options.init_from, 'a discriminator')
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
    check_given(options, c, where(weights))
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
