"""Programs as workers of one cluster, on this machine."""

import json
import os
import subprocess
import sys

from dcgan_tf.distributed.launching import free_ports


def environments(count):
    """The environment of each worker of a new cluster; of one alone that of no cluster."""
    base = {k: v for k, v in os.environ.items() if k != 'TF_CONFIG'}
    base.update(TF_CPP_MIN_LOG_LEVEL='3', TF_USE_LEGACY_KERAS='1')
    if count == 1:
        return [base]
    addresses = [f'localhost:{port}' for port in free_ports(count)]
    return [{**base, 'TF_CONFIG': json.dumps({
        'cluster': {'worker': addresses}, 'task': {'type': 'worker', 'index': k}})}
        for k in range(count)]


def started(count, words, **options):
    """The program in so many processes, each with its environment; `words(k)`: of worker k."""
    return [subprocess.Popen([sys.executable, *map(str, words(k))], env=environment, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
            for k, environment in enumerate(environments(count))]


def ended(processes, timeout=280):
    """-> (exit code, stdout, stderr) of each."""
    try:
        texts = [process.communicate(timeout=timeout) for process in processes]
    finally:
        for process in processes:
            process.kill()
    return [(process.returncode, *text) for process, text in zip(processes, texts, strict=True)]
