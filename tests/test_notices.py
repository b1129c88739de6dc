"""TensorFlow's lines at its start: which are hidden, and that no other is lost.

The programs here import a module that is called tensorflow and writes as C++ does, into
descriptor 2.
"""

import os
import pathlib
import signal
import subprocess
import sys

import pytest

from dcgan_tf import notices
from tests.cases import cases

ROOT = pathlib.Path(__file__).parents[1]
HARMLESS = [
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
    'I0000 00:00:1796020321.856427   18436 port.cc:153] oneDNN custom operations are on. You may '
    'see slightly different numerical results',
    '2025-01-02 03:04:05.678901: I tensorflow/core/util/port.cc:153] oneDNN custom operations are '
    'on. You may see slightly different numerical results',
    'I0000 00:00:1796020555.489720   20438 cpu_feature_guard.cc:227] This TensorFlow binary is '
    'optimized to use available CPU instructions in performance-critical operations.',
    'To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with '
    'the appropriate compiler flags.',
    'E0000 00:00:1736163964.084812 3415088 cuda_dnn.cc:8310] Unable to register cuDNN factory: '
    'Attempting to register factory for plugin cuDNN when one has already been registered',
    'INFO: Created TensorFlow Lite XNNPACK delegate for CPU.']
NO_GPU = [
    'I0000 00:00:1796020321.865059   18436 cudart_stub.cc:31] Could not find cuda drivers on your '
    'machine, GPU will not be used.',
    'E0000 00:00:1796020331.831363   18436 cuda_platform.cc:52] failed call to cuInit: INTERNAL: '
    'CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)']
WRONG = [
    'F0000 00:00:1796020321.856427   18436 port.cc:153] oneDNN custom operations are on. It broke',
    'E0000 00:00:1796020321.856427   18436 cuda_dnn.cc:12] could not create cudnn handle',
    'W0000 00:00:1796020321.856427   18436 gpu_device.cc:2431] Cannot dlopen some GPU libraries.',
    ' port.cc:153] oneDNN custom operations are on. ', 'WARNING: All is lost', '', 'É']
TENSORFLOW = f"""
import os, signal, subprocess, sys, time
def say(*lines):
    os.write(2, ''.join(line + '\\n' for line in lines).encode())
say(*{HARMLESS + NO_GPU}, 'kept', {HARMLESS[0]!r})
"""
PROGRAM = """
import os, sys
from dcgan_tf import notices, portable
from dcgan_tf.cli.exits import run
notices.gpu_expected = lambda: False
def main(argv):
    before = os.fstat(2)
    import tensorflow
    during = os.fstat(2)
    notices.stop()
    print(os.path.samestat(before, os.fstat(2)), os.path.samestat(before, during))
    os.write(2, {after!r})
    with notices.hidden_again():
        again = os.fstat(2)
        os.write(2, {after!r})
    print(os.path.samestat(before, os.fstat(2)), os.path.samestat(before, again))
    return 0
{first}
sys.exit({main})
"""
AFTER = HARMLESS[0] + '\n'


@pytest.fixture
def program(tmp_path):
    """program(body of tensorflow, ...) -> the ended process, in which standard error is a pipe."""
    def run(body='', first='', env=(), call=subprocess.run, main='run(main)', **options):
        (tmp_path / 'tensorflow.py').write_text(TENSORFLOW + body)
        path = os.pathsep.join([str(tmp_path), str(ROOT)])
        kept = {name: value for name, value in os.environ.items() if name != notices.LEVEL}
        program = PROGRAM.format(first=first, main=main, after=AFTER.encode())
        return call([sys.executable, '-c', program], text=True, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, **options,
                    env={**kept, 'PYTHONPATH': path, **dict(env)})
    return run


@cases('gpu', [False, True])
def test_the_table(gpu):
    harmless = notices.pattern(gpu)
    assert all(harmless.match(line.encode()) for line in HARMLESS)
    assert [bool(harmless.match(line.encode())) for line in NO_GPU] == [not gpu] * 2
    assert not [line for line in WRONG if harmless.match(line.encode())]


@pytest.mark.parametrize(('pieces', 'passed'), [
    ([HARMLESS[0] + '\n'], ''),
    ([HARMLESS[1][:30], HARMLESS[1][30:] + '\nkept\n'], 'kept\n'),
    (['\r 3%|'], '\r 3%|'),
    (['kept, ' + HARMLESS[0] + '\n' + HARMLESS[0]], 'kept, ' + HARMLESS[0] + '\n' + HARMLESS[0])])
