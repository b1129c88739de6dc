"""Records steps with a lazy penalty, which are rarely among the steps of log.csv.

log.csv has every tenth step and the last one. With `--penalty-every 4` no tenth step has the
penalty. So the last step with the penalty up to each of them is recorded, too, in a table of its
own: log_with_penalty.csv. Its gradients are much larger, so they would look like jumps in log.csv
and in every plot of it.
"""

from dcgan_tf.hooks import SCALARS_EVERY, Call
from dcgan_tf.run_folder import summaries
from dcgan_tf.run_folder.tables.loss_csv import LossCsv

BOX = 'with_penalty'          # of its tags in TensorBoard


class PenaltyRecorder:
    """Writes rows of log_with_penalty.csv, and the same numbers into TensorBoard.

    The columns are those of log.csv and, for each player with a penalty, what it minimised. The
    arguments are those of a RunRecorder.
    """

    def __init__(self, run, events, save_errors, steps, first, n_images):
        self._columns = tuple(steps.variants[0].columns)
        self._columns += tuple(steps.variants[0].values['minimised'])
        self._table = LossCsv(run.penalty_log, self._columns, first, steps.images_per_step,
                              n_images)
        self._name, self._every = run.penalty_log.name, steps.penalty_every
        self._last = run.config.epochs
        self._events, self._save_errors = events, save_errors
        self.start_clock = self._table.start_clock

    def calls(self):
        """Returns the call that records."""
        return [Call(lambda step: next_recorded(step, self._every, self._last),
                     self._record, (*self._columns, 'minimised'))]

    def _record(self, step, values):
        numbers = {name: value for name, value in {**values, **values['minimised']}.items()
                   if name in self._columns}
        self._save_errors('TensorBoard events', self._events.add, summaries.scalars(
            {f'{BOX}/{name}': value for name, value in numbers.items()}), step)
        self._save_errors(self._name, self._table, step, numbers)


def next_recorded(step: int, penalty_every: int, last: int) -> int:
    """Returns the next step after this one that is recorded.

    It is the last one with a penalty up to a step of log.csv: a tenth one, or the last one of the
    training, which is `last`.
    """
    step = ((step - 1) // penalty_every + 1) * penalty_every + 1          # the next with a penalty
    while min(-(-step // SCALARS_EVERY) * SCALARS_EVERY, last) >= step + penalty_every:
        step += penalty_every
    return step


def traced(steps, step: int, last: int) -> dict[int, str]:
    """Returns {step: its name in TensorBoard} of the steps to trace; {} for step 0.

    With a lazy penalty they are two: this step, and the next one of the other kind, with or without
    the penalty. If the training ends before that one, it is the last of the other kind before.
    steps: a `train_ops.step.Steps`. last: the last step of the training.
    """
    found = [step] if step else []
    if step and steps.lazy:
        near = (step + 1, step - 1)
        if not steps.has_penalty(step):
            before = (step - 1) // steps.penalty_every * steps.penalty_every + 1
            near = (before + steps.penalty_every, before)
        found += [other for other in near if 0 < other <= last][:1]
    return {each: f'step {each}{" with penalty" * steps.has_penalty(each)}' for each in found}
