"""One line says that another version made a run."""

import argparse
import json
import pathlib
import shutil

import pytest

import dcgan_tf
import main1
from dcgan_tf.cli import exits, trained
from dcgan_tf.commands import evaluate, features, plot
from dcgan_tf.config import preset
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import config_json, made_by, run_folder

NOW = dcgan_tf.__version__
pytestmark = pytest.mark.usefixtures('here')


def run_of(version, name='old', folder='results'):
    """A run folder that this version made, with a file that looks like a checkpoint of step 7."""
    run = run_folder.create(folder, name, preset(dataset='digits'), {})
    run.record['versions']['dcgan_tf'] = version
    config_json.write(run.path / 'config.json', run.record)
    (run.checkpoints / 'model-7.index').touch()
    return run


def find(path, config=None):
    args = argparse.Namespace(run=str(path), checkpoint='newest', config=config and str(config),
                              trust=False)
    return trained.find(args)


def said(caplog):
    """What each line says, without the rest that is in every line."""
    return [line.split(';')[0] for line in caplog.messages]


def test_the_line_names_the_run_and_both_versions(caplog):
    made_by.notice([('a', '0.1.0'), ('b', NOW), ('c', None), ('d\n', '9.8.0'), ('a', '0.1.0')])
    assert caplog.messages == [
        f'a was made by dcgan_tf 0.1.0, d\\n was made by dcgan_tf 9.8.0; this is dcgan_tf {NOW}: '
        'pictures and further training may differ, see CHANGELOG.md']


def test_it_stays_one_line_for_many_runs(caplog):
    made_by.notice([(str(n), '0.1.0') for n in range(10)])
    line, = caplog.messages
    assert line.count('was made by') == 3 and ' and 7 more by other versions; this is ' in line


def test_without_another_version_there_is_no_line(caplog):
    find(run_of(NOW).path)
    made_by.notice([])
    assert not caplog.messages


def test_another_commit_is_no_other_version(caplog):
    run = run_of(NOW)
    run.record['commit'] = 'a' * 40
    config_json.write(run.path / 'config.json', run.record)
    assert find(run.path).run.record['commit'] == 'a' * 40 and not caplog.messages


def test_a_checkpoint_alone_says_what_its_options_say(caplog):
    run = run_of('9.8.0')
    find(run.checkpoints)
    find(run.checkpoints / 'model-7')
    assert said(caplog) == ['old was made by dcgan_tf 9.8.0'] * 2


def test_options_without_a_version_are_old_beside_a_checkpoint_and_unknown_if_named(caplog):
    """0.1.0 left options alone beside a checkpoint, and --dry-run prints such."""
    saved = pathlib.Path('saved')
    shutil.copytree(run_of(NOW).checkpoints, saved)
    (saved / 'options.json').write_text(json.dumps(preset().to_dict()))
    find(saved, saved / 'options.json')
    args = argparse.Namespace(config=None, checkpoint='newest', trust=False)
    trained.find_configs(['saved/options.json'], args)
    assert not caplog.messages
    find(saved)
    trained.find_configs(['saved'], args)
    assert said(caplog) == ['saved was made by dcgan_tf 0.1.0'] * 2
    caplog.clear()
    config_json.write_options(saved / 'options.json', preset())
    find(saved)
    assert not caplog.messages


def test_two_graphs_make_one_line(caplog):
    runs = [str(run_of('0.1.0', name).path) for name in 'ab']
    found = trained.find_configs(runs, argparse.Namespace(config=None, trust=False))
    assert [name for name, _ in found] == ['a', 'b'] and len(caplog.messages) == 1


@pytest.mark.parametrize(('tool', 'more'), [
    (plot, []), (evaluate, ['--data-dir', 'gone']), (features, ['--data-dir', 'gone'])])
def test_a_tool_for_run_folders_says_it_before_it_works(caplog, tool, more):
    paths = [str(run_of('0.1.0', name).path) for name in ('a', 'b')[:1 + (tool is not features)]]
    words = [*paths, *more]
    assert exits.run(tool.main, words) == exits.WRONG_USAGE          # no log.csv, no data
    assert len(caplog.messages) == 1 and 'a was made by dcgan_tf 0.1.0' in caplog.text
    if tool is not plot:
        caplog.clear()
        assert exits.run(tool.main, [*words, '--quiet']) == exits.WRONG_USAGE
        assert not caplog.messages


@pytest.mark.parametrize('quiet', [[], ['--quiet']])
def test_a_resume_says_it_before_the_data_is_read(caplog, quiet):
    run = run_of('0.1.0')
    words = ['--resume', str(run.path), '--data-dir', 'gone', '--dry-run', *quiet]
    assert exits.run(main1.main, words) != exits.DONE
    assert said(caplog) == ['old was made by dcgan_tf 0.1.0'] * (not quiet)


@pytest.mark.parametrize('quiet', [[], ['--quiet']])
def test_networks_of_another_version(caplog, quiet):
    words = ['--dataset', 'digits', '--init-from', str(run_of('0.1.0').path), '--dry-run', *quiet]
    assert exits.run(main1.main, words) == exits.DONE
    assert said(caplog) == ['old was made by dcgan_tf 0.1.0'] * (not quiet)


@pytest.mark.parametrize('words', [['--resume'], ['--dataset', 'digits', '--init-from']])
def test_a_format_that_is_not_known_is_refused_before_the_work(capsys, caplog, words):
    run = run_of('9.8.0')
    run.record['format'] = 99
    config_json.write(run.path / 'config.json', run.record)
    assert exits.run(main1.main, [*words, str(run.path)]) == exits.FAILED
    line, = capsys.readouterr().err.splitlines()
    assert 'format 99' in line and 'open it with dcgan_tf 9.8.0' in line and not caplog.messages


@pytest.mark.parametrize('name', ['options.json', 'config.json'])
def test_a_checkpoint_of_a_format_that_is_not_known_is_refused(name):
    run = run_of('9.8.0')
    record = {**json.loads((run.path / 'config.json').read_text()), 'format': 99}
    del record['digest']
    shutil.copytree(run.checkpoints, 'saved')
    pathlib.Path('saved', name).write_text(json.dumps(record))
    args = argparse.Namespace(config=None, checkpoint='newest', trust=False)
    for opened in (lambda: find('saved'), lambda: find(run.checkpoints, f'saved/{name}'),
                   lambda: trained.find_configs(['saved'], args)):
        with pytest.raises((config_json.RunError, UsageError), match=f'saved/{name} has format 99'):
            opened()
