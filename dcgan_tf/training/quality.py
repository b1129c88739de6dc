"""Figures of the judge while a training goes on, and the checkpoint that is best by one of them."""

import logging
import math

from dcgan_tf.config import METRICS, NONE
from dcgan_tf.training import best, samples
from dcgan_tf.training.figures import Beside
from dcgan_tf.training.loop import Hook

logger = logging.getLogger(__name__)


class Quality:
    """Draws samples, has them judged, notes the figures and keeps the best.

    judge: callable, uint8 images -> name -> Estimate; see `judge.Judge`. images_of: z, labels ->
    images. recorder: where figures go. tell: shown behind the losses, a text.
    """

    def __init__(self, judge, config, images_of, recorder, tell):
        self._judge, self._config, self._images_of = judge, config, images_of
        self._recorder, self._tell = recorder, tell
        self._beside = Beside(judge.features.short, config.metrics_n, judge.n, judge.split)
        self._least = self._least_so_far()

    def begin(self, first):
        """Measures what is due at the step gone on from: a kill may have come before."""
        due = first > 0 and first % self._config.metrics_step == 0
        if due and not self._recorder.figures.has(first, self._beside):
            self._measure(first, {})

    def hooks(self):
        """What the loop shall call, and when."""
        return [Hook(self._config.metrics_step, self._measure)]

    def _measure(self, step, values):
        c = self._config
        figures = self._judge(samples.draw(self._images_of, c, 0, self._judge.labels(c.metrics_n)))
        self._recorder.keep(step, figures, self._beside)
        if c.keep_best != NONE:
            value = figures[c.keep_best].value
            if badness(c.keep_best, value) < self._least:
                self._least = badness(c.keep_best, value)
                self._recorder.save_best(best.Best(step, c.keep_best, value, str(self._beside)))
        self._tell(', '.join(f'{name} {figure.value:.3g}' for name, figure in figures.items())
                   + f' ({self._beside})')

    def _least_so_far(self):
        """The badness of the best that is kept; another measure cannot be compared with."""
        kept = self._recorder.best()
        if kept is None or self._config.keep_best == NONE:
            return math.inf
        if (kept.figure, kept.beside) == (self._config.keep_best, str(self._beside)):
            return badness(kept.figure, kept.value)
        logger.warning('the best so far, of step %s by %s (%s), cannot be compared with %s (%s): '
                       'the next one measured takes its place', f'{kept.step:,}', kept.figure,
                       kept.beside, self._config.keep_best, self._beside)
        return math.inf


def badness(name: str, value: float) -> float:
    """How far a figure is from the best there is; the more of a score without a bound the less."""
    target = METRICS[name].target
    return -value if math.isinf(target) else abs(value - target)
