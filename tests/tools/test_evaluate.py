"""tools/evaluate.py: one aligned table, the same in JSON, and what it refuses."""

import json
import shutil

import numpy as np
import pytest
import tensorflow as tf

import evaluate
import main1
from dcgan_tf import data
from dcgan_tf.cli import exits
from dcgan_tf.metrics import METRICS
from dcgan_tf.training import best, figures
from tests import tiny_inception

RNG = np.random.default_rng(1)
TRAIN = ['--dataset', 'digits', '--batch-size', '4', '--maps', '2,3', '--quiet']


@pytest.fixture(scope='module')
def runs(tmp_path_factory):
    """The folder of three runs: two of digits, one of them by class, and one at another size."""
    folder = tmp_path_factory.mktemp('evaluate')
    for name, words in (('plain', ['--epochs', '2']),
                        ('small', ['--epochs', '1', '--resize', '12']),
                        ('classes', ['--epochs', '3', '--type', 'cgan'])):
        assert exits.run(main1.main, [*TRAIN, *words, '--save-folder', str(folder),
                                      '--run-name', name]) == 0
    return folder


def call(runs, *words, names=('plain',), features=('--features', 'pixels')):
    return exits.run(evaluate.main, [*(str(runs / name) for name in names), '--quiet', *features,
                                     '--cache-folder', str(runs / 'cache'), *map(str, words)])


def test_one_table_and_the_same_in_json(runs, capsys, tmp_path):
    assert call(runs, '--n', 60, '--json', tmp_path / 'out.json', names=('plain', 'classes')) == 0
    heading, head, *lines = capsys.readouterr().out.splitlines()
    assert heading.startswith(
        'digits 28x28: 60 samples against 60 training pictures (one half); '
        'features: 64 principal components of the pixels, which hold 100% of the variance')
    assert head.split()[:2] == ['step', 'frechet']
    assert [line.split()[0] for line in lines] == ['plain', 'classes', 'train']
    assert len({len(line) for line in (head, *lines)}) == 1                   # aligned
    rows = json.loads((tmp_path / 'out.json').read_text())
    assert [(row['run'], row['step']) for row in rows] == [
        ('plain', 2), ('classes', 3), ('train against test, 60', None)]
    figures = rows[0]['figures']
    assert set(figures) == set(METRICS) - {'classifier_score', 'entropy', 'copies'}
    assert f'{figures["frechet"]["value"]:.4g}' in lines[0].split()
    assert figures['frechet']['error'] is None and figures['kernel']['error'] > 0
    assert rows[2]['figures']['frechet']['value'] < figures['frechet']['value']
    assert {key: value for key, value in rows[0].items() if key not in ('figures', 'heading')} == {
        'run': 'plain', 'step': 2, 'data': 'digits', 'width': 28, 'height': 28,
        'features': 'pixels', 'classifier_accuracy': None, 'samples': 60, 'real': 60, 'seed': 0,
        'split': 'training pictures (one half)', 'details': rows[0]['details']}
    halves = rows[0]['details']['two_sample']
    assert figures['two_sample']['value'] == (halves['real'] + halves['fake']) / 2
    assert rows[2]['seed'] is None


def test_figures_are_the_same_again(runs, capsys):
    for _ in range(2):
        assert call(runs, '--n', 20, '--metrics', 'frechet,two_sample') == 0
    first, again = np.split(np.array(capsys.readouterr().out.splitlines()), 2)
    assert first.tolist() == again.tolist()
    assert 'precision' not in first[1]


def test_runs_of_other_pictures_have_a_table_of_their_own(runs, capsys):
    assert call(runs, '--n', 10, '--metrics', 'precision', names=('plain', 'small')) == 0
    out = capsys.readouterr().out
    assert out.count('digits 28x28: 10 samples') == out.count('digits 12x12: 10 samples') == 1
    assert out.count('train against test') == 2


