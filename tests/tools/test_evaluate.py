"""tools/evaluate.py: one aligned table, the same in JSON, and what it refuses."""

import functools
import json
import re
import shutil

import cv2
import numpy as np
import pytest
import tensorflow as tf

import main1
from dcgan_tf import data, metrics
from dcgan_tf.cli import exits, trained
from dcgan_tf.commands import evaluate
from dcgan_tf.config import METRICS
from dcgan_tf.run_folder import best_checkpoint, run_folder
from dcgan_tf.run_folder.tables import metrics_csv
from tests import tiny_inception
from tests.cases import cases
from tests.tools.conftest import about

pytestmark = pytest.mark.usefixtures('pooled')
# Of all runs of 8x8: they have one graph.
SMALL = ('--preset', 'dcgan28', '--maps', '4', '--penalty', 'none', '--learning-rate', '0.1',
         '--ema', '0.1', '--dataset', 'npz', '--data-dir')
PRECISION = ('--n', 10, '--metrics', 'precision')


@pytest.fixture(scope='module')
def measured(train, tmp_path_factory):
    """A run on forty pictures without labels, measured; the best, which it kept, is step 2."""
    folder = tmp_path_factory.mktemp('measured')
    images = np.random.default_rng(1).integers(0, 256, (40, 8, 8, 1), dtype=np.uint8)
    np.savez(folder / 'a.npz', images=images)
    return train(folder, 'measured', *SMALL, folder / 'a.npz', '--epochs', '4', '--metrics',
                 'frechet,recall', '--metrics-step', '2', '--metrics-n', '20', '--keep-best',
                 'frechet')


@pytest.fixture(scope='module')
def told(train, tmp_path_factory):
    """told(type, *words) -> a run on forty pictures of two classes, measured by itself.

    It is made once.
    """
    folder = tmp_path_factory.mktemp('told')
    images = np.random.default_rng(1).integers(0, 256, (40, 8, 8, 1), dtype=np.uint8)
    images[::2] //= 3
    np.savez(folder / 'a.npz', images=images, labels=np.arange(40) % 2,
             class_names=np.array(['dark', 'bright']))

    @functools.cache
    def run(gan_type, *words):
        return train(folder, gan_type, *SMALL, folder / 'a.npz', '--epochs', '4', '--type',
                     gan_type, '--metrics-step', '2', '--metrics-n', '20', '--cache-folder',
                     folder / 'cache', *words)
    return run


@pytest.fixture(scope='module')
def small(measured, tmp_path_factory):
    """A run on the pictures of `run`, at another size."""
    config = run_folder.open_run(str(measured)).config.replace(
        dataset='digits', data_dir='', resize=(8, 8))
    pictures = data.load('digits', '', fit=data.image_format_of(config))
    run = run_folder.create(tmp_path_factory.mktemp('small'), 'small', config, about(pictures))
    shutil.copytree(measured / 'checkpoints', run.checkpoints, dirs_exist_ok=True)
    return run.path


def call(*words, of, features=('--features', 'pixels')):
    """evaluate.py of some runs."""
    cache = of[0].parent / 'cache'
    return exits.run(evaluate.main, [*map(str, of), '--quiet', *features, '--cache-folder',
                                     str(cache), *map(str, words)])


