"""Draws the results of a benchmark: a panel for each network and batch, a bar for each way."""

import itertools

from matplotlib.figure import Figure

from dcgan_tf.show import curves
from peers import WAYS

COLOURS = {'ours': 'C0', 'limit': '0.8'}       # module -> colour


def write(file, rows):
    """Writes the picture of TimingRows, sorted by network and batch. RunError if that fails."""
    panels = [list(group) for _, group in itertools.groupby(
        rows, key=lambda row: (row.net, row.batch))]
    figure = Figure(figsize=(7, 0.7 + sum(0.6 + 0.28 * len(panel) for panel in panels)),
                    layout='constrained')
    axes = figure.subplots(len(panels), squeeze=False, height_ratios=[2 + len(p) for p in panels])
    for each, panel in zip(axes[:, 0], panels, strict=True):
        _bars(each, panel)
    axes[-1, 0].set(xlabel='ms a training step')
    curves.write(figure, file)


def _bars(axes, rows):
    bars = axes.barh([row.way for row in rows], [row.ms for row in rows],
                     color=[COLOURS.get(WAYS[row.way].module, 'C1') for row in rows])
    axes.bar_label(bars, [f'{row.ms:.0f}' for row in rows], padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set(title=f'{rows[0].net}, batch {rows[0].batch}')
