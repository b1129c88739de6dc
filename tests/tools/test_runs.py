"""tools/runs.py: the tables, sorting, JSON, and checkpoints that are deleted after a question."""

import io
import json
import os
import re
import sys

import pytest

from dcgan_tf import preset
from dcgan_tf.cli import exits, runs_table
from dcgan_tf.commands import runs
from dcgan_tf.errors import UsageError
from dcgan_tf.names import width
from dcgan_tf.run_folder import checkpoint_files, lock, run_folder
from dcgan_tf.run_folder.overview import overviews
from dcgan_tf.run_folder.tables import metrics_csv

HEAD = 'step,passes,d_loss,g_loss,d_accuracy,d_gradient,g_gradient,images_per_second\n'
CONDITIONS = metrics_csv.Conditions('classifier', 500, 1_000, 'test pictures')


@pytest.fixture
def three(here):
    """Three runs in results: `a` finished, `b` stopped with another rate, `c` measured otherwise.

    Each has checkpoints of 2 kB, and `c` one in best.
    """
    for number, (name, options) in enumerate({
            'a': {}, 'b': {'learning_rate': 5e-4, 'flip': True},
            'c': {'type': 'cgan', 'class_names': tuple('abcdefghijklmnop')}}.items()):
        run = run_folder.create('results', name, preset(epochs=100, dataset='digits', **options),
                                {})
        last = 100 - 10 * number
        run.log.write_text(f'{HEAD}{last},1,{number + 0.5},{2 - number},0.5,1,1,100\n')
        metrics_csv.MetricsCsv(run.metrics, 0).add(
            last, {'frechet': (10.0 - number if number else float('nan'), 0.1)},
            CONDITIONS._replace(samples=100) if name == 'c' else CONDITIONS)
        save(run.checkpoints, last)
    save(run.best, 10)
    return here / 'results'


def save(folder, step):
    folder.mkdir(exist_ok=True)
    (folder / f'model-{step}.index').write_bytes(b'x' * 1000)
    (folder / f'model-{step}.data-00000-of-00001').write_bytes(b'x' * 1000)


@pytest.fixture
def call(capsys):
    """call(*words) -> the exit code, and what was printed."""
    def called(*words):
        code = exits.run(runs.main, [str(word) for word in words])
        return code, ''.join(capsys.readouterr())
    return called


@pytest.fixture
def terminal(monkeypatch):
    """terminal(answer): a terminal on which the user types this answer; '' = Ctrl-D."""
    def typed(answer):
        monkeypatch.setattr(sys, 'stdin', io.StringIO(answer))
        for stream in (sys.stdin, sys.stdout):
            monkeypatch.setattr(stream, 'isatty', lambda: True)
    return typed


def table(text, first='run'):
    """The cells of a table in a text, by the first cell of a row: one row a line."""
    rows = [re.split(r'  +', line.strip()) for line in text.splitlines()]
    head = next(row for row in rows if row[0] == first)
    return [dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1:]
            if len(row) == len(head)]


def test_both_tables(three, call):
    code, text = call()
    assert code == 0 and text.startswith('3 runs in results, 0.0 MB\n')
    rows = {row['run']: row for row in table(text)}
    assert rows['a'].items() >= {
        'type': 'gan', 'dataset': 'digits', 'state': 'finished', 'step': '100', 'epochs': '100',
        'd_loss': '0.5', 'g_loss': '2', 'frechet': 'nan', 'frechet:2': '-', 'MB': '0.0'}.items()
    assert rows['b']['state'] == 'stopped' and rows['b']['frechet'] == '9'
    assert (rows['c']['type'], rows['c']['frechet'], rows['c']['frechet:2']) == ('cgan', '-', '8')
    assert 'frechet:2: classifier, 100 samples, 1,000 test pictures\n' in text
    assert {row['run']: row for row in table(text.partition('options that differ:')[2])} == {
        'a': {'run': 'a', 'flip': 'off', 'class_names': '-', 'learning_rate': '0.001'},
        'b': {'run': 'b', 'flip': 'on', 'class_names': '-', 'learning_rate': '0.0005'},
        'c': {'run': 'c', 'flip': 'off', 'class_names': 'a,b,c,d,e,f,g,h,i,j,k...',
              'learning_rate': '0.001'}}


