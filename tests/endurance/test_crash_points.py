"""Killed before each single thing that is done to files, and in each write: nothing is lost.

A kill is told from a power cut by what is still in the memory of the system: that is on the disk
in time is seen from the order of the calls.
"""

import functools
import pathlib
import subprocess
import sys

import crash_point
import cv2
import left
import measuring
import numpy as np
import pytest
from tiny import Model

from dcgan_tf import preset
from dcgan_tf.data import ImageFormat, load
from dcgan_tf.fit import run_recorder
from dcgan_tf.run_folder import best_checkpoint, checkpoint_files, lock, run_folder
from dcgan_tf.run_folder.tables import loss_csv, metrics_csv
from tests.growing import Training
from tests.helpers import LOGGED

pytestmark = pytest.mark.slow
PROGRAM = pathlib.Path(__file__).with_name('crashing.py')
CHECKPOINT = ('model-{}.index', 'model-{}.data-00000-of-00001')


@pytest.fixture(scope='module')
def killed(tmp_path_factory):
    """killed(what) -> the runs that each kill left, in order; all that is done, if none is, and
    the run of that.
    """
    environment = crash_point.built(tmp_path_factory.mktemp('library'))

    @functools.cache
    def runs(what):
        folder = tmp_path_factory.mktemp(what) / 'kills'
        pictures(folder.parent / 'pictures')
        folder.mkdir()
        ended = subprocess.run([sys.executable, PROGRAM, what, folder], capture_output=True,
                               text=True, timeout=600, env=environment(OPENBLAS_NUM_THREADS=1))
        assert ended.returncode == 0, ended.stderr
        *cut, whole = (folder / str(n) for n in range(1, 1 + len(list(folder.iterdir()))))
        operations = [(line.split()[0], pathlib.Path(line.split()[1]).name)
                      for line in (whole / 'operations').read_text().splitlines()]
        assert len(cut) == len(operations) > 4
        return [each / 'runs' / 'run' for each in cut], operations, whole / 'runs' / 'run'
    return runs


def pictures(folder):
    """Three of one grey each."""
    folder.mkdir()
    for grey in (10, 20, 30):
        cv2.imwrite(str(folder / f'{grey}.png'), np.full([4, 4, 3], grey, np.uint8))


def go_on(path):
    """What the next start does first; then only whole files are there."""
    run = run_folder.open_run(str(path))
    with lock.locked(path):
        run_recorder._clean(run)
    assert not [file for file in path.rglob('*') if 'tmp' in file.name or 'temp' in file.name]
    return run


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_save(killed):
    """The checkpoint before it or the new one, with all its numbers; the next save is as ever."""
    model, found = Model(), []
    for path in killed('save')[0]:
        step, numbers = model.restore(path / 'checkpoints')
        found.append(step)
        assert numbers == {step}
        run = go_on(path)
        assert model.restore(run.checkpoints) == (step, {step})
        model.save(run.checkpoints, 4)
        assert names(run.checkpoints) == {'checkpoint', *(
            name.format(s) for s in (step, 4) for name in CHECKPOINT)}
    assert found == sorted(found) and set(found) == {2, 3}


def test_a_rollback(killed):
    """config.json is the old or the new one."""
    found = []
    for path in killed('roll_back')[0]:
        run = go_on(path)
        assert run.config == preset()
        found.append(len(run.rollbacks))
        assert set(names(path)) == {'config.json', 'images', 'checkpoints'}
    assert found == sorted(found) and set(found) == {0, 1}


def test_a_way_back(killed):
    """Until it is noted, the next start may find both checkpoints or the one gone back to."""
    model = Model()
    for path in killed('go_back')[0]:
        run = go_on(path)
        step, numbers = model.restore(run.checkpoints)
        assert numbers == {step}
        assert step == 1 if run.rollbacks else step in (1, 2)
        model.go_back(run, 1)
        assert names(run.checkpoints) == {'checkpoint', *(name.format(1) for name in CHECKPOINT)}


def test_a_pack(killed, tmp_path_factory):
    """It is whole or made again, and nothing half written stays."""
    for path in killed('pack')[0]:
        data = load('folder', path.parents[3] / 'pictures', cache=path, fit=ImageFormat((4, 4)))
        assert [int(image.max()) for image in data.images] == [10, 20, 30]
        pack, = path.iterdir()
        assert names(pack) == {'images.npy', 'labels.npy', 'pack.json', 'rejected.tsv'}


def test_figures_and_the_best(killed):
    """The note is of a checkpoint that is there; what is not noted is measured again."""
    found = []
    for path in killed('measure')[0]:
        run = go_on(path)
        found.append(best_checkpoint.read(run.best).step)
        measuring.measure(run, 2)
        assert best_checkpoint.read(run.best).step == 2
        assert names(run.best) == {'note.json', *(name.format(2) for name in CHECKPOINT)}
        rows = metrics_csv.read(run.metrics)
        assert [(row['step'], row['value'], row['split']) for row in rows] == [
            (1, 1.0, 'training pictures against test pictures'),
            (1, 9.0, 'test pictures'), (2, 8.0, 'test pictures')]
    assert found == sorted(found) and set(found) == {1, 2}


def test_a_row_of_the_log(killed):
    """A half row is dropped by who comes next."""
    found = []
    for path in killed('add_row')[0]:
        run = go_on(path)
        loss_csv.LossCsv(run.log, LOGGED, 20, 4, 100)
        found.append([row['step'] for row in loss_csv.read(run.log)])
        lines = run.log.read_text().split('\n')
        assert len(lines) == 2 + len(found[-1]) and lines[-1] == ''
    assert found == sorted(found) and found[0] == [10] and found[-1] == [10, 20]


def test_a_start(killed):
    """--resume auto goes on with what is there, or starts it."""
    for path in killed('start')[0]:
        if not (path / 'config.json').exists():
            run_folder.create(str(path.parent), path.name, preset(), {})
        run = go_on(path)
        assert run.config == preset()
        assert names(path) == {'config.json', 'images', 'checkpoints'}


def test_a_training(killed):
    """All that an undisturbed one has is there in the end, and nothing else."""
    runs, operations, straight = killed('train')
    assert {'model-10.index', 'log.csv', 'fake_000010.png', 'training.gif'} <= {
        name for _, name in operations}
    for path in runs:
        training = Training(path.parent)
        training.go_on()
        assert training.session.run(training.w).tolist() == [10, 10]
        training.session.close()
        assert checkpoint_files.steps(path / 'checkpoints') == [0, 5, 10]
        left.assert_same(path, straight)


def test_a_checkpoint_is_on_the_disk_before_an_older_one_goes(killed):
    operations = killed('save')[1]
    removed = operations.index(('remove', 'model-1.index'))
    ours = [(what, name) for what, name in operations[:removed] if name.startswith('model-3')]
    last_change = max(i for i, (what, _) in enumerate(ours) if what != 'sync')
    assert {name for what, name in ours[last_change:] if what == 'sync'} == {
        name.format(3) for name in CHECKPOINT}
    renamed = max(i for i, (what, _) in enumerate(operations[:removed]) if what == 'rename')
    assert ('sync', 'checkpoints') in operations[renamed:removed]
    assert operations[removed + 1] == ('remove', 'model-1.data-00000-of-00001')


def test_config_json_is_on_the_disk_before_it_has_its_name(killed):
    operations = killed('roll_back')[1]
    temporary, = {name for _, name in operations if name.endswith('.tmp.json')}
    assert operations[-4:] == [('write', temporary), ('sync', temporary),
                               ('rename', 'config.json'), ('sync', 'run')]
