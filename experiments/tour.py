"""Runs docs/tour.ipynb from top to bottom, and saves it with its outputs.

    python -m pip install nbclient ipykernel
    python experiments/tour.py

Needs these two packages in addition to those of the requirements. Takes a minute on two cores.
"""

import argparse
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOUR = ROOT / 'docs' / 'tour.ipynb'


def main(argv=None):
    """Writes the notebook; returns the exit code. If a cell fails, nothing is written."""
    args = parse(argv)
    import nbformat  # here: the requirements do not have them
    from nbclient import NotebookClient

    os.environ.setdefault('TF_ENABLE_ONEDNN_OPTS', '1')
    notebook = nbformat.read(args.file, as_version=4)
    NotebookClient(notebook, timeout=None, record_timing=False,
                   resources={'metadata': {'path': str(args.file.parent)}}).execute()
    tidy(notebook)
    nbformat.write(notebook, args.file)
    print(f'{args.file}: {args.file.stat().st_size / 1e3:.0f} kB')
    return 0


def tidy(notebook):
    """Leaves out what another run of the same cells would show otherwise.

    That is what TensorFlow says about its devices, and the versions. And printed lines of one cell
    that came in parts become one text.
    """
    for cell in notebook['cells']:
        if cell['cell_type'] == 'code':
            cell['outputs'] = joined(cell['outputs'])
    notebook['metadata'] = {
        'kernelspec': {'display_name': 'Python 3', 'language': 'python', 'name': 'python3'},
        'language_info': {'name': 'python'}}


def joined(outputs):
    """Returns the outputs without stderr, and with one text in place of neighbouring ones."""
    kept = []
    for output in outputs:
        if output.get('name') == 'stderr':
            continue
        if kept and output.get('name') == kept[-1].get('name') == 'stdout':
            kept[-1]['text'] += output['text']
        else:
            kept.append(output)
    return kept


def parse(argv=None):
    """Returns the words of the command line."""
    parser = argparse.ArgumentParser(description='Runs a notebook and saves it with its outputs.')
    parser.add_argument('file', nargs='?', type=pathlib.Path, default=TOUR,
                        help='the notebook (default: docs/tour.ipynb)')
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
