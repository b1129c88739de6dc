"""docs/tour.ipynb: a notebook that is whole, small and portable, and whose cells run."""

import ast
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from experiments import tour

ROOT = pathlib.Path(__file__).parents[1]
PATH = ROOT / 'docs' / 'tour.ipynb'
RUNNER = ROOT / 'tests' / 'run_cells.py'
MAX_BYTES, MAX_LINES = 400_000, 25
MAX_SECONDS = 300                        # of processor time, as the notebook promises
MACHINE = re.compile(r'(?<![\w.])/(home|root|tmp|usr|var|opt|mnt|work|Users)\b|[A-Z]:\\')


@pytest.fixture(scope='module')
def notebook():
    """The notebook as JSON."""
    return json.loads(PATH.read_text(encoding='utf-8'))


def source(cell):
    return ''.join(cell['source'])


def codes(notebook):
    return [cell for cell in notebook['cells'] if cell['cell_type'] == 'code']


def outputs(notebook):
    return [output for cell in codes(notebook) for output in cell['outputs']]


def texts(notebook):
    """All that a reader sees, without the pictures."""
    found = [source(cell) for cell in notebook['cells']]
    for output in outputs(notebook):
        found += [''.join(text) for kind, text in output.get('data', {}).items()
                  if kind.startswith('text/')]
        found.append(''.join(output.get('text', '')))
    return [re.sub(r'base64,[^"]*', '', text) for text in found]


def test_it_is_a_notebook(notebook):
    """As the format 4.5 says, with what `nbformat.validate` looks at."""
    assert (notebook['nbformat'], notebook['nbformat_minor']) == (4, 5)
    assert notebook['metadata']['kernelspec']['name'] == 'python3'
    ids = [cell['id'] for cell in notebook['cells']]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r'[\w-]{1,64}', each) for each in ids)
    keys = {'cell_type', 'id', 'metadata', 'source'}
    for cell in notebook['cells']:
        code = cell['cell_type'] == 'code'
        assert code or cell['cell_type'] == 'markdown'
        assert set(cell) == keys | ({'execution_count', 'outputs'} if code else set())
        assert source(cell).strip()
    assert {output['output_type'] for output in outputs(notebook)} <= {
        'stream', 'display_data', 'execute_result'}


def test_it_was_run_from_top_to_bottom_without_an_error(notebook):
    counts = [cell['execution_count'] for cell in codes(notebook)]
    assert counts == [*range(1, len(counts) + 1)]
    assert {output.get('name', 'stdout') for output in outputs(notebook)} == {'stdout'}
    words = '\n'.join(texts(notebook))
    assert 'largest difference' in words and 'finished, step 2,000 of 2,000' in words
    assert 'data:image/gif' in PATH.read_text()
    assert sum('image/png' in output.get('data', {}) for output in outputs(notebook)) == 4


def test_it_is_small_and_its_cells_are_short(notebook):
    assert PATH.stat().st_size <= MAX_BYTES
    assert [cell['id'] for cell in codes(notebook) if source(cell).count('\n') >= MAX_LINES] == []
    wide = [line for cell in codes(notebook) for line in source(cell).splitlines()
            if len(line) > 100]
    assert wide == []


def test_it_holds_no_path_of_a_machine(notebook):
    assert MACHINE.search('/tmp/a') and MACHINE.search('C:\\a')
    assert [text for text in texts(notebook) if MACHINE.search(text)] == []


def test_its_links_lead_to_pages(notebook):
    links = re.findall(r'\]\((\S+?)\)', '\n'.join(
        source(cell) for cell in notebook['cells'] if cell['cell_type'] == 'markdown'))
    assert len(links) > 8
    assert [link for link in links if not (PATH.parent / link.partition('#')[0]).is_file()] == []


def test_it_says_what_its_cells_need(notebook):
    """A cell that imports a package that the requirements lack would fail for a student."""
    known = {'dcgan_tf', 'matplotlib', 'numpy', 'tensorflow', *sys.stdlib_module_names}
    found = {alias.name.partition('.')[0] if isinstance(node, ast.Import) else node.module
             for cell in codes(notebook) for node in ast.walk(ast.parse(source(cell)))
             if isinstance(node, ast.Import | ast.ImportFrom)
             for alias in node.names}
    assert {name.partition('.')[0] for name in found} <= known


def test_what_another_run_would_show_otherwise_is_left_out():
    def said(name, text):
        return {'output_type': 'stream', 'name': name, 'text': text}
    picture = {'output_type': 'display_data', 'data': {}}
    notebook = {'metadata': {'language_info': {'version': '3.11.7'}}, 'cells': [
        {'cell_type': 'markdown'},
        {'cell_type': 'code', 'outputs': [
            said('stdout', 'a'), said('stderr', 'no GPU'), said('stdout', 'b'), picture, picture,
            said('stdout', 'c')]}]}
    tour.tidy(notebook)
    assert notebook['cells'][1]['outputs'] == [said('stdout', 'ab'), picture, picture,
                                               said('stdout', 'c')]
    assert notebook['metadata']['language_info'] == {'name': 'python'}


def run(folder, *cells):
    """Runs cells of the notebook in a new process, which begins in that folder."""
    environment = {**os.environ, 'MPLBACKEND': 'Agg'}
    environment.pop('PYTHONPATH', None)
    return subprocess.run([sys.executable, str(RUNNER), str(PATH), *map(str, cells)], cwd=folder,
                          env=environment, capture_output=True, text=True, check=True).stdout


def processor_time():
    """Seconds that the ended processes of this one have had, on all cores together."""
    times = os.times()
    return times.children_user + times.children_system


@pytest.mark.slow
def test_all_cells_run_in_docs():
    before = processor_time()
    out = run(PATH.parent)
    assert processor_time() - before < MAX_SECONDS
    assert '827,139 weights, largest difference 0.0' in out
    for shown in ('digits: Picture', 'untrained-picture: Picture', 'train: TrainingResult',
                  'samples: Picture', 'morph: FilmInfo'):
        assert f'shown by {shown}' in out


@pytest.mark.slow
def test_the_package_is_found_from_the_top_folder():
    assert run(ROOT, 'imports', 'digits').endswith('shown by digits: Picture\n')