def test_one_table_and_the_same_in_json(run, classes, capsys, tmp_path):
    assert call('--n', 60, '--json', tmp_path / 'out.json', of=(run, classes)) == 0
    heading, head, *lines = capsys.readouterr().out.splitlines()
    assert heading.startswith(
        'digits 28x28: 60 samples against 60 training pictures (one half); '
        'features: 64 principal components of the pixels, which hold 100% of the variance')
    assert head.split()[:2] == ['step', 'frechet']
    assert [line.split()[0] for line in lines] == ['run', 'classes', 'train', 'best']
    goals = dict(zip(head.split(), lines[-1].split()[1:], strict=True))
    assert {'step': '-', 'frechet': '0', 'recall': '1', 'two_sample': '0.5',
            'similarity': '-'}.items() <= goals.items()
    assert len({len(line) for line in (head, *lines)}) == 1                   # aligned
    rows = json.loads((tmp_path / 'out.json').read_text())
    assert [(row['run'], row['step']) for row in rows] == [
        ('run', 2), ('classes', 0), ('train against test, 60', None)]
    figures = rows[0]['figures']
    of_all = {name for name, row in METRICS.items()
              if not (row.types or row.encoder or metrics.METRICS[name].data)}
    assert set(figures) == of_all - {'classifier_score', 'entropy', 'copies'}
    assert set(rows[1]['figures']) == set(figures) | {'class_diversity'}              # a cgan
    assert f'{figures["frechet"]["value"]:.4g}' in lines[0].split()
    assert figures['frechet']['error'] is None and figures['kernel']['error'] > 0
    assert rows[2]['figures']['frechet']['value'] < figures['frechet']['value']
    assert {key: value for key, value in rows[0].items() if key not in ('figures', 'heading')} == {
        'run': 'run', 'step': 2, 'data': 'digits', 'width': 28, 'height': 28,
        'features': 'pixels', 'classifier_accuracy': None, 'samples': 60, 'real': 60, 'seed': 0,
        'hold_out': 0.0,
        'split': 'training pictures (one half)', 'details': rows[0]['details']}
    halves = rows[0]['details']['two_sample']
    assert figures['two_sample']['value'] == (halves['real'] + halves['fake']) / 2
    assert rows[2]['seed'] is None


def test_held_out_pictures_are_compared_with(run, kept_away, capsys, tmp_path):
    """In a table of their own, in which copies can be looked for."""
    assert call('--n', 60, '--json', tmp_path / 'out.json', of=(kept_away, run)) == 0
    out = capsys.readouterr().out
    assert ('digits 28x28: 30 samples against 30 held-out pictures (30 of 100) (60 were '
            'requested: there are no more); features: ') in out and 'train against test, 30' in out
    assert 'against 60 training pictures (one half)' in out
    rows = json.loads((tmp_path / 'out.json').read_text())
    assert [(row['run'], row['hold_out'], 'copies' in row['figures']) for row in rows] == [
        ('kept_away', 0.3, True), ('train against test, 30', 0.3, False), ('run', 0.0, False),
        ('train against test, 60', 0.0, False)]


def test_figures_are_the_same_again(run, capsys):
    for _ in range(2):
        assert call('--n', 20, '--metrics', 'frechet,two_sample', of=[run]) == 0
    first, again = np.split(np.array(capsys.readouterr().out.splitlines()), 2)
    assert first.tolist() == again.tolist()
    assert 'precision' not in first[1]


@pytest.mark.slow
def test_runs_of_other_pictures_have_a_table_of_their_own(run, small, capsys):
    assert call(*PRECISION, of=(run, small)) == 0
    out = capsys.readouterr().out
    assert out.count('digits 28x28: 10 samples') == out.count('digits 8x8: 10 samples') == 1
    assert out.count('train against test') == 2


@pytest.mark.parametrize(('gan_type', 'metric', 'words'), [
    ('infogan', 'code_error', ['--codes', '3']),
    pytest.param('acgan', 'head_accuracy', ['--metrics', 'frechet,head_accuracy'],
                 marks=pytest.mark.slow)])
