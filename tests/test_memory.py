"""Memory is flat from step 100 to 20,000, with pictures, log, events and checkpoints on the way."""

import pathlib
import subprocess
import sys
import time

import pytest

from dcgan_tf.training import log

ROOT = pathlib.Path(__file__).parents[1]
STEPS, GROWTH = 20_000, 1.05


def resident(process):
    """Bytes, while it runs; else None."""
    try:
        pages = pathlib.Path(f'/proc/{process.pid}/statm').read_text().split()[1]
    except OSError:
        return None
    return int(pages) * 4096 or None


def steps_of(run):
    try:
        return log.read(run / 'log.csv')[-1]['step']
    except (OSError, IndexError):
        return 0


@pytest.mark.slow
@pytest.mark.skipif(not pathlib.Path('/proc/self/statm').exists(), reason='needs Linux\'s /proc')
@pytest.mark.parametrize('more', [[], ['--steps-per-run', '9', '--penalty', 'r1',
                                       '--penalty-every', '4']], ids=str)
def test_memory_is_flat(tmp_path, more):
    words = ['--dataset', 'digits', '--maps', '4,6', '--batch-size', '4', '--penalty', 'none',
             '--eval-step', '50', '--checkpoint-step', '50', '--epochs', str(STEPS)]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / 'main1.py'), *words, *more, '--run-name', 'a'], cwd=tmp_path,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    first = last = None
    while process.poll() is None:
        time.sleep(0.5)
        if first is None and steps_of(tmp_path / 'results' / 'a') >= 100:
            first = resident(process)
        last = resident(process) or last
    assert process.returncode == 0
    assert first and last < GROWTH * first, (first, last)
