"""Writes all files of a run folder while a training goes on, by hooks of the loop."""

import contextlib
import functools

from dcgan_tf.errors import RunError
from dcgan_tf.files import remove_leftovers, sync
from dcgan_tf.fit.flow_recorder import FlowRecorder
from dcgan_tf.fit.penalty_recorder import PenaltyRecorder, traced
from dcgan_tf.hooks import SCALARS_EVERY, Call, Hook
from dcgan_tf.run_folder import best_checkpoint, checkpoint_files, kept, summaries
from dcgan_tf.run_folder.events import Events
from dcgan_tf.run_folder.gallery import Gallery
from dcgan_tf.run_folder.save_errors import SaveErrorPolicy
from dcgan_tf.run_folder.tables import confusion_plot
from dcgan_tf.run_folder.tables.loss_csv import LossCsv
from dcgan_tf.run_folder.tables.loss_plot import LossPlot, best_information
from dcgan_tf.run_folder.tables.metrics_csv import MetricsCsv

EVENTS = 'TensorBoard events'
PICTURE = 'samples/image'            # its tag


class RunRecorder(Hook, contextlib.AbstractContextManager):
    """Writes log, pictures, TensorBoard events and checkpoints of one run. Use it in a `with`.

    run: a RunFolder. steps, checkpoints: the `Steps` and `Checkpoints` of the finished graph.
    images_of: z, labels -> images. grids: the pictures of each evaluation, see `sample_grids`.
    real: a function that returns what real.png shows, see `Gallery.begin`. more: see `Gallery`.
    first: the step that the training goes on from. n_images: the size of the data set.
    last_good_step: step -> the last good step, or None. The newest checkpoint up to that step is
    kept in addition to the newest ones. shown: a GraphDef that TensorBoard shows before the whole
    graph of the session; None = it shows only that. before_saving: is called before a checkpoint
    is written.
    """

    def __init__(self, run, session, steps, checkpoints, images_of, grids, real, *, first, n_images,
                 last_good_step=lambda step: None, shown=None, more=(),
                 before_saving=lambda: None):
        self._run, self._session = run, session
        self._flow = FlowRecorder(run.config.histograms, session, steps.weights)
        self._checkpoints, self._real = checkpoints, real
        self._before_saving = before_saving
        self._last_good_step = last_good_step
        self._save_errors = SaveErrorPolicy(run.config.on_save_error)
        _clean(run)
        saved = checkpoint_files.steps(run.checkpoints)
        self._saved = first if first in saved else None
        self._unreadable = [step for step in saved if step > first]     # `Fitting` has checked it
        self._gallery = Gallery(run.images, images_of, grids, first, more, scale=run.config.scale,
                                width=run.config.image_width)
        self._columns = tuple(steps.variants[0].columns)
        self._plot = LossPlot(run.images / 'losses.png', best_information(run.config))
        self._log = LossCsv(run.log, self._columns, first, steps.images_per_step, n_images,
                            self._plot.add)
        self.metrics_csv = MetricsCsv(run.metrics, first)
        self._events, self._steps = Events(run.path, session.graph, first, shown), steps
        self._save_errors(EVENTS, self._events.add_options, run.name, run.config.to_dict())
        self._penalties = PenaltyRecorder(run, self._events, self._save_errors, steps, first,
                                          n_images) if steps.lazy else None

    def __exit__(self, kind, error, trace):
        with contextlib.suppress(*([RunError] if error else [])):   # the first error is the cause
            self._save_errors('the end of ' + EVENTS, self._events.close)

    def calls(self):
        """Returns the calls: scalars, maybe of a penalty, then the checkpoint, then the pictures.

        A row of a log cannot be made again after a kill, so it is written before its checkpoint.
        Pictures can be made again, and may fail, so they are written after it.
        """
        c = self._run.config
        return [Call(SCALARS_EVERY, self._scalars, (*self._columns, 'scalars')),
                *(self._penalties.calls() if self._penalties else []),
                *(Call(every, self._checkpoint) for every in
                  sorted({c.checkpoint_step, c.keep_every} - {0})),
                Call(c.eval_step, self._evaluate, self._flow.fetch,
                     lambda step: not self._gallery.shows(step), self._flow.before)]

    def trace(self):
        """Returns {step: function that writes its RunMetadata}; {} without a trace step."""
        def write(step, tag):
            return lambda metadata: self._save_errors(EVENTS, self._events.add_trace, metadata,
                                                      step, tag)
        c = self._run.config
        return {step: write(step, tag)
                for step, tag in traced(self._steps, c.trace_step, c.epochs).items()}

    def start(self, training):
        """Writes pictures and a checkpoint before the first step, so that the run can be resumed.

        Raises RunError if there is no room for a checkpoint.
        """
        first = training.first
        self._checkpoints.probe(self._run.checkpoints)
        if first == 0:
            self._gallery.begin(*self._real())
            self._evaluate(0, {})
        if self._saved is None:
            self._save(first)
        self._log.start_clock(first)
        if self._penalties:
            self._penalties.start_clock(first)

    def end(self, step, finished):
        """Writes the last checkpoint and, if the training has finished, training.gif.

        Raises RunError if the checkpoint cannot be written, whatever `--on-save-error` says.
        """
        if self._saved != step:
            self._save(step)
        if finished:
            self._save_errors('training.gif', self._gallery.end, step)
            self._save_errors('losses.png', self._plot.draw)

    def write_metrics(self, step, metrics, conditions):
        """Writes metrics into TensorBoard and metrics.csv.

        metrics: name -> Estimate. conditions: their Conditions. metrics.csv comes last, because a
        metric in it is not measured again after a kill.
        """
        for name, (value, _) in metrics.items():
            self._save_errors(EVENTS, self._events.add_value, f'metrics/{name} ({conditions})',
                              value, step)
        self._save_errors(self._run.metrics.name, self.metrics_csv.add, step, metrics, conditions)

    def show_codes(self, step, codes, pictures):
        """Draws confusion.png, as `confusion_plot.draw` explains."""
        self._save_errors('confusion.png', confusion_plot.draw, self._run.images / 'confusion.png',
                          step, codes, self._run.config.class_names, pictures)

    def save_best(self, note):
        """Replaces the checkpoint in `best` by the present weights; returns whether it was saved.

        note: a best_checkpoint.Best.
        """
        return self._save_errors('best', self._best, note) is not None

    def best(self):
        """Returns the best_checkpoint.Best so far, or None."""
        return best_checkpoint.read(self._run.best)

    def _scalars(self, step, values):
        self._save_errors(EVENTS, self._events.add, summaries.scalars(values['scalars']), step)
        rate = self._save_errors(self._run.log.name, self._log, step, values)
        if rate is not None:
            self._save_errors(EVENTS, self._events.add_value, 'images_per_second', rate, step)

    def _evaluate(self, step, values):
        self._save_errors('pictures', self._gallery.show, step,
                          lambda grid: self._show(step, grid, values.get('flow')))
        self._save_errors('losses.png', self._plot.draw)

    def _show(self, step, grid, flow):
        self._save_errors(EVENTS, self._events.add, summaries.image(PICTURE, grid), step)
        for summary in self._flow.summaries(flow):
            self._save_errors(EVENTS, self._events.add, summary, step)

    def _checkpoint(self, step, values):
        if self._saved != step:                                # two hooks may be due
            self._save_errors('checkpoint', self._save, step)

    def _save(self, step):
        self._before_saving()
        self._checkpoints.check_finite(self._session, step)
        for table in (self._run.log, self._run.penalty_log, self._run.metrics):
            with contextlib.suppress(FileNotFoundError):
                sync(table)                 # before the checkpoint: a power cut then loses no row
        self._checkpoints.save(self._session, self._run.checkpoints, step,
                               last_good_step=self._last_good_step(step),
                               stays=functools.partial(kept.stays, self._run))
        self._saved = step
        for later in self._unreadable:
            if later != step:                                       # there is a good one now
                checkpoint_files.remove(self._run.checkpoints, later)
        self._unreadable = []

    def _best(self, note):
        self._before_saving()
        self._checkpoints.check_finite(self._session, note.step)
        if note.step in checkpoint_files.steps(self._run.best):     # from before a rollback or a
            checkpoint_files.remove(self._run.best, note.step)      # kill: no part of it may stay
        self._checkpoints.save(self._session, self._run.best, note.step)
        best_checkpoint.write(self._run.best, note)
        return note


def _clean(run):
    """Makes the folders that are missing; removes half-written files of a killed process."""
    for folder in (run.images, run.checkpoints):
        folder.mkdir(parents=True, exist_ok=True)
    for folder in (run.checkpoints, run.best):
        checkpoint_files.clean(folder)
    for folder in (run.path, run.images, run.checkpoints, run.best):
        remove_leftovers(folder)
    best_checkpoint.clean(run.best)