def test_what_the_run_s_own_network_says(told, capsys, tmp_path, gan_type, metric, words):
    """The tool has the value of the training, and the table of the codes of an infogan.

    An infogan measures its codes without being asked to, and needs no features for that.
    """
    run = told(gan_type, *words)
    values = {row['step']: row['value'] for row in metrics_csv.read(run / 'metrics.csv')
              if row['figure'] == metric}
    assert sorted(values) == [2, 4] and 0 < values[4] < 1
    assert call('--n', 20, '--json', tmp_path / 'out.json', of=[run]) == 0
    shown, (found, baseline) = capsys.readouterr().out, json.loads(
        (tmp_path / 'out.json').read_text())
    assert found['figures'][metric]['value'] == pytest.approx(values[4], rel=1e-6)
    assert metric not in baseline['figures']
    if gan_type == 'infogan':
        assert call('--metrics', metric, '--features', 'pixels', of=[run]) == 2
        assert '--features pixels: code_error needs no features' in capsys.readouterr().err
        assert cv2.imread(str(run / 'images' / 'confusion.png')).std() > 10
        rows = metrics_csv.read(run / 'metrics.csv')
        assert {(row['features'], row['samples']) for row in rows} == {('no features', 0)}
        assert not any((run.parent / 'cache').glob('classifier-*'))
        details = found['details']['codes']
        assert np.shape(details['table']) == (3, 2) and np.sum(details['table']) == 20
        assert details['error'] == pytest.approx(values[4], rel=1e-6)
        assert 'dark  bright  stands for' in shown and f'wrong: {values[4]:.2%} if' in shown
    else:
        assert 'class_diversity' in found['figures']      # class_accuracy: pixels tell no class


def test_what_an_encoder_makes_of_pictures(told, run, capsys, tmp_path):
    """Without a flag, the tool has the values of the training, which needed no features.

    The last line finds classes by the pixels. A run without an encoder has a dash beside it.
    """
    names = 'reconstruction_ratio,psnr,cycle,code_moments,code_neighbour'
    bigan = told('bigan', '--metrics', names, '--keep-best', 'psnr')
    values = {row['figure']: row['value'] for row in metrics_csv.read(bigan / 'metrics.csv')
              if row['step'] == 4}
    assert list(values) == names.split(',') and all(map(np.isfinite, values.values()))
    assert 0 < values['psnr'] < 59 and 0 <= values['code_neighbour'] <= 1
    assert best_checkpoint.read(bigan / 'best').metric == 'psnr'
    other = told('infogan', '--codes', '3')
    assert call('--n', 20, '--json', tmp_path / 'out.json', of=[other, bigan]) == 0
    found, baseline = json.loads((tmp_path / 'out.json').read_text())[1:]
    assert {name: found['figures'][name]['value'] for name in values} == pytest.approx(
        values, rel=1e-5)
    ratio = found['figures']['reconstruction']['value'] / (
        found['figures']['wrong_reconstruction']['value'])
    assert ratio == pytest.approx(values['reconstruction_ratio'])
    assert 'code_svm' not in found['figures'] and 'cycle' not in baseline['figures']
    assert baseline['figures']['code_neighbour']['value'] > 0.5     # one of them is dark
    lines = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()
             if line}
    assert (lines['infogan'].count('-'), lines['bigan'].count('-')) == (7, 1)    # 1: code_error
    assert call('--metrics', 'psnr', of=[bigan, run]) == 2


@cases(('words', 'problem'), [
    (['--metrics', 'psnr'], '--metrics psnr: --type gan has no encoder, which --type bigan'),
    (['--metrics', 'code_error'], '--metrics code_error: it cannot measure --type gan, but only '),
    (['--metrics', 'recall,class_accuracy'], 'it cannot measure --type gan, but only cgan, acgan'),
    (['--metrics', 'head_accuracy'], 'but only acgan')])
def test_metrics_of_other_types(run, capsys, words, problem):
    assert call(*words, of=[run]) == 2
    assert problem in capsys.readouterr().err


