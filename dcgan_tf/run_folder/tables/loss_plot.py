"""Draws losses.png: each player's loss over the steps, of two players the sum, and running means.

The axis is logarithmic beyond 1 where the loss of one player would hide that of another. Of an
infogan it also shows the information of the codes, and a line at its best value.
"""

import math
import pathlib

import numpy as np

from dcgan_tf import files, own_code
from dcgan_tf.run_folder.tables.thinned import ThinnedCurve, window_means

SUM = ' + '                   # between the names of two players: the curve of their sum
LARGE, FAR = 20.0, 10.0       # a loss, and how many times another one: both need a logarithmic axis


class LossPlot:
    """Takes the rows of log.csv and draws them, always into the same figure.

    However many rows there are, a picture takes the same time and memory: see `ThinnedCurve`.
    A Matplotlib figure is full of reference cycles, which Python frees late. With a new figure
    each time the process would grow by a megabyte an evaluation.
    """

    def __init__(self, path: pathlib.Path, bounds: dict | None = None):
        """bounds: name of another column that is drawn, too -> its best value."""
        self._path, self._bounds, self._figure = path, bounds or {}, None
        self._curves = {}                          # name -> ThinnedCurve

    def add(self, row: dict) -> None:
        """Takes the next row, as `loss_csv.read` returns it."""
        for name, value in {**losses(row), **{name: row[name] for name in self._bounds}}.items():
            self._curves.setdefault(name, ThinnedCurve()).add(row['step'], value)

    def draw(self) -> None:
        """Writes the picture; no picture if there was no row."""
        if not self._curves:
            return
        if self._figure is None:
            self._begin(self._curves)
        for name, (faint, bold) in self._lines.items():
            faint.set_data(*self._curves[name].points())
            bold.set_data(*self._curves[name].mean())
            bold.set_marker('o' if len(bold.get_xdata()) == 1 else '')
        self._set_scale()
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

    def _set_scale(self):
        """Makes the axis logarithmic beyond 1 if the means of one player hide those of another."""
        middles = [np.nanmedian(np.abs(known)) for name, (_, bold) in self._lines.items()
                   if SUM not in name and name not in self._bounds
                   and np.isfinite(known := bold.get_ydata()).any()]
        far = middles and max(middles) > max(LARGE, FAR * min(middles))
        if far:
            self._axes.set_yscale('symlog', linthresh=1.0)
        else:
            self._axes.set_yscale('linear')

    def _pair(self, name, colour):
        """Returns the lines of the values and of their running mean."""
        faint, = self._axes.plot([], [], colour, linewidth=0.5, alpha=0.25)
        bold, = self._axes.plot([], [], colour, linewidth=1.5, label=name)
        return faint, bold


def losses(row: dict) -> dict[str, float]:
    """Returns name -> value: the loss of each player, such as D, then of two their sum, D + G."""
    found = {name.removesuffix('_loss').upper(): value for name, value in row.items()
             if name.endswith('_loss')}
    return {**found, SUM.join(found): sum(found.values())} if len(found) == 2 else found


def best_information(config) -> dict:
    """Returns the best value of the column `information` of an infogan: the entropy of codes."""
    known = own_code.is_loaded(config.code)              # a plot needs no code of the user's own
    if not known or config.kind != 'infogan':
        return {}
    return {'information': sum(map(math.log, config.codes))}


def running_mean(values: list[float], reach: int) -> np.ndarray:
    """Returns the mean of each value and `reach` values on both sides, fewer at the ends.

    Values that are not finite are left out; nan where there is no other.
    """
    known = np.isfinite(values)
    return window_means(np.where(known, values, 0.0), known, reach)
