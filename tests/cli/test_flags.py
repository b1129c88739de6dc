"""The command line: flags made from Config, what contradicts, what `--help` says."""

import dataclasses
import functools
import re

import pytest

from dcgan_tf.cli import flags
from dcgan_tf.commands import evaluate, features
from dcgan_tf.config import (
    GROUPS,
    METRICS,
    NORMS,
    OBJECTIVES,
    ON_COLLAPSE,
    PENALTIES,
    PRESETS,
    Config,
    flag_of,
    preset,
)
from dcgan_tf.data import DATASETS
from dcgan_tf.errors import UsageError

VALUES = {'preset': 'main1', 'z_dim': 9, 'epochs': 9, 'batch_size': 9, 'learning_rate': 0.5,
          'beta1': 0.25, 'beta2': 0.75, 'eval_step': 9, 'checkpoint_step': 9, 'keep_every': 9,
          'scale': 9, 'seed': 9, 'threads': 9, 'histograms': 'none', 'trace_step': 9,
          'dataset': 'digits', 'data_dir': 'x', 'type': 'cgan', 'crop': 'none', 'file_num': 9,
          'hold_out': 0.5, 'objective': 'hinge', 'penalty': 'r1',
          'penalty_weight': 0.5, 'penalty_every': 9, 'norm': 'layer', 'g_norm': 'none',
          'label_smoothing': 0.125, 'label_flip': 0.25, 'instance_noise': 0.5,
          'instance_noise_steps': 9, 'diff_augment': 'color', 'd_learning_rate': 0.5,
          'g_learning_rate': 0.25, 'learning_rate_half_life': 9, 'ema': 0.5,
          'd_steps': 9, 'g_steps': 9, 'weight_decay': 0.5, 'gradient_accumulate': 9, 'unroll': 9,
          'metrics': 'frechet,coverage', 'metrics_step': 9, 'metrics_n': 9,
          'keep_best': 'kernel', 'on_collapse': 'stop', 'on_save_error': 'warn', 'steps_per_run': 9,
          'precision': 'bfloat16', 'class_weight': 0.5, 'class_loss': 'real',
          'continuous': 9, 'info_weight': 0.5, 'continuous_weight': 0.1, 'code_variance': 'learnt',
          'gamma': 0.5, 'feature_layer': 9, 'gate': 0.25, 'adversarial_rate': 0.5,
          'image_weight': 0.5, 'code_weight': 0.5, 'divergence': 'published',
          'architecture': 'main1', 'prior': 'normal'}
SWITCHES = {'--check-numerics', '--gray', '--flip', '--jit', '--split-data', '--sync-batch-norm'}
OF_THE_RUN = {'--max-epoch', '--folder', '--maps', '--resize', '--codes', '--cache-folder',
              '--save-folder', '--run-name', '--resume', '--download', '--dry-run', '--init-from',
              '--graph-only', '--debug', '--quiet', '--help', '--help-all', '--worker-timeout',
              '--start-timeout', '--trust', '--verbose'}


@functools.cache
def help_text():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('COLUMNS', '80')                            # of a terminal
        return flags.make_parser().format_all()


def test_a_flag_sets_its_field():
    """Written with - or _, with = or without."""
    wrong = []
    for field, value in VALUES.items():
        for flag in (flag_of(field), flag_of(field).replace('-', '_').replace('__', '--')):
            for words in ([flag, str(value)], [f'{flag}={value}']):
                if flags.parse(words).given != {field: value}:
                    wrong.append(words)
    assert wrong == []


def test_flags_without_a_value():
    options = flags.parse(['--check-numerics', '--quiet', '--dry_run', '--graph-only',
                           '--download', '--gray', '--flip'])
    assert options.given == {'check_numerics': True, 'gray': True, 'flip': True}
    assert (options.quiet, options.dry_run, options.graph_only, options.download) == (True,) * 4


def test_what_is_on_can_be_put_off():
    assert flags.parse(['--no-sync-batch-norm', '--split-data']).given == {
        'sync_batch_norm': False, 'split_data': True}
    assert flags.parse(['--sync-batch-norm']).given == {'sync_batch_norm': True}


def test_how_long_workers_wait():
    options = flags.parse(['--worker-timeout', '2.5', '--start_timeout=7'])
    assert (options.worker_timeout, options.start_timeout) == (2.5, 7)


@pytest.mark.parametrize(('word', 'size'), [('64', (64, 64)), ('64x48', (64, 48))])
def test_a_size_is_a_side_or_width_and_height(word, size):
    assert flags.parse(['--resize', word]).given == {'resize': size}


def test_maps():
    assert flags.parse(['--maps', '64,128,256']).maps == (64, 128, 256)
    assert flags.parse([]).maps is None


