"""The workers of one machine: started, watched, stopped."""

import contextlib
import ctypes
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time

from dcgan_tf.distributed.cluster import LOST, VARIABLE

STOPPED = {128 + signal.SIGINT, 128 + signal.SIGTERM}    # by a signal, after saving
BY_SIGNAL = {128 + number for number in signal.valid_signals()}        # LOST is one of them
GRACE = 30.0             # seconds that workers have to end by themselves when one has failed
LOOK = 0.1               # seconds between two looks
FIRST_PORT, GIVEN = 10_000, pathlib.Path('/proc/sys/net/ipv4/ip_local_port_range')
PR_SET_PDEATHSIG = 1     # of <linux/prctl.h>
PATIENT = 2              # signals that are passed on; one more kills


class Workers:
    """Processes of one command, each with a TF_CONFIG of its own and all with one cluster.

    The first has the terminal; what the others print goes into `logs`/worker-K.log.
    """

    def __init__(self, command, count, logs, variables):
        """variables: (k) -> environment variables of worker k beside TF_CONFIG."""
        addresses = [f'localhost:{port}' for port in free_ports(count)]
        self._logs, self._files = contextlib.ExitStack(), [None]
        self._processes = []
        try:
            outputs = [None, *(self._log(logs, k) for k in range(1, count))]
            for k, output in enumerate(outputs):
                task = {'cluster': {'worker': addresses}, 'task': {'type': 'worker', 'index': k}}
                self._processes.append(subprocess.Popen(
                    command, env={**os.environ, **variables(k), VARIABLE: json.dumps(task)},
                    stdout=output, stderr=output, start_new_session=True,
                    preexec_fn=end_with_parent))
        except BaseException:
            self._signal(signal.SIGKILL)                 # nobody would watch those that are there
            self._logs.close()
            raise

    def wait(self, signals=()):
        """Until all have ended -> their exit codes. When one fails, the others get GRACE seconds.

        signals: those that came so far, a list that grows; each is passed on, the third kills.
        """
        deadline, passed = None, 0
        while any(code is None for code in self.codes()):
            for number in signals[passed:]:
                passed += 1
                self._signal(number if passed <= PATIENT else signal.SIGKILL)
            failed = any(code not in (None, 0, *STOPPED) for code in self.codes())
            if failed and deadline is None:
                deadline = time.monotonic() + GRACE
            if deadline and time.monotonic() > deadline:
                self._signal(signal.SIGKILL)
            time.sleep(LOOK)
        self._logs.close()
        return self.codes()

    def codes(self):
        """The exit code of each; None = it runs."""
        return [process.poll() for process in self._processes]

    def last_words(self, k):
        """The last line that worker k has printed; empty where it had the terminal or was killed.
        """
        if self._files[k] is None or self.codes()[k] < 0:
            return ''
        lines = self._files[k].read_text(errors='replace').splitlines()
        return lines[-1][:500] if lines else ''

    def _log(self, logs, k):
        self._files.append(pathlib.Path(logs, f'worker-{k}.log'))
        return self._logs.enter_context(self._files[k].open('ab'))

    def _signal(self, number):
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(number)


def end_with_parent():
    """Asks Linux to send this process SIGTERM when its parent is gone, also by kill -9."""
    if sys.platform == 'linux':
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_ports(count):
    """Ports of this machine that nobody has.

    If it can be, none of those that the system gives to whoever connects to somewhere: a worker
    that comes first might be given that of a later one.
    """
    own = range(FIRST_PORT, _first_given())
    ports = []
    with contextlib.ExitStack() as stack:
        for port in [*random.sample(own, min(len(own), 10 * count)), *[0] * count]:
            probe = stack.enter_context(contextlib.closing(socket.socket()))
            with contextlib.suppress(OSError):                          # somebody has it
                probe.bind(('', port))
                ports.append(probe.getsockname()[1])
            if len(ports) == count:
                break
    return ports


def _first_given():
    """The first port that the system gives by itself; 0 where it does not say."""
    try:
        return int(GIVEN.read_text().split()[0])
    except (OSError, ValueError):
        return 0


def outcome(codes, signals=()):
    """-> (exit code of all, may another start help?).

    A worker that was killed, or that another has left, may do well next time; one that has failed
    by itself would fail again, and who was told to stop shall stay so.
    """
    codes = [128 - code if code < 0 else code for code in codes]        # as shells count
    own = [code for code in codes if code and code not in BY_SIGNAL]
    stopped = [code for code in codes if code in STOPPED]
    if own:
        return own[0], False
    if signals and any(codes):
        return 128 + signals[0], False
    if stopped:
        return max(stopped), False
    return (LOST, True) if any(codes) else (0, False)
