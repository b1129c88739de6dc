"""From flags to a Config, its data and its run folder."""

import contextlib
import pathlib
import types

import cv2
import numpy as np
import pytest

from dcgan_tf.cli import early, flags, start
from dcgan_tf.cli.first_lines import few_pictures, first_lines
from dcgan_tf.config import preset
from dcgan_tf.distributed.cluster import Cluster
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import run_folder
from tests.data.written import write_mnist

MNIST = pathlib.Path(__file__).parents[3] / 'shared' / 'data' / 'mnist'
pytestmark = pytest.mark.usefixtures('here')


def prepare(*words):
    return start.prepare(flags.parse(list(words)))


def write_npz(colours=3, labels=(0, 1, 0), size=(40, 48)):
    np.savez('a.npz', images=np.zeros([3, *size, colours], np.uint8),
             **({'labels': np.array(labels)} if labels else {}))
    return ['--dataset', 'npz', '--data-dir', 'a.npz', '--batch-size', '2']


def config_of(*words):
    """The Config that these come to, with the default's networks and data that are soon loaded."""
    return prepare(*write_npz(colours=1, size=(28, 28)), '--preset', 'dcgan28', *words)[1]


def made_run(*words):
    """A run folder as a first start leaves it."""
    options = flags.parse([*words, '--run-name', 'run'])
    data, config, run = start.prepare(options)
    with contextlib.ExitStack() as held:
        return start.open_or_create_run(options, config, data, run, held)


def test_a_batch_that_cannot_be_shared_out_is_told_before_pictures_are_decoded(here):
    (here / 'faces').mkdir()
    for i in range(30):
        cv2.imwrite(f'faces/{i}.png', np.full([8, 8, 3], i, np.uint8))
    several = Cluster(('a:1', 'b:2'), 1)
    with pytest.raises(UsageError, match='--batch-size 25 is for all 2 workers'):
        start.prepare(flags.parse(['--folder', 'faces']), several)
    assert not (here / 'cache').exists()
    words = ['--folder', 'faces', '--batch-size', '24', '--split-data']
    assert len(start.prepare(flags.parse(words), several)[0]) == 12


def test_auto_falls_back_to_digits_and_says_so():
    data, config, run = prepare()
    assert run is None
    assert (data.name, config.dataset, len(data)) == ('digits', 'digits', 1797)
    line = first_lines(flags.parse([]), config, data)
    assert 'no MNIST files' in line and '--download' in line
    assert '20,000 steps of 32 images = 356.1 passes' in line


def test_auto_finds_mnist(here):
    write_mnist(here / 'dataset')
    data, config, _ = prepare()
    assert (data.name, config.dataset) == ('mnist', 'mnist')
    assert config.data_dir == str(here / 'dataset')


def test_the_environment_names_the_data_folder(here, monkeypatch):
    write_mnist(here / 'elsewhere')
    monkeypatch.setenv('DATASET_FOLDER', str(here / 'elsewhere'))
    assert prepare('--batch-size', '40')[0].name == 'mnist'
    with pytest.raises(UsageError, match='--data-dir nowhere'):
        prepare('--data-dir', 'nowhere')


def test_image_sizes_come_from_the_data(here):
    write_mnist(here / 'dataset', size=(20, 12))
    _, config, _ = prepare('--dataset', 'mnist')
    assert (config.image_height, config.image_width, config.n_channels) == (20, 12, 1)


def test_presets_and_flags():
    _, config, _ = prepare('--preset', 'main1', '--learning-rate', '0.5')
    assert config == preset('main1', learning_rate=0.5, dataset='digits', threads=config.threads,
                            data_dir=config.data_dir,
                            class_names=tuple('0123456789'), norm='batch',
                            d_learning_rate=0.5, g_learning_rate=0.5)
    assert config.threads > 0


@pytest.mark.parametrize(('words', 'norm'), [
    ([], 'batch'), (['--penalty', 'dragan'], 'layer'), (['--penalty', 'r1'], 'batch'),
    (['--preset', 'upsample_mnist'], 'none'),
    (['--penalty', 'dragan', '--norm', 'spectral'], 'spectral')], ids=str)
def test_the_norm_is_known_at_the_start(words, norm):
    assert config_of(*words).norm == norm