def test_codes():
    assert flags.parse(['--codes', '10']).given == {'codes': (10,)}
    assert flags.parse(['--codes', '10,3']).given == {'codes': (10, 3)}


@pytest.mark.parametrize('words', [[], ['--dataset', 'folder']])
def test_a_folder_is_a_data_set(words):
    assert flags.parse(['--folder', 'faces', *words]).given == {'dataset': 'folder',
                                                                'data_dir': 'faces'}


def test_the_debuggers():
    assert flags.parse(['--debug', 'dump']).debug == 'dump'
    assert flags.parse([]).debug is None
    for words, problem in ((['--debug', 'dump', '--graph-only'], '--graph-only makes none'),
                           (['--debug', 'all'], "'all' is not one of cli, dump")):
        with pytest.raises(UsageError, match=problem):
            flags.parse(words)


def test_nothing_given():
    options = flags.parse([])
    assert options.given == {}
    assert options.resume is options.run_name is options.max_epoch is None


def test_every_flag_is_either_tested_here_or_one_of_the_run():
    documented = set(re.findall(r'^ +(?:-h, )?(--[\w-]+)', help_text(), re.M))
    fields = set(map(flag_of, VALUES))
    assert documented == fields | OF_THE_RUN | SWITCHES


def test_every_flag_has_a_group_and_a_help_text():
    parser = flags.make_parser()
    options, *groups = [g for g in parser._action_groups if g._group_actions]
    assert [group.title for group in groups] == list(GROUPS.values())
    assert [action.option_strings[-1] for action in options._group_actions] == [
        '--help', '--help-all', '--verbose']
    assert [action.dest for action in parser._actions if not action.help] == []


def test_the_flag_of_a_field_is_in_the_group_of_the_field():
    groups = {group.title: group for group in flags.make_parser()._action_groups}
    for field in dataclasses.fields(Config):
        title = GROUPS[field.metadata['group']]
        in_group = field.name in {action.dest for action in groups[title]._group_actions}
        assert in_group == field.metadata['flag'], field.name


def test_help_lists_the_tables_and_says_what_an_epoch_is():
    text = ' '.join(help_text().split())
    for name in (*PRESETS, *DATASETS, *OBJECTIVES, *PENALTIES, *NORMS, *METRICS, *ON_COLLAPSE):
        assert name in text
    assert 'NOT passes over the data' in text
    assert str(preset().epochs) in text


@pytest.mark.parametrize('line', [
    '--epochs many', '--epochs', '--epoch 3', '--nonsense', 'extra', '--epochs 3 --max-epoch 1',
    '--max-epoch 0', '--max-epoch nan', '--resume x --run-name y', '--beta1 x', '--resume=',
    '--run-name=', '--data-dir=', '--resize 0', '--resize 64x', '--resize 64x48x3', '--maps=',
    '--maps 64,', '--maps 64,0', '--maps 6.5', '--folder x --data-dir y',
    '--folder x --dataset mnist', '--folder=', '--resume auto', '--worker-timeout 0',
    '--start-timeout nan', '--no-jit'])
def test_what_cannot_be_understood_is_refused(line):
    with pytest.raises(UsageError):
        flags.parse(line.split())


@pytest.mark.parametrize(('words', 'problem'), [
    (['--hold-out', '10%'], "--hold-out: '10%': expected a number, at least 0, at most 0.5; 10% is "
                            '0.1'),
    (['--epochs', '2.5'], "--epochs: '2.5': expected a whole number, at least 1 "),
    (['--learning-rate', ''], "--learning-rate: '': expected a number, more than 0, less than 10")])
def test_text_for_a_number(words, problem):
    with pytest.raises(UsageError) as caught:
        flags.parse(words)
    assert problem in str(caught.value)


def test_the_nearest_flag_is_named():
    with pytest.raises(UsageError, match=r'arguments: 3 --epoch=5; did you mean --epochs or '):
        flags.parse(['3', '--epoch=5'])


def test_environment(monkeypatch):
    assert flags.parse([]).save_folder == 'results'
    monkeypatch.setenv('SAVE_FOLDER', 'elsewhere')
    assert flags.parse([]).save_folder == 'elsewhere'
    assert flags.parse(['--save-folder', 'here']).save_folder == 'here'


@pytest.mark.parametrize('parse', [flags.parse, evaluate.parse, features.parse])
def test_the_cache_folder_is_one_for_all_commands(monkeypatch, parse):
    words = [] if parse is flags.parse else ['run']
    monkeypatch.delenv('CACHE_FOLDER', raising=False)
    assert parse(words).cache_folder == 'cache'
    monkeypatch.setenv('CACHE_FOLDER', 'there')
    assert parse(words).cache_folder == 'there'
    assert parse([*words, '--cache-folder', 'here']).cache_folder == 'here'
