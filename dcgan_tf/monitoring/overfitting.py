"""Measures whether D has learnt its training pictures by heart, by pictures that were held out.

Karras et al. 2020, arXiv 2006.06676, equation 1:

    r_v = (E D(train) - E D(held out)) / (E D(train) - E D(samples))

0: D cannot tell training pictures from other real ones. 1: it takes the held-out ones for fakes.
"""

import logging

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.hooks import Call, Hook
from dcgan_tf.monitoring.collapse import CollapseDetector
from dcgan_tf.run_folder import samples
from dcgan_tf.run_folder.tables import metrics_csv
from dcgan_tf.run_folder.tables.metrics_csv import Conditions

logger = logging.getLogger(__name__)
NAME = 'overfitting'          # the figure in metrics.csv, and a row of SIGNS
FEATURES = 'scores of D'      # what the pictures are compared by
N_PICTURES = 64               # training pictures, as many held-out ones, and as many samples
ENOUGH = 16                   # with fewer, chance alone could give the sign: its error is 0.2


def overfitting(train, held_out, fake) -> float:
    """Returns r_v of D's scores of images, [N] each; nan if D finds the samples no less real.

    Nothing is clipped: chance makes it less than 0 or more than 1.
    """
    seen, unseen, made = (np.mean(x, dtype=np.float64) for x in (train, held_out, fake))
    return float((seen - unseen) / (seen - made)) if seen > made else float('nan')


class OverfittingHook(Hook):
    """Records `overfitting`, and warns if it is large for long.

    It never ends or rolls back a run, whatever `on_collapse` says: the samples may still become
    better, and other noise would not change what D knows.
    """

    def __init__(self, config, train, held_out, scores_of, images_of, recorder, run, first):
        """train, held_out: pairs of images uint8 [N, H, W, C] and labels int [N].

        The labels are None if the training uses no classes.
        scores_of: images, labels -> D's scores. images_of: z, labels -> images. recorder, run: None
        = nothing is written. first: the step that the training goes on from.
        """
        self._config, self._pairs, self._scores_of = config, (train, held_out), scores_of
        self._images_of, self._recorder, self._run = images_of, recorder, run
        self._n = min(N_PICTURES, *(len(images) for images, _ in self._pairs))
        self._conditions = Conditions(FEATURES, self._n, self._n, 'held-out pictures')
        self._detector = CollapseDetector()
        self._detector.replay([{'step': 0, NAME: 0.0}, *self._rows(first)], silent=True)

    def start(self, training):
        self._note = training.note

    def calls(self):
        return [Call(self._config.eval_step, self._check, missing=self._missing)]

    def measure(self, step):
        """Returns `overfitting` at this step, for pictures that depend only on the step."""
        (train, labels), (held_out, held_out_labels) = (self._draw(step, *pair)
                                                        for pair in self._pairs)
        fake = samples.draw(self._images_of, self._config, 0,
                            np.zeros(self._n, np.int32) if labels is None else labels)
        return overfitting(self._scores_of(train, labels),
                           self._scores_of(held_out, held_out_labels),
                           self._scores_of(fake, labels))

    def _draw(self, step, images, labels):
        """Draws some of these images, with other ones at each step, so that chance evens out."""
        chosen = np.sort(seeds.generator(0, NAME, step).permutation(len(images))[:self._n])
        return images[chosen], None if labels is None else labels[chosen]

    def _rows(self, first):
        """Returns what was measured up to the step that the training goes on from."""
        rows = metrics_csv.read(self._run.metrics) if self._run else []
        return [{'step': row['step'], NAME: row['value']} for row in rows
                if row['figure'] == NAME and row['step'] <= first
                and row['step'] % self._config.eval_step == 0]

    def _missing(self, step):
        return self._recorder and NAME not in self._recorder.metrics_csv.recorded(
            self._conditions, step)

    def _check(self, step, values):
        if step % self._config.eval_step:        # a last step: a longer run would not measure there
            return
        value = self.measure(step)
        self._note(step, {NAME: value})
        if self._recorder and self._missing(step):
            self._recorder.write_metrics(step, {NAME: (value, float('nan'))}, self._conditions)
        if self._n < ENOUGH:
            return
        for found in self._detector.check(step, {NAME: metrics_csv.as_written(value)}):
            logger.warning('%s', found)
            if self._run:
                self._run.warn(str(found))
