"""A training from its first step to its last: the loop with all its hooks, and the ways back."""

import contextlib
import logging
from typing import NamedTuple

import numpy as np

from dcgan_tf.config import NONE
from dcgan_tf.errors import CollapseError, RunError, UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.fit.loop import Leave, train
from dcgan_tf.fit.progress import Progress
from dcgan_tf.fit.run_recorder import RunRecorder
from dcgan_tf.fit.signals import StopSignals
from dcgan_tf.fit.workers import MultiWorker, SingleProcess
from dcgan_tf.hooks import SCALARS_EVERY, Hook
from dcgan_tf.monitoring.collapse import CollapseDetector
from dcgan_tf.monitoring.collapse_hook import CollapseHook, resumed_detector
from dcgan_tf.monitoring.evaluation_hook import EvaluationHook
from dcgan_tf.monitoring.sample_diversity import SampleDiversity
from dcgan_tf.run_folder import checkpoint_files
from dcgan_tf.run_folder.lock import locked
from dcgan_tf.run_folder.sample_grids import sample_grids

logger = logging.getLogger(__name__)
MAX_ROLLBACKS = 3            # of a run


class TrainingResult(NamedTuple):
    """How a `fit` ended: the step reached; the signal that stopped it, or that its debugger did."""

    step: int
    signal: int | None           # None: it finished, or was left
    left: bool = False


