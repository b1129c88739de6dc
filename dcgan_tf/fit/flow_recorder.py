"""Summarises the weights, and what flows in a step, for TensorBoard: `--histograms`."""

import numpy as np

from dcgan_tf.config import NONE
from dcgan_tf.run_folder import summaries
from dcgan_tf.run_folder.summaries import sum_squares

ROWS = 16             # images of a batch whose activations are in a histogram


class FlowRecorder:
    """Makes the summaries of one run.

    With `all`, call `before` before a step, and fetch `fetch` in it.
    """

    def __init__(self, histograms, session, weights):
        """histograms: the option. weights: the trainable variables."""
        self._session = session
        self._weights = {} if histograms == NONE else {w.op.name: w for w in weights}
        self.fetch = ('flow',) if histograms == 'all' else ()
        self._before = {}

    def before(self, step):
        """Reads the layers' weights, whose change by this step will be shown."""
        if self.fetch:
            self._before = self._session.run(
                {name: w for name, w in self._weights.items() if name.endswith('/weights')})

    def summaries(self, flow):
        """Yields the summaries after a step.

        flow: the numbers of a `train_ops.flow.Flow`, or None. They are removed from its dicts, so
        that one array after the other is freed.
        """
        for name, now in _taken(self._session.run(self._weights)):
            yield summaries.histogram(name, now)
            before = self._before.pop(name, None)
            if flow and before is not None and before.any():
                yield summaries.scalars({f'update_ratio/{name}': change(before, now)})
        if flow:
            yield from _of_flow(flow)


def change(before, now):
    """Returns |now - before| / |before|, L2 norms. before: not all 0."""
    moved = np.subtract(now, before, dtype=np.float64)
    return np.sqrt(sum_squares(moved) / sum_squares(before.astype(np.float64)))


def dead_share(x):
    """Returns the share of maps that are 0 at every position of all images.

    x [N, H, W, maps] or [N, units], what a ReLU returns.
    """
    return np.mean(x.reshape(-1, x.shape[-1]).max(axis=0) == 0)


def _of_flow(flow):
    """Yields the summaries of a Flow; those of activations are of the first ROWS images."""
    for name, x in _taken(flow.relus):
        yield summaries.scalars({f'dead_relus/{name}': dead_share(x)})
        yield summaries.histogram(name, x[:ROWS])
    for name, x in _taken(flow.activations):
        yield summaries.histogram(name, x[:ROWS])
    for part in (flow.outputs, flow.gradients):
        for name, x in _taken(part):
            yield summaries.histogram(name, x)


def _taken(arrays):
    """Yields (name, array) of a dict and removes them from it."""
    while arrays:
        name = next(iter(arrays))
        yield name, arrays.pop(name)