def test_pieces_of_lines(pieces, passed):
    """A line may come in two pieces, and the last one may have no end."""
    (source, into), (out, target) = os.pipe(), os.pipe()
    for piece in pieces:
        os.write(into, piece.encode())
    os.close(into)
    notices.forward(source, target, gpu=False)
    os.close(target)
    with os.fdopen(out, newline='') as file, os.fdopen(source):
        assert file.read() == passed


def test_a_question_is_passed_on_before_its_line_ends(program):
    started = program("os.write(2, b'which? ')\ntime.sleep(30)", call=subprocess.Popen)
    assert started.stderr.read(len('kept\nwhich? ')) == 'kept\nwhich? '
    started.kill()
    started.communicate()


def test_only_harmless_lines_are_hidden_and_only_until_the_end(program):
    ended = program()
    assert ended.stdout == 'True False\n' * 2 and ended.stderr == 'kept\n' + AFTER


ALL = '\n'.join([*HARMLESS, *NO_GPU, 'kept', HARMLESS[0], AFTER]) + AFTER


@pytest.mark.parametrize(('first', 'env'), [
    ('', {notices.LEVEL: '2'}), ('notices.show_all()', {}), ('portable.WINDOWS = True', {}),
    ("sys.executable = '/bin/false'", {}), ('import tensorflow', {})])
def test_all_are_shown_if_the_user_wants_it_or_nothing_can_be_hidden(program, first, env):
    ended = program(first=first, env=env)
    assert ended.stdout == 'True True\n' * 2 and ended.stderr == ALL


@pytest.mark.parametrize(('body', 'code', 'said'), [
    ("raise ImportError('DLL load failed')", 1, 'ImportError: DLL load failed\n'),
    ("say('aborted'); os.abort()", -signal.SIGABRT, 'kept\naborted\n'),
    ("say('killed'); os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, 'kept\nkilled\n'),
    ("say('left'); os._exit(3)", 3, 'kept\nleft\n'),
    ("say('x' * 100_000)", 0, 'x' * 100_000 + '\n' + AFTER)])
def test_nothing_is_lost_when_tensorflow_fails(program, body, code, said):
    ended = program(body)
    assert ended.returncode == code and ended.stderr.endswith(said)
    assert ended.stderr.startswith('kept\n')
    if code == 1:
        assert ended.stderr.splitlines()[1].startswith('Traceback') and '  File' in ended.stderr


def test_ctrl_c_stops_the_program_and_not_the_reader(program):
    started = program("print(flush=True)\ntime.sleep(30)", call=subprocess.Popen,
                      start_new_session=True)
    started.stdout.readline()
    os.killpg(started.pid, signal.SIGINT)
    assert started.communicate()[1] == 'kept\n-c: stopped\n'
    assert started.returncode == 130


def test_a_process_of_tensorflow_keeps_the_pipe(program):
    """Nobody waits for it, and its lines arrive."""
    ended = program("subprocess.Popen([sys.executable, '-c', 'import os, time; time.sleep(1); "
                    "os.write(2, b\"late\")'], stdout=subprocess.DEVNULL)",
                    'notices.DRAIN_SECONDS = 0.1')
    assert ended.stderr == 'kept\n' + AFTER + 'late'


def test_a_closed_standard_error_stays_closed(program):
    line = '"$0" "$@" 2>&-'
    ended = program(call=lambda words, **options: subprocess.run(
        ['bash', '-c', line, *words], check=False, **options))
    assert ended.stdout == 'True False\n' * 2 and not ended.stderr and not ended.returncode


def test_a_library_hides_nothing_unless_it_is_asked_to(program):
    shown, hidden = (program(first=first, main='main([])') for first in (
        'import dcgan_tf.config', 'notices.hide_at_import()'))
    assert shown.stdout == 'True True\n' * 2 and shown.stderr == ALL
    assert hidden.stdout == 'True False\n' * 2 and hidden.stderr == 'kept\n' + AFTER
    assert not [each for each in sys.meta_path if type(each).__module__ == 'dcgan_tf.notices']
    text = (ROOT / 'dcgan_tf/__init__.py').read_text()
    assert 'notices' not in text


@pytest.mark.parametrize(('hidden', 'expected'), [
    (None, True), ('0', True), ('1,0', True), ('', False), ('-1', False)])
def test_where_a_gpu_is_expected(monkeypatch, hidden, expected):
    monkeypatch.setattr(pathlib.Path, 'exists', lambda path: str(path) == '/dev/nvidia0')
    monkeypatch.delenv('CUDA_VISIBLE_DEVICES', raising=False)
    if hidden is not None:
        monkeypatch.setenv('CUDA_VISIBLE_DEVICES', hidden)
    assert notices.gpu_expected() == expected
