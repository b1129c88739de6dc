"""Saves and restores checkpoints: complete, fitting the graph, and found again after a crash.

File names contain the step (`model-1000.index`, `model-1000.data-...`). With one fixed name, a kill
during a save would leave no readable checkpoint. TensorFlow's state file `checkpoint` is written
for TensorFlow's tools, but never read: the folder is listed instead.
"""

import contextlib
import logging
import pathlib
import shutil
import tempfile

import tensorflow as tf

from dcgan_tf import files, portable
from dcgan_tf.errors import CollapseError, RunError, reason
from dcgan_tf.run_folder.checkpoint_files import halves, remove, steps

v1 = tf.compat.v1
logger = logging.getLogger(__name__)
MARGIN = 2 ** 16            # maximum of bytes in a checkpoint in addition to its numbers

# The errors that TensorFlow raises for damaged checkpoints, found by damaging some.
DAMAGE = (tf.errors.OpError, IndexError, ValueError, RuntimeError, OSError)


class Checkpoints:
    """Saves and restores `variables` in `folder`, keeping the newest `keep`."""

    def __init__(self, variables, keep=5):
        self._variables = {v.op.name: v for v in variables}
        self._saver = v1.train.Saver(self._variables, max_to_keep=None, save_relative_paths=True)
        self._keep = keep
        self.damaged = set()           # paths of the checkpoints that `restore` could not read
        with tf.name_scope('save/'):
            self._finite = {name: tf.reduce_all(tf.math.is_finite(v.value()))
                            for name, v in self._variables.items() if v.dtype.is_floating}

    def check_finite(self, session, step):
        """Raises CollapseError if a variable holds NaN or infinity, which must not be saved.

        The training step checks what it writes, but not what was in a variable before.
        """
        finite = session.run(self._finite)
        if bad := [name for name, good in finite.items() if not good]:
            raise CollapseError(f'step {step}: NaN or infinity in {bad[0]}, so it is not saved; '
                                'the checkpoints before it stay', step=step,
                                last_good_step=step - 1)

    def save(self, session, folder, step, last_good_step=None, stays=lambda step: False):
        """Writes `folder`/model-STEP and returns its path; `keep` - 1 of the older ones stay.

        last_good_step: the newest checkpoint up to this step is kept as well; None = no such step.
        stays: step -> True if the checkpoint of that step is kept as well.
        Raises RunError on a full disk or a read-only folder; files of a failed save are removed.
        """
        folder = pathlib.Path(folder)
        existing = set(folder.glob(f'model-{step}.*'))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with session.graph.as_default():       # without it the Saver works in eager mode
                self._saver.save(session, str(folder / 'model'), global_step=step,
                                 write_meta_graph=False)
            for path in [*folder.glob(f'model-{step}.*'), folder, folder.parent]:
                files.sync(path)
        except (tf.errors.OpError, OSError, ValueError) as error:
            temporary = folder.glob('checkpoint.tmp*')
            for path in {*folder.glob(f'model-{step}.*'), *temporary} - existing:
                with contextlib.suppress(OSError):
                    path.unlink()
            raise RunError(f'cannot save {folder}/model-{step}: {reason(error)}; '
                           'the checkpoints before it stay') from error
        others = [s for s in steps(folder) if s < step]
        needed = [s for s in others if last_good_step is not None and s <= last_good_step][-1:]
        for old in others[:max(0, len(others) + 1 - self._keep)]:
            if old not in needed and not stays(old):
                remove(folder, old)
        self.damaged.discard((folder / f'model-{step}').resolve())
        return folder / f'model-{step}'

    def probe(self, folder):
        """Raises RunError unless the disk has room for a checkpoint in `folder` now."""
        size = MARGIN + sum(v.shape.num_elements() * v.dtype.size for v in
                            self._variables.values())
        try:
            files.check_room(folder, size)
        except OSError as error:
            raise RunError(f'cannot write a checkpoint of {size / 1e6:.1f} MB into {folder}: '
                           f'{error.strerror} (--save-folder)') from error

    def restore(self, session, folder, step=None):
        """Restores the newest readable checkpoint, or that of `step`, and returns its step.

        A damaged checkpoint is skipped with a warning. Raises RunError if there is no checkpoint,
        if none can be read, or if names, shapes or types differ from those of the graph.
        """
        folder = pathlib.Path(folder)
        found = [s for s in steps(folder) if step in (None, s)]
        for half in halves(folder):
            if step is None and found and half > found[-1]:
                logger.warning('%s is incomplete: trying the checkpoint before it',
                               folder / f'model-{half}')
        if not found:
            raise RunError(f'{folder} holds no checkpoint'
                           + (f' of step {step}' if step is not None else ''))
        with _plain_path(folder) as plain:
            return self._newest_readable(session, plain, found, folder)

    def roll_back(self, session, folder, last_good_step):
        """Restores the newest checkpoint up to `last_good_step`; removes later ones.

        Restores the oldest checkpoint if all are later. Returns the step of the restored one.
        Raises RunError, and removes nothing, if none of them can be read.
        """
        folder = pathlib.Path(folder)
        saved = steps(folder)
        with _plain_path(folder) as plain:
            step = self._newest_readable(session, plain, [s for s in saved if s <= last_good_step]
                                         or saved[:1], folder)
        for later in reversed([s for s in saved if s > step]):
            remove(folder, later)
        return step

    def _newest_readable(self, session, plain, found, folder):
        """Restores the last readable one of the steps `found` and returns it.

        plain: the path of `folder` for TensorFlow, see `_plain_path`.
        """
        for step in reversed(found):
            prefix, file = folder / f'model-{step}', str(plain / f'model-{step}')
            try:
                reader = v1.train.NewCheckpointReader(file)
                self._compare(reader, prefix)
                values = {name: reader.get_tensor(name) for name in self._variables}
                if values.get('global_step', step) != step:    # get_tensor checked the checksums
                    raise ValueError(f'it is of step {values["global_step"]}')
                with session.graph.as_default():
                    self._saver.restore(session, file)
                return step
            except RunError:
                raise
            except DAMAGE as error:
                logger.warning('%s is damaged (%s): trying the checkpoint before it', prefix,
                               reason(error))
                self.damaged.add(prefix.resolve())
        raise RunError(f'none of the {len(found)} checkpoints in {folder} can be read; '
                       'nothing was started over')

    def _compare(self, reader, prefix):
        """Raises RunError unless the checkpoint has each variable with its shape and type.

        TensorFlow itself restores a value of another shape into a resource variable, without an
        error.
        """
        shapes, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
        for name, variable in self._variables.items():
            wanted = (variable.shape.as_list(), variable.dtype.base_dtype)
            if name not in shapes:
                raise RunError(f'{prefix} does not fit this model: it has no variable {name}')
            if (shapes[name], types[name]) != wanted:
                raise RunError(f'{prefix} does not fit this model: it has {name} as '
                               f'{shapes[name]} {types[name].name}, the model as {wanted[0]} '
                               f'{wanted[1].name}; --preset, --z-dim or the image size differ')


def variables(folder, step):
    """Yields the name and the array of each variable of model-STEP; RunError if it is damaged."""
    try:
        with _plain_path(folder) as plain:
            reader = v1.train.NewCheckpointReader(str(plain / f'model-{step}'))
            for name in sorted(reader.get_variable_to_shape_map()):
                yield name, reader.get_tensor(name)
    except DAMAGE as error:
        raise RunError(f'{pathlib.Path(folder, f"model-{step}")} is damaged: '
                       f'{reason(error)}') from error


@contextlib.contextmanager
def _plain_path(folder):
    """Yields the folder, or a link to it if TensorFlow would take its path for a pattern.

    Yields a copy if there can be no link: Windows makes one only for administrators, developers.
    """
    folder = pathlib.Path(folder)
    if not set(str(folder)) & set('*?[' if portable.WINDOWS else '*?[\\'):
        yield folder
        return
    with tempfile.TemporaryDirectory() as temporary:
        other = pathlib.Path(temporary) / 'checkpoints'
        try:
            other.symlink_to(folder.resolve())
        except (OSError, NotImplementedError):
            shutil.copytree(folder, other)
        yield other
