"""Which options of a run may change when it is gone on with."""

import dataclasses

from dcgan_tf.config.precision import chosen

# All others shape the weights, the noise or the order of the data.
MAY_CHANGE = {'epochs', 'eval_step', 'checkpoint_step', 'keep_every', 'steps_per_run',
              'trace_step', 'check_numerics', 'threads', 'data_dir', 'metrics', 'metrics_step',
              'metrics_n', 'keep_best', 'on_collapse', 'on_save_error', 'histograms', 'scale'}


def fixed_difference(old, new) -> str | None:
    """Returns the name of an option that differs although it must not, or None.

    old: the Config in a run folder. There a precision `auto` is what it stands for.
    """
    new = new.replace(precision=chosen(new.precision))
    names = (field.name for field in dataclasses.fields(new) if field.name not in MAY_CHANGE)
    return next((name for name in names if getattr(old, name) != getattr(new, name)), None)