@pytest.fixture
def measured(tmp_path):
    """A run that was measured and kept its best, on forty pictures without labels."""
    images = np.random.default_rng(1).integers(0, 256, (40, 16, 16, 1), dtype=np.uint8)
    np.savez(tmp_path / 'a.npz', images=images)
    words = ['--metrics', 'frechet,recall', '--metrics-step', '2', '--metrics-n', '20',
             '--keep-best', 'frechet', '--learning-rate', '0.01', '--ema', '0.1']
    assert exits.run(main1.main, [
        '--dataset', 'npz', '--data-dir', str(tmp_path / 'a.npz'), *words, *TRAIN[2:],
        '--epochs', '4', '--save-folder', str(tmp_path), '--run-name', 'run']) == 0
    return tmp_path


def test_figures_on_the_way_are_those_of_the_tool(measured, capsys):
    rows = [row for row in figures.read(measured / 'run/metrics.csv') if row['step'] == 4
            and row['features'] == 'untrained network']
    assert call(measured, '--n', 20, '--metrics', 'frechet,recall', '--json',
                measured / 'out.json', names=('run',), features=()) == 0
    found = json.loads((measured / 'out.json').read_text())[0]['figures']
    assert {row['figure']: pytest.approx(row['value'], rel=1e-6) for row in rows} == {
        name: figure['value'] for name, figure in found.items()}
    assert {(row['samples'], row['real'], row['split']) for row in rows} == {
        (20, 20, 'training pictures (one half)')}


def test_the_best_can_be_asked_for_and_tensorboard_names_the_company(measured, capsys):
    kept = best.read(measured / 'run/best')
    assert call(measured, '--n', 20, '--metrics', 'frechet', '--checkpoint', 'best', '--json',
                measured / 'out.json', names=('run',), features=()) == 0
    row = json.loads((measured / 'out.json').read_text())[0]
    assert (row['step'], row['figures']['frechet']['value']) == (
        kept.step, pytest.approx(kept.value, rel=1e-6))
    events, = (measured / 'run').glob('events.*')
    tags = {value.tag for event in tf.compat.v1.train.summary_iterator(str(events))
            for value in event.summary.value}
    company = 'untrained network, 20 samples, 20 training pictures (one half)'
    assert {f'metrics/frechet ({company})', f'metrics/recall ({company})'} <= tags


def test_measuring_ends_on_a_resume(measured):
    resume = ['--resume', str(measured / 'run'), '--quiet', '--epochs', '6', '--save-folder',
              str(measured)]
    assert exits.run(main1.main, [*resume, '--metrics', 'none', '--keep-best', 'none']) == 0
    assert max(row['step'] for row in figures.read(measured / 'run/metrics.csv')) == 4


def test_what_cannot_be_measured_is_told_before_the_first_step(tmp_path, capsys):
    np.savez(tmp_path / 'a.npz', images=np.zeros([8, 16, 16, 1], np.uint8))
    assert exits.run(main1.main, [
        '--dataset', 'npz', '--data-dir', str(tmp_path / 'a.npz'), '--metrics', 'coverage',
        *TRAIN[2:], '--save-folder', str(tmp_path / 'results')]) == 2
    assert '--metrics coverage: 4 pictures are compared, and it takes 6' in capsys.readouterr().err
    assert not (tmp_path / 'results').exists()


def test_two_runs_of_one_name_are_told_apart(runs, tmp_path, capsys):
    shutil.copytree(runs / 'plain', tmp_path / 'plain')
    both = ('plain', tmp_path / 'plain')
    assert call(runs, '--n', 10, '--metrics', 'precision', names=both) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:4]] == [str(runs / 'plain'),
                                                        str(tmp_path / 'plain')]


@pytest.mark.slow
def test_labels_bring_a_classifier(runs, capsys):
    assert call(runs, '--n', 100, features=()) == 0
    out = capsys.readouterr().out
    assert 'features: classifier of digits, right on 9' in out
    assert 'classifier_score' in out and 'entropy' in out


