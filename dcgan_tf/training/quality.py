"""Figures of the judge while a training goes on, and the checkpoint that is best by one of them."""

import math

from dcgan_tf.config import METRICS, NONE
from dcgan_tf.training import samples
from dcgan_tf.training.figures import Beside
from dcgan_tf.training.loop import Hook


class Quality:
    """Draws samples, has them judged, notes the figures and keeps the best.

    judge: callable, uint8 images -> name -> Estimate; see `judge.Judge`. images_of: z, labels ->
    images. recorder: where figures go. tell: shown behind the losses, a text.
    """

    def __init__(self, judge, config, images_of, recorder, tell):
        self._judge, self._config, self._images_of = judge, config, images_of
        self._recorder, self._tell = recorder, tell
        self._beside = Beside(judge.features.name, config.metrics_n, judge.n, judge.split)
        before = recorder.figures.of(config.keep_best, self._beside)
        self._least = min((badness(config.keep_best, value) for value in before), default=math.inf)

    def hooks(self):
        """What the loop shall call, and when."""
        return [Hook(self._config.metrics_step, self._measure)]

    def _measure(self, step, values):
        c = self._config
        figures = self._judge(samples.draw(self._images_of, c, c.metrics_n))
        if c.keep_best != NONE:
            value = badness(c.keep_best, figures[c.keep_best].value)
            if value < self._least:
                self._recorder.save_best(step)           # before it is noted: a kill loses nothing
                self._least = value
        self._recorder.keep(step, figures, self._beside)
        self._tell(', '.join(f'{name} {figure.value:.3g}' for name, figure in figures.items())
                   + f' ({self._beside})')


def badness(name: str, value: float) -> float:
    """How far a figure is from the best there is; the more of a score without a bound the less."""
    target = METRICS[name].target if name in METRICS else None
    if target is None or math.isinf(target):
        return -value
    return abs(value - target)
