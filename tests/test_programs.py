"""tests/programs.py: a program in a process of its own is what a shell would have started."""

import signal
import time

import pytest

from tests import programs

BODY = '''
import os, pathlib, sys, time
print('out', *sys.argv[1:], os.environ['GIVEN'], os.environ.get('TAKEN'), pathlib.Path.cwd().name)
print('err', file=sys.stderr)
if 'wait' in sys.argv:
    pathlib.Path('here').touch()
    time.sleep(60)
sys.exit(7)
'''


@pytest.fixture
def body(tmp_path):
    (tmp_path / 'body.py').write_text(BODY)
    return tmp_path / 'body.py'


def test_its_words_its_folder_its_environment_and_its_exit_code(body, tmp_path, monkeypatch):
    monkeypatch.setenv('TAKEN', 'x')
    code, out, err = programs.run([body, 'a', 'b c'], cwd=tmp_path,
                                  env={'GIVEN': 'y', 'TAKEN': None})
    assert (code, out, err) == (7, f'out a b c y None {tmp_path.name}\n', 'err\n')
    assert 10e6 < programs.PEAKS[-1] < 2e9


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it(body, tmp_path, number):
    with programs.Program([body, 'wait'], cwd=tmp_path, env={'GIVEN': ''}) as program:
        for _ in range(3_000):
            if (tmp_path / 'here').exists():
                break
            time.sleep(0.01)
        assert program.poll() is None
        program.send_signal(number)
        assert program.wait(10) == -number