def test_a_run_as_a_training_leaves_it(run, call):
    code, text = call(run.parent)
    row, = table(text)
    assert code == 0 and row.items() >= {
        'run': 'run', 'type': 'gan', 'dataset': 'digits', 'state': 'finished', 'step': '2',
        'epochs': '2'}.items()
    assert float(row['d_loss']) > 0 and float(row['MB']) > 0.1


def test_runs_with_the_same_options_have_one_table(here, call):
    for name in ('a', 'b'):
        run_folder.create('results', name, preset(), {})
    assert 'options that differ' not in call('results')[1]


def test_one_folder_of_data_in_several_forms_is_no_difference(here, call):
    for name, folder in (('a', 'data'), ('b', 'data/'), ('c', str(here / 'data'))):
        run_folder.create('results', name, preset(data_dir=folder), {})
    assert 'data_dir' not in call('results')[1]
    run_folder.create('results', 'd', preset(data_dir='other'), {})
    assert 'data_dir' in call('results')[1]


@pytest.mark.parametrize(('name', 'order'), [
    ('d_loss', 'abc'), ('g_loss', 'cba'), ('frechet', 'bac'), ('frechet:2', 'cab'),
    ('step', 'cba'), ('learning_rate', 'bac'), ('learning-rate', 'bac'),
    ('--learning-rate', 'bac'), ('flip', 'acb'), ('type', 'cab'), ('run', 'abc')])
def test_any_figure_or_option_sorts(three, call, name, order):
    for n, run in enumerate('abc'):                       # without --sort: a, b, c
        for file in (three / run).rglob('*'):
            os.utime(file, (10 ** 9 - n,) * 2)
    code, text = call(f'--sort={name}')
    assert code == 0 and ''.join(row['run'] for row in table(text)) == order


@pytest.mark.parametrize(('words', 'code', 'problem'), [
    (['--sort', 'lerning_rate'], 2, 'the nearest are learning_rate'),
    (['--sort', 'frechett'], 2, 'the nearest are frechet, frechet:2'),
    (['--sort', 'recal'], 2, 'no run here has measured recall; their figures are d_loss, g_loss, '),
    (['--sort', 'xyz'], 2, 'the nearest are run, date, type'),
    (['nowhere'], 2, 'nowhere: there is no such folder'),
    (['results/a'], 2, 'results/a is a run: name the folder that holds the runs'),
    (['results/a/images'], 2, 'no run folder in results/a/images'),
    (['--yes'], 2, '--yes is for --delete-checkpoints'),
    (['--delete-checkpoints'], 2, 'is not a terminal: add --yes'),
    (['--delete-checkpoints', 'd', '--yes'], 2, '--delete-checkpoints d: there is no such run'),
    (['--json', 'no/a.json'], 2, '--json no/a.json: there is no folder')])
def test_mistakes(three, call, words, code, problem):
    found, text = call(*words)
    assert found == code and problem in text and 'Traceback' not in text
    assert len(text.splitlines()) == 1                           # no table before it
    assert all(checkpoint_files.steps(three / name / 'checkpoints') for name in 'abc')


def test_damaged_runs_are_in_the_table(three, call):
    (three / 'b' / 'config.json').write_text('{')
    code, text = call('--sort', 'learning_rate')
    row = {row['run']: row for row in table(text)}['b']
    assert code == 0 and row['state'] == 'unreadable' and row['step'] == row['type'] == '-'
    assert 'results/b/config.json is not JSON' in text
    assert table(text)[-1]['run'] == 'b'


