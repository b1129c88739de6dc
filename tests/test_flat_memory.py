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
    """Bytes; 0 when it has ended."""
    try:
        pages = pathlib.Path(f'/proc/{process.pid}/statm').read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * 4096


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
    seen = []                                                      # from step 100 on
    while process.poll() is None:
        time.sleep(0.5)
        if seen or steps_of(tmp_path / 'results' / 'a') >= 100:
            seen.append(resident(process))
    assert process.returncode == 0
    assert max(seen) < GROWTH * seen[0], (seen[0], max(seen))
