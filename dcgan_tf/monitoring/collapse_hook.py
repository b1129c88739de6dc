"""Looks out for a collapse while a training goes on: as hooks of the loop."""

import logging

from dcgan_tf.hooks import SCALARS_EVERY, Hook
from dcgan_tf.monitoring.collapse import CollapseDetector, sign_of
from dcgan_tf.run_folder import samples
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from dcgan_tf.run_folder.tables.metrics_csv import Conditions

logger = logging.getLogger(__name__)
RAW = 'raw pixels'            # what samples and real pictures are compared by


def resumed_detector(run, first: int, without=()) -> CollapseDetector:
    """A CollapseDetector that has seen what the run's files tell of the steps up to `first`."""
    c, detector = run.config, CollapseDetector(without)
    seen = [{'step': row['step'], row['figure']: row['value']}
            for row in metrics_csv.read(run.metrics) if row['features'] == RAW]
    for every, rows in ((SCALARS_EVERY, loss_csv.read(run.log)), (c.eval_step, seen)):
        detector.replay((row for row in rows if row['step'] <= first and row['step'] % every == 0),
                        silent=c.on_collapse == 'warn')
    return detector


class CollapseHook:
    """Warns of the signs of a collapse; where the run is to stop or go back, raises CollapseError.

    config: of the run. detector: a CollapseDetector. columns: those of log.csv.
    diversity: a SampleDiversity. images_of: z, labels -> images.
    recorder, run: None where nothing is written.
    """

    def __init__(self, config, detector, columns, diversity, images_of, recorder, run):
        self._config, self._detector, self._diversity = config, detector, diversity
        self._signs = tuple(filter(sign_of, columns))
        self._images_of, self._recorder, self._run = images_of, recorder, run
        self._conditions = Conditions(RAW, len(diversity.labels), diversity.real,
                                      'training pictures')

    def hooks(self):
        """What the loop shall call, and when."""
        return [Hook(SCALARS_EVERY, self._numbers, self._signs),
                Hook(self._config.eval_step, self._samples, missing=self._missing)]

    def _missing(self, step):
        return self._recorder and not set(self._diversity.names) <= self._noted(step)

    def _noted(self, step):
        return self._recorder.metrics_csv.noted(self._conditions, step)

    def _numbers(self, step, values):
        if step % SCALARS_EVERY == 0:           # the last step is looked at only where a longer
            self._act(self._detector.see(step, loss_csv.as_written(values)))   # run would look, too

    def _samples(self, step, values):
        if step % self._config.eval_step:
            return
        quantities = self._diversity(samples.draw(self._images_of, self._config, 0,
                                                  self._diversity.labels))
        if self._recorder:
            there = self._noted(step)                        # half of them, where a kill came
            missing = {name: (value, float('nan')) for name, value in quantities.items()
                       if name not in there}
            self._recorder.keep(step, missing, self._conditions)
        self._act(self._detector.see(step, {name: metrics_csv.as_written(value)
                                            for name, value in quantities.items()}))

    def _act(self, found):
        for collapsed in found:
            if self._config.on_collapse != 'warn':
                raise collapsed
            logger.warning('%s', collapsed)
            if self._run:
                self._run.warn(str(collapsed))
