"""Starts, watches and stops the workers of one machine."""

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

from dcgan_tf import portable, program
from dcgan_tf.distributed.cluster import LOST, VARIABLE
from dcgan_tf.errors import UsageError
from dcgan_tf.signals import SIGNALS

STOPPED = {128 + number for number in SIGNALS}           # ended by a signal, after saving
BY_SIGNAL = {128 + number for number in signal.valid_signals()}        # LOST is one of them
GRACE = 30.0             # seconds that workers have to end by themselves when one has failed
REFUSED = 2              # exit code of a worker that its command line or its data do not fit
POLL_SECONDS = 0.1       # time between two checks of the workers
FIRST_PORT, PORT_RANGE = 10_000, pathlib.Path('/proc/sys/net/ipv4/ip_local_port_range')
PR_SET_PDEATHSIG = 1     # from <linux/prctl.h>
MAX_PASSED_ON = 2        # signals that are passed on to the workers; one more kills them


class Workers:
    """Starts several processes of one command; their TF_CONFIG has one cluster, an index for each.

    The first process has the terminal; the output of the others goes into `logs`/worker-K.log.
    """

    def __init__(self, command, count, logs, variables):
        """variables: k -> the environment variables of worker k in addition to TF_CONFIG."""
        addresses = [f'localhost:{port}' for port in free_ports(count)]
        self._logs, self._files = contextlib.ExitStack(), [None]
        self._processes, self._sent = [], set()          # (k, signal) that were sent to workers
        try:
            outputs = [None, *(self._log(logs, k) for k in range(1, count))]
            for k, output in enumerate(outputs):
                task = {'cluster': {'worker': addresses}, 'task': {'type': 'worker', 'index': k}}
                self._processes.append(subprocess.Popen(
                    command, env={**os.environ, **variables(k), VARIABLE: json.dumps(task)},
                    stdout=output, stderr=output, start_new_session=True,
                    preexec_fn=end_with_parent))
        except BaseException:
            self._signal(signal.SIGKILL)                 # nothing would watch the ones started
            self._logs.close()
            raise

    def wait(self, signals=()):
        """Waits until all have ended; returns their exit codes.

        When one fails, the others have GRACE seconds to end; when one is REFUSED, they are killed
        at once, as they only wait for it. signals: a list to which the caller
        adds each signal that it receives. Two are passed on to the workers, the third kills them.
        """
        deadline, passed = None, 0
        while None in (codes := self.codes()):
            for number in signals[passed:]:
                passed += 1
                self._signal(number if passed <= MAX_PASSED_ON else signal.SIGKILL)
            if deadline is None and any(code not in (None, 0, *STOPPED) for code in codes):
                deadline = time.monotonic() + GRACE
            if REFUSED in codes or (deadline and time.monotonic() > deadline):
                self._signal(signal.SIGKILL)
            time.sleep(POLL_SECONDS)
        self._logs.close()
        return self.codes()

    def codes(self):
        """Returns the exit code of each process; None = it is still running."""
        return [process.poll() for process in self._processes]

    def failures(self):
        """Yields (k, exit code) of each worker that failed by itself, not by a signal from here."""
        for k, code in enumerate(self.codes()):
            if code not in (0, *STOPPED) and (k, -code) not in self._sent:
                yield k, code

    def last_line(self, k):
        """Returns the last line in worker k's log; '' for worker 0 or if it was killed."""
        if self._files[k] is None or self.codes()[k] < 0:
            return ''
        lines = self._files[k].read_text(encoding='utf-8', errors='replace').splitlines()
        return lines[-1][:500] if lines else ''

    def _log(self, logs, k):
        self._files.append(pathlib.Path(logs, f'worker-{k}.log'))
        return self._logs.enter_context(self._files[k].open('ab'))

    def _signal(self, number):
        for k, process in enumerate(self._processes):
            if process.poll() is None:
                process.send_signal(number)
                self._sent.add((k, number))


def check_system():
    """Raises UsageError on Windows, which cannot pass signals on to the workers."""
    if portable.WINDOWS:
        raise UsageError('several workers on one machine need Linux or macOS: on Windows train '
                         f'with one process, {program.command("train")}')


def end_with_parent():
    """Asks Linux to send this process SIGTERM when its parent has ended, also by kill -9."""
    if sys.platform == 'linux':
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_ports(count):
    """Returns `count` ports of this machine that are not in use.

    If possible, they are below the ports that the system assigns to outgoing connections: a worker
    that starts early might else be assigned the port of a later one.
    """
    candidates = range(FIRST_PORT, _first_assigned_port())
    ports = []
    with contextlib.ExitStack() as stack:
        for port in [*random.sample(candidates, min(len(candidates), 10 * count)), *[0] * count]:
            probe = stack.enter_context(contextlib.closing(socket.socket()))
            with contextlib.suppress(OSError):                          # the port is in use
                probe.bind(('', port))
                ports.append(probe.getsockname()[1])
            if len(ports) == count:
                break
    return ports


def _first_assigned_port():
    """Returns the first port that the system assigns by itself; 0 if that is not known."""
    try:
        return int(PORT_RANGE.read_text(encoding='utf-8').split()[0])
    except (OSError, ValueError):
        return 0


def outcome(codes, signals=()):
    """Returns (one exit code for all, whether to start them again).

    Start again if a worker was killed or lost another worker. Do not start again if a worker failed
    by itself, as it would fail again, or if a signal stopped it.
    """
    codes = [128 - code if code < 0 else code for code in codes]        # as a shell reports them
    failed = [code for code in codes if code and code not in BY_SIGNAL]
    stopped = [code for code in codes if code in STOPPED]
    if failed:
        return failed[0], False
    if signals and any(codes):
        return 128 + signals[0], False
    if stopped:
        return max(stopped), False
    return (LOST, True) if any(codes) else (0, False)
