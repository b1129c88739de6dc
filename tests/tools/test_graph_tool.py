"""tools/graph.py: the model as a table, two graphs apart, the variables of a checkpoint."""

import argparse
import functools
import json
import shutil

import pytest

import main1
from dcgan_tf import preset
from dcgan_tf.cli import exits, trained
from dcgan_tf.commands import graph
from tests.cases import cases
from tests.families import ONE
from tests.helpers import call_tool

SMALL = ['--dataset', 'digits', '--batch-size', '4', '--penalty', 'none', '--quiet']
pytestmark = pytest.mark.usefixtures('pooled')
call = functools.partial(call_tool, graph)


@pytest.fixture
def pair(tmp_path):
    """Two files of options, one of them with another value."""
    for name, z_dim in (('one', 64), ('deep', 9)):
        options = preset('main1', batch_size=4, z_dim=z_dim, **ONE).to_dict()
        (tmp_path / f'{name}.json').write_text(json.dumps(options))
    return tmp_path / 'one.json', tmp_path / 'deep.json'




def test_the_table_of_a_run(run, tmp_path, capsys):
    assert call(run, '--json', tmp_path / 'a.json') == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == 'run: dcgan28, gan, images 28x28x1, batch 4'
    words = [line.split() for line in lines]
    (linear,) = [w for w in words if w[:2] == ['g0_linear', 'linear']]
    assert linear[2:] == ['[N,', '7,', '7,', '6]', f'{64 * 294:,}', f'{2 * 64 * 294:,}']
    rows = json.loads((tmp_path / 'a.json').read_text())
    assert {row['table'] for row in rows} == {'layers', 'boxes'}
    layers = [row for row in rows if row['table'] == 'layers']
    (total,) = [w for w in words if w and w[0] == 'all' and len(w) == 3]
    assert total[1:] == [f'{sum(row[key] for row in layers):,}' for key in ('parameters', 'flops')]
    sums = [w for w in words if w and w[0] == 'together']
    assert len(sums) == 2
    boxes = [row for row in rows if row['table'] == 'boxes']
    assert words[-1] == ['all', *(f'{sum(row[key] for row in boxes):,}'
                                  for key in ('ops', 'parameters', 'flops'))]


def test_a_run_without_a_checkpoint_and_options_alone(run, tmp_path, capsys, monkeypatch):
    """A folder with config.json, what --graph-only leaves, what --dry-run prints."""
    monkeypatch.chdir(tmp_path)
    assert call(run) == 0
    expected = capsys.readouterr().out.partition(':')[2]
    (tmp_path / 'new').mkdir()
    shutil.copy(run / 'config.json', 'new')
    words = [*SMALL, '--maps', '4,6']
    assert exits.run(main1.main, [*words, '--graph-only', '--run-name', 'g']) == 0
    assert exits.run(main1.main, [*words, '--dry-run']) == 0
    (tmp_path / 'dry.json').write_text(capsys.readouterr().out)
    (_, config), = trained.find_configs([str(run)], argparse.Namespace(config=None,
                                                                         trust=False))
    same = {'data_dir': '', 'epochs': 2}
    for place in ('new', 'results/g', 'dry.json', 'new/config.json', run / 'checkpoints'):
        words = graph.parse([str(place)])
        (_, found), = trained.find_configs([words.run], words)
        assert found.replace(**same) == config.replace(**same)
    assert call('results/g') == 0
    assert capsys.readouterr().out.partition(':')[2] == expected


def test_main1_and_a_cgan_in_colour(cgan, tmp_path, capsys):
    assert exits.run(main1.main, ['--preset', 'main1', '--dataset', 'digits', '--dry-run']) == 0
    (tmp_path / 'main1.json').write_text(capsys.readouterr().out)
    assert call(tmp_path / 'main1.json') == 0
    shown = capsys.readouterr().out
    assert '608,001' in shown and '219,138' in shown and '6,69' in shown.splitlines()[-1]
    assert call(cgan) == 0
    shown = capsys.readouterr().out
    assert shown.startswith('cgan: folder_classic, cgan, images 12x12x3, batch 4\n')
    assert '[N, 12, 12, 6]' in shown and '[N, 12, 12, 3]' in shown


