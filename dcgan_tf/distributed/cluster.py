"""Which of how many workers this process is: TF_CONFIG, which schedulers set.

    {"cluster": {"worker": ["a:2222", "b:2222"]}, "task": {"type": "worker", "index": 1}}

All workers train one network, each on its rows of every batch. The first, index 0, alone writes
the run folder; where there is a "chief", that is the first.
"""

import dataclasses
import json
import os
import re

from dcgan_tf.errors import UsageError

VARIABLE = 'TF_CONFIG'
LOST = 138               # exit code: schedulers such as Kubeflow's take it for "try again"
PATIENCE = 600           # seconds that a worker waits for another in a step
START_PATIENCE = 900     # and before the first
SHORT = re.compile(r'[0-9]{1,5}')
TYPES = ('chief', 'worker')              # in the order in which they are counted


@dataclasses.dataclass(frozen=True)
class Cluster:
    """`addresses` HOST:PORT of all workers, in order; `index`: which of them this process is."""

    addresses: tuple[str, ...]
    index: int

    @property
    def size(self) -> int:
        """How many workers."""
        return len(self.addresses)

    @property
    def first(self) -> bool:
        """Is this the worker that writes the run folder?"""
        return self.index == 0

    @property
    def task(self) -> str:
        """This process, as a TensorFlow device."""
        return f'/job:worker/replica:0/task:{self.index}'

    @property
    def name(self) -> str:
        """For messages."""
        return f'worker {self.index} of {self.size} ({self.addresses[self.index]})'


def batch_per_worker(batch_size: int, workers: int) -> int:
    """The rows of each worker. UsageError where a batch cannot be shared out."""
    if batch_size % workers:
        raise UsageError(f'--batch-size {batch_size} is for all {workers} workers together: '
                         f'expected a multiple of {workers}')
    return batch_size // workers


def from_environment() -> Cluster | None:
    """What TF_CONFIG says, or None without it or with one worker alone.

    UsageError where it makes no sense.
    """
    text = os.environ.get(VARIABLE, '').strip()
    if not text:
        return None
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f'{VARIABLE} is not JSON: {error}') from error
    cluster = parse(given)
    return cluster if cluster.size > 1 else None


def parse(given) -> Cluster:
    """The Cluster of what TF_CONFIG's JSON says. UsageError where it makes no sense."""
    jobs, task = _part(given, 'cluster'), _part(given, 'task')
    if unknown := sorted(set(jobs) - set(TYPES)):
        raise UsageError(f'{VARIABLE}: cluster has {", ".join(unknown)}: expected '
                         f'{" and ".join(TYPES)} alone, as all of them train')
    counts, addresses = {}, []
    for kind in TYPES:
        counts[kind] = _addresses(kind, jobs.get(kind, []))
        addresses += counts[kind]
    if len(set(addresses)) < len(addresses):
        raise UsageError(f'{VARIABLE}: an address is there twice: {", ".join(addresses)}')
    kind, index = task.get('type'), _whole(task.get('index'))
    if kind not in TYPES or index is None or not 0 <= index < len(counts[kind]):
        raise UsageError(f'{VARIABLE}: task is {str(kind)[:40]} {str(task.get("index"))[:40]}, but '
                         'the cluster has ' + (', '.join(
                             f'{name} 0 to {len(found) - 1}' for name, found in counts.items()
                             if found) or 'nobody'))
    before = len(counts['chief']) if kind == 'worker' else 0
    return Cluster(tuple(addresses), before + index)


def _part(given, name):
    found = given.get(name) if isinstance(given, dict) else None
    if not isinstance(found, dict):
        raise UsageError(f'{VARIABLE} has no "{name}" with names in it: expected {{"cluster": '
                         '{"worker": ["HOST:PORT", ...]}, "task": {"type": "worker", "index": 0}}')
    return found


def _addresses(kind, found):
    if not isinstance(found, list) or not all(map(_is_address, found)):
        raise UsageError(f'{VARIABLE}: {kind} is {json.dumps(found)[:80]}: expected a list of '
                         '"HOST:PORT"')
    if kind == 'chief' and len(found) > 1:
        raise UsageError(f'{VARIABLE}: {len(found)} chiefs: expected one')
    return found


def _is_address(text):
    host, _, port = text.rpartition(':') if isinstance(text, str) else ('', '', '')
    return bool(host) and SHORT.fullmatch(port) is not None and 0 < int(port) < 65_536


def _whole(value):
    """An index, which some schedulers write as text; None where it is none."""
    return int(value) if SHORT.fullmatch(str(value)) else None