def test_inception_from_a_file(runs, capsys, tmp_path):
    path = tmp_path / 'mine.pb'
    path.write_bytes(tiny_inception.graph_def().SerializeToString())
    assert call(runs, '--n', 60, '--inception', path, '--metrics', 'kernel,classifier_score',
                '--json', tmp_path / 'out.json', features=('--features', 'inception')) == 0
    heading, head, _, floor = capsys.readouterr().out.splitlines()
    assert heading.startswith('digits 28x28: 60 samples against 60 training pictures (one half); '
                              'features: inception of mine.pb, SHA-256 ')
    assert head.split() == ['step', 'kernel', 'classifier_score'] and floor.startswith('train')
    rows = json.loads((tmp_path / 'out.json').read_text())
    assert {row['heading'] for row in rows} == {heading}
    assert all(sum(row['details']['classes']) == 60 for row in rows)


def test_what_is_not_there_is_told_before_the_first_table(runs, capsys, monkeypatch):
    """Here the pictures of the second run."""
    load = data.load

    def gone(*words, fit, **options):
        return load(*words, fit=fit, **options).take(np.arange(0 if fit.size is None else 9, 1797))
    monkeypatch.setattr(data, 'load', gone)
    assert call(runs, '--n', 10, '--metrics', 'precision', names=('plain', 'small')) == 2
    shown = capsys.readouterr()
    assert shown.out == '' and 'is not the one' in shown.err


def test_all_figures_of_few_small_pictures(tmp_path, capsys, caplog):
    """Each that cannot be had is left out with a line why, or refused where it is named."""
    np.savez(tmp_path / 'a.npz', images=RNG.integers(0, 256, (40, 8, 8, 1), dtype=np.uint8))
    assert exits.run(main1.main, [
        '--dataset', 'npz', '--data-dir', str(tmp_path / 'a.npz'), '--epochs', '1', '--run-name',
        'run', '--save-folder', str(tmp_path), *TRAIN[2:]]) == 0
    assert call(tmp_path, '--n', 5, names=('run',)) == 0
    heading, head, *_ = capsys.readouterr().out.splitlines()
    assert heading.startswith('npz 8x8: 5 samples against 5 training pictures (one half); ')
    assert head.split() == ['step', 'frechet', 'kernel', 'precision', 'recall', 'two_sample']
    assert ('left out: density, coverage: 5 pictures are compared, and it takes 6 at least: --n'
            in caplog.text)
    assert 'left out: similarity: it takes pictures of 11x11 at least' in caplog.text
    assert call(tmp_path, '--n', 50, '--metrics', 'recall,similarity', names=('run',)) == 2
    assert '--metrics similarity: it takes pictures of 11x11' in capsys.readouterr().err


@pytest.mark.parametrize(('words', 'code', 'problem'), [
    (['--metrics', 'beauty'], 2, '--metrics beauty: expected a list of frechet, '),
    (['--features', 'sight'], 2, '--features sight: expected one of classifier'),
    (['--features', 'inception'], 2, '--features inception needs --inception FILE: fetch classify'),
    (['--inception', 'x.pb'], 2, '--inception x.pb: only --features inception reads it, not pixel'),
    (['--n', '1'], 2, '--n 1: expected 2 to'),
    (['--json', 'absent/out.json', '--n', '8', '--metrics', 'recall'], 2, '--json absent/out.json'),
])
def test_mistakes(runs, capsys, words, code, problem):
    assert call(runs, *words) == code
    assert problem in capsys.readouterr().err


def test_another_data_set_is_noticed(runs, capsys, monkeypatch):
    digits = data.load('digits', '')
    monkeypatch.setattr(data, 'load', lambda *_, **__: digits.take(np.arange(50)))
    assert call(runs, '--n', '8') == 2
    assert "plain was trained on: point to its own with --data-dir\n" in capsys.readouterr().err
