"""tools/features.py: the table, the same in JSON, how C is chosen, and what it refuses."""

import json
import re
import shutil
import types

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from dcgan_tf.cli import exits, trained
from dcgan_tf.commands import features
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.metrics import linear_svm
from dcgan_tf.run_folder import run_folder
from tests.cases import cases
from tests.tools.conftest import STEPS

pytestmark = pytest.mark.usefixtures('pooled')


def call(run, *words):
    return exits.run(features.main, [str(run), '--quiet', *map(str, words)])


def test_the_table_and_the_same_in_json(either, capsys, tmp_path):
    name, step = either.name, STEPS[either.name]
    assert call(either, '--n', 200, '--json', tmp_path / 'out.json') == 0
    heading, head, *lines = capsys.readouterr().out.splitlines()
    assert heading == (f'digits 28x28: D of {name}, step {step}, tried on 898 training pictures '
                       '(one half); a linear SVM learns from 200 others')
    assert re.split('  +', head.strip()) == ['training pictures', 'held-out pictures', 'linear SVM',
                                             'nearest neighbour']
    assert [line.split('  ')[0] for line in lines] == ["D's features (160)", 'raw pixels (784)']
    assert len({len(line) for line in (head, *lines)}) == 1                   # aligned
    seen, raw = json.loads((tmp_path / 'out.json').read_text())
    for row, line in ((seen, lines[0]), (raw, lines[1])):
        assert line.split()[-4:] == ['200', '898', f'{row["accuracy"]:.2%}',
                                     f'{row["nearest"]:.2%}']
        assert (row['run'], row['step'], row['heading']) == (name, step, heading)
        assert (row['train'], row['held_out']) == (200, 898) and row['c'] in linear_svm.CS
    assert (seen['numbers'], raw['numbers']) == (160, 784)
    assert 0.8 < raw['accuracy'] < 1 and 0.8 < raw['nearest'] < 1


def test_the_seed_chooses_pictures_that_are_not_held_out(run):
    def chosen(seed):
        words = features.parse(['run', '--n', '100', '--seed', str(seed)])
        return features.pictures(run_folder.open_run(run), words)

    def content(dataset):
        return [(x.tobytes(), k) for x, k in zip(dataset.images, dataset.labels, strict=True)]

    (train, test, _, first), again, other = chosen(0), chosen(0), chosen(1)
    assert content(train) == content(again[0]) != content(other[0])
    assert content(test) == content(other[1])
    assert not set(content(train)) & set(content(test)) and len(train) == 100
    np.testing.assert_array_equal(first, other[3])
    assert first.shape == (4, 28, 28, 1)


def test_held_out_pictures_are_the_ones_that_are_tried(kept_away, capsys):
    assert call(kept_away) == 0
    assert ('tried on 30 held-out pictures (30 of 100); a linear SVM learns from 70 others'
            ) in capsys.readouterr().out.splitlines()[0]


def noisy(n, seed):
    """A Dataset of n pictures [8, 8, 1]: those of class k have k bright rows; one row is black."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n).astype(np.int32)
    images = rng.integers(0, 256, (n, 8, 8, 1))
    images[np.arange(8)[None, :] < labels[:, None]] += 60
    images[:, 7] = 0
    return Dataset('npz', images.clip(0, 255).astype(np.uint8), labels, ('a', 'b', 'c'), None)


def test_the_svm_is_that_of_scikit_learn(monkeypatch):
    """Standardised by the training pictures, a constant number stays 0, rows of length 1 or so."""
    monkeypatch.setattr(linear_svm, 'CHUNK', 7)
    train, test = noisy(200, 0), noisy(90, 1)
    line = linear_svm.try_features('pixels', lambda x: np.float32(x.reshape(len(x), -1)), train,
                                   test, 3)
    scaler = StandardScaler().fit(train.images.reshape(200, -1))
    x, y = (scaler.transform(d.images.reshape(len(d), -1)) / 8 for d in (train, test))
    by_c = {c: LinearSVC(C=c, dual=False).fit(x[40:], train.labels[40:]).score(
        x[:40], train.labels[:40]) for c in linear_svm.CS}
    svm = LinearSVC(C=line.c, dual=False).fit(x, train.labels)
    assert by_c[line.c] >= max(by_c.values()) - 0.05
    assert line.accuracy == pytest.approx(svm.score(y, test.labels), abs=0.05)
    assert line[1:4] == (64, 200, 90) and line.accuracy > 0.6
    flat = [np.float64(d.images.reshape(len(d), -1)) for d in (train, test)]
    nearest = [train.labels[np.square(flat[0] - row).sum(axis=1).argmin()] for row in flat[1]]
    assert line.nearest == np.mean(nearest == test.labels)


def test_c_is_the_best_on_pictures_that_were_kept_from_the_svm(monkeypatch):
    rights, tried = {0.01: 0.5, 0.1: 0.7, 1.0: 0.7, 10.0: 0.6}, []

    def fitted(x, labels, c, seed):
        assert x.tolist() == labels.tolist() == [2, 3, 4]
        tried.append(c)

        def score(x, labels):
            assert x.tolist() == labels.tolist() == [0, 1]
            return rights[c]
        return types.SimpleNamespace(score=score)

    monkeypatch.setattr(linear_svm, 'fit_svm', fitted)
    assert linear_svm.best_c(np.arange(5), np.arange(5), 2, 0, lambda: None) == 0.1
    assert tried == [0.01, 0.1, 1.0, 10.0]
    rights[0.1] = 0.4
    assert linear_svm.best_c(np.arange(5), np.arange(5), 2, 0, lambda: None) == 0.01
    assert tried[4:] == [0.01, 0.1]


def test_data_without_classes(run, capsys, monkeypatch):
    images = np.zeros([50, 28, 28, 1], np.uint8)
    one = np.int32([0] * 50)
    for given, problem in (
            (Dataset('npz', images, None, (), None), 'was trained on npz without labels'),
            (Dataset('npz', images, one, ('a',), None), 'two classes or more'),
            (Dataset('npz', images, one, ('a', 'b'), None), '--n 20: these pictures are of one')):
        monkeypatch.setattr(trained, 'open_data', lambda *_, given=given, **__: given)
        assert call(run, '--n', 20) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert problem in line


def test_a_run_on_one_class_is_refused_before_its_data_is_read(run, tmp_path, capsys, monkeypatch):
    copy = shutil.copytree(run, tmp_path / 'copy')
    record = json.loads((copy / 'config.json').read_text())
    record['config']['class_names'] = ['all']
    del record['digest']
    (copy / 'config.json').write_text(json.dumps(record))
    monkeypatch.setattr(trained, 'open_data', None)
    assert call(copy, '--n', 20) == 2
    assert 'was trained on digits without labels' in capsys.readouterr().err


@cases(('words', 'code', 'problem'), [
    (['--n', '9'], 2, '--n 9: expected 10 to 1,000,000'),
    (['--n', 'many'], 2, '--n'),
    (['--seed', '-1'], 2, '--seed -1: expected'),
    (['--n', '20', '--json', 'absent/out.json'], 2, '--json absent/out.json')])
def test_mistakes(run, capsys, words, code, problem):
    assert call(run, *words) == code
    assert problem in capsys.readouterr().err


def test_no_run(tmp_path, capsys):
    assert call(tmp_path) == 2
    assert 'is not a run folder' in capsys.readouterr().err