@pytest.mark.parametrize(('words', 'numbers'), [
    ([], (1.0, 1e-3, 1e-3)), (['--penalty', 'gradient_penalty'], (10.0, 1e-3, 1e-3)),
    (['--penalty', 'mode_regularised', '--penalty-weight', '3'], (3.0, 1e-3, 1e-3)),
    (['--penalty', 'none', '--d-learning-rate', '0.5'], (0.0, 0.5, 1e-3))], ids=str)
def test_numbers_that_stand_for_others_are_known_at_the_start(words, numbers):
    config = config_of(*words)
    assert (config.penalty_weight, config.d_learning_rate, config.g_learning_rate) == numbers


def test_a_run_of_old_that_kept_0_goes_on():
    run = made_run('--penalty', 'dragan')
    run.keep(run.config.replace(penalty_weight=0.0, d_learning_rate=0.0, g_learning_rate=0.0))
    options = flags.parse(['--resume', 'latest', '--penalty', 'dragan'])
    data, config, found = start.prepare(options)
    with contextlib.ExitStack() as held:
        made = start.open_or_create_run(options, config, data, found, held)
    assert made.config.penalty_weight == 10.0
    assert prepare('--resume', 'latest')[1] == config


@pytest.mark.parametrize(('words', 'problem'), [
    (['--norm', 'batch', '--penalty', 'dragan'], '--norm batch .*--penalty dragan'),
    (['--label-smoothing', '0.1', '--objective', 'wgan'], 'has no target to smooth'),
    (['--penalty', 'none', '--penalty-weight', '3'],
     '--penalty-weight 3.0 does nothing without --penalty'),
    (['--preset', 'main1', '--penalty-every', '2'],
     '--penalty-every 2 does nothing without --penalty'),
    (['--instance-noise-steps', '5'], 'does nothing without --instance-noise'),
    (['--metrics-n', '50'], '--metrics-n 50 does nothing without --metrics'),
    (['--metrics', 'frechet,beauty'], r'expected some of frechet,kernel,.* \(--metrics\)'),
    (['--keep-best', 'similarity'], r'expected none, frechet, .* \(--keep-best\)'),
    (['--on-collapse', 'weep'], 'expected warn, stop, rollback'),
    (['--diff-augment', 'color,,cutout'], 'expected some of color,translation,cutout'),
    (['--diff-augment', 'color,color'], 'expected some of color,translation,cutout'),
], ids=str)
def test_options_that_do_not_go_together_are_refused_at_the_start(words, problem):
    with pytest.raises(UsageError, match=problem):
        config_of(*words)


def test_the_figure_of_the_best_is_measured():
    def metrics(*words):
        return start.prepare(flags.parse(['--dataset', 'digits', *words]))[1].metrics
    assert metrics('--keep-best', 'frechet') == 'frechet'
    assert metrics('--keep-best', 'kernel', '--metrics', 'recall') == 'recall,kernel'
    assert metrics('--keep-best', 'recall', '--metrics', 'recall,kernel') == 'recall,kernel'
    assert metrics() == ''


def test_each_data_set_has_a_preset_of_its_own():
    words = write_npz()
    assert prepare(*words)[1].preset == 'folder'
    assert prepare(*words, '--preset', 'dcgan28')[1].preset == 'dcgan28'
    assert prepare('--dataset', 'digits')[1].preset == 'dcgan28'


def test_maps_are_those_of_the_discriminator_and_in_reverse_of_the_generator():
    _, config, _ = prepare(*write_npz(), '--maps', '8,16,32,64')
    assert config.discriminator_maps == (3, 8, 16, 32, 64)
    assert config.generator_maps == (64, 32, 16, 8, 3)


@pytest.mark.parametrize(('words', 'shape'), [
    ((), (40, 48, 3)), (('--gray',), (40, 48, 1)), (('--resize', '20x30'), (30, 20, 3))])
def test_the_config_has_the_size_of_the_fitted_pictures(words, shape):
    data, config, _ = prepare(*write_npz(), *words)
    assert data.images.shape[1:] == shape
    assert (config.image_height, config.image_width, config.n_channels) == shape
    assert config.generator_maps[-1] == config.discriminator_maps[0] == shape[-1]


