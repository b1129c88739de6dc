"""Workers that are killed, late, stopped or not alike, as `main1.py` meets them."""

import signal
import socket
import subprocess
import sys
import time

import numpy as np
import party
import pytest

from dcgan_tf.run_folder import checkpoint_files
from dcgan_tf.run_folder.tables import loss_csv
from tests import programs
from tests.helpers import assert_same, checkpoint
from tests.programs import ROOT

MAIN = ROOT / 'main1.py'
SMALL = ['--dataset', 'digits', '--maps', '4,6', '--batch-size', '4', '--penalty', 'none',
         '--z-dim', '2', '--threads', '1', '--eval-step', '1000', '--checkpoint-step', '10',
         '--run-name', 'a']


@pytest.fixture
def run(here):
    """The folder of the run that all workers train, which is not there yet."""
    return here / 'results' / 'a'


def start(*words, second=()):
    """Two workers; `second`: more words for worker 1 alone."""
    return party.started(2, lambda k: [MAIN, *SMALL, *words, *(second if k else ())])


def wait_for(run, step, processes):
    """Until the log has that step."""
    for _ in range(1200):
        try:
            if loss_csv.read(run / 'log.csv')[-1]['step'] >= step:
                return
        except (OSError, IndexError):
            pass
        assert all(process.poll() is None for process in processes), party.ended(processes)
        time.sleep(0.1)
    pytest.fail(f'step {step} was never reached: {party.ended(processes, 1)}')


def last_line(error):
    return [line for line in error.splitlines() if line.startswith('main1.py: ')][-1]


@pytest.mark.slow
@pytest.mark.parametrize('killed', [0, 1])
def test_a_killed_worker_is_noticed(run, killed):
    processes = start('--epochs', '100000')
    wait_for(run, 10, processes)
    processes[killed].kill()
    begun = time.monotonic()
    processes[1 - killed].wait(60)
    assert time.monotonic() - begun < 30              # seconds, most of them Python's own end
    code, _, error = party.ended(processes)[1 - killed]
    assert code == 138 and 'another worker is gone' in last_line(error)
    assert 'Traceback' not in error


@pytest.mark.slow
def test_a_frozen_worker_is_noticed(run):
    processes = start('--epochs', '100000', '--worker-timeout', '5')
    wait_for(run, 10, processes)
    processes[1].send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    processes[0].wait(60)
    assert time.monotonic() - begun < 30
    processes[1].kill()
    code, _, error = party.ended(processes)[0]
    assert code == 138 and 'did not answer for 5 s' in last_line(error)


@pytest.mark.slow
@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_one_worker_stops_all_after_one_save(run, number):
    processes = start('--epochs', '100000', '--checkpoint-step', '100000')
    wait_for(run, 10, processes)
    processes[1].send_signal(number)
    first, other = party.ended(processes, 60)
    assert (first[0], other[0]) == (128 + number, 128 + number)
    assert 'stopped and saved at step' in first[1]
    steps = checkpoint_files.steps(run / 'checkpoints')
    assert len(steps) == 2 and steps[0] == 0                     # before the first, after the last


@pytest.mark.slow
def test_after_a_kill_the_result_is_that_of_an_undisturbed_run(run):
    """Killed half-way, all started again by the launcher, from the newest checkpoint."""
    words = [sys.executable, str(ROOT / 'tools' / 'launch.py'), '--workers', '2', '--restarts', '2',
             '--', str(MAIN), *SMALL, '--epochs', '400']
    launcher = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(run, 30, [launcher])
    found = subprocess.run(['pgrep', '-P', str(launcher.pid)], capture_output=True, text=True)
    subprocess.run(['kill', '-9', found.stdout.split()[1]], check=True)
    (code, _, error), = party.ended([launcher])
    assert code == 0, error[-3000:]
    assert 'started again, 2 times at most' in error
    disturbed = checkpoint(run, 400)
    run.rename(run.with_name('b'))
    assert [end[0] for end in party.ended(start('--epochs', '400'))] == [0, 0]
    assert_same(checkpoint(run, 400), disturbed)


@pytest.mark.slow
@pytest.mark.parametrize(('second', 'match'), [
    (['--seed', '7'], 'worker 1 has seed = 7 (worker 0: 0)'),
    (['--learning-rate', '1e-3', '--beta1', '0.4'], 'worker 1 has beta1 = 0.4 (worker 0: 0.5)'),
    (['--no-sync-batch-norm'], 'worker 1 has sync_batch_norm = false (worker 0: true)')])
