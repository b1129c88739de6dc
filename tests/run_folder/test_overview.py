"""What can be known of a run without its checkpoints: state, steps, figures, space on the disk."""

import functools
import os
import pathlib
import time

import pytest

from dcgan_tf import preset
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import lock, run_folder
from dcgan_tf.run_folder.overview import delete_checkpoints, overview, overviews
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv, reading
from tests import programs
from tests.cases import cases

HEAD = 'step,passes,d_loss,g_loss,d_accuracy,d_gradient,g_gradient,images_per_second\n'
COLLAPSE = ('step {}: D tells nearly every real from every fake image, without a break since step '
            '10 (d_accuracy = 1)\n')
NAN = 'step {}: NaN or infinity out of losses/D/add (AddV2). No weight was changed by it\n'
HOLDER = pathlib.Path(__file__).with_name('holder.py')
CONDITIONS = metrics_csv.Conditions('classifier', 500, 1_000, 'test pictures')


def trained(folder, name='run', log=(), saved=(), warnings='', best=(), **options):
    """A RunFolder with rows and checkpoints of these steps; each checkpoint has 1,010 bytes."""
    run = run_folder.create(folder, name, preset(**{'epochs': 100, **options}), {})
    run.log.write_text(HEAD + ''.join(f'{n},1,{n / 10},2,0.5,1,1,100\n' for n in log))
    run.best.mkdir()
    for place, steps in ((run.checkpoints, saved), (run.best, best)):
        for step in steps:
            (place / f'model-{step}.index').write_bytes(b'x' * 10)
            (place / f'model-{step}.data-00000-of-00001').write_bytes(b'x' * 1000)
    if warnings:
        (run.path / 'warnings.log').write_text(warnings)
    return run


@pytest.fixture
def make(tmp_path):
    """make(...) -> RunFolder, as `trained`."""
    return functools.partial(trained, tmp_path)


@cases(('log', 'saved', 'warnings', 'options', 'state', 'step'), [
    ((), (), '', {}, 'stopped', 0),
    ((10, 20), (0, 20), '', {}, 'stopped', 20),
    ((10, 20), (0, 10), '', {}, 'stopped', 20),                       # killed
    ((10, 20), (0, 25), '', {}, 'stopped', 25),                       # stopped by a signal
    ((90, 100), (100,), '', {}, 'finished', 100),
    ((90, 100), (), '', {}, 'finished', 100),                         # its checkpoints were deleted
    ((90, 100), (100,), COLLAPSE.format(90), {}, 'finished', 100),
    ((10, 20), (20,), COLLAPSE.format(20), {}, 'stopped', 20),        # warned of, then stopped
    ((10, 20), (20,), COLLAPSE.format(20), {'on_collapse': 'stop'}, 'collapsed', 20),
    ((10, 20), (10,), COLLAPSE.format(20), {'on_collapse': 'stop'}, 'collapsed', 20),
    ((10, 30), (30,), COLLAPSE.format(20), {'on_collapse': 'stop'}, 'stopped', 30),    # resumed
    ((10, 20), (20,), NAN.format(24), {}, 'collapsed', 20),
    ((10, 30), (30,), NAN.format(24), {}, 'stopped', 30),
    ((2_000,), (), COLLAPSE.format('2,000'), {'on_collapse': 'stop', 'epochs': 9_000},
     'collapsed', 2_000),
    ((10,), (10,), COLLAPSE.format(20) + 'went back to step 10 and trains on with other noise\n',
     {'on_collapse': 'rollback'}, 'stopped', 10),
    ((10, 20), (20,), 'step 20: D has learnt its training pictures by heart (overfitting = 0.6)\n',
     {'on_collapse': 'stop'}, 'stopped', 20)])
def test_the_state_of_a_run(tmp_path, log, saved, warnings, options, state, step):
    run = trained(tmp_path, log=log, saved=saved, warnings=warnings, **options)
    found = overview(run.path)
    assert (found.state, found.step) == (state, step)
    assert found.warnings == warnings.count('\n')


def test_a_run_is_running_as_long_as_a_process_holds_its_lock(make):
    run = make(log=(100,))
    with lock.locked(run.path):
        assert lock.is_held(run.path) and overview(run.path).state == 'running'
    assert not lock.is_held(run.path) and overview(run.path).state == 'finished'
    (run.path / lock.NAME).write_text('process 1 on host\n')         # left over: it locks nothing
    assert overview(run.path).state == 'finished'


def test_another_process_that_holds_the_lock(make):
    """Its checkpoints cannot be deleted then."""
    run = make(saved=(10,))
    with programs.Program([HOLDER, run.path]) as process:
        while 'in' not in process.text():
            assert process.poll() is None, process.text()
            time.sleep(0.05)
        assert overview(run.path).state == 'running'
        with pytest.raises(UsageError, match='is in use by process'):
            delete_checkpoints(run.path)
    assert overview(run.path).state == 'stopped' and len(list(run.checkpoints.iterdir())) == 2


