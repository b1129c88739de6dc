"""The site of docs/: what is in its menu and its index, and how docstrings become Markdown.

`.ci/site` builds it, and so checks every link; this needs nothing that is not in requirements.txt.
"""

import ast
import functools
import pathlib
import re

import dcgan_tf
from docs.machinery.as_markdown import comment, markdown
from docs.machinery.notebook_page import as_page
from tests.cases import cases

ROOT = pathlib.Path(__file__).parents[1]
DOCS = ROOT / 'docs'
PAGES = {path.relative_to(DOCS).as_posix(): path.read_text() for path in DOCS.rglob('*.md')}
MENU = re.findall(r'^ +- (?:[^:\n]+: )?(\S+\.md)$', (ROOT / 'mkdocs.yml').read_text(), re.MULTILINE)
TABLES = {node.targets[0].id: node.value for node in ast.parse(
    (DOCS / 'machinery/links.py').read_text()).body if isinstance(node, ast.Assign)}
OUTSIDE, NOTEBOOKS = (ast.literal_eval(TABLES[name])   # path in the repository -> name on the site
                      for name in ('PAGES', 'NOTEBOOKS'))


# ---- the menu and the index

def test_every_page_is_in_the_menu_once():
    assert sorted(MENU) == sorted([*PAGES, *OUTSIDE.values(), *NOTEBOOKS.values()])
    assert sorted(NOTEBOOKS) == [f'docs/{path.name}' for path in DOCS.glob('*.ipynb')]


def test_the_index_has_a_link_to_every_page():
    links = set(re.findall(r'\]\(([^)#]+)', PAGES['index.md']))
    api = {f'api/{link}' for link in re.findall(r'\]\((\w+\.md)', PAGES['api/index.md'])}
    notebooks = {path.removeprefix('docs/') for path in NOTEBOOKS}
    assert {*PAGES, *notebooks, *(f'../{path}' for path in OUTSIDE)} - links - api == {'index.md'}


def test_a_line_of_the_index_is_a_question():
    lines = re.findall(r'^- (.*)$', PAGES['index.md'], re.MULTILINE)
    assert len(lines) > 50
    assert [line for line in lines if not line.startswith('... ') or '?' not in line] == []


def test_the_page_of_the_tour_has_its_texts_code_and_outputs():
    page = as_page(DOCS / 'tour.ipynb')
    assert page.startswith('# A tour of dcgan_tf\n\nThis page is the notebook <a href="tour.ipynb"')
    assert len(re.findall(r'^## \d+\. ', page, re.MULTILINE)) == 12
    assert '~~~~~~ python\ngraph = tf.Graph()\n' in page
    assert '~~~~~~ text\nbefore: D ' in page and '[Presets](presets.md)' in page
    assert page.count('src="data:image/png;base64,') >= 4 and 'data:image/gif' in page
    assert page.count('~~~~~~') % 2 == 0


# ---- the API pages

def shown():
    """Returns [(module, name)] of every object that an API page names. name: '' = the module."""
    found = []
    for text in PAGES.values():
        for path, options in re.findall(r'^::: (\S+)\n(?:    options: (.*))?', text, re.MULTILINE):
            module, name = (path, '') if file_of(path) else path.rsplit('.', 1)
            members = re.search(r' members: \[(.*?)\]', options)
            found += [(module, each) for each in (members[1].split(', ') if members else [name])]
    return found


def file_of(module):
    """Returns the file of a module, or None if there is no such module."""
    path = ROOT / module.replace('.', '/')
    files = [path / '__init__.py', path.with_suffix('.py')]
    return next((file for file in files if file.exists()), None)


@functools.cache
def homes(module):
    """Returns {name: the module that defines it} of all names at the top of a module."""
    found = {}
    for node in ast.parse(file_of(module).read_text()).body:
        if isinstance(node, ast.ImportFrom):
            found |= dict.fromkeys([each.name for each in node.names], node.module)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = module
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            found[getattr(getattr(node, 'targets', [node])[0], 'id', '')] = module
    return found


def test_all_that_the_api_pages_name_is_there():
    named = [(module, name) for module, name in shown() if name not in ('', 'false')]
    assert len(named) > 50
    assert [(module, name) for module, name in named if name not in homes(module)] == []


def test_the_names_at_the_top_and_all_ops_are_on_an_api_page():
    pages = set(shown())
    for name, module in dcgan_tf._HOME.items():
        home = homes(f'dcgan_tf.{module}')[name]
        assert {(home, name), (home, '')} & pages or name == 'PRESETS', name
    missing = {name: home for name, home in homes('dcgan_tf.ops').items() if name != '__all__'
               and not {(home, name), (home, '')} & pages}
    assert missing == {}


# ---- docstrings

@cases(('text', 'names', 'expected'), [
    ('Returns x * y.   [N], [N] -> [N]', (), 'Returns x \\* y.\n\n\\[N\\], \\[N\\] -> \\[N\\]'),
    ('Sums.\n\nx: [N]. y: [M].', ('x', 'y'), 'Sums.\n\n- `x`: \\[N\\].\n\n- `y`: \\[M\\].'),
    ('Sums.\n\nx: one. y: two.', (), 'Sums.\n\n- `x`: one. y: two.'),
    ('It is. UsageError if not.', (), 'It is.\n\nUsageError if not.'),
    ('See docs/own_networks.md.', (), 'See [docs/own\\_networks.md](../own\\_networks.md).'),
    ('Table:\n\nsize  in pixels\ngray  one\n      channel', (),
     'Table:\n\n- `size`: in pixels\n- `gray`: one\n    channel'),
    ('Rows:\n\na  b  c\nd  e  f', (), 'Rows:\n\n    a  b  c\n    d  e  f'),
    ('Code:\n\n    w <- w - m', (), 'Code:\n\n        w <- w - m'),
    ('`a*b` < 1', (), '`a*b` &lt; 1')])
def test_a_docstring_is_read_as_it_was_written(text, names, expected):
    assert markdown(text, names) == expected


def test_a_line_that_the_author_has_ended_stays_a_line():
    """It is shorter than it could be, and a sentence or a shape ends or begins there."""
    full = 'a ' * 48 + 'and'                              # 99 columns: the next word has no room
    assert markdown(f'{full}\nmore.') == f'{full} more.'
    assert markdown('Short.\nMore.') == 'Short.\n\nMore.'
    assert markdown('Without a mark\nat its end.') == 'Without a mark at its end.'
    assert markdown(f'{full}\n[N] -> []') == f'{full}\n\n\\[N\\] -> \\[\\]'


@cases(('lines', 'expected'), [
    (['x: int = 1   # one', 'y: int = 2   # two'], 'one'),
    (['x: int = 1   # one', '#              and more', 'y: int'], 'one and more'),
    (['x: int = 1   # one', '# of its own: y', 'y: int'], 'one'),
    (['x: int = 1'], '')])
def test_the_comment_of_a_field(lines, expected):
    assert comment(lines) == expected


# ---- CITATION.cff

def test_the_citation_has_the_version():
    text = (ROOT / 'CITATION.cff').read_text()
    fields = dict(re.findall(r'^([\w-]+): (\S.*)$', text, re.MULTILINE))
    assert fields['version'] == dcgan_tf.__version__
    assert (fields['cff-version'], fields['title'], fields['type'], fields['license']) == (
        '1.2.0', 'dcgan_tf', 'software', 'MIT')
    date = fields['date-released'].strip("'")
    assert f'## {fields["version"]} ({date})' in (ROOT / 'CHANGELOG.md').read_text()
