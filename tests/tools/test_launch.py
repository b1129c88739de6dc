"""tools/launch.py: workers of one machine, started, watched, stopped, started again."""

import functools
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest

from dcgan_tf.commands import launch
from dcgan_tf.distributed import launching
from dcgan_tf.program import name
from tests.cases import cases
from tests.helpers import call_tool

ROOT = pathlib.Path(__file__).parents[2]
WORKER = '''
import json, os, pathlib, signal, sys, time
task = json.loads(os.environ['TF_CONFIG'])
k, count = task['task']['index'], len(task['cluster']['worker'])
'''
call = functools.partial(call_tool, launch)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """program(body) -> a program whose `k` is the worker's number, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def make(body):
        (tmp_path / 'worker.py').write_text(WORKER + body)
        return 'worker.py'
    return make


def started(folder, words):
    """Two workers, when both have said that they are here."""
    process = subprocess.Popen([sys.executable, ROOT / 'tools' / 'launch.py', '--workers', '2',
                                '--restarts', '3', '--', words], stdout=subprocess.DEVNULL)
    for _ in range(300):
        if len(list(folder.glob('*.here'))) == 2:
            return process
        time.sleep(0.1)
    process.kill()
    pytest.fail('they never came')


def test_each_worker_has_its_place_and_its_log(program):
    words = program('''
print(k, count, task['cluster']['worker'][k], *sys.argv[1:])
pathlib.Path(f'{k}.json').write_text(json.dumps(task))
''')
    assert call('--workers', 3, '--logs', 'l', '--', words, '--a', 'b') == 0
    tasks = [json.loads(pathlib.Path(f'{k}.json').read_text()) for k in range(3)]
    assert [task['task'] for task in tasks] == [{'type': 'worker', 'index': k} for k in range(3)]
    addresses, = {tuple(task['cluster']['worker']) for task in tasks}
    assert len(set(addresses)) == 3
    for k in (1, 2):
        assert pathlib.Path(f'l/worker-{k}.log').read_text() == f'{k} 3 {addresses[k]} --a b\n'
    assert not pathlib.Path('l/worker-0.log').exists()


@pytest.mark.parametrize(('ends', 'code'), [
    ('[0, 2]', 2), ('[138, 1]', 1)])
def test_the_exit_code_is_that_of_the_cause(program, ends, code):
    """All other pairs: `test_verdict`."""
    assert call('--workers', 2, '--', program(f'sys.exit({ends}[k])')) == code


@cases(('codes', 'expected'), [
    ([0, 0], (0, False)), ([138, -9], (138, True)), ([-9, 138], (138, True)),
    ([1, -9], (1, False)), ([130, 143], (143, False)),
    ([129, 0], (129, False)), ([-1, 138], (129, False)), ([0, 138], (138, True)),
    ([-9, -15], (143, False)), ([143, 138], (143, False)), ([130, -9], (130, False)),
    ([255, 0], (255, False)), ([138, 137], (138, True)), ([-6, 138], (138, True)),
    ([1, 138], (1, False)), ([138, 138], (138, True)), ([143, 143], (143, False))])
def test_verdict(codes, expected):
    assert launching.outcome(codes) == expected


@cases(('codes', 'expected'), [
    ([-15, -15], 143), ([143, 143], 143), ([0, 0], 0), ([138, -9], 143), ([1, -15], 1)])
def test_verdict_after_a_signal(codes, expected):
    assert launching.outcome(codes, [signal.SIGTERM]) == (expected, False)


@pytest.mark.slow
def test_who_saves_after_a_signal_has_time(program, monkeypatch):
    monkeypatch.setattr(launching, 'GRACE', 0.1)
    words = program('''
if k == 0:
    time.sleep(2)
    pathlib.Path('saved').write_text('')
sys.exit(143)
''')
    assert call('--workers', 2, '--', words) == 143 and pathlib.Path('saved').exists()


def test_the_last_line_of_who_fails_is_told(program, capfd):
    words = program('print("one"); print("two", k); sys.exit(2 * k)')
    assert call('--workers', 2, '--', words) == 2
    assert capfd.readouterr().err == f'{name()}: worker 1 ended with 2: two 1\n'


def test_who_is_refused_ends_all_at_once(program, capfd):
    """The others wait for it in vain; that they were ended is no failure of theirs."""
    begun = time.monotonic()
    words = program('sys.exit(2) if k == 0 else time.sleep(100)')
    assert call('--workers', 3, '--restarts', 1, '--', words) == 2
    assert time.monotonic() - begun < launching.GRACE / 2
    assert capfd.readouterr().err == f'{name()}: worker 0 ended with 2\n'


@pytest.mark.slow
def test_a_third_signal_kills(program, tmp_path):
    words = program('''
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(f'{k}.here').write_text('')
time.sleep(100)
''')
    process = started(tmp_path, words)
    try:
        for _ in range(3):
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        assert process.wait(30) == 143
    finally:
        process.kill()


def test_a_lost_worker_is_started_again_with_all_others(program, capfd):
    words = program('''
log = pathlib.Path(f'{k}.txt')
log.write_text((log.read_text() if log.exists() else '') + 'x')
if len(log.read_text()) < 3:
    if k == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    sys.exit(138)
''')
    assert call('--workers', 2, '--restarts', 3, '--', words) == 0
    assert [pathlib.Path(f'{k}.txt').read_text() for k in (0, 1)] == ['xxx', 'xxx']
    err = capfd.readouterr().err
    assert 'worker 0 ended with 138' in err and 'worker 1 ended with -9' in err
    assert 'all are started again, 3 times at most' in err


@pytest.mark.slow
def test_restarts_have_an_end(program):
    words = program('''
log = pathlib.Path(f'{k}.txt')
log.write_text((log.read_text() if log.exists() else '') + 'x')
sys.exit(138)
''')
    assert call('--workers', 2, '--restarts', 2, '--', words) == 138
    assert pathlib.Path('0.txt').read_text() == 'xxx'


@pytest.mark.slow
def test_who_does_not_leave_is_ended(program, monkeypatch):
    monkeypatch.setattr(launching, 'GRACE', 0.5)
    begun = time.monotonic()
    assert call('--workers', 2, '--', program('sys.exit(138) if k else time.sleep(100)')) == 138
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_reaches_all_workers(program, tmp_path, number):
    words = program('''
def leave(number, frame):
    pathlib.Path(f'{k}.left').write_text(str(number))
    sys.exit(128 + number)
signal.signal(signal.SIGTERM, leave)
signal.signal(signal.SIGINT, leave)
signal.signal(signal.SIGHUP, leave)
pathlib.Path(f'{k}.here').write_text('')
time.sleep(100)
''')
    process = started(tmp_path, words)
    try:
        process.send_signal(number)
        assert process.wait(30) == 128 + number
    finally:
        process.kill()
    assert [(tmp_path / f'{k}.left').read_text() for k in (0, 1)] == [str(int(number))] * 2


def test_a_closed_terminal_counts_once_and_after_nohup_not_at_all():
    with launch.collected_signals() as received:
        for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGHUP):
            signal.raise_signal(number)
    assert received == [signal.SIGHUP, signal.SIGTERM]
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with launch.collected_signals() as received:
            signal.raise_signal(signal.SIGHUP)
        assert received == []
    finally:
        signal.signal(signal.SIGHUP, before)


def test_main1_gets_threads_and_a_name():
    cores = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()
    threads = ['--threads', str(max(1, cores // 2))]
    plain = launch.completed(['main1.py', '--epochs', '3'], 2, 0)
    assert plain == ['main1.py', '--epochs', '3', *threads]
    assert launch.completed(['x/main1.py', '--threads=5'], 2, 0) == ['x/main1.py', '--threads=5']
    *_, name, resume, auto = launch.completed(['main1.py'], 2, 3)
    assert (resume, auto) == ('--resume', 'auto') and name
    named = launch.completed(['main1.py', '--run-name', 'a'], 2, 3)
    assert named == ['main1.py', '--run-name', 'a', *threads, '--resume', 'auto']
    again = launch.completed(['main1.py', '--resume', 'a'], 2, 3)
    assert again == ['main1.py', '--resume', 'a', *threads]
    assert launch.completed(['other.py'], 2, 3) == ['other.py']
    assert launch.completed(['train', '--epochs', '3'], 2, 0) == [
        str(ROOT / 'main1.py'), '--epochs', '3', *threads]


def test_two_runs_of_one_second_have_two_names(monkeypatch):
    """The clock may have gone back in between; `--resume auto` would go on with the first."""
    monkeypatch.setattr('time.strftime', lambda form: '20261129-023000')
    first, second = (launch.completed(['main1.py'], 2, 3)[-3] for _ in range(2))
    assert first != second and first.startswith('20261129-023000-')


def test_one_worker_a_gpu(monkeypatch):
    gpus = ['0', '1', '2', '3']
    assert launch.workers('auto', gpus) == 4 and launch.workers('2', gpus) == 2
    assert launch.of_gpu(3, gpus) == {'CUDA_VISIBLE_DEVICES': '3'} and launch.of_gpu(3, []) == {}
    for given, expected in (('2,3', ['2', '3']), ('', []), ('-1', []), ('GPU-a,GPU-b',
                                                                      ['GPU-a', 'GPU-b'])):
        monkeypatch.setenv('CUDA_VISIBLE_DEVICES', given)
        assert launch.visible_gpus() == expected


@cases(('words', 'match'), [
    ('--workers 2', 'there is no program'), ('--workers 2 --', 'there is no program'),
    ('--workers auto -- a.py', '--workers auto'), ('-- a.py', '--workers auto'),
    ('--workers x -- a.py', '--workers x'), ('--workers 0 -- a.py', '--workers 0'),
    ('--workers 2 --restarts -1 -- a.py', '--restarts -1'),
    ('--workers 2 main1.py', 'main1.py'), ('--workers 2 --logs= -- a.py', '--logs is empty')])
def test_mistakes_are_one_line(capsys, monkeypatch, words, match):
    monkeypatch.setattr(launch, 'visible_gpus', list)
    assert call(*words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line


def test_more_workers_than_gpus(capsys, monkeypatch):
    monkeypatch.setattr(launch, 'visible_gpus', lambda: ['0', '1'])
    assert call('--workers', 3, '--', 'a.py') == 2
    assert 'there are 2 GPUs' in capsys.readouterr().err


def test_ports_are_not_those_that_the_system_gives_away(tmp_path, monkeypatch):
    given = tmp_path / 'range'
    monkeypatch.setattr(launching, 'PORT_RANGE', given)
    given.write_text('10040\t60999\n')
    ports = launching.free_ports(20)
    assert len(set(ports)) == 20 and all(10_000 <= port < 10_040 for port in ports)
    with socket.socket() as taken:
        taken.bind(('', ports[0]))
        assert ports[0] not in launching.free_ports(20)


@pytest.mark.parametrize('text', ['', '9000 60999', '10001 60999'])
def test_ports_where_none_are_left_or_nobody_says(tmp_path, monkeypatch, text):
    monkeypatch.setattr(launching, 'PORT_RANGE', tmp_path / 'range')
    if text:
        (tmp_path / 'range').write_text(text)
    assert len(set(launching.free_ports(5))) == 5


def test_a_log_that_cannot_be_opened_leaves_no_worker_behind(program, capfd):
    pathlib.Path('logs/worker-2.log').mkdir(parents=True)
    assert call('--workers', 3, '--', program('pathlib.Path(f"{k}.here").touch()')) == 1
    assert 'worker-2.log' in capfd.readouterr().err
    assert not list(pathlib.Path().glob('*.here'))


@pytest.mark.skipif(sys.platform != 'linux', reason='Linux tells children of their parent')
def test_no_worker_outlives_a_launcher_that_is_killed(program):
    words = program('''
def leave(*signal):
    pathlib.Path(f'{k}.gone').touch()
    sys.exit(143)
signal.signal(signal.SIGTERM, leave)
pathlib.Path(f'{k}.here').touch()
time.sleep(60)
''')
    process = started(pathlib.Path(), words)
    process.kill()
    process.wait()
    for _ in range(300):
        if len(list(pathlib.Path().glob('*.gone'))) == 2:
            return
        time.sleep(0.1)
    pytest.fail('a worker is still there')


def test_a_stop_before_the_training_is_a_stop(program):
    """No handler is there yet: the signal kills, and nobody is started again."""
    words = program('''
pathlib.Path('starts').open('a').write(str(k))
if k:
    os.kill(os.getpid(), signal.SIGTERM)
''')
    assert call('--workers', 2, '--restarts', 3, '--', words) == 143
    assert sorted(pathlib.Path('starts').read_text()) == ['0', '1']


def test_flags_may_be_written_with_underscores():
    words = ['main1.py', '--run_name', 'mine', '--threads=1']
    assert launch.completed(words, 2, 1) == [*words, '--resume', 'auto']
