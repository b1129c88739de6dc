"""The run folder of a `GAN.fit` that got a path: it is made, or gone on with."""

import contextlib
import logging
import os
import pathlib
from collections.abc import Iterator

from dcgan_tf import own_code
from dcgan_tf.arguments import check_path
from dcgan_tf.config import fixed_difference, resolved
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.checks import check_no_later_checkpoint
from dcgan_tf.run_folder import checkpoint_files, run_folder, trained_weights
from dcgan_tf.run_folder.lock import locked
from dcgan_tf.run_folder.made_by import notice, notice_versions
from dcgan_tf.run_folder.run_folder import RunFolder

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def opened(gan, run, data) -> Iterator[RunFolder | None]:
    """Opens a context with the RunFolder of a `fit`, which is locked; None if it has none.

    run: a path, a RunFolder or None. data: a Given.
    A run that is there is gone on with: a GAN without a step gets its newest weights. UsageError if
    its options, its data or its weights are others; then nothing has changed.
    """
    if run is None or isinstance(run, RunFolder):
        yield run
        return
    path = _path(run)
    _describe(gan, data.dataset)
    if not (path / 'config.json').exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = run_folder.create(str(path.parent), path.name, gan.config, data.entry(gan.config))
        with locked(path):
            yield made
        return
    with locked(path):
        found = run_folder.open_run(path)
        notice([(found.name, found.made_by)])
        notice_versions(found)
        _check_same(gan, found)
        own_code.open_code(path, found.config)
        found.check_data(data.fingerprint(gan.config), gan.config.class_names)
        if gan.steps_done() == 0:
            trained_weights.load_newest(gan, found)
        else:
            _check_weights(gan, found)
            check_no_later_checkpoint(found, gan.steps_done(), gan._checkpoints.damaged)
        if data.stream and gan.steps_done():
            logger.warning('tf.data has an order of its own: from step %s on, the bits differ from '
                           'those of a run without a stop', f'{gan.steps_done():,}')
        found.keep(gan.config)
        yield found


def has_no_use(gan, run) -> bool:
    """Tells whether a `fit` would make a new run folder without a step, and says so in a line."""
    if run is None or isinstance(run, RunFolder) or (_path(run) / 'config.json').exists():
        return False
    return _none_is_left(gan, f'; {run} was not made')


def set_last_step(gan, steps) -> None:
    """Sets the last step, `epochs`, of a `fit`, and says so in a line if no step is left.

    steps: how many steps to do now; None = those of the Config.
    """
    if steps is None:
        _none_is_left(gan)
        return
    gan.config = gan.config.replace(epochs=gan.steps_done() + steps)
    if gan.run_folder:
        gan.run_folder.keep(gan.config)


def _none_is_left(gan, more=''):
    done, last = gan.steps_done(), gan.config.epochs
    if done >= last:
        logger.warning('no step is left: step %s is done, and the last one is %s (--epochs, or '
                       'steps of fit, for more)%s', f'{done:,}', f'{last:,}', more)
    return done >= last


def _path(run):
    """Returns the path of a run folder. UsageError for something else."""
    return check_path('run', run, 'the path of a run folder, or None')


def _check_weights(gan, run):
    """Raises UsageError unless the weights come from the run, which has saved them."""
    done, saved = gan.steps_done(), checkpoint_files.steps(run.checkpoints)
    last = gan.run_folder.path.resolve() if gan.run_folder else None
    loaded = pathlib.Path(gan._loaded[0]).resolve().parent if gan._loaded else None
    if done not in saved or run.path.resolve() not in (last, loaded):
        raise UsageError(f'these weights, of step {done}, are not the newest of {run.path}'
                         + (f', of step {saved[-1]}' if saved else '')
                         + ': GAN.open that run to go on with it, or choose another folder')


def _describe(gan, data: Dataset | None):
    """Notes in the Config which data set this is, so that the tools find it again, and what `auto`
    and 0 stand for here.
    """
    c = gan.config
    if data:
        names = c.class_names if c.learns_classes else data.class_names
        c = c.replace(dataset=data.name, class_names=names,
                      data_dir=os.fspath(data.folder or c.data_dir))
    gan.config = resolved(c)


def _check_same(gan, run):
    """Raises UsageError if an option that must not change is not that of the run."""
    if file := own_code.changed_file(gan.config.code, run.config.code):
        raise UsageError(f'{file} is not the file with which {run.path} was trained, which is '
                         f'{run.path / own_code.FOLDER / file}: choose another folder, or go on '
                         'with GAN.open(RUN).fit(...)')
    trained = resolved(run.config) if own_code.is_loaded(run.config.code) else run.config
    if name := fixed_difference(trained, gan.config):
        raise UsageError(f'{name} = {getattr(gan.config, name)!r}, but {run.path} was trained with '
                         f'{getattr(run.config, name)!r}: choose another folder, or go on with '
                         'GAN.open(RUN).fit(...)')
