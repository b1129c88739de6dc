"""Draws codes_STEP.png: two panels, the codes of real images and latents, in the plane.

Figure 2 of Makhzani et al. 2015, arXiv 1511.05644. It is drawn for latents of two numbers.
"""

import numpy as np

from dcgan_tf import latent
from dcgan_tf.run_folder import samples
from dcgan_tf.run_folder.tables.confusion_plot import known

MAX_IMAGES = 2_000
MAX_NAMES = 20               # classes in the legend
DEVIATIONS = 4.0             # of a prior without bounds, from the middle to an edge
SIZE = (9.6, 4.8)            # inches, of 100 pixels


def codes_of(gan, feeder):
    """Returns a function that draws the picture with the present weights.   -> uint8 [H', W', 3]

    It shows the first images of the data, coloured by class if the classes are known. feeder: a
    BatchFeeder.
    """
    real, labels = feeder.first_images(MAX_IMAGES)
    reference, classes = feeder.reference(), feeder.first_classes(MAX_IMAGES)
    names = gan.config.class_names if classes is not None else ()
    picture = Scatter(gan.config, len(real), classes if names else None, names)

    def draw():
        return picture.draw(gan.encode(real, labels, reference))
    return draw


class Scatter:
    """The two panels. A new figure each time would fill the memory: see `LossPlot`."""

    def __init__(self, config, n: int, classes, names):
        """n: number of codes, and of latents. classes: int [n], or None. names: of the classes."""
        self._config, self._n, self._classes, self._names = config, n, classes, names
        self._figure = None

    def draw(self, codes: np.ndarray) -> np.ndarray:
        """Draws codes [n, 2].   -> uint8 [H', W', 3]"""
        if self._figure is None:
            self._begin()
        edge = max(edge_of(self._config.prior), 1.05 * float(np.abs(codes).max()))
        self._codes.set_offsets(codes)
        for axes in self._figure.axes:
            axes.set(xlim=(-edge, edge), ylim=(-edge, edge))
        self._figure.canvas.draw()
        return np.array(self._figure.canvas.buffer_rgba())[..., :3]

    def _begin(self):
        from matplotlib import colormaps  # takes half a second
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        c, numbers = self._config, self._config.seed + np.arange(self._n)
        self._figure = Figure(figsize=SIZE, dpi=100)
        FigureCanvasAgg(self._figure)
        self._figure.subplots_adjust(left=0.05, right=0.9, bottom=0.07, top=0.93, wspace=0.12)
        left, right = self._figure.subplots(1, 2)
        k = max(len(self._names), 1)
        colours = colormaps['tab10' if k <= 10 else 'tab20' if k <= 20 else 'turbo'](
            np.arange(k) if k <= 20 else np.linspace(0, 1, k))
        in_turn = np.arange(self._n) % k if c.places_classes else None
        z = latent.latents_of(c, numbers, in_turn)
        style = {'s': 4, 'linewidths': 0}
        self._codes = left.scatter(*z.T, c=colours[self._classes if k > 1 else [0]], **style)
        right.scatter(*z.T, c='black' if in_turn is None else colours[in_turn], **style)
        left.set_title('codes of images')
        right.set_title(f'latents: {c.prior}')
        for axes in (left, right):
            axes.set_aspect('equal')
        if 1 < k <= MAX_NAMES:
            self._legend(right, colours)

    def _legend(self, axes, colours):
        """Adds a legend with the classes, to the right of both panels."""
        marks = [axes.scatter([], [], c=[colour], s=20,
                              label=known(name, k)) for k, (name, colour) in
                 enumerate(zip(samples.captions(self._names), colours, strict=True))]
        legend = axes.legend(handles=marks, loc='upper left', bbox_to_anchor=(1.0, 1.0),
                             frameon=False, fontsize=8, handletextpad=0.2)
        for text in legend.get_texts():
            text.set_parse_math(False)                                    # a $ in a name is a $


def edge_of(prior: str) -> float:
    """Returns how far the panels reach from the middle: beyond nearly all latents of the prior."""
    row = latent.PRIORS[prior]
    return 1.2 * row.bounds[1] if row.bounds else DEVIATIONS * row.radius(2) / 2 ** 0.5