def test_a_worker_that_differs_is_refused_by_name(run, second, match):
    for code, _, error in party.ended(start('--epochs', '20', second=second)):
        assert code == 2 and match in last_line(error)
    assert not run.exists()                              # the next start may have the name


@pytest.mark.slow
def test_all_workers_start_from_the_networks_of_an_earlier_run(here, run):
    """Two end with what one alone would end with, but for rounding; worker 0 alone loads them."""
    assert programs.run([MAIN, *SMALL, '--epochs', '20'])[0] == 0
    words = ['--dataset', 'digits', '--batch-size', '4', '--penalty', 'none', '--threads', '1',
             '--init-from', str(run), '--epochs', '1', '--seed', '3']
    ends = party.ended(party.started(2, lambda k: [MAIN, *words, '--run-name', 'both']))
    assert [code for code, _, _ in ends] == [0, 0], ends
    assert ['networks from' in out for _, out, _ in ends] == [True, False]
    assert programs.run([MAIN, *words, '--run-name', 'alone'])[0] == 0
    both, alone = (run.with_name(name) for name in ('both', 'alone'))
    assert_same(checkpoint(both, 0), checkpoint(alone, 0))
    for name, value in checkpoint(alone, 1).items():
        if name.endswith('/weights'):
            np.testing.assert_allclose(checkpoint(both, 1)[name], value, atol=1e-3, err_msg=name)
    np.testing.assert_array_equal(checkpoint(both, 0)['Generator/g0_linear/weights'],
                                  checkpoint(run, 20)['Generator/g0_linear/weights'])


@pytest.mark.slow
def test_other_data_is_refused(here):
    for k, seed in enumerate((0, 1)):
        images = np.random.default_rng(seed).integers(0, 256, (40, 12, 12), np.uint8)
        np.savez(f'{k}.npz', images=images)
    processes = party.started(2, lambda k: [
        MAIN, *SMALL[2:], '--dataset', 'npz', '--data-dir', f'{k}.npz', '--epochs', '20'])
    for code, _, error in party.ended(processes):
        assert code == 2 and 'worker 1 has data = ' in last_line(error)


@pytest.mark.slow
@pytest.mark.parametrize('index', [0, 1])
def test_who_never_comes_is_waited_for_up_to_a_limit(run, index):
    code, _, error = programs.run([MAIN, *SMALL, '--start-timeout', '3'],
                                  env=party.environments(2)[index])
    assert code == 138 and 'did not answer for 3 s' in last_line(error)
    assert not run.exists()                              # a name that is still free


@pytest.mark.slow
@pytest.mark.parametrize(('number', 'code'), [(signal.SIGTERM, -signal.SIGTERM),
                                              (signal.SIGINT, 130)])
@pytest.mark.parametrize('index', [0, 1])
def test_who_waits_hears_a_signal(here, index, number, code):
    with programs.Program([MAIN, *SMALL], env=party.environments(2)[index]) as program:
        while 'model: ' not in program.text():
            assert program.poll() is None
            time.sleep(0.1)
        time.sleep(3)
        program.send_signal(number)
        assert program.wait(20) == code


@pytest.mark.slow
def test_a_port_in_use_is_named(here):
    environment = party.environments(2)[0]
    port = int(environment['TF_CONFIG'].partition('localhost:')[2].partition('"')[0])
    with socket.socket() as taken:
        taken.bind(('', port))
        taken.listen()
        code, _, error = programs.run([MAIN, *SMALL], env=environment)
    assert code == 2 and f'port {port} cannot be used' in last_line(error)


@pytest.mark.slow
def test_a_nan_ends_all_in_the_same_step(here):
    processes = start('--epochs', '1000', '--objective', 'f_gan_kl', '--learning-rate', '9')
    ends = party.ended(processes)
    lines = {last_line(error) for _, _, error in ends}
    assert [end[0] for end in ends] == [1, 1] and len(lines) == 1
    assert 'NaN or infinity out of ' in lines.pop()


@pytest.mark.slow
@pytest.mark.parametrize('count', [2, 4])
def test_a_collapse_sends_all_back(run, count):
    """NaN again and again: three rollbacks, which all workers make, then the end."""
    processes = party.started(count, lambda k: [
        MAIN, *SMALL, '--epochs', '1000', '--objective', 'f_gan_kl', '--learning-rate', '9',
        '--on-collapse', 'rollback'])
    for code, _, error in party.ended(processes):
        assert code == 1 and 'after 3 rollbacks' in last_line(error)
    assert len((run / 'warnings.log').read_text().splitlines()) >= 4