@pytest.mark.slow
def test_figures_on_the_way_are_those_of_the_tool(measured, tmp_path):
    rows = [row for row in metrics_csv.read(measured / 'metrics.csv') if row['step'] == 4
            and row['features'] == 'untrained network']
    assert call('--n', 20, '--metrics', 'frechet,recall', '--json', tmp_path / 'out.json',
                of=[measured], features=()) == 0
    found = json.loads((tmp_path / 'out.json').read_text())[0]['figures']
    assert {row['figure']: pytest.approx(row['value'], rel=1e-6) for row in rows} == {
        name: figure['value'] for name, figure in found.items()}
    assert {(row['samples'], row['real'], row['split']) for row in rows} == {
        (20, 20, 'training pictures (one half)')}


def test_the_best_can_be_asked_for_and_tensorboard_names_the_company(measured, tmp_path):
    kept = best_checkpoint.read(measured / 'best')
    assert call('--n', 20, '--metrics', 'frechet', '--checkpoint', 'best', '--json',
                tmp_path / 'out.json', of=[measured], features=()) == 0
    row = json.loads((tmp_path / 'out.json').read_text())[0]
    assert kept.step == 2                                  # not the newest
    assert (row['step'], row['figures']['frechet']['value']) == (
        kept.step, pytest.approx(kept.value, rel=1e-6))
    events, = measured.glob('events.*')
    tags = {value.tag for event in tf.compat.v1.train.summary_iterator(str(events))
            for value in event.summary.value}
    company = 'untrained network, 20 samples, 20 training pictures (one half)'
    assert {f'metrics/frechet ({company})', f'metrics/recall ({company})'} <= tags


def test_measuring_ends_on_a_resume(measured, tmp_path):
    again = shutil.copytree(measured, tmp_path / 'again')
    assert exits.run(main1.main, [
        '--resume', str(again), '--quiet', '--epochs', '5', '--save-folder', str(tmp_path),
        '--metrics', 'none', '--keep-best', 'none']) == 0
    assert max(row['step'] for row in metrics_csv.read(again / 'metrics.csv')) == 4


def test_what_cannot_be_measured_is_told_before_the_first_step(tmp_path, capsys):
    np.savez(tmp_path / 'a.npz', images=np.zeros([8, 8, 8, 1], np.uint8))
    assert exits.run(main1.main, [
        *SMALL, str(tmp_path / 'a.npz'), '--batch-size', '4', '--metrics', 'coverage', '--quiet',
        '--save-folder', str(tmp_path / 'results')]) == 2
    assert re.search('--metrics coverage: 4 pictures .* 6 are needed', capsys.readouterr().err)
    assert not (tmp_path / 'results').exists()


def test_two_runs_of_one_name_are_told_apart(run, tmp_path, capsys):
    both = (run, shutil.copytree(run, tmp_path / 'run'))
    assert call(*PRECISION, of=both) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:4]] == [*map(str, both)]


@pytest.mark.slow
def test_labels_bring_a_classifier(run, capsys):
    assert call('--n', 100, of=[run], features=()) == 0
    out = capsys.readouterr().out
    assert 'features: classifier of digits, right on 9' in out
    assert 'classifier_score' in out and 'entropy' in out


def test_inception_from_a_file(run, capsys, tmp_path):
    path = tmp_path / 'mine.pb'
    path.write_bytes(tiny_inception.graph_def().SerializeToString())
    assert call('--n', 60, '--inception', path, '--metrics', 'kernel,classifier_score', '--json',
                tmp_path / 'out.json', of=[run], features=('--features', 'inception')) == 0
    heading, head, _, baseline, best = capsys.readouterr().out.splitlines()
    assert heading.startswith('digits 28x28: 60 samples against 60 training pictures (one half); '
                              'features: inception of mine.pb, SHA-256 ')
    assert head.split() == ['step', 'kernel', 'classifier_score'] and baseline.startswith('train')
    assert best.split() == ['best', '-', '0', 'large']
    rows = json.loads((tmp_path / 'out.json').read_text())
    assert {row['heading'] for row in rows} == {heading}
    assert all(sum(row['details']['classes']) == 60 for row in rows)