def test_the_json_has_all_options_and_figures(three, call, tmp_path):
    assert call('--json', tmp_path / 'a.json', '--sort', 'run')[0] == 0
    a, b, c = json.loads((tmp_path / 'a.json').read_text())
    assert (a['run'], a['state'], a['step'], a['problem']) == ('a', 'finished', 100, '')
    assert b['options'] == {**run_folder.open_run('results/b').config.to_dict(),
                            **{name: list(value) for name, value in b['options'].items()
                               if isinstance(value, list)}}
    assert {'name': 'frechet', 'value': None, 'step': 100,
            'conditions': str(CONDITIONS)} in a['figures']                 # it is nan
    assert {'name': 'd_loss', 'value': 2.5, 'step': 80, 'conditions': ''} in c['figures']


def test_on_a_terminal_no_line_is_wider(three, call, terminal, monkeypatch):
    whole = table(call()[1])
    terminal('')
    monkeypatch.setenv('COLUMNS', '50')
    lines = call()[1].splitlines()
    assert max(map(width, lines[1:lines.index('')] + [
        line for line in lines if line[:3] in ('run', 'a  ', 'b  ', 'c  ')])) <= 50
    blocks = [i for i, line in enumerate(lines) if line.startswith('run ')]
    joined = {}
    for i in blocks:
        for row in table('\n'.join(lines[i:i + 4])):
            joined.setdefault(row['run'], {}).update(row)
    assert len(blocks) > 3
    for row in whole:
        assert joined[row['run']].items() >= row.items()


# ---- --delete-checkpoints

@pytest.mark.parametrize(('answer', 'gone'), [('y', True), ('YES', True), ('n', False),
                                              ('\n', False), ('x', False), ('', False)])
def test_the_question(three, call, terminal, answer, gone):
    terminal(answer)
    code, text = call('--delete-checkpoints', 'b', 'results/c')
    assert code == 0 and 'the checkpoints of b, c: 0.0 MB' in text
    assert ('nothing was deleted' in text) == (not gone)
    left = {name for name in 'abc' if checkpoint_files.steps(three / name / 'checkpoints')}
    assert left == ({'a'} if gone else {'a', 'b', 'c'})
    assert checkpoint_files.steps(three / 'c' / 'best') == [10]


def test_without_names_all_go_that_are_shown_and_not_running(three, call):
    (three / 'c' / 'config.json').write_text('{')
    with lock.locked(three / 'b'):
        code, text = call('--delete-checkpoints', '--yes')
    assert code == 0 and 'the checkpoints of a: ' in text and 'deleted: ' in text
    assert [checkpoint_files.steps(three / name / 'checkpoints') for name in 'abc'] == [
        [], [90], [80]]
    for name in 'bc':
        assert call('--delete-checkpoints', name, '--yes')[0] == 0
    assert call('--delete-checkpoints', '--yes')[1].endswith('no checkpoints to delete\n')


def test_those_of_a_running_run_are_never_deleted(three, call, monkeypatch):
    """Also if it starts after the table was read."""
    with lock.locked(three / 'b'):
        code, text = call('--delete-checkpoints', 'a', 'b', '--yes')
    assert code == 2 and 'b: it is running' in text
    seen = overviews(three)
    monkeypatch.setattr(runs, 'overviews', lambda path: seen)

    def started(path):
        raise UsageError(f'{path} is in use by process 1')
    monkeypatch.setattr(runs, 'delete_checkpoints', started)
    code, text = call('--delete-checkpoints', 'b', '--yes')
    assert code == 2 and 'results/b is in use' in text
    assert all(checkpoint_files.steps(three / name / 'checkpoints') for name in 'abc')


def test_a_column_for_warnings_only_where_there_are_some(three):
    assert 'warnings' not in runs_table.columns(overviews(three))
    (three / 'a' / 'warnings.log').write_text('step 10: a sign\n')
    columns = runs_table.columns(overviews(three))
    assert {run.name: columns['warnings'].value(run) for run in overviews(three)} == {
        'a': 1, 'b': None, 'c': None}