def test_equal_graphs(pair, tmp_path, capsys):
    assert call(pair[0], '--diff', pair[0], '--json', tmp_path / 'a.json') == 0
    assert capsys.readouterr().out == 'the graphs are equal\n'
    assert json.loads((tmp_path / 'a.json').read_text()) == []


def test_graphs_that_differ(pair, tmp_path, capsys):
    one, deep = pair
    assert call(one, '--diff', deep, '--json', tmp_path / 'a.json') == 0
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    assert lines[0].split() == ['option', 'one', 'deep']
    assert lines[1].split() == ['z_dim', '64', '9']
    assert 'Generator/g0_linear/weights' in shown and '[64, 784]' in shown and '[9, 784]' in shown
    assert len(lines) < 60 and '--all' in shown and lines[-1] == 'the graphs differ'
    found = json.loads((tmp_path / 'a.json').read_text())
    assert {d['kind'] for d in found} == {'option', 'variable', 'op'}
    assert not [d for d in found if d['kind'] != 'option' and d['name'].startswith('Discrim')]
    assert call(one, '--diff', deep, '--all') == 0
    whole = capsys.readouterr().out
    assert '--all' not in whole
    assert all(d['name'] in whole for d in found)


def test_the_variables_of_a_checkpoint(run, cgan, tmp_path, capsys):
    assert call(run, '--variables', '--json', tmp_path / 'a.json') == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == 'run: step 2'
    (bias,) = [line.split() for line in lines if line.startswith('Discriminator/d1_conv/bias ')]
    assert bias[1:5] == ['D', '[4]', 'float32', '4'] and bias[-1] == '0.00%'
    rows = json.loads((tmp_path / 'a.json').read_text())
    assert {row['step'] for row in rows} == {2}
    assert lines[-1].split() == ['all', f'{sum(row["numbers"] for row in rows):,}', '0']
    assert call(run, '--variables', '--checkpoint', '0') == 0
    assert capsys.readouterr().out.startswith('run: step 0\n')
    assert call(cgan / 'checkpoints/model-0', '--variables') == 0
    assert capsys.readouterr().out.startswith('cgan: step 0\n')


def test_a_damaged_checkpoint(run, tmp_path, capsys):
    """Here nothing is passed over: that one was asked for."""
    shutil.copytree(run, tmp_path / 'run')
    (data,) = (tmp_path / 'run/checkpoints').glob('model-2.data*')
    data.write_bytes(data.read_bytes()[:200])
    assert call(tmp_path / 'run', '--variables') == 1
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert 'model-2 is damaged' in line and said.out == ''
    assert call(tmp_path / 'run', '--variables', '--checkpoint', '0') == 0


@cases(('words', 'code', 'problem'), [
    (['nowhere'], 2, 'neither a run folder'),
    (['run', '--diff', 'nowhere'], 2, 'nowhere is neither'),
    (['run', '--variables', '--diff', 'run'], 2, '--variables and --diff: give one of these'),
    (['run', '--checkpoint', '1'], 2, '--checkpoint 1 is for --variables'),
    (['run', '--all'], 2, '--all is for --diff'),
    (['run', '--variables', '--checkpoint', '9'], 2, 'run has newest, 0, 2'),
    (['run', '--config', 'run/config.json'], 2, '--config is for a checkpoint'),
    (['broken.json'], 1, 'broken.json'),
    (['other.json'], 1, 'other.json'),
    (['run', '--json', 'absent/a.json'], 2, '--json absent/a.json')])
def test_mistakes_are_one_line(run, tmp_path, monkeypatch, capsys, words, code, problem):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'run').symlink_to(run)
    (tmp_path / 'broken.json').write_text('{"preset": ')
    (tmp_path / 'other.json').write_text('[1, 2]')
    assert call(*words) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line
