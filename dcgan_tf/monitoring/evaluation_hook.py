"""Metrics while a training goes on, and the checkpoint that is best by one of them."""

import logging
import math

from dcgan_tf.config import METRICS, NONE, listed
from dcgan_tf.hooks import Hook
from dcgan_tf.run_folder import best_checkpoint, samples
from dcgan_tf.run_folder.tables.metrics_csv import Conditions, baseline_of

logger = logging.getLogger(__name__)


class EvaluationHook:
    """Draws samples, evaluates them, notes the metrics and keeps the best.

    evaluator: callable, uint8 images -> name -> Estimate; see `evaluator.Evaluator`.
    images_of: z, labels -> images. recorder: where metrics go. tell: shows a line.
    """

    def __init__(self, evaluator, config, images_of, recorder, tell):
        self._evaluator, self._config, self._images_of = evaluator, config, images_of
        self._recorder, self._tell = recorder, tell
        self._conditions = Conditions(evaluator.features.short, evaluator.n, evaluator.n,
                                      evaluator.split)
        self._least = self._least_so_far()

    def begin(self, first):
        """Notes the baseline."""
        notes, baseline = self._recorder.metrics_csv, baseline_of(self._conditions)
        there = notes.noted(baseline)
        notes.add(first, {name: metric for name, metric in self._evaluator.baseline.metrics.items()
                          if name not in there}, baseline)

    def hooks(self):
        """What the loop shall call, and when."""
        return [Hook(self._config.metrics_step, self._measure, missing=self._missing)]

    def _missing(self, step):
        c = self._config
        wanted = {*listed(c.metrics), c.keep_best} - {NONE}
        return not wanted <= self._recorder.metrics_csv.noted(self._conditions, step)

    def _measure(self, step, values):
        c = self._config
        labels = self._evaluator.labels(self._evaluator.n)
        metrics = self._evaluator(samples.draw(self._images_of, c, 0, labels))
        if c.keep_best != NONE:            # before the row: a kill in between has it measured again
            self._keep_if_best(step, metrics[c.keep_best].value)
        there = self._recorder.metrics_csv.noted(self._conditions, step)
        self._recorder.keep(step, {name: metric for name, metric in metrics.items()
                                   if name not in there}, self._conditions)
        words = ', '.join(f'{name} {metric.value:.3g}' for name, metric in metrics.items())
        self._tell(f'step {step:,}: {words} ({self._conditions})')

    def _keep_if_best(self, step, value):
        note = best_checkpoint.Best(step, self._config.keep_best, value, str(self._conditions))
        if self._badness(value) < self._least and self._recorder.save_best(note):
            self._least = self._badness(value)

    def _least_so_far(self):
        """The badness of the best that is kept; another measure cannot be compared with."""
        kept = self._recorder.best()
        if kept is None or self._config.keep_best == NONE:
            return math.inf
        if (kept.metric, kept.conditions) == (self._config.keep_best, str(self._conditions)):
            return self._badness(kept.value)
        logger.warning('the best so far, of step %s by %s (%s), cannot be compared with %s (%s): '
                       'the next one measured takes its place', f'{kept.step:,}', kept.metric,
                       kept.conditions, self._config.keep_best, self._conditions)
        return math.inf

    def _badness(self, value):
        return badness(self._config.keep_best, value, self._evaluator.baseline.metrics)


def badness(name: str, value: float, baseline: dict) -> float:
    """How far a figure is from the best there is; the more of a score without a bound the less.

    baseline: name -> Estimate, of real pictures.
    """
    row = METRICS[name]
    target = baseline[name].value if row.of_real else row.target
    return -value if math.isinf(target) else abs(value - target)
