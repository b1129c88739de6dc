"""A program that is killed in all it does to the files of a run: python crashing.py WHAT FOLDER

FOLDER/N/runs/run is what is left where the N-th thing was not done any more, FOLDER/N/operations
says what was done. The last N is whole: there was no N-th thing.
"""

import itertools
import multiprocessing
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from dcgan_tf import data as datasets
from dcgan_tf import preset
from dcgan_tf.data import ImageFormat
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.tables import loss_csv
from tests.helpers import LOGGED

ROW = dict.fromkeys(LOGGED, 0.5)


def count(folder):
    """Here begins what is tested: from now on the library counts."""
    os.environ['CRASH_BELOW'] = str(folder)


def start(root):
    """A new run."""
    count(root)
    run_folder.create(str(root), 'run', preset(), {})


def save(root):
    """A third checkpoint, of which the oldest of two goes; then the same step once more."""
    from tiny import Model  # not for all: it loads TensorFlow
    run, model = run_folder.create(str(root), 'run', preset(), {}), Model()
    for step in (1, 2):
        model.save(run.checkpoints, step)
    count(root)
    for _ in range(2):
        model.save(run.checkpoints, 3)


def roll_back(root):
    """config.json is written anew."""
    run = run_folder.create(str(root), 'run', preset(), {})
    count(root)
    run.note_rollback(30, 20, 'a collapse')


def measure(root):
    """The figures of a second step, of which the checkpoint is the best, and the first one goes."""
    from measuring import measure
    run = run_folder.create(str(root), 'run', preset(), {})
    measure(run, 1)
    count(root)
    measure(run, 2)


def add_row(root):
    """A second row of log.csv, and the start of the next process."""
    run = run_folder.create(str(root), 'run', preset(), {})
    rows = loss_csv.LossCsv(run.log, LOGGED, 0, 4, 100)
    rows(10, ROW)
    count(root)
    rows(20, ROW)
    loss_csv.LossCsv(run.log, LOGGED, 20, 4, 100)


def train(root):
    """Ten steps, with all that a run writes at its start, in its steps and at its end."""
    from tests.growing import Training
    training = Training(root, checkpoint_step=5, eval_step=10, epochs=10)
    count(root)
    training.go_on()


def go_back(root):
    """The newest of three checkpoints goes, as a collapse wants it."""
    from tiny import Model
    run, model = run_folder.create(str(root), 'run', preset(), {}), Model()
    for step in (1, 2):
        model.save(run.checkpoints, step)
    count(root)
    model.go_back(run, 1)


def pack(root):
    """The pictures beside all that is tested, decoded into the cache."""
    count(root)
    datasets.load('folder', root.parents[2] / 'pictures', cache=root / 'run',
                  fit=ImageFormat((4, 4)))


ALL = {each.__name__: each for each in (start, save, roll_back, measure, add_row, train, go_back,
                                        pack)}


def one(what, folder, n):
    folder.mkdir()
    os.environ.update(CRASH_AT=str(n), CRASH_LOG=str(folder / 'operations'))
    ALL[what](folder / 'runs')


def main(what, folder):
    """A process for each N, forked: to load TensorFlow again and again would take minutes."""
    if what in ('save', 'measure', 'train', 'go_back'):
        import measuring  # noqa: F401
        import tiny  # noqa: F401

        import tests.growing  # noqa: F401
    threads = list(pathlib.Path('/proc/self/task').iterdir())
    assert len(threads) == 1, 'a process with threads cannot be forked'
    for n in itertools.count(1):
        process = multiprocessing.get_context('fork').Process(
            target=one, args=(what, pathlib.Path(folder, str(n)), n))
        process.start()
        process.join()
        if process.exitcode != -9:
            return process.exitcode
    return None


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
