"""What the page shows of a training comes from its files, whatever state these are in."""

import json

import numpy as np
from written import HEAD, rows

from dcgan_tf.images import write_png
from dcgan_tf.run_folder import lock
from dcgan_tf.run_folder.overview import overview
from dcgan_tf.run_folder.tables import metrics_csv
from dcgan_tf.show.explore.training import MAX_WARNINGS, picture_file, training

CONDITIONS = metrics_csv.Conditions('classifier', 500, 1_000, 'test pictures')


def shown(run, marks=()):
    """What the page gets, as JSON has it."""
    return json.loads(json.dumps(training(overview(run.path), dict(marks)), allow_nan=False))


def marks_of(answer):
    return {name: answer[name]['mark'] for name in ('log', 'metrics', 'warnings')}


def test_a_new_run_has_nothing_yet(make_run):
    run = make_run()
    with lock.locked(run.path):
        answer = shown(run)
    assert answer.items() >= {'name': 'run', 'state': 'running', 'problem': '', 'step': 0,
                              'steps': 1_000, 'pictures': None, 'rate': None, 'left': None}.items()
    assert answer['log']['steps'] == answer['metrics']['rows'] == answer['warnings']['lines'] == []
    assert shown(run)['state'] == 'stopped'


def test_curves_metrics_and_warnings_come_once(make_run):
    run = make_run(log=(10, 20))
    metrics = metrics_csv.MetricsCsv(run.metrics, 0)
    metrics.add(0, {'frechet': (2.5, 0.1)}, metrics_csv.baseline_of(CONDITIONS))
    metrics.add(20, {'frechet': (30.5, 0.1), 'kid': (float('nan'), 0.1)}, CONDITIONS)
    run.warn('step 20: <b>odd</b>\x1b[31m')
    answer = shown(run)
    log = answer['log']
    assert log['steps'] == [10, 20] and log['curves']['d_loss'] == {'mean': [0.1, 0.2]}
    assert log['titles'] == {'d_loss': 'loss of D', 'g_loss': 'loss of G',
                             'd_accuracy': 'accuracy of D'}
    conditions = 'classifier,\n500 samples,\n1,000 test pictures'
    assert answer['metrics']['rows'] == [[f'frechet\n{conditions}', 0, 2.5, True],
                                         [f'frechet\n{conditions}', 20, 30.5, False],
                                         [f'kid\n{conditions}', 20, None, False]]
    assert answer['warnings']['lines'] == ['step 20: <b>odd</b>\\x1b[31m']

    again = shown(run, marks_of(answer))
    assert again['log']['steps'] == again['metrics']['rows'] == again['warnings']['lines'] == []
    assert not any(again[name]['fresh'] for name in marks_of(again))
    assert len(json.dumps(again)) < 1_000
    with run.log.open('a') as log:
        log.write(rows(30))
    metrics.add(30, {'frechet': (20.5, 0.1)}, CONDITIONS)
    run.warn('step 30: another')
    new = shown(run, marks_of(again))
    assert new['log']['steps'] == [30] and new['warnings']['lines'] == ['step 30: another']
    assert [row[1:3] for row in new['metrics']['rows']] == [[30, 20.5]]


def test_the_time_left(make_run):
    """The mean time of an image, not the mean speed: half of the images at half of the speed."""
    run = make_run(epochs=1_000, batch_size=32)
    run.log.write_text(HEAD + rows(90, rate=100) + rows(100, rate=50))
    with lock.locked(run.path):
        answer = shown(run)
    assert answer['rate'] == round(200 / 3, 4)
    assert answer['left'] == 900 * 32 * 0.015
    assert shown(run).items() >= {'left': None, 'rate': answer['rate']}.items()    # it has ended
    run.log.write_text(HEAD + rows(100, rate=0) + '110,1,1,1,1,1,1,nan\n120,1,1,1,1,1,1,inf\n')
    assert shown(run)['rate'] is None
    run.log.write_text('step,d_loss\n10,1.5\n')                                # in a spreadsheet
    assert shown(run)['rate'] is None


def test_the_newest_warnings_alone(make_run):
    run = make_run()
    for k in range(MAX_WARNINGS + 5):
        run.warn(f'step {k}: ' + 'x' * 10_000)
    lines = shown(run)['warnings']['lines']
    assert len(lines) == MAX_WARNINGS and lines[-1].startswith(f'step {MAX_WARNINGS + 4}: xxx')
    assert max(map(len, lines)) == 500


def test_the_newest_pictures_of_every_grid(make_run):
    run = make_run(pictures=(0, 100, 1_000_000))
    for name in ('fake_x.png', 'fake_1.png', 'other_002000.png', 'fake_003000.png.tmp', 'real.png'):
        (run.images / name).write_bytes(b'x')
    assert shown(run)['pictures'] == {'step': 1_000_000, 'grids': ['fake']}
    for name in ('fake1', 'fake2', 'codes', 'plane', 'rebuilt'):
        write_png(run.images / f'{name}_2000000.png', np.zeros([4, 4, 3], np.uint8))
    assert shown(run)['pictures'] == {'step': 2_000_000,
                                      'grids': ['fake1', 'codes', 'plane', 'fake2']}
    assert picture_file(run.path, 'fake', 100) == run.images / 'fake_000100.png'
    for grid, step in (('fake', 200), ('real', 0), ('../images/fake', 100), ('row', 100)):
        assert picture_file(run.path, grid, step) is None


def test_files_that_are_damaged(make_run):
    run = make_run(log=(10, 20), pictures=(10,))
    with run.log.open('a') as log:
        log.write('30,what is this?\n' + rows(40) + '50,1.0')
    answer = shown(run)
    assert answer['log']['steps'] == [10, 20, 40]
    assert answer['log']['lost'] == 'log.csv has 1 line that cannot be read: left out'
    run.metrics.write_text('no table\n')
    assert 'metrics.csv has 1 line' in shown(run)['metrics']['lost']
    (run.path / 'config.json').write_text('{"config": ')
    answer = shown(run)
    assert answer['state'] == 'unreadable' and 'is not JSON' in answer['problem']
    assert answer['steps'] is answer['left'] is None
    assert answer['log']['steps'] == [10, 20, 40] and answer['pictures']['step'] == 10


def test_no_file_outside_of_the_run_is_read(make_run, tmp_path):
    """A run folder may come from another person, with links in it."""
    secret = tmp_path / 'secret'
    secret.write_text(HEAD + rows(10))
    run = make_run()
    for name in ('log.csv', 'metrics.csv', 'warnings.log', 'images/fake_000001.png'):
        (run.path / name).symlink_to(secret)
    answer = shown(run)
    assert answer['log']['steps'] == answer['warnings']['lines'] == []
    assert answer['metrics']['lost'] == '' and answer['pictures'] is None
