"""Runs a training from its first step to its last: the loop, its hooks and the rollbacks."""

import contextlib
import logging
from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import CollapseError, HookError, RunError, UsageError
from dcgan_tf.fit.checks import check_no_later_checkpoint, check_parts
from dcgan_tf.fit.codes_picture import codes_of
from dcgan_tf.fit.encoded import encoded_by
from dcgan_tf.fit.feed import BatchFeeder, told_by
from dcgan_tf.fit.held_out import check_held_out, overfitting_hooks
from dcgan_tf.fit.loop import Leave, train
from dcgan_tf.fit.progress import Progress
from dcgan_tf.fit.rebuilt import rebuilt_of
from dcgan_tf.fit.run_recorder import RunRecorder
from dcgan_tf.fit.signals import StopSignals
from dcgan_tf.fit.stream import StreamFeeder
from dcgan_tf.fit.user_hooks import UserHook, checked
from dcgan_tf.fit.workers import MultiWorker, SingleProcess
from dcgan_tf.hooks import Training
from dcgan_tf.monitoring.collapse import CollapseDetector
from dcgan_tf.monitoring.collapse_hook import CollapseHook, resumed_detector
from dcgan_tf.monitoring.evaluation_hook import EvaluationHook
from dcgan_tf.monitoring.sample_diversity import SampleDiversity
from dcgan_tf.run_folder.lock import locked
from dcgan_tf.run_folder.run_folder import RunFolder
from dcgan_tf.run_folder.sample_grids import sample_grids

logger = logging.getLogger(__name__)
MAX_ROLLBACKS = 3            # in one run


class TrainingResult(NamedTuple):
    """Tells how a call of `fit` ended. A notebook shows the run, if there is one."""

    step: int                    # the last step that was done
    signal: int | None           # the signal that stopped it; None = no signal did
    left: bool = False           # True: the user left it in the debugger
    run: RunFolder | None = None     # where it was written; None = nowhere

    def _repr_html_(self):
        return self.run and self.run._repr_html_()