def test_the_last_figures(make):
    run = make(log=(10, 20))
    table = metrics_csv.MetricsCsv(run.metrics, 0)
    table.add(0, {'frechet': (1.5, 0.1)}, metrics_csv.baseline_of(CONDITIONS))
    table.add(10, {'frechet': (9.5, 0.1), 'recall': (0.5, 0.1)}, CONDITIONS)
    table.add(20, {'frechet': (8.5, 0.1)}, CONDITIONS)
    table.add(20, {'frechet': (7.5, 0.1)}, CONDITIONS._replace(samples=100))
    assert {key: figure[:2] for key, figure in overview(run.path).figures.items()} == {
        ('d_loss', ''): (2.0, 20), ('g_loss', ''): (2.0, 20),
        ('frechet', str(CONDITIONS)): (8.5, 20), ('recall', str(CONDITIONS)): (0.5, 10),
        ('frechet', str(CONDITIONS._replace(samples=100))): (7.5, 20)}


def test_of_a_long_log_only_the_end_is_read(make, monkeypatch):
    run = make(log=range(10, 50_010, 10))
    before = loss_csv.read(run.log)
    monkeypatch.setattr(reading, 'load', lambda *_: pytest.fail('all of it was read'))
    rows = loss_csv.last_rows(run.log)
    assert rows == before[-len(rows):] and 1 <= len(rows) < 500
    run.log.write_text(run.log.read_text() + '50010,1,9')                # cut by a kill
    assert loss_csv.last_rows(run.log)[-1] == before[-1]


@cases('change', [lambda text: text.replace(',', ';').encode(),
                  lambda text: text.encode('utf-16'),
                  lambda text: text.replace('\n', '\r\n').encode(),
                  lambda text: ('a note\n' + text).encode()])
def test_a_long_log_that_a_spreadsheet_has_saved_is_read_whole(tmp_path, change):
    path = tmp_path / 'log.csv'
    path.write_bytes(change(HEAD + ''.join(f'{n},1,3,2,0.5,1,1,100\n' for n in range(1, 2_000))))
    assert loss_csv.last_rows(path)[-1]['step'] == 1_999


@cases(('name', 'content', 'problem'), [
    ('config.json', b'{', 'config.json is not JSON'),
    ('config.json', b'{"config": {"epochs": -1}}', 'epochs = -1: expected at least 1'),
    ('config.json', None, 'holds no config.json')])
def test_a_run_that_cannot_be_read_is_listed_with_the_reason(tmp_path, name, content, problem):
    run = run_folder.create(tmp_path, 'bad', preset(), {})
    good = run_folder.create(tmp_path, 'good', preset(), {})
    (tmp_path / 'other').mkdir()
    (tmp_path / '.hidden' / 'checkpoints').mkdir(parents=True)
    (run.path / name).unlink()
    if content:
        (run.path / name).write_bytes(content)
    found = {each.name: each for each in overviews(tmp_path)}
    assert found.keys() == {'bad', 'good'}
    assert (found['bad'].state, found['bad'].config) == ('unreadable', None)
    assert problem in found['bad'].problem and 'bad' in found['bad'].problem
    assert found['good'].config == good.config and not found['good'].problem


def test_the_newest_comes_first(make, tmp_path):
    for name, seconds in (('a', 3), ('b', 1), ('c', 2)):
        run = make(name, log=(10,), saved=(10,))
        for file in run.path.rglob('*'):
            os.utime(file, (1_000_000_000, 1_000_000_000))
        os.utime(run.checkpoints / 'model-10.index', (1_000_000_000 + seconds,) * 2)
        (run.images / 'sample.png').touch()                  # a tool has drawn a picture
    assert [(run.name, run.written) for run in overviews(tmp_path)] == [
        ('a', 1_000_000_003), ('c', 1_000_000_002), ('b', 1_000_000_001)]


def test_deleted_checkpoints_leave_the_best_one(make):
    run = make(log=(100,), saved=(50, 100), best=(50,))
    (run.checkpoints / 'checkpoint').write_text('state of TensorFlow')
    (run.checkpoints / 'mine.txt').write_text('a note')
    before = overview(run.path)
    assert delete_checkpoints(str(run.path)) == 2 * 1010 + 19
    assert [file.name for file in run.checkpoints.iterdir()] == ['mine.txt']
    assert len(list(run.best.iterdir())) == 2
    after = overview(run.path)
    assert (after.state, after.step, after.size) == ('finished', 100, before.size - 2 * 1010 - 19)