@pytest.mark.parametrize('labels', [None, (0, 0, 0)])
def test_a_cgan_needs_classes(labels):
    assert prepare(*write_npz(), '--type', 'cgan')[1].class_names == ('0', '1')
    with pytest.raises(UsageError, match='--type cgan needs two classes'):
        prepare(*write_npz(labels=labels), '--type', 'cgan')


def test_passes_over_the_data():
    _, config, _ = prepare('--max-epoch', '2')
    assert config.epochs == 113                       # ceil(2 x 1797 / 32)


@pytest.mark.parametrize(('words', 'match'), [
    ('--dataset cats', '--dataset'), ('--preset cats', 'dcgan28'), ('--batch-size 1798', '1797'),
    ('--dataset mnist', '--data-dir.*--download'), ('--dataset digits --download', '--download'),
    ('--epochs 5 --trace-step 6', '--trace-step 6'), ('--resume nowhere', 'config.json'),
    ('--resume latest', 'no run folder')])
def test_what_does_not_fit_is_refused(words, match):
    with pytest.raises(UsageError, match=match):
        prepare(*words.split())


def test_resume_takes_the_runs_own_options():
    run = made_run('--z-dim', '7', '--preset', 'main1', '--epochs', '9')
    _, config, found = prepare('--resume', 'results/run')
    assert config == run.config == found.config
    assert prepare('--resume', 'latest')[1] == config
    assert prepare('--resume', 'latest', '--epochs', '20', '--z-dim', '7')[1].epochs == 20
    assert prepare('--resume', 'latest', '--max-epoch', '1')[1].epochs == 57


def test_resume_may_measure_and_guard_otherwise():
    made_run()
    config = prepare('--resume', 'latest', '--keep-best', 'frechet', '--metrics-step', '7',
                     '--on-collapse', 'stop', '--keep-every', '9')[1]
    assert (config.metrics, config.metrics_step, config.on_collapse, config.keep_every) == (
        'frechet', 7, 'stop', 9)


def test_what_a_start_looks_into_does_not_bind_the_next():
    made_run('--check-numerics', '--trace-step', '1')
    options = flags.parse(['--resume', 'latest'])
    data, config, run = start.prepare(options)
    with contextlib.ExitStack() as held:
        start.open_or_create_run(options, config, data, run, held)
    kept = run_folder.open_run('results/run').config
    assert (config.check_numerics, config.trace_step) == (False, 0)
    assert (kept.check_numerics, kept.trace_step) == (False, 0)


def test_measuring_ends_only_where_no_best_is_kept():
    made_run('--keep-best', 'recall')
    with pytest.raises(UsageError, match='--metrics none: .* by recall, .* --keep-best none'):
        prepare('--resume', 'latest', '--metrics', 'none')
    assert prepare('--resume', 'latest', '--metrics', 'none', '--keep-best',
                   'none')[1].metrics == ''


@pytest.mark.parametrize('words', ['--z-dim 8', '--seed 1', '--preset keras_mnist',
                                   '--batch-size 4', '--dataset mnist', '--learning-rate 1'])
def test_resume_refuses_what_does_not_fit_the_checkpoint(words):
    made_run()
    flag = words.split()[0]
    with pytest.raises(UsageError, match=f'{flag}.*does not fit .*run'):
        prepare('--resume', 'latest', *words.split())


def test_resume_says_how_a_preset_is_called_now():
    made_run('--preset', 'folder_classic')
    with pytest.raises(UsageError, match='as folder has been called since 0.2.0: leave'):
        prepare('--resume', 'latest', '--preset', 'folder')


@pytest.mark.parametrize('maps', ['2,3,4', '2,3,4,5,6,7'])
def test_maps_cannot_be_those_of_two_networks_of_different_depth(maps):
    with pytest.raises(UsageError, match='--maps gives G and D .* acgan_mnist have 4 and 7: leave'):
        config_of('--preset', 'acgan_mnist', '--type', 'acgan', '--maps', maps)


@pytest.mark.parametrize('value', ['10', '9'])
def test_resume_refuses_an_option_of_another_type_with_any_value(value):
    made_run()
    with pytest.raises(UsageError, match='--codes: --type gan does not take it: leave it out'):
        prepare('--resume', 'latest', '--codes', value)
    with pytest.raises(UsageError, match='--type infogan does not fit .*run'):
        prepare('--resume', 'latest', '--type', 'infogan', '--codes', value)


