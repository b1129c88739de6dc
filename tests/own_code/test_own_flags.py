"""main1.py and the tools with code of the user's own: --networks, --objective, --type, --trust."""

import json
import shutil

import pytest

import main1
from dcgan_tf import GAN
from dcgan_tf.cli import exits
from dcgan_tf.commands import evaluate, features, graph, plot, sample
from dcgan_tf.own_code import trusted
from tests.helpers import assert_same, call_tool, checkpoint
from tests.own_code.test_contract import FILE


@pytest.fixture
def mine(here):
    """The path of my.py, with networks, an objective and a system."""
    path = here / 'my.py'
    path.write_text(FILE)
    return path


@pytest.fixture
def words(small):
    """Words of main1.py for a short training with networks and an objective of my.py."""
    return [*small, '--maps', '2', '--epochs', '2', '--histograms', 'none', '--quiet',
            '--networks', 'my.py:Mine', '--objective', 'my.py:mine']


def failed(words, capsys):
    """The exit code of main1.py and its line of error."""
    code = exits.run(main1.main, words)
    return code, capsys.readouterr().err


def test_a_resume_runs_the_copy_to_the_bit(mine, words, here, pooled, new_process):
    assert main1.main([*words, '--run-name', 'whole', '--epochs', '4']) == 0
    assert main1.main([*words, '--run-name', 'parts']) == 0
    new_process()
    mine.write_text('raise SystemError("was run")')
    assert main1.main(['--resume', 'results/parts', '--epochs', '4', '--quiet']) == 0
    assert_same(checkpoint(here / 'results/whole', 4), checkpoint(here / 'results/parts', 4))


def test_a_flag_may_be_repeated_for_the_same_file_only(mine, words, here, pooled, new_process,
                                                       capsys):
    assert main1.main([*words, '--run-name', 'a']) == 0
    trusted.path().unlink()
    new_process()                                  # the file is named again: no list is needed
    assert main1.main([*words, '--run-name', 'a', '--resume', 'auto', '--epochs', '3']) == 0
    mine.write_text(FILE + '# changed')
    code, line = failed([*words, '--run-name', 'a', '--resume', 'auto', '--epochs', '4'], capsys)
    assert code == 2 and 'my.py is not the file with which results/a was trained' in line
    code, line = failed(['--resume', 'results/a', '--networks', 'main1', '--quiet'], capsys)
    assert code == 2 and '--networks main1 does not fit results/a' in line
    code, line = failed([*words, '--init-from', 'results/a', '--dry-run'], capsys)
    assert code == 2 and 'my.py is not the file' in line


def test_what_is_not_trusted_is_refused_by_all_and_nothing_is_run(mine, words, here, pooled,
                                                                  new_process, capsys):
    assert main1.main([*words, '--run-name', 'a']) == 0
    trusted.path().unlink()
    new_process()
    run = 'results/a'
    for call in (lambda: call_tool(sample, run), lambda: call_tool(evaluate, run),
                 lambda: call_tool(graph, run), lambda: call_tool(features, run),
                 lambda: call_tool(sample, f'{run}/checkpoints/model-2'),
                 lambda: exits.run(main1.main, ['--resume', run, '--epochs', '3']),
                 lambda: exits.run(main1.main, [*words[:-4], '--init-from', run])):
        assert call() == 2
        line = capsys.readouterr().err
        assert f'{run}/code/my.py is a Python program' in line and '--trust' in line
    with pytest.raises(ValueError, match='trust=True'):
        GAN.open(run)
    assert call_tool(sample, run, '--trust', '--grid', '1x2', '--out', 'a.png') == 0
    assert (here / 'a.png').exists() and not trusted.path().exists()


def test_a_plot_runs_no_code(mine, words, here, pooled, new_process):
    assert main1.main([*words, '--run-name', 'a', '--epochs', '10']) == 0
    trusted.path().unlink()
    new_process()
    shutil.rmtree(here / 'results/a/code')
    assert call_tool(plot, 'results/a') == 0 and (here / 'curves.png').exists()


def test_a_new_run_from_the_networks_of_another(mine, words, here, pooled, new_process):
    assert main1.main([*words, '--run-name', 'a']) == 0
    new_process()
    (here / 'other.py').write_text(FILE)
    mine.unlink()
    rest = words[:-4]
    rest[rest.index('--maps'):rest.index('--maps') + 2] = []
    assert main1.main([*rest, '--init-from', 'results/a', '--objective', 'other.py:mine',
                       '--run-name', 'b']) == 0
    config = json.loads((here / 'results/b/config.json').read_text())['config']
    assert config['architecture'] == 'my.py:Mine' and config['objective'] == 'other.py:mine'
    assert {path.name for path in (here / 'results/b/code').iterdir()} == {'my.py', 'other.py'}


def test_dry_runs_and_graphs(mine, words, here, pooled, new_process, capsys):
    assert main1.main([*words, '--dry-run']) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed['architecture'] == 'my.py:Mine' and len(printed['code']) == 1
    assert not trusted.path().exists()
    assert main1.main([*words, '--graph-only', '--run-name', 'g']) == 0
    new_process()
    assert call_tool(graph, 'results/g') == 0
    assert 'g0_linear' in capsys.readouterr().out


def test_a_system_of_ones_own_decides_which_flags_there_are(mine, small, here, capsys):
    rest = [word for word in small if word not in ('--penalty', 'none')]
    code, line = failed([*small, '--type', 'my.py:MySystem', '--dry-run'], capsys)
    assert code == 2 and '--penalty: --type my.py:MySystem does not take it' in line
    code, line = failed([*rest, '--type', 'my.py:MySystem', '--metrics', 'head_accuracy'], capsys)
    assert code == 2 and 'cannot measure --type my.py:MySystem' in line
    code, line = failed([*rest, '--type', 'my.py:MySystem', '--info-weight', '2'], capsys)
    assert code == 2 and '--info-weight: --type my.py:MySystem does not take it' in line


def test_trust_alone_is_refused(small, here, capsys):
    code, line = failed([*small, '--trust'], capsys)
    assert code == 2 and '--trust does nothing without' in line


def test_known_networks_by_name(small, here, capsys):
    assert main1.main([*small, '--networks', 'main1', '--dry-run']) == 0
    assert json.loads(capsys.readouterr().out)['architecture'] == 'main1'
    code, line = failed([*small, '--networks', 'mian1'], capsys)
    assert code == 2 and '(--networks); did you mean main1?' in line