class Fitting:
    """One call of `DeepConvolutionalGAN.fit`; see there for the arguments."""

    def __init__(self, gan, checkpoints, images, run, *, labels, places, whole, evaluator,
                 progress, debugger):
        """checkpoints: of the finished graph."""
        self._gan, self._checkpoints, self._run = gan, checkpoints, run
        self._evaluator, self._progress, self._debugger = evaluator, progress, debugger
        self._left = False
        if gan.peers is None or gan.peers.first:             # others have neither run nor evaluator
            _check(gan.config, run, evaluator)
        if gan.peers and debugger:
            raise UsageError('--debug looks into one process alone: leave it, or TF_CONFIG, out')
        self._images, self._feeder = images, BatchFeeder(gan, images, labels, places, whole)
        known = np.shape(labels) == (len(images),)       # a gan takes whatever labels there are
        self._diversity = SampleDiversity(images, np.asarray(labels) if known else None,
                                          len(gan.config.class_names),
                                          conditioned=gan.config.conditioned)

    def run(self) -> TrainingResult:
        """Trains; after a collapse, if the Config wants it, goes back and trains on."""
        self._gan.synchronize(self._images)       # a signal ends this at once: nothing to save
        with self._alone_in_folder(), StopSignals() as stop, self._workers(stop) as workers:
            self._check_later()
            while True:
                self._feeder.rollbacks = workers.begin(len(self._run.rollbacks) if self._run else 0)
                try:
                    return TrainingResult(self._train(workers), workers.received, self._left)
                except CollapseError as collapsed:
                    if self._run:
                        self._run.warn(str(collapsed))
                    if self._gan.config.on_collapse != 'rollback':
                        raise
                    self._go_back(collapsed)

    def _alone_in_folder(self):
        return locked(self._run.path) if self._run else contextlib.nullcontext()

    def _check_later(self):
        """UsageError for weights that are older than the run, where newer ones can be read."""
        if self._run is None:
            return
        folder, done = self._run.checkpoints, self._gan.steps_done()
        later = [step for step in checkpoint_files.steps(folder) if step > done
                 and (folder / f'model-{step}').resolve() not in self._checkpoints.damaged]
        if later:
            raise UsageError(f'{folder} holds a checkpoint of step {later[-1]}, and these weights '
                             f'are of step {done}: load_model it first, or make another run folder')

    @contextlib.contextmanager
    def _workers(self, stop):
        """-> SingleProcess or MultiWorker, with the session that the steps are run in."""
        gan = self._gan
        if gan.peers:
            yield MultiWorker(gan, stop)
        elif self._debugger is None:
            yield SingleProcess(gan.session, stop)
        else:
            runs = len(gan.steps.variants[0].train_ops)
            with self._debugger.steps(gan.session, runs, self._run) as session:
                yield SingleProcess(session, stop)

    def _train(self, workers):
        """From the step that the weights are of to the last one, or a signal; returns it."""
        gan, c, first = self._gan, self._gan.config, self._gan.steps_done()
        detector = self._detector = self._detector_from(first)
        # Who looks into the steps sees each by itself.
        steps, columns = gan.steps, gan.steps.variants[0].columns
        many = steps.many_steps and not self._debugger and (steps.many_steps, c.steps_per_run)
        with (self._recorder(first, detector) as recorder,
              Progress(first, c.epochs, c.images_per_step, columns, shown=self._progress) as bar):
            if recorder:
                recorder.begin(first, *self._feeder.example_images())
            try:
                step = train(
                    workers.session, steps.variant_of, workers.feed_for(self._feeder),
                    workers.hooks([Hook(SCALARS_EVERY if many else 1, bar.count),
                                   Hook(SCALARS_EVERY, bar.show, bar.fetched),
                                   *self._hooks(recorder, detector, bar, first)]),
                    first=first, last=c.epochs, stop=workers, trace=recorder and recorder.trace(),
                    many=many)
                workers.end(step)
            except Leave:
                step, self._left = gan.steps_done(), True
            if recorder:
                recorder.end(step, finished=workers.received is None and not self._left)
        return step

    def _detector_from(self, first):
        """A critic that tells all real from fake is no sign of a collapse."""
        without = ('d_accuracy',) * self._gan.system.objective.critic
        if self._run is None:
            return CollapseDetector(without)
        return resumed_detector(self._run, first, without)

    def _hooks(self, recorder, detector, bar, first):
        """The recorder saves before the others look: what they raise must lose nothing."""
        gan = self._gan
        hooks = recorder.hooks() if recorder else []
        if self._evaluator:
            evaluation = EvaluationHook(self._evaluator, gan.config, gan.generate_images,
                                        recorder, bar.tell)
            evaluation.begin(first)
            hooks += evaluation.hooks()
        if gan.peers is None or gan.peers.first:
            columns = gan.steps.variants[0].columns
            hooks += CollapseHook(gan.config, detector, columns, self._diversity,
                                  gan.generate_images, recorder, self._run).hooks()
        return hooks

    def _go_back(self, collapsed):
        """Restores the last good checkpoint and notes it; from then on the noise is another.

        Of several workers the first does.
        """
        run, done = self._run, self._feeder.rollbacks
        if done == MAX_ROLLBACKS:
            raise RunError(f'{collapsed}; given up after {done} rollbacks') from collapsed
        if run is None:
            return
        good = collapsed.last_good_step                                  # a NaN knows no signs
        good = min(good, self._detector.rollback_step(good))
        step = self._checkpoints.roll_back(self._gan.session, run.checkpoints, good)
        run.note_rollback(collapsed.step, step, str(collapsed))
        words = f'went back to step {step:,} with other noise, {done + 1} of {MAX_ROLLBACKS} times'
        if step > good:
            words += (f'; all was well last at step {good:,}, but no checkpoint from then is left: '
                      'this is the oldest')
        run.warn(words)
        logger.warning('%s: %s', collapsed, words)

    def _recorder(self, first, detector):
        gan = self._gan
        if self._run is None:
            return contextlib.nullcontext()
        rolls_back = gan.config.on_collapse == 'rollback'
        good = {'last_good_step': detector.last_good_step} if rolls_back else {}
        return RunRecorder(self._run, gan.session, gan.steps, self._checkpoints,
                           gan.generate_images, sample_grids(gan.config), first=first,
                           n_images=self._feeder.n_images, **good)


def _check(config, run, evaluator):
    """UsageError for what can only be done with more than was given."""
    if run is None and config.on_collapse == 'rollback':
        raise UsageError('on_collapse = rollback: fit needs a run folder, whose checkpoints it can '
                         'go back to')
    asked = config.metrics or config.keep_best != NONE
    if asked and (run is None or evaluator is None):
        raise UsageError(f'metrics = {config.metrics!r}, keep_best = {config.keep_best}: fit needs '
                         'a run folder and an evaluator')
    if evaluator and not asked:
        raise UsageError('fit got an evaluator, but neither metrics nor keep_best say what for')