def test_resume_knows_the_maps():
    made_run('--maps', '8,16')
    assert prepare('--resume', 'latest', '--maps', '8,16')[1].generator_maps == (16, 8, 1)
    with pytest.raises(UsageError, match='--maps 8,32 does not fit .* with --maps 8,16'):
        prepare('--resume', 'latest', '--maps', '8,32')


def test_resume_of_a_folder_that_was_moved(here):
    for i in range(4):
        (here / 'faces' / 'ab'[i % 2]).mkdir(parents=True, exist_ok=True)
        picture = np.full([20, 30, 3], i, np.uint8)
        (here / 'faces' / 'ab'[i % 2] / f'{i}.png').write_bytes(cv2.imencode('.png', picture)[1])
    run = made_run('--folder', 'faces', '--batch-size', '2', '--resize', '16')
    assert run.config.class_names == ('a', 'b')
    assert run.config.discriminator_maps == (3, 192, 384)          # two layers for 16x16
    assert prepare('--folder', 'faces', '--batch-size', '2', '--resize', '16', '--maps', '4,8,16')[
        1].discriminator_maps == (3, 4, 8, 16)
    assert (here / 'cache').is_dir()
    (here / 'faces').rename(here / 'moved')
    data, config, _ = prepare('--resume', 'latest', '--folder', 'moved')
    assert (data.images.shape, config.resize) == ((4, 16, 16, 3), (16, 16))
    assert config.generator_maps == run.config.generator_maps
    with pytest.raises(UsageError, match='no such folder'):
        prepare('--resume', 'latest')


def test_resume_refuses_other_data(here):
    write_mnist(here / 'dataset')
    made_run()
    write_mnist(here / 'other', n=41)
    with pytest.raises(UsageError, match='--data-dir'):
        prepare('--resume', 'latest', '--data-dir', 'other')


def test_a_moved_data_folder_is_named_anew(here):
    write_mnist(here / 'dataset')
    made_run()
    (here / 'dataset').rename(here / 'moved')
    assert prepare('--resume', 'latest', '--data-dir', 'moved')[0].name == 'mnist'


def test_the_first_lines_of_a_resumed_run_name_its_data(here):
    made_run('--dataset', 'digits')
    write_mnist(here / 'dataset')
    options = flags.parse(['--resume', 'latest'])
    data, config, _ = start.prepare(options)
    assert first_lines(options, config, data).splitlines()[0] == \
        'dataset: digits, 1,797 images 28x28 grey, 10 classes'


def test_other_versions_are_told(caplog):
    """Once, and not with --quiet."""
    run = made_run()
    run.record['versions']['numpy'] = '1.0'
    options = flags.parse(['--resume', 'latest'])
    data, config, _ = start.prepare(options)
    with contextlib.ExitStack() as held:
        start.open_or_create_run(options._replace(quiet=True), config, data, run, held)
        assert not caplog.text
        run.record['versions']['numpy'] = '1.0'
        start.open_or_create_run(options, config, data, run, held)
        assert 'numpy was 1.0 and is' in caplog.text
        caplog.clear()
        start.open_or_create_run(options, config, data, start.prepare(options)[2], held)
        assert not caplog.text


def test_the_graph_gets_a_folder_of_its_own():
    run = made_run()
    for name, match in ((run.path.name, 'is a run'), ('../out', '--run-name')):
        options = flags.parse(['--graph-only', '--run-name', name])
        with pytest.raises(UsageError, match=match):
            early.graph_folder(options, preset())


def test_a_run_is_not_overwritten():
    made_run()
    with pytest.raises(UsageError, match='--resume results/run'):
        made_run()


@pytest.mark.skipif(not MNIST.is_dir(), reason='needs the MNIST files in ../shared/data/mnist')
def test_real_mnist():
    data, config, _ = prepare('--data-dir', str(MNIST))
    assert (data.name, data.images.shape) == ('mnist', (60_000, 28, 28, 1))
    assert '10.7 passes' in first_lines(flags.parse([]), config, data)


def infogan(labels, *words, cluster=None):
    """The Config of an infogan on arrays; labels: None = four pictures without labels."""
    np.savez('a.npz', images=np.zeros([len(labels or 'four'), 28, 28, 1], np.uint8),
             **({'labels': np.array(labels)} if labels else {}))
    words = ['--dataset', 'npz', '--data-dir', 'a.npz', '--preset', 'dcgan28', '--batch-size', '2',
             '--type', 'infogan', *words]
    return start.prepare(flags.parse(words), cluster)[1]


