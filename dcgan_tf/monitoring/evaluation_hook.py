"""Evaluates samples during a training, and keeps the checkpoint that is best by one metric."""

import logging
import math

from dcgan_tf.config import METRICS, NONE, listed
from dcgan_tf.hooks import Call, Hook
from dcgan_tf.run_folder import best_checkpoint, samples
from dcgan_tf.run_folder.tables.metrics_csv import Conditions, baseline_of

logger = logging.getLogger(__name__)


class EvaluationHook(Hook):
    """Draws samples, evaluates them, records the metrics and keeps the best checkpoint.

    evaluator: an `evaluator.Evaluator`. config: the Config of the run. images_of: z, labels ->
    images. recorder: the RunRecorder that writes the metrics. print_line: a function that shows a
    line to the user. told: more arguments of the evaluator: `tell`, `codes`, `encoded`.
    """

    def __init__(self, evaluator, config, images_of, recorder, print_line, told=None):
        self._told = told or {}
        self._evaluator, self._config, self._images_of = evaluator, config, images_of
        self._recorder, self._print_line = recorder, print_line
        self._conditions = Conditions(evaluator.features.short, evaluator.n_samples, evaluator.n,
                                      evaluator.split)
        self._best_distance = self._distance_of_kept()

    def start(self, training):
        """Records the baseline."""
        self._note = training.note
        table, baseline = self._recorder.metrics_csv, baseline_of(self._conditions)
        recorded = table.recorded(baseline)
        metrics = self._evaluator.baseline.metrics
        table.add(training.first, {name: metric for name, metric in metrics.items()
                                   if name not in recorded}, baseline)

    def calls(self):
        return [Call(self._config.metrics_step, self._measure, missing=self._missing)]

    def _missing(self, step):
        c = self._config
        expected = {*listed(c.metrics), c.keep_best} - {NONE}
        return not expected <= self._recorder.metrics_csv.recorded(self._conditions, step)

    def _measure(self, step, values):
        c = self._config
        labels = self._evaluator.labels(self._evaluator.n)
        asked = {'labels': labels} if c.learns_classes else {}
        images = (samples.draw(self._images_of, c, 0, labels) if self._evaluator.n_samples
                  else None)
        metrics, details = self._evaluator.evaluate(images, **asked, **self._told)
        self._note(step, {name: metric.value for name, metric in metrics.items()})
        if 'codes' in details:
            self._recorder.show_codes(step, details['codes'], self._evaluator.split)
        if c.keep_best != NONE:     # before the row: after a kill in between it is measured again
            self._keep_if_best(step, metrics[c.keep_best].value)
        recorded = self._recorder.metrics_csv.recorded(self._conditions, step)
        self._recorder.write_metrics(step, {name: metric for name, metric in metrics.items()
                                            if name not in recorded}, self._conditions)
        text = ', '.join(f'{name} {metric.value:.3g}' for name, metric in metrics.items())
        self._print_line(f'step {step:,}: {text} ({self._conditions})')

    def _keep_if_best(self, step, value):
        note = best_checkpoint.Best(step, self._config.keep_best, value, str(self._conditions))
        if self._distance(value) < self._best_distance and self._recorder.save_best(note):
            self._best_distance = self._distance(value)

    def _distance_of_kept(self):
        """Returns the distance of the best checkpoint that is kept, see `distance_from_best`.

        It is infinite without one, or if that has another metric or other conditions.
        """
        kept = self._recorder.best()
        if kept is None or self._config.keep_best == NONE:
            return math.inf
        if (kept.metric, kept.conditions) == (self._config.keep_best, str(self._conditions)):
            return self._distance(kept.value)
        logger.warning('the best so far, of step %s by %s (%s), cannot be compared with %s (%s): '
                       'the next one measured replaces it', f'{kept.step:,}', kept.metric,
                       kept.conditions, self._config.keep_best, self._conditions)
        return math.inf

    def _distance(self, value):
        return distance_from_best(self._config.keep_best, value, self._evaluator.baseline.metrics)


def best_value(name: str, baseline: dict) -> float | None:
    """Returns the best value of a metric; infinity: the more the better; None: it does not rank.

    baseline: name -> Estimate, the metrics of real pictures.
    """
    row = METRICS[name]
    return baseline[name].value if row.of_real else row.target


def distance_from_best(name: str, value: float, baseline: dict) -> float:
    """Returns the distance of a metric from its best value; for an unbounded score, its negative.

    baseline: name -> Estimate, the metrics of real pictures.
    """
    target = best_value(name, baseline)
    return -value if math.isinf(target) else abs(value - target)
