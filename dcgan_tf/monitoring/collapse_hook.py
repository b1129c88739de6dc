"""Checks for a collapse during a training, by hooks of the loop."""

import logging

from dcgan_tf.hooks import SCALARS_EVERY, Call, Hook
from dcgan_tf.monitoring.collapse import CollapseDetector, sign_of
from dcgan_tf.run_folder import samples
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from dcgan_tf.run_folder.tables.metrics_csv import Conditions

logger = logging.getLogger(__name__)
RAW = 'raw pixels'            # the features by which samples and real pictures are compared


def resumed_detector(run, first: int, excluded=()) -> CollapseDetector:
    """Makes a CollapseDetector that has checked the rows up to `first` of the run's CSV files."""
    c, detector = run.config, CollapseDetector(excluded)
    diversity = [{'step': row['step'], row['figure']: row['value']}
                 for row in metrics_csv.read(run.metrics) if row['features'] == RAW]
    for every, rows in ((SCALARS_EVERY, loss_csv.read(run.log)), (c.eval_step, diversity)):
        detector.replay((row for row in rows if row['step'] <= first and row['step'] % every == 0),
                        silent=c.on_collapse == 'warn')
    return detector


class CollapseHook(Hook):
    """Warns of a collapse, or raises CollapseError if `on_collapse` is not `warn`.

    config: the Config of the run. detector: a CollapseDetector. columns: those of log.csv.
    diversity: a SampleDiversity. images_of: z, labels -> images. recorder, run: None = nothing is
    written.
    """

    def __init__(self, config, detector, columns, diversity, images_of, recorder, run):
        self._config, self._detector, self._diversity = config, detector, diversity
        self._signs = tuple(filter(sign_of, columns))
        self._images_of, self._recorder, self._run = images_of, recorder, run
        self._conditions = Conditions(RAW, len(diversity.labels), diversity.real,
                                      'training pictures')

    def start(self, training):
        self._note = training.note

    def calls(self):
        return [Call(SCALARS_EVERY, self._check_values, self._signs),
                Call(self._config.eval_step, self._check_samples, missing=self._missing)]

    def _missing(self, step):
        return self._recorder and not set(self._diversity.names) <= self._recorded(step)

    def _recorded(self, step):
        return self._recorder.metrics_csv.recorded(self._conditions, step)

    def _check_values(self, step, values):
        if step % SCALARS_EVERY == 0:         # not in each last step: a longer run would not check
            self._report(self._detector.check(step, loss_csv.as_written(values)))

    def _check_samples(self, step, values):
        if step % self._config.eval_step:
            return
        quantities = self._diversity(samples.draw(self._images_of, self._config, 0,
                                                  self._diversity.labels))
        self._note(step, quantities)
        if self._recorder:
            recorded = self._recorded(step)                  # after a kill only some of them
            missing = {name: (value, float('nan')) for name, value in quantities.items()
                       if name not in recorded}
            self._recorder.write_metrics(step, missing, self._conditions)
        self._report(self._detector.check(step, {name: metrics_csv.as_written(value)
                                                 for name, value in quantities.items()}))

    def _report(self, found):
        for collapsed in found:
            if self._config.on_collapse != 'warn':
                raise collapsed
            logger.warning('%s', collapsed)
            if self._run:
                self._run.warn(str(collapsed))
