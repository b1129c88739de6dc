"""Runs the code cells of a notebook in one namespace: run_cells.py FILE [ID ...].

Like Jupyter, it looks at the value of a cell's last line: a value that shows itself must do so.
"""

import ast
import json
import pathlib
import sys


def main():
    """Runs the cells with these ids, or all of them."""
    file, *wanted = sys.argv[1:]
    del sys.path[0]                              # the folder of this file; a notebook has its own
    names = {'__name__': '__main__'}
    for cell in json.loads(pathlib.Path(file).read_text(encoding='utf-8'))['cells']:
        if cell['cell_type'] == 'code' and (not wanted or cell['id'] in wanted):
            show(cell['id'], last_value(''.join(cell['source']), cell['id'], names))


def last_value(source, name, names):
    """Runs a cell; returns the value of its last line, None if that is no expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, 'exec'), names)
    return last and eval(compile(ast.Expression(last.value), name, 'eval'), names)


def show(name, value):
    """Prints which cell shows what kind of value. Fails if it shows nothing."""
    methods = [getattr(value, method) for method in ('_repr_png_', '_repr_html_')
               if hasattr(value, method)]
    if methods and type(value).__module__.startswith('dcgan_tf'):
        assert any(method() for method in methods), name
        print(f'shown by {name}: {type(value).__name__}')


if __name__ == '__main__':
    main()
