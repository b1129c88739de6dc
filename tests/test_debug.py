"""`python main1.py --debug cli` in a terminal, and `--debug dump` up to TensorBoard's answer."""

import json
import multiprocessing.util
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

import pytest

import main1
from dcgan_tf.cli import exits
from dcgan_tf.run_folder import checkpoint_files
from tests.helpers import assert_same, checkpoint
from tests.programs import ROOT
from tests.terminal import Terminal

PLACE = ['--save-folder', 'results', '--run-name', 'run']
BAD = ['--dataset', 'digits', '--preset', 'keras_mnist', '--maps', '3,4,5', '--batch-size', '8',
       '--learning-rate', '9.9', '--beta1', '0.9', '--beta2', '0.001', '--epochs', '30',
       '--save-folder', 'results', '--run-name', 'run']


@pytest.fixture
def here(here, monkeypatch):
    """Its folder `tmp` takes temporary files."""
    multiprocessing.util.get_temp_dir()           # it stays, and other tests use it
    (here / 'tmp').mkdir()
    monkeypatch.setenv('TMPDIR', str(here / 'tmp'))
    monkeypatch.setattr(tempfile, 'tempdir', None)
    return here


def talk(words, lines, code):
    """What a terminal shows while these lines are typed; the program must end with that code."""
    with Terminal([ROOT / 'main1.py', *words, '--debug', 'cli']) as terminal:
        for line in lines:
            terminal.type(line)
        assert terminal.wait() == code, terminal.shown
    assert 'Traceback' not in terminal.shown
    return terminal.shown


@pytest.mark.usefixtures('pooled')
@pytest.mark.slow
def test_a_look_at_a_step_and_a_clean_exit(here, small):
    """Each step is asked about; `exit` saves the bits of any run, which can be gone on with."""
    shown = talk([*small, *PLACE, '--epochs', '9'], [
        'run\n', 'pt Generator_train/g2_deconv/Tanh:0\n', 'run\n', 'lt -n losses/.*\n',
        'exit\n'], 0)
    assert 'run -f <filter_name>' in shown and 'has_inf_or_nan' in shown
    assert 'shape: (4, 8, 8, 1)' in shown
    assert re.search(r'\d+ dumped tensor\(s\)', shown) and 'losses/G/Mean' in shown
    assert 'stopped and saved at step 2; go on: --resume results/run' in shown
    assert 'step/s' not in shown and 'sys.exit' not in shown
    assert checkpoint_files.steps(here / 'results/run/checkpoints') == [0, 2]
    assert not list((here / 'tmp').iterdir())
    straight = ['--run-name', 'straight', '--epochs', '2', '--quiet']
    assert exits.run(main1.main, [*small, *straight]) == 0
    assert_same(*(checkpoint(here / 'results' / name, 2) for name in ('run', 'straight')))
    assert exits.run(main1.main, ['--resume', 'results/run', '--epochs', '3', '--quiet']) == 0


@pytest.mark.slow
def test_an_exit_within_a_step_of_several_runs_ends_the_step(here, small):
    """Ctrl-D is an exit, too."""
    shown = talk([*small, *PLACE, '--epochs', '9', '--d-steps', '2'],
                 ['run\n', 'run\n', 'run\n', '\x04'], 0)
    assert 'stopped and saved at step 2;' in shown
    assert checkpoint_files.steps(here / 'results/run/checkpoints') == [0, 2]


@pytest.mark.slow
def test_run_until_a_number_is_not_finite(here, small):
    """In the second step."""
    bad = ['--objective', 'f_gan_kl', '--learning-rate', '9.9', '--eval-step', '30']
    shown = talk([*small, *PLACE, *bad],
                 ['run -f has_inf_or_nan\n', 'lt -f has_inf_or_nan\n', 'run\n'], 1)
    _, listed = shown.split('lt -f has_inf_or_nan')[-2:]
    (first,) = re.findall(r'out of (\S+) \(', shown)
    assert 'tensor(s) passing filter "has_inf_or_nan"' in listed
    assert shown.strip().splitlines()[-1].startswith('main1.py: step ')
    assert f'{first}:0' in listed


@pytest.mark.parametrize(('words', 'problem'), [
    (['--debug', 'cli'], '--debug cli needs a terminal'),
    (['--debug', 'gui'], "'gui' is not one of cli, dump"),
    (['--debug', 'dump', '--graph-only'], '--debug dump looks into the steps of a training')])
def test_mistakes_are_one_line(here, small, capsys, words, problem):
    assert exits.run(main1.main, [*small, *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line
    assert not (here / 'results').exists()


@pytest.mark.slow
def test_tensorboard_shows_the_alerts_of_a_dump(here, capsys):
    assert exits.run(main1.main, [*BAD, '--debug', 'dump', '--check-numerics']) == 1
    said = capsys.readouterr()
    assert 'tensorboard --logdir results/run/debug' in said.out
    (name,) = re.findall(r'out of (\S+) \(', said.err)
    alert, op_name = first_alert(here / 'results/run/debug')
    assert alert['alert_type'] == 'InfNanAlert'
    assert alert['num_pos_inf'] + alert['num_neg_inf'] + alert['num_nan'] > 0
    assert op_name == name
    assert not list((here / 'tmp').glob('debug-*'))


def first_alert(folder):
    """What TensorBoard's Debugger V2 answers a browser: the first alert, and its op."""
    words = ['--logdir', str(folder), '--port', '0', '--load_fast', 'false']
    board = subprocess.Popen([sys.executable, '-m', 'tensorboard.main', *words], text=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        said = next(line for line in board.stderr if ' at http://' in line)
        return asked(re.search(r'http://\S+/', said)[0] + 'data/plugin/debugger-v2/')
    finally:
        board.kill()
        board.communicate()


def asked(url, patience=60):
    """It reads the folder beside answering: asked until there is an alert."""
    def ask(what):
        with urllib.request.urlopen(url + what) as answer:
            return json.load(answer)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for run in ask('runs'):
            found = ask(f'alerts?run={run}&begin=0&end=-1')
            if found['num_alerts']:
                k = found['alerts'][0]['graph_execution_trace_index']
                digests = ask(f'graph_execution/digests?run={run}&begin={k}&end={k + 1}')
                return found['alerts'][0], digests['graph_execution_digests'][0]['op_name']
        time.sleep(0.2)
    return pytest.fail(f'no alert in {patience} s')
