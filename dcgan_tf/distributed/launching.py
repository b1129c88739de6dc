"""The workers of one machine: started, watched, stopped, started again."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

from dcgan_tf.distributed.cluster import VARIABLE

LOST = 138               # how a worker ends whose peer is gone: `cli.exits`
GRACE = 30.0             # seconds that workers have to end by themselves when one has
LOOK = 0.1               # seconds between two looks


class Workers:
    """Processes of one command, each with a TF_CONFIG of its own and all with one cluster.

    The first has the terminal; what the others print goes into `logs`/worker-K.log.
    """

    def __init__(self, command, count, logs, variables):
        """variables: (k) -> environment variables of worker k beside TF_CONFIG."""
        addresses = [f'localhost:{port}' for port in free_ports(count)]
        self._logs = contextlib.ExitStack()
        self._processes = []
        for k in range(count):
            task = {'cluster': {'worker': addresses}, 'task': {'type': 'worker', 'index': k}}
            output = self._log(logs, k) if k else None
            self._processes.append(subprocess.Popen(
                command, env={**os.environ, **variables(k), VARIABLE: json.dumps(task)},
                stdout=output, stderr=output, start_new_session=True))

    def wait(self, sent=lambda: None):
        """Until all have ended -> their exit codes. When one fails, the others get GRACE seconds.

        sent: the signal to pass on, once there is one.
        """
        deadline, passed = None, None
        while any(code is None for code in self.codes()):
            if sent() is not None and passed is None:
                passed = sent()
                self._signal(passed)
            if deadline is None and any(self.codes()):
                deadline = time.monotonic() + GRACE
            if deadline and time.monotonic() > deadline:
                self.kill()
            time.sleep(LOOK)
        self._logs.close()
        return self.codes()

    def _log(self, logs, k):
        return self._logs.enter_context(pathlib.Path(logs, f'worker-{k}.log').open('ab'))

    def codes(self):
        """The exit code of each; None = it runs."""
        return [process.poll() for process in self._processes]

    def kill(self):
        """Ends at once what still runs."""
        self._signal(signal.SIGKILL)

    def _signal(self, number):
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(number)


def free_ports(count):
    """Ports of this machine that nobody has, until somebody takes them."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(contextlib.closing(socket.socket())) for _ in range(count)]
        for probe in probes:
            probe.bind(('localhost', 0))
        return [probe.getsockname()[1] for probe in probes]


def verdict(codes):
    """-> (exit code of all, may another start help?).

    A worker that was killed, or that another has left, may do well next time; one that has failed
    by itself would fail again.
    """
    own = [code for code in codes if 0 < code < 128]
    stopped = [code for code in codes if code in (128 + signal.SIGINT, 128 + signal.SIGTERM)]
    if own:
        return own[0], False
    if any(code == LOST or code < 0 for code in codes):
        return LOST, True
    return max(stopped, default=0), False
