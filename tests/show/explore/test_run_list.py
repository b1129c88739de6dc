"""The list of runs: newest first, read again only where something has changed."""

import json
import os
import shutil

from written import HEAD, rows

from dcgan_tf.run_folder import lock
from dcgan_tf.run_folder.tables import metrics_csv
from dcgan_tf.show.explore import run_list
from dcgan_tf.show.explore.places import key_of

CONDITIONS = metrics_csv.Conditions('classifier', 500, 1_000, 'test pictures')


def set_times(run, seconds):
    for path in (run.path / 'config.json', run.log):
        os.utime(path, (seconds, seconds))


def test_the_rows(make_run):
    first = make_run('a', log=(10, 20), pictures=(20,), dataset='mnist')
    second = make_run('b', log=(10,))
    metrics = metrics_csv.MetricsCsv(first.metrics, 0)
    metrics.add(10, {'frechet': (30.5, 0.1)}, CONDITIONS)
    metrics.add(20, {'frechet': (20.5, 0.1)}, CONDITIONS._replace(samples=100))
    first.warn('step 20: a sign')
    os.utime(first.metrics, (1_000, 1_000))
    set_times(first, 1_000)
    set_times(second, 2_000)
    runs = run_list.Overviews().of_all([first.path, second.path])
    newest, row = json.loads(json.dumps([run_list.row(run) for run in runs], allow_nan=False))
    assert (newest['name'], newest['pictures'], newest['warnings']) == ('b', None, 0)
    figures = row.pop('figures')
    assert row == {'key': key_of(first.path), 'name': 'a', 'state': 'stopped', 'problem': '',
                   'step': 20, 'steps': 1_000, 'kind': ['gan', 'dcgan28', 'mnist'], 'warnings': 1,
                   'written': 1_000, 'pictures': {'step': 20, 'grids': ['fake']}}
    assert figures == [['d_loss', 0.2, 20, ''], ['g_loss', 2.0, 20, ''],
                              ['frechet', 20.5, 20, str(CONDITIONS._replace(samples=100))]]


def test_only_runs_that_have_changed_are_read_again(make_run, monkeypatch):
    read, overview = [], run_list.overview
    monkeypatch.setattr(run_list, 'overview', lambda path: read.append(path.name) or overview(path))
    runs = [make_run(name, log=(10,)) for name in 'abc']
    paths, known = [run.path for run in runs], run_list.Overviews()
    assert len(known.of_all(paths)) == 3 and sorted(read) == ['a', 'b', 'c']
    known.of_all(paths)
    assert len(read) == 3
    runs[1].log.write_text(HEAD + rows(10, 20))
    assert {run.name: run.step for run in known.of_all(paths)} == {'a': 10, 'b': 20, 'c': 10}
    assert read[3:] == ['b']
    with lock.locked(paths[2]):
        assert known.of(paths[2]).state == 'running'
    assert known.of(paths[2]).state == 'stopped'
    (paths[0] / 'config.json').write_text('{}')
    assert known.of(paths[0]).state == 'unreadable'
    shutil.rmtree(paths[0])
    assert {run.name for run in known.of_all(paths)} == {'b', 'c'}


def test_the_options_that_differ(make_run):
    known = run_list.Overviews()
    names = tuple(f'class {k}' for k in range(40))
    runs = [make_run('a'), make_run('b', learning_rate=5e-4, flip=True, type='cgan',
                                    class_names=names)]
    found = {name: values for name, *values in run_list.differences(
        [known.of(run.path) for run in runs])}
    assert found.keys() >= {'learning_rate', 'flip', 'type', 'class_names'}
    assert 'epochs' not in found
    assert (found['learning_rate'][1], found['flip']) == ('0.0005', ['off', 'on'])
    assert found['class_names'][0] == '-' and len(found['class_names'][1]) == 100
    assert run_list.differences([known.of(runs[0].path)] * 2) == []
    (runs[0].path / 'config.json').write_text('{}')
    assert run_list.differences([known.of(run.path) for run in runs]) == []