@pytest.mark.parametrize(('labels', 'words', 'metrics'), [
    ((0, 1, 0, 1), ['--metrics-step', '7'], 'code_error'),
    ((0, 1, 0, 1), ['--metrics', 'none'], ''), (None, [], ''),
    ((0, 1, 0, 1), ['--keep-best', 'kernel'], 'kernel,code_error'),
    ((0, 1, 0, 1), ['--metrics', 'code_error,kernel'], 'code_error,kernel'),
    ((0, 0, 0, 0), [], ''), ((0, 1, 0), [], '')])
def test_an_infogan_measures_its_codes_where_there_are_classes(here, labels, words, metrics):
    """Three pictures are too few to be split into two halves."""
    assert infogan(labels, *words).metrics == metrics


def test_several_workers_of_an_infogan_measure_what_is_asked_for(here):
    """Each has a disk of its own, and all must decide alike."""
    several = Cluster(('a:1', 'b:2'), 1)
    assert infogan((0, 1, 0, 1), cluster=several).metrics == ''
    assert infogan((0, 1, 0, 1), '--metrics', 'code_error', cluster=several).metrics == 'code_error'


def test_an_infogan_without_classes_measures_nothing_every_so_often(here):
    for words in (['--metrics-step', '7'], ['--metrics-n', '7', '--metrics', 'none']):
        with pytest.raises(UsageError, match='does nothing without --metrics'):
            infogan(None, *words)


def test_held_out_pictures_are_named_and_not_in_a_pass(here):
    """Two of three are left: 10 passes in 10 steps. The test split need not be there."""
    data, config, _ = prepare(*write_npz(), '--hold-out', '0.34', '--max-epoch', '10')
    assert (len(data), data.n_held_out, config.epochs, config.hold_out) == (2, 1, 10, 0.34)
    lines = first_lines(flags.parse(['--dataset', 'npz']), config, data).splitlines()
    assert lines[0].startswith('dataset: npz, 2 of 3 images 48x40 colour')
    assert lines[1] == ('held out: 1 of 3 pictures (--hold-out 0.34); the metrics compare with '
                        'them; fewer than 16 give no warning of overfitting')
    assert '10 steps of 2 images = 10.0 passes' in lines[-1]
    write_mnist(here / 'dataset')
    assert prepare('--hold-out', '0.2', '--metrics', 'copies')[0].n_held_out == 8


@pytest.mark.parametrize(('n', 'words', 'share'), [
    (100, [], '0.16'), (499, [], '0.1'), (500, [], None), (30, [], None),
    (100, ['--type', 'age'], None), (100, ['--resume', 'latest'], None),
    (100, ['--type', 'vae_gan', '--gamma', '1', '--feature-layer', '0'], None),
    (100, ['--type', 'vae_gan'], '0.16')])
def test_few_pictures(n, words, share):
    """Those of which 16 or more can be held out."""
    options = flags.parse(words)
    config = preset('dcgan28', **options.given)
    lines = few_pictures(options, config, types.SimpleNamespace(n_training=n))
    assert len(lines) == bool(share)
    if share:
        assert f'{n} pictures are few: ' in lines[0] and f'--hold-out {share} ' in lines[0]
        assert '; --diff-augment color,translation helps' in lines[0]


def test_a_run_with_held_out_pictures_knows_its_data_again(here):
    """By the fingerprint of all of it; other pictures are refused."""
    run = made_run(*write_npz(), '--hold-out', '0.34')
    assert run.record['data']['images'] == [3, 40, 48, 3]
    data, config, _ = prepare('--resume', 'latest')
    assert (data.n_held_out, config.hold_out) == (1, 0.34)
    with pytest.raises(UsageError, match='--hold-out 0.5 does not fit .*with --hold-out 0.34'):
        prepare('--resume', 'latest', '--hold-out', '0.5')
    np.savez('a.npz', images=np.ones([3, 40, 48, 3], np.uint8), labels=np.array([0, 1, 0]))
    with pytest.raises(UsageError, match='--data-dir'):
        prepare('--resume', 'latest')
