"""losses.png: the losses of D and G and their sum over the steps, and the running mean of each."""

import pathlib

import numpy as np

from dcgan_tf import files

CURVES = {'D': lambda row: row['d_loss'],
          'G': lambda row: row['g_loss'],
          'D + G': lambda row: row['d_loss'] + row['g_loss']}


class LossPlot:
    """Draws rows of the log into one figure, again and again.

    A new figure each time would be full of cycles, which Python leaves lying for long: a run would
    grow by a megabyte an evaluation.
    """

    def __init__(self, path: pathlib.Path):
        self._path, self._figure = path, None

    def __call__(self, rows: list[dict]) -> None:
        """Writes the picture. rows: as `loss_csv.read` gives them."""
        if self._figure is None:
            self._begin()
        steps = [row['step'] for row in rows]
        for name, (faint, bold) in self._lines.items():
            values = [CURVES[name](row) for row in rows]
            faint.set_data(steps, values)
            bold.set_data(steps, running_mean(values, len(values) // 50))
        self._axes.relim()
        self._axes.autoscale_view()
        with files.whole_file(self._path) as temporary:
            self._figure.canvas.print_png(temporary)

    def _begin(self):
        """Matplotlib takes half a second to load: the first step does not wait for it."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        self._figure = Figure(figsize=(8, 4.5), layout='constrained')
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.subplots()
        self._axes.set(xlabel='step', ylabel='loss')
        self._axes.grid(alpha=0.3)
        self._lines = {name: self._pair(name, f'C{i}') for i, name in enumerate(CURVES)}
        self._axes.legend(loc='upper right')

    def _pair(self, name, colour):
        """The values as they are, and their running mean."""
        faint, = self._axes.plot([], [], colour, linewidth=0.5, alpha=0.25)
        bold, = self._axes.plot([], [], colour, linewidth=1.5, label=name)
        return faint, bold


def running_mean(values: list[float], reach: int) -> np.ndarray:
    """The mean of each value and the `reach` values on both sides of it, fewer at the ends."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(values))
    return (sums[last] - sums[first]) / (last - first)
