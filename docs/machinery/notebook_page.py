"""Writes a notebook as the Markdown of a page: its texts, its code and the outputs kept in it."""

import json
import pathlib

FENCE = '~~~~~~'                       # longer than any in a text


def as_page(path: pathlib.Path) -> str:
    """Returns the page of a notebook. Its first lines are those of its first cell, the title.

    path: a notebook of format 4 that was run. The page links to the file itself, which must be
    beside it on the site.
    """
    cells = json.loads(path.read_text(encoding='utf-8'))['cells']
    title, *parts = [part for cell in cells for part in parts_of(cell)]
    heading, _, rest = title.partition('\n')
    return '\n\n'.join([heading, f'This page is the notebook <a href="{path.name}" download>'
                        f'{path.name}</a> with the outputs of its last run.', rest, *parts]) + '\n'


def parts_of(cell):
    """Yields the Markdown of a cell and of its outputs."""
    source = ''.join(cell['source'])
    if cell['cell_type'] == 'markdown':
        yield source
        return
    yield fenced('python', source)
    for output in cell['outputs']:
        yield shown(output)


def shown(output):
    """Returns the Markdown of an output: HTML, a picture in the page, or the printed text."""
    data = {kind: ''.join(value) for kind, value in output.get('data', {}).items()}
    if html := data.get('text/html'):
        return f'<div>{html}</div>'
    if picture := data.get('image/png'):
        return f'<img alt="" src="data:image/png;base64,{picture.replace(chr(10), "")}">'
    return fenced('text', data.get('text/plain') or ''.join(output['text']))


def fenced(language, text):
    """Returns a block of code."""
    return f'{FENCE} {language}\n{text.rstrip()}\n{FENCE}'
