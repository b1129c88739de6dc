"""What `load_limited.py` answers, from a process with limits of memory and time."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
OURS = 'RunError', 'UsageError'
needs_limits = pytest.mark.skipif(not pathlib.Path('/proc/self/status').exists(),
                                  reason="needs Linux's /proc and limits")


def answers(jobs, folder, *, mib=2048, seconds=1200):
    """An answer for each job, in order, or a failure that names what was being read."""
    log, errors = folder / 'log', folder / 'errors'
    lines = ''.join(f'{json.dumps(job)}\n' for job in jobs)
    words = [sys.executable, str(HERE / 'load_limited.py'), str(mib), str(log)]
    environment = {**os.environ, 'PYTHONPATH': str(ROOT)}
    with errors.open('w') as stderr:             # no pipe: it would fill with decoders' noise
        try:
            run = subprocess.run(words, input=lines, stdout=subprocess.PIPE, stderr=stderr,
                                 text=True, timeout=seconds, env=environment)
        except subprocess.TimeoutExpired:
            pytest.fail(f'no end after {seconds} s; open: {open_pictures(folder)}')
    found = [json.loads(line) for line in run.stdout.splitlines()]
    here = jobs[len(found)]['data_dir'] if len(found) < len(jobs) else None
    assert (run.returncode, here) == (0, None), (open_pictures(folder), errors.read_text()[-3000:])
    return found


def open_pictures(folder):
    """Those that were begun and never ended."""
    rows = [line.split(' ', 1) for line in (folder / 'log').read_text().splitlines()]
    return sorted({name for word, name in rows if word == 'begun'}
                  - {name for word, name in rows if word == 'ended'})


def is_refusal(answer, *names):
    """One line of an error of ours that names one of the files."""
    return (answer.get('error') in OURS and '\n' not in answer['text']
            and any(name in answer['text'] for name in names))
