"""Reads TF_CONFIG, which schedulers set: all workers, and which of them this process is.

    {"cluster": {"worker": ["a:2222", "b:2222"]}, "task": {"type": "worker", "index": 1}}

All workers train one network, each on its rows of every batch. Only the first worker, index 0,
writes the run folder. A "chief" is the first worker, if there is one.
"""

import dataclasses
import json
import os
import re

from dcgan_tf.errors import UsageError

VARIABLE = 'TF_CONFIG'
LOST = 138               # exit code; schedulers such as Kubeflow's start such a process again
PATIENCE = 600           # seconds that a worker waits for another worker in a step
START_PATIENCE = 900     # seconds that it waits before the first step
FIVE_DIGITS = re.compile(r'[0-9]{1,5}')
TYPES = ('chief', 'worker')              # in the order in which workers are numbered


@dataclasses.dataclass(frozen=True)
class Cluster:
    """All workers, and which of them this process is.

    addresses: HOST:PORT of all workers, in order. index: that of this process, from 0.
    """

    addresses: tuple[str, ...]
    index: int

    @property
    def size(self) -> int:
        """The number of workers."""
        return len(self.addresses)

    @property
    def first(self) -> bool:
        """True for the worker that writes the run folder."""
        return self.index == 0

    @property
    def task(self) -> str:
        """The name of this process in TensorFlow's device names."""
        return f'/job:worker/replica:0/task:{self.index}'

    @property
    def name(self) -> str:
        """The name of this worker in messages."""
        return f'worker {self.index} of {self.size} ({self.addresses[self.index]})'


def batch_per_worker(batch_size: int, workers: int) -> int:
    """Returns each worker's rows of a batch; UsageError if they cannot all have the same number."""
    if batch_size % workers:
        raise UsageError(f'--batch-size {batch_size} is for all {workers} workers together: '
                         f'expected a multiple of {workers}')
    return batch_size // workers


def from_environment() -> Cluster | None:
    """Reads TF_CONFIG; None if it is not set or names only one worker.

    Raises UsageError if it is not valid.
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
    """Makes the Cluster of TF_CONFIG's decoded JSON. Raises UsageError if it is not valid."""
    jobs, task = _part(given, 'cluster'), _part(given, 'task')
    if unknown := sorted(set(jobs) - set(TYPES)):
        raise UsageError(f'{VARIABLE}: cluster has {", ".join(unknown)}: expected only '
                         f'{" and ".join(TYPES)}, as all processes train')
    by_type, addresses = {}, []
    for job in TYPES:
        by_type[job] = _addresses(job, jobs.get(job, []))
        addresses += by_type[job]
    if len(set(addresses)) < len(addresses):
        raise UsageError(f'{VARIABLE}: an address is there twice: {", ".join(addresses)}')
    job, index = task.get('type'), _integer(task.get('index'))
    if job not in TYPES or index is None or not 0 <= index < len(by_type[job]):
        raise UsageError(f'{VARIABLE}: task is {str(job)[:40]} {str(task.get("index"))[:40]}, but '
                         'the cluster has ' + (', '.join(
                             f'{name} 0 to {len(found) - 1}' for name, found in by_type.items()
                             if found) or 'no workers'))
    chiefs = len(by_type['chief']) if job == 'worker' else 0
    return Cluster(tuple(addresses), chiefs + index)


def _part(given, name):
    found = given.get(name) if isinstance(given, dict) else None
    if not isinstance(found, dict):
        raise UsageError(f'{VARIABLE} has no "{name}", or it is no object: expected {{"cluster": '
                         '{"worker": ["HOST:PORT", ...]}, "task": {"type": "worker", "index": 0}}')
    return found


def _addresses(job, found):
    if not isinstance(found, list) or not all(map(_is_address, found)):
        raise UsageError(f'{VARIABLE}: {job} is {json.dumps(found)[:80]}: expected a list of '
                         '"HOST:PORT"')
    if job == 'chief' and len(found) > 1:
        raise UsageError(f'{VARIABLE}: {len(found)} chiefs: expected one')
    return found


def _is_address(text):
    host, _, port = text.rpartition(':') if isinstance(text, str) else ('', '', '')
    return bool(host) and FIVE_DIGITS.fullmatch(port) is not None and 0 < int(port) < 65_536


def _integer(value):
    """Returns an index as an int, also if a scheduler wrote it as text; None if it is not one."""
    return int(value) if FIVE_DIGITS.fullmatch(str(value)) else None
