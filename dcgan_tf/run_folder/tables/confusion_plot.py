"""Draws confusion.png: how codes, or clusters, go with the classes of the data.

A row is a value of the code, a column a class, a number how many real pictures have both.
"""

import pathlib

import numpy as np

from dcgan_tf import files
from dcgan_tf.run_folder.samples import captions

MAX_NUMBERS = 20         # rows or columns; the numbers of more would not be readable
MAX_NAMES = 50
INCHES, MOST = 0.45, 20.0     # of a square, of all of them


def draw(path: pathlib.Path, step: int, codes: dict, class_names: tuple[str, ...],
         pictures: str) -> None:
    """Writes the picture. Raises OSError.

    codes: the details `codes` of an `Evaluation`. pictures: which ones were looked at.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # takes half a second
    from matplotlib.figure import Figure
    table = np.array(codes['table'])
    height, width = (min(max(3.0, INCHES * n), MOST) for n in table.shape)
    figure = Figure(figsize=(width + 3.0, height + 1.8), layout='constrained')
    canvas, axes = FigureCanvasAgg(figure), figure.subplots()
    axes.imshow(table, cmap='Blues', vmin=0, aspect='auto')
    names = [known(name, k) for k, name in enumerate(captions(class_names))]
    axes.set(title=f'step {step:,}: {codes["error"]:.1%} of the pictures have another class\n'
                   'than their code stands for', xlabel=f'class of {pictures}',
             ylabel='code, or cluster, that is found')
    rows = [row_name(value, k, names) for value, k in enumerate(codes['classes'])]
    axes.set_yticks(*some(rows), parse_math=False)             # a $ in a name is a $
    axes.set_xticks(*some(names), parse_math=False, rotation=45 if max(map(len, names)) > 3 else 0)
    if max(table.shape) <= MAX_NUMBERS:
        for (row, column), n in np.ndenumerate(table):
            axes.text(column, row, n, ha='center', va='center', fontsize=8,
                      color='white' if n > table.max() / 2 else 'black')
    with files.whole_file(path) as temporary:
        canvas.print_png(temporary)


def known(name: str, k: int) -> str:
    """Returns a name, with ? for what Matplotlib's font lacks, and then with its number."""
    from matplotlib.font_manager import findfont, get_font
    font = get_font(findfont('DejaVu Sans'))
    text = ''.join(letter if font.get_char_index(ord(letter)) else '?' for letter in name)
    return text if text == name else f'{k}:{text}'


def some(names: list[str]) -> tuple[range, list[str]]:
    """Returns the positions and the names of at most MAX_NAMES rows or columns, evenly spread."""
    every = -(-len(names) // MAX_NAMES)
    return range(0, len(names), every), names[::every]


def row_name(value: int, k: int | None, names: list[str]) -> str:
    """Returns the name of a row: the value of the code, and the class k that it stands for."""
    return str(value) if k is None else f'{value}: {names[k]}'
