"""The curves of several runs in one picture: python tools/plot.py RUN [RUN ...] --out curves.png"""

import sys

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.cli.parser import Parser
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import whole_file
from dcgan_tf.training import log, run_folder
from dcgan_tf.training.loss_plot import running_mean

CURVES = {'d_loss': 'loss of D', 'g_loss': 'loss of G', 'd_accuracy': 'accuracy of D'}


def main(argv=None):
    """Writes the picture; returns the exit code."""
    words = parse(argv)
    runs = [run_folder.open_run(path) for path in words.runs]
    rows = [log.read(run.log) for run in runs]
    for run, of_run in zip(runs, rows, strict=True):
        if not of_run:
            raise UsageError(f'{run.log} has no rows yet: a row comes every 10 steps')
    figure = drawn([run.path.name for run in runs], rows)
    try:
        with whole_file(words.out) as temporary:
            figure.canvas.print_png(temporary)
    except OSError as error:
        raise RunError(f'--out {words.out}: {error.strerror or error}') from error
    print(f'{len(runs)} run{"s" * (len(runs) > 1)} in {words.out}')
    return exits.DONE


def drawn(names, rows):
    """A Figure of one panel a curve, one colour a run: values faint, their running mean bold."""
    figure = Figure(figsize=(8, 3 * len(CURVES)), layout='constrained')
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(CURVES), sharex=True)
    for panel, (column, title) in zip(panels, CURVES.items(), strict=True):
        for i, (name, of_run) in enumerate(zip(names, rows, strict=True)):
            steps, values = ([row[key] for row in of_run] for key in ('step', column))
            panel.plot(steps, values, f'C{i}', linewidth=0.5, alpha=0.25)
            panel.plot(steps, running_mean(values, len(values) // 50), f'C{i}', label=name)
        panel.set(ylabel=title)
        panel.grid(alpha=0.3)
    panels[-1].set(xlabel='step')
    panels[0].legend(loc='upper right')
    return figure


def parse(argv):
    """The words of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Draws the losses and D\'s accuracy of runs over their steps.')
    parser.add_argument('runs', nargs='+', metavar='RUN', help='run folders of main1.py')
    parser.add_argument('--out', default='curves.png', help='a .png file (default: curves.png)')
    words = parser.parse_args(argv)
    if not words.out.lower().endswith('.png'):
        raise UsageError(f'--out {words.out}: expected a name that ends in .png')
    return words


if __name__ == '__main__':
    sys.exit(exits.run(main))
