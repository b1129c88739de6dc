"""Programs as workers of one cluster, on this machine."""

import contextlib
import json

from dcgan_tf.distributed.launching import free_ports
from tests.programs import Program


def environments(count):
    """Returns the environment of each worker of a new cluster. A single worker gets no cluster."""
    quiet = {'TF_CPP_MIN_LOG_LEVEL': '3', 'TF_CONFIG': None}
    if count == 1:
        return [quiet]
    addresses = [f'localhost:{port}' for port in free_ports(count)]
    return [{**quiet, 'TF_CONFIG': json.dumps({
        'cluster': {'worker': addresses}, 'task': {'type': 'worker', 'index': k}})}
        for k in range(count)]


def started(count, words):
    """The program in so many processes, each with its environment; `words(k)`: of worker k."""
    return [Program(words(k), env=environment) for k, environment in enumerate(environments(count))]


def ended(processes, timeout=280):
    """-> (exit code, stdout, stderr) of each. Whatever happens, none of them runs any more."""
    with contextlib.ExitStack() as last:
        for process in processes:
            last.enter_context(process)
            last.callback(process.kill)
        texts = [process.communicate(timeout=timeout) for process in processes]
        return [(process.returncode, *text)
                for process, text in zip(processes, texts, strict=True)]
