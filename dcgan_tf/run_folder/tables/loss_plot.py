"""Draws losses.png: each player's loss over the steps, their sum, and the running means.

Of an infogan it also shows the information of the codes, and a line at its best value.
"""

import math
import pathlib

import numpy as np

from dcgan_tf import files, own_code


class LossPlot:
    """Draws the rows of log.csv, always into the same figure.

    A Matplotlib figure is full of reference cycles, which Python frees late. With a new figure
    each time the process would grow by a megabyte an evaluation.
    """

    def __init__(self, path: pathlib.Path, bounds: dict | None = None):
        """bounds: name of another column that is drawn, too -> its best value."""
        self._path, self._bounds, self._figure = path, bounds or {}, None

    def __call__(self, rows: list[dict]) -> None:
        """Writes the picture. rows: as `loss_csv.read` returns them."""
        found = {**curves(rows),
                 **{name: [row[name] for row in rows] for name in self._bounds}}
        if self._figure is None:
            self._begin(found)
        steps = [row['step'] for row in rows]
        for name, (faint, bold) in self._lines.items():
            values = found[name]
            faint.set_data(steps, values)
            bold.set_data(steps, running_mean(values, len(values) // 50))
        self._axes.relim()
        self._axes.autoscale_view()
        with files.whole_file(self._path) as temporary:
            self._figure.canvas.print_png(temporary)

    def _begin(self, names):
        """Makes the figure only now: loading Matplotlib takes half a second."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        # An automatic layout depends on the pictures before, and a resumed run would draw another.
        self._figure = Figure(figsize=(8, 4.5))
        FigureCanvasAgg(self._figure)
        self._figure.subplots_adjust(left=0.1, right=0.98, bottom=0.11, top=0.97)
        self._axes = self._figure.subplots()
        self._axes.set(xlabel='step', ylabel='loss')
        self._axes.grid(alpha=0.3)
        self._lines = {name: self._pair(name, f'C{i}') for i, name in enumerate(names)}
        for name, best in self._bounds.items():
            self._axes.axhline(best, color=self._lines[name][1].get_color(), linestyle='--',
                               label=f'best {name}: {best:.3f}')
        self._axes.legend(loc='upper right')

    def _pair(self, name, colour):
        """Returns the lines of the values and of their running mean."""
        faint, = self._axes.plot([], [], colour, linewidth=0.5, alpha=0.25)
        bold, = self._axes.plot([], [], colour, linewidth=1.5, label=name)
        return faint, bold


def curves(rows: list[dict]) -> dict[str, list[float]]:
    """Returns name -> values: the loss of each player, such as D, then their sum, D + G."""
    columns = [name for name in rows[0] if name.endswith('_loss')]
    names = [name.removesuffix('_loss').upper() for name in columns]
    found = {name: [row[column] for row in rows]
             for name, column in zip(names, columns, strict=True)}
    return {**found, ' + '.join(names): [sum(row[column] for column in columns) for row in rows]}


def best_information(config) -> dict:
    """Returns the best value of the column `information` of an infogan: the entropy of codes."""
    known = own_code.is_loaded(config.code)              # a plot needs no code of the user's own
    return {'information': sum(map(math.log, config.codes))} if known and config.has_codes else {}


def running_mean(values: list[float], reach: int) -> np.ndarray:
    """Returns the mean of each value and `reach` values on both sides, fewer at the ends.

    Values that are not finite are left out; nan where there is no other.
    """
    known, at = np.isfinite(values), np.arange(len(values))
    first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(values))
    sums, counts = (np.concatenate([[0], np.cumsum(x)])[[last, first]]
                    for x in (np.where(known, values, 0.0), known))
    n = counts[0] - counts[1]
    return np.where(n, (sums[0] - sums[1]) / np.maximum(n, 1), np.nan)