class Fitting:
    """One call of `GAN.fit`, which explains the arguments."""

    def __init__(self, gan, checkpoints, data, run, *, evaluator, hooks, progress, debugger):
        """checkpoints: the `Checkpoints` of the finished graph. data: a Given."""
        self._user_hooks = [UserHook(hook, gan.config) for hook in checked(hooks)]
        self._gan, self._checkpoints, self._run = gan, checkpoints, run
        self._evaluator, self._progress, self._debugger = evaluator, progress, debugger
        self._left = False
        self._first = gan.peers is None or gan.peers.first
        if self._first:                                 # other workers have no run, no evaluator
            check_parts(gan.config, run, evaluator)
        if gan.peers and debugger:
            raise UsageError('--debug works with one process, but TF_CONFIG names several workers: '
                             'leave one of the two out')
        check_held_out(gan.config, data.held_out)
        self._data, labels = data, data.labels
        self._feeder = (StreamFeeder(gan, data.stream) if data.stream else
                        BatchFeeder(gan, data.images, labels, data.indices, data.n_total))
        usable = np.shape(labels) == (len(data.images),)   # the labels of a gan are not checked
        self._diversity = SampleDiversity(data.images, np.asarray(labels) if usable else None,
                                          len(gan.config.class_names),
                                          conditioned=gan.config.learns_classes)

    def run(self) -> TrainingResult:
        """Trains; after a collapse with `on_collapse` = rollback, goes back and trains on."""
        self._gan.synchronize(self._data.images)       # outside StopSignals: nothing to save yet
        lock = locked(self._run.path) if self._run else contextlib.nullcontext()
        with lock, StopSignals() as stop, self._workers(stop) as workers:
            if self._run:
                check_no_later_checkpoint(self._run, self._gan.steps_done(),
                                          self._checkpoints.damaged)
            while True:
                self._feeder.rollbacks = workers.begin(len(self._run.rollbacks) if self._run else 0)
                try:
                    return TrainingResult(self._train(workers), workers.received, self._left,
                                          self._run)
                except CollapseError as collapsed:
                    if self._run:
                        self._run.warn(str(collapsed))
                    if self._gan.config.on_collapse != 'rollback':
                        raise
                    self._roll_back(collapsed)

    @contextlib.contextmanager
    def _workers(self, stop):
        """Yields a SingleProcess or a MultiWorker, with the session that runs the steps."""
        gan = self._gan
        if gan.peers:
            yield MultiWorker(gan, stop)
        elif self._debugger is None:
            yield SingleProcess(gan.session, stop)
        else:
            runs_a_step = len(gan.steps.variants[0].train_ops)
            with self._debugger.steps(gan.session, runs_a_step, self._run) as session:
                yield SingleProcess(session, stop)

    def _train(self, workers):
        """Trains from the step of the weights to the last one or a signal; returns that step."""
        gan, first = self._gan, self._gan.steps_done()
        steps, detector = gan.steps, self._detector_from(first)
        self._detector = detector                        # for a rollback
        with (self._recorder(first, detector) as recorder,
              Progress(first, gan.config.epochs, steps.images_per_step, steps.variants[0].columns,
                       many=self._runs_many, shown=self._progress) as bar):
            hooks = [bar, *self._hooks(recorder, detector, bar, first), *self._user_hooks]
            try:
                step = self._steps(workers, hooks, first, recorder.trace() if recorder else {})
            except Leave:
                step, self._left = gan.steps_done(), True
            except HookError:
                if recorder:
                    recorder.end(gan.steps_done(), finished=False)
                raise
            for hook in hooks:
                hook.end(step, workers.received is None and not self._left)
        return step

    def _steps(self, workers, hooks, first, trace):
        """Runs the steps with their hooks; returns the last step that was done."""
        steps, c = self._gan.steps, self._gan.config
        training = Training(self._gan, self._run, first=first, last=c.epochs,
                            columns=steps.variants[0].columns, stop=workers.leave)
        for hook in hooks:
            hook.start(training)
        step = train(workers.session, steps.variant_of, workers.feed_for(self._feeder),
                     workers.calls([call for hook in hooks for call in hook.calls()]),
                     first=first, last=c.epochs, stop=workers, trace=trace,
                     many=(steps.many_steps, c.steps_per_run) if self._runs_many else None)
        workers.end(step)
        return step

    @property
    def _runs_many(self):
        """Whether a run of the session has many steps; a debugger has to see each by itself."""
        return bool(self._gan.steps.many_steps) and not self._debugger

    def _detector_from(self, first):
        """Makes the detector. An accuracy of 1 is no sign if D is a critic, or learns with R1.

        With R1, D stays smooth, so G's gradient does not vanish although D tells all images apart.
        """
        gan = self._gan
        wins = gan.system.objective.critic or gan.config.penalty == 'r1'
        excluded = ('d_accuracy',) * wins
        return (resumed_detector(self._run, first, excluded) if self._run else
                CollapseDetector(excluded))

    def _hooks(self, recorder, detector, bar, first):
        """Returns the program's hooks, the recorder first: an error of others loses nothing."""
        gan = self._gan
        hooks = [recorder] if recorder else []
        if self._evaluator:
            told = told_by(gan, self._data.images) if gan.config.tells_classes else {}
            told.update(encoded_by(gan, self._data.images, self._data.labels))
            hooks.append(EvaluationHook(self._evaluator, gan.config, gan.generate_images, recorder,
                                        bar.print_line, told))
        if self._first and self._run is None:
            hooks.append(gan._history)
        if self._first:
            hooks.append(CollapseHook(gan.config, detector, gan.steps.variants[0].columns,
                                      self._diversity, gan.generate_images, recorder, self._run))
            hooks += overfitting_hooks(gan, self._data, recorder, self._run, first)
        return hooks

    def _roll_back(self, collapsed):
        """Restores the last good checkpoint and records it; later steps get other noise.

        Of several workers only the first does it. Raises RunError after MAX_ROLLBACKS.
        """
        gan, run, done = self._gan, self._run, self._feeder.rollbacks
        if done == MAX_ROLLBACKS:
            raise RunError(f'{collapsed}; the run ends after {done} rollbacks') from collapsed
        gan._measured = None                    # the same steps come again, with other weights
        if run is None:
            return
        good = collapsed.last_good_step         # after a NaN this does not consider the signs
        good = min(good, self._detector.rollback_step(good))
        step = self._checkpoints.roll_back(gan.session, run.checkpoints, good)
        run.note_rollback(collapsed.step, step, str(collapsed))
        line = (f'went back to step {step:,} and trains on with other noise (rollback {done + 1} '
                f'of {MAX_ROLLBACKS})')
        if step > good:
            line += (f'; step {good:,} was the last one without a sign of a collapse, but no '
                     'checkpoint up to it is left: this is the oldest')
        run.warn(line)
        logger.warning('%s: %s', collapsed, line)

    def _recorder(self, first, detector):
        gan = self._gan
        if self._run is None:
            return contextlib.nullcontext()
        rolls_back = gan.config.on_collapse == 'rollback'
        good = {'last_good_step': detector.last_good_step} if rolls_back else {}
        return RunRecorder(self._run, gan.session, gan.steps, self._checkpoints,
                           gan.generate_images, sample_grids(gan.config),
                           self._feeder.example_images, first=first,
                           n_images=self._feeder.n_images, shown=gan.training_graph(),
                           more=self._pictures_of_codes(),
                           before_saving=gan._measure_averages, **good)

    def _pictures_of_codes(self):
        """Returns name -> function that draws a picture of the encoder, for `Gallery`."""
        gan = self._gan
        if not gan.config.encodes:
            return {}
        pictures = {'rebuilt': rebuilt_of(gan, self._feeder)}
        if gan.config.shows_plane:
            pictures['codes'] = codes_of(gan, self._feeder)
        return pictures
