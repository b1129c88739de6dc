"""Checks the arguments of `GAN.fit` before the first step."""

from dcgan_tf.config import NONE
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import checkpoint_files


def check_parts(config, run, evaluator):
    """Raises UsageError if the Config needs a run folder or an evaluator that was not given."""
    if run is None and config.on_collapse == 'rollback':
        raise UsageError('on_collapse = rollback: fit needs a run folder with the checkpoints to '
                         'go back to')
    measures = config.metrics or config.keep_best != NONE
    if measures and (run is None or evaluator is None):
        raise UsageError(f'metrics = {config.metrics!r}, keep_best = {config.keep_best}: fit needs '
                         'a run folder and an evaluator')
    if evaluator and not measures:
        raise UsageError('fit got an evaluator, but neither metrics nor keep_best need one')


def check_no_later_checkpoint(run, done, damaged):
    """Raises UsageError if a RunFolder has a readable checkpoint of a later step than `done`.

    damaged: paths of checkpoints that cannot be read.
    """
    folder = run.checkpoints
    later = [step for step in checkpoint_files.steps(folder) if step > done
             and (folder / f'model-{step}').resolve() not in damaged]
    if later:
        raise UsageError(f'{folder} holds a checkpoint of step {later[-1]}, but these weights are '
                         f'of step {done}: call load_model first, or use another run folder')
