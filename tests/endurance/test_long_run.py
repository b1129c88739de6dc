"""20,000 steps with all that a run can write: memory, open files and threads stay as they were.

Nodes of the graph need no count: `test_graph.py` has it finalized before the first step.
DCGAN_LONG_RUN=FOLDER keeps the samples and a plot of them there.
"""

import csv
import os
import pathlib
import subprocess
import sys
import time
from typing import NamedTuple

import pytest

from dcgan_tf.run_folder.tables import loss_csv

ROOT = pathlib.Path(__file__).parents[2]
STEPS, FIRST = 20_000, 1_000          # by then every kind of thing has been written a few times
ALL = ['--dataset', 'digits', '--maps', '4,6', '--batch-size', '4', '--eval-step', '50',
       '--checkpoint-step', '50', '--metrics', 'frechet', '--metrics-step', '1000', '--metrics-n',
       '100', '--epochs', str(STEPS), '--run-name', 'a']
GROWTH = 1.05                         # of memory


class Sample(NamedTuple):
    step: int
    memory: int                       # bytes
    files: int
    threads: int


def sample(process, step):
    """None when it has ended."""
    here = pathlib.Path(f'/proc/{process.pid}')
    try:
        return Sample(step, 4096 * int((here / 'statm').read_text().split()[1]),
                      len(list((here / 'fd').iterdir())), len(list((here / 'task').iterdir())))
    except (OSError, IndexError):
        return None


def steps_of(run):
    try:
        return loss_csv.read(run / 'log.csv')[-1]['step']
    except (OSError, IndexError):
        return 0


def watched(folder, words):
    """Samples of the training from the first step to the last, one each half second."""
    process = subprocess.Popen([sys.executable, ROOT / 'main1.py', *words], cwd=folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = []
    while process.poll() is None:
        time.sleep(0.5)
        step = steps_of(folder / 'results' / 'a')
        if 0 < step < STEPS and (found := sample(process, step)):
            seen.append(found)                         # behind the last step films are made
    assert process.returncode == 0
    return seen


def keep(folder, seen):
    """The samples, and a plot of them."""
    from matplotlib.figure import Figure
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / 'long_run.csv').open('w', newline='') as file:
        csv.writer(file).writerows([Sample._fields, *seen])
    figure = Figure(figsize=(8, 5), layout='constrained')
    for axes, name in zip(figure.subplots(3, 1, sharex=True), Sample._fields[1:], strict=True):
        values = [getattr(each, name) / (1e6 if name == 'memory' else 1) for each in seen]
        axes.plot([each.step for each in seen], values)
        axes.set(ylabel=f'{name}, MB' if name == 'memory' else name, ylim=(0, None))
    axes.set_xlabel('step')
    figure.savefig(folder / 'long_run.png')


@pytest.mark.slow
@pytest.mark.skipif(not pathlib.Path('/proc/self/statm').exists(), reason='needs Linux\'s /proc')
@pytest.mark.parametrize('more', [['--penalty', 'none'], [
    '--steps-per-run', '9', '--penalty', 'r1', '--penalty-every', '4']], ids=['plain', 'many'])
def test_nothing_grows(tmp_path, more):
    seen = watched(tmp_path, [*ALL, *more])
    if folder := os.environ.get('DCGAN_LONG_RUN'):
        keep(pathlib.Path(folder), seen)
    late = [each for each in seen if each.step >= FIRST]
    assert late[0].step < 2 * FIRST and late[-1].step > 0.95 * STEPS
    assert max(each.memory for each in late) < GROWTH * late[0].memory
    assert max(each.files for each in late) <= max(each.files for each in seen[:10]) + 2
    assert max(each.threads for each in late) <= max(each.threads for each in seen[:10]) + 1
