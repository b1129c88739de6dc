"""Figures of the judge while a training goes on, and the checkpoint that is best by one of them."""

import logging
import math

from dcgan_tf.config import METRICS, NONE, listed
from dcgan_tf.hooks import Hook
from dcgan_tf.run_folder import best_checkpoint, samples
from dcgan_tf.run_folder.tables.metrics_csv import Beside, floor_of

logger = logging.getLogger(__name__)


class Quality:
    """Draws samples, has them judged, notes the figures and keeps the best.

    judge: callable, uint8 images -> name -> Estimate; see `evaluator.Judge`.
    images_of: z, labels -> images. recorder: where figures go. tell: shows a line.
    """

    def __init__(self, judge, config, images_of, recorder, tell):
        self._judge, self._config, self._images_of = judge, config, images_of
        self._recorder, self._tell = recorder, tell
        self._beside = Beside(judge.features.short, judge.n, judge.n, judge.split)
        self._least = self._least_so_far()

    def begin(self, first):
        """Notes the floor."""
        notes, floor = self._recorder.figures, floor_of(self._beside)
        there = notes.noted(floor)
        notes.add(first, {name: figure for name, figure in self._judge.floor.figures.items()
                          if name not in there}, floor)

    def hooks(self):
        """What the loop shall call, and when."""
        return [Hook(self._config.metrics_step, self._measure, missing=self._missing)]

    def _missing(self, step):
        c = self._config
        wanted = {*listed(c.metrics), c.keep_best} - {NONE}
        return not wanted <= self._recorder.figures.noted(self._beside, step)

    def _measure(self, step, values):
        c = self._config
        labels = self._judge.labels(self._judge.n)
        figures = self._judge(samples.draw(self._images_of, c, 0, labels))
        if c.keep_best != NONE:            # before the row: a kill in between has it measured again
            self._keep_if_best(step, figures[c.keep_best].value)
        there = self._recorder.figures.noted(self._beside, step)
        self._recorder.keep(step, {name: figure for name, figure in figures.items()
                                   if name not in there}, self._beside)
        words = ', '.join(f'{name} {figure.value:.3g}' for name, figure in figures.items())
        self._tell(f'step {step:,}: {words} ({self._beside})')

    def _keep_if_best(self, step, value):
        note = best_checkpoint.Best(step, self._config.keep_best, value, str(self._beside))
        if self._badness(value) < self._least and self._recorder.save_best(note):
            self._least = self._badness(value)

    def _least_so_far(self):
        """The badness of the best that is kept; another measure cannot be compared with."""
        kept = self._recorder.best()
        if kept is None or self._config.keep_best == NONE:
            return math.inf
        if (kept.figure, kept.beside) == (self._config.keep_best, str(self._beside)):
            return self._badness(kept.value)
        logger.warning('the best so far, of step %s by %s (%s), cannot be compared with %s (%s): '
                       'the next one measured takes its place', f'{kept.step:,}', kept.figure,
                       kept.beside, self._config.keep_best, self._beside)
        return math.inf

    def _badness(self, value):
        return badness(self._config.keep_best, value, self._judge.floor.figures)


def badness(name: str, value: float, floor: dict) -> float:
    """How far a figure is from the best there is; the more of a score without a bound the less.

    floor: name -> Estimate, of real pictures.
    """
    row = METRICS[name]
    target = floor[name].value if row.of_real else row.target
    return -value if math.isinf(target) else abs(value - target)