def test_what_is_not_there_is_told_before_the_first_table(run, small, capsys, monkeypatch):
    """Here the pictures of the second run."""
    load = data.load

    def gone(*words, fit, **options):
        return load(*words, fit=fit, **options).take(np.arange(0 if fit.size is None else 9, 1797))
    monkeypatch.setattr(data, 'load', gone)
    assert call(*PRECISION, of=(run, small)) == 2
    shown = capsys.readouterr()
    assert shown.out == '' and 'is not the one' in shown.err


def test_all_figures_of_few_small_pictures(measured, capsys, caplog):
    """Each that cannot be had is left out with a line why, or refused where it is named."""
    assert call('--n', 5, of=[measured]) == 0
    heading, head, *_ = capsys.readouterr().out.splitlines()
    assert heading.startswith('npz 8x8: 5 samples against 5 training pictures (one half); ')
    assert head.split() == ['step', 'frechet', 'kernel', 'precision', 'recall', 'two_sample']
    assert ('left out: density, coverage: 5 pictures are compared, but at least 6 are needed: '
            in caplog.text)
    assert 'left out: similarity: at least 11x11 pixels' in caplog.text
    assert call('--n', 50, '--metrics', 'recall,similarity', of=[measured]) == 2
    assert '--metrics similarity: at least 11x11 pixels' in capsys.readouterr().err


@cases(('words', 'problem'), [
    (['--metrics', 'recall,mode'], "metric 'mode' is unknown: expected frechet, "),
    (['--metrics', 'mode'], '(--metrics); did you mean modes'),
    (['--features', 'sight'], "features 'sight' is unknown: expected classifier"),
    (['--features', 'inception'], 'inception needs a file of weights (--inception FILE): fetch c'),
    (['--inception', 'x.pb'], 'weights x.pb: only features inception reads them, not pixel'),
    (['--n', '1'], '--n 1: expected 2 to'),
    (['--json', 'absent/out.json', '--n', '8', '--metrics', 'recall'], '--json absent/out.json'),
])
def test_mistakes(run, capsys, words, problem):
    assert call(*words, of=[run]) == 2
    assert problem in capsys.readouterr().err


@cases(('words', 'problem'), [
    (['--features', 'sight'], "features 'sight' is unknown: expected classifier"),
    (['--features', 'inception', '--inception', 'absent.pb'], 'absent.pb: No such file or directo'),
    (['--features', 'inception', '--inception', '.'], 'weights .: it is no plain file'),
    (['--features', 'random', '--inception', 'x.pb'], 'only features inception reads them'),
    (['--inception', 'x.pb'], 'weights x.pb are read by features inception: give both'),
    (['--metrics', 'copies'], '--metrics copies: digits has no test split'),
    (['--metrics', 'entropy', '--features', 'pixels'], 'features pixels do not classify pictures'),
    (['--metrics', 'density', '--n', '5'], '5 pictures are compared, but at least 6'),
])
def test_mistakes_are_told_before_the_data_is_read(run, capsys, monkeypatch, words, problem):
    monkeypatch.setattr(trained, 'open_data', None)
    assert call(*words, of=[run], features=()) == 2
    assert problem in capsys.readouterr().err


def test_a_cache_that_cannot_keep_the_classifier(run, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(trained, 'open_data', None)
    (tmp_path / 'cache').touch()
    assert exits.run(evaluate.main, [str(run), '--cache-folder', str(tmp_path / 'cache')]) == 1
    assert '/cache is a file: expected a folder' in capsys.readouterr().err


def test_another_data_set_is_noticed(run, capsys, monkeypatch):
    digits = data.load('digits', '')
    monkeypatch.setattr(data, 'load', lambda *_, **__: digits.take(np.arange(50)))
    assert call('--n', '8', of=[run]) == 2
    assert re.search(r'run was trained on: .* \(--data-dir\)\n', capsys.readouterr().err)
