"""--init-from: which networks a new run takes over, and what is refused by name."""

import json
import pathlib
import shutil

import numpy as np
import pytest

import main1
from dcgan_tf.cli import exits, flags, init_from, start
from dcgan_tf.config import OBJECTIVES, PENALTIES, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import objectives
from dcgan_tf.run_folder import origin, run_folder
from dcgan_tf.run_folder.trained_weights import Weights
from tests.cases import cases
from tests.helpers import assert_same, checkpoint

pytestmark = pytest.mark.usefixtures('here', 'pooled')
NETWORKS = {'generator_maps': (6, 4, 3), 'discriminator_maps': (3, 4, 6), 'n_channels': 3,
            'image_height': 10, 'image_width': 12, 'z_dim': 5}


@pytest.fixture
def train(small, other):
    """train(*words) -> the exit code of a small training on other pictures, wider ones."""
    at = small.index('--preset')
    words = ['--dataset', 'npz', '--data-dir', other, *small[small.index('--batch-size'):]]
    assert '--maps' in small[at:] and '--maps' not in words       # the networks are not typed
    return lambda *more: exits.run(main1.main, [*words, *more])


@pytest.fixture
def other(here):
    np.savez('other.npz', np.random.default_rng(1).integers(0, 256, (9, 14, 12), np.uint8))
    return 'other.npz'


@pytest.fixture(scope='module')
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp('kept')


@pytest.fixture
def old(here, kept, small, pooled):
    """results/old: a run of four steps."""
    if not (kept / 'old').exists():
        assert exits.run(main1.main, [*small, '--epochs', '4', '--run-name', 'old', '--quiet',
                                      '--save-folder', str(kept)]) == 0
    return shutil.copytree(kept / 'old', here / 'results' / 'old')


def said(capsys):
    """The last line of standard error."""
    return capsys.readouterr().err.splitlines()[-1]


def test_a_new_run_starts_from_the_networks_of_an_old_one(here, old, train, capsys):
    assert train('--init-from', 'results/old', '--epochs', '2', '--run-name', 'new') == 0
    assert 'networks from results/old, step 4\n' in capsys.readouterr().out
    new, before, fresh = checkpoint(here / 'results/new', 0), checkpoint(old, 4), checkpoint(old, 0)
    assert new.keys() == before.keys() == fresh.keys()
    of_networks = {name for name in new if '/' in name and 'Adam' not in name
                   and name.startswith(('Generator', 'Discriminator'))}
    assert {name.split('/')[0] for name in of_networks} == {'Generator', 'Generator_ema',
                                                            'Discriminator'}
    for name, value in new.items():
        np.testing.assert_array_equal(
            value, (before if name in of_networks else fresh)[name], err_msg=name)
    assert not any(value.any() for name, value in new.items() if name.endswith(('Adam', 'Adam_1')))
    assert new['global_step'] == 0
    for name in ('fake_{}.png', 'row_{}.png'):
        assert (here / 'results/new/images' / name.format('000000')).read_bytes() == \
            (old / 'images' / name.format('000004')).read_bytes()


def test_config_json_names_the_origin(here, old, train):
    assert train('--init-from', 'latest', '--epochs', '1', '--run-name', 'new', '--quiet') == 0
    record = json.loads((here / 'results/new/config.json').read_text())
    assert record['init_from'] == {
        'path': old.resolve().as_posix(), 'step': 4,
        'digest': origin.digest(old / 'checkpoints', 4)}
    assert record['config']['resize'] == [8, 8]
    assert origin.of_run(run_folder.open_run(str(old))) is None


def test_a_checkpoint_may_be_named(here, old, train):
    path = 'results/old/checkpoints/model-2'
    assert init_from.find(flags.parse(['--init-from', path])) == init_from.find(
        flags.parse(['--init-from', f'{path}.index']))
    assert train('--init-from', path, '--epochs', '1', '--run-name', 'new', '--quiet') == 0
    weights = 'Generator/g0_linear/weights'
    np.testing.assert_array_equal(checkpoint(here / 'results/new', 0)[weights],
                                  checkpoint(old, 2)[weights])
    assert origin.of_run(run_folder.open_run('results/new')).step == 2


def test_a_resume_does_not_need_the_origin_and_changes_no_bit(here, old, train):
    words = ['--init-from', 'results/old', '--quiet', '--run-name']
    assert train(*words, 'straight', '--epochs', '4') == 0
    assert train(*words, 'stopped', '--epochs', '2') == 0
    shutil.rmtree(old)
    assert exits.run(main1.main, ['--resume', 'results/stopped', '--epochs', '4', '--quiet']) == 0
    assert_same(*(checkpoint(here / 'results' / name, 4) for name in ('straight', 'stopped')))


def test_resume_auto_starts_from_the_networks_and_goes_on(here, old, train, capsys):
    words = ['--init-from', 'results/old', '--run-name', 'new', '--resume', 'auto']
    assert train(*words, '--epochs', '2') == 0
    shutil.rmtree(old)
    capsys.readouterr()
    assert train(*words, '--epochs', '3') == 0
    out = capsys.readouterr().out
    assert 'going on from step 2' in out and 'networks from' not in out
    assert train('--init-from', 'results/another', *words[2:], '--epochs', '4') == 2
    assert '--init-from results/another does not fit results/new' in said(capsys)


def test_a_run_from_nothing_is_not_gone_on_with_from_another(old, train, capsys):
    assert train('--init-from', 'results/x', '--run-name', 'old', '--resume', 'auto') == 2
    assert '--init-from results/x does not fit results/old, which was started without' in \
        said(capsys)


@pytest.mark.parametrize('resume', ['latest', 'results/old'])
def test_it_is_for_a_new_run(old, train, capsys, resume):
    assert train('--init-from', 'results/old', '--resume', resume) == 2
    assert '--init-from starts a new run, and --resume' in said(capsys)


@pytest.fixture
def killed(here, old, train):
    """results/new, as a kill before its first checkpoint leaves it, and its variables of step 0."""
    assert train('--init-from', 'results/old', '--run-name', 'new', '--epochs', '1', '--quiet') == 0
    first = checkpoint(here / 'results/new', 0)
    shutil.rmtree(here / 'results/new/checkpoints')
    (here / 'results/new/log.csv').unlink()
    return first


RESUME = ['--resume', 'results/new', '--epochs', '1']


def test_a_run_killed_before_its_first_checkpoint_begins_from_the_same_networks(
        here, old, killed, capsys):
    """Although the old run has gone on."""
    assert exits.run(main1.main, ['--resume', str(old), '--epochs', '5', '--quiet']) == 0
    assert exits.run(main1.main, RESUME) == 0
    assert 'networks from' in capsys.readouterr().out
    assert_same(checkpoint(here / 'results/new', 0), killed)


def test_it_is_refused_if_those_networks_are_gone(old, killed, small, capsys):
    """Or are others, of the same name and number of steps."""
    shutil.rmtree(old)
    for words in (None, ['--epochs', '4', '--run-name', 'old', '--quiet', '--file-num', '9']):
        assert words is None or exits.run(main1.main, [*small, *words]) == 0
        assert exits.run(main1.main, RESUME) == 1
        assert 'results/old' in said(capsys)
        assert not list(pathlib.Path('results/new/checkpoints').glob('*'))


def test_dry_run_and_graph_only_have_the_networks_of_the_old_run(here, old, train, capsys):
    assert train('--init-from', 'results/old', '--dry-run') == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown['z_dim'], shown['discriminator_maps']) == (2, [1, 4, 6])
    assert train('--init-from', 'results/old', '--graph-only', '--quiet') == 0
    options = json.loads((here / 'results/graph-dcgan28/options.json').read_text())
    assert options['config']['generator_maps'] == [6, 4, 1]


def made(name='earlier', **options):
    """A run folder with these options, and a file that looks like a checkpoint of step 7."""
    config = preset('folder_classic', **{**NETWORKS, **options})
    run = run_folder.create('results', name, config, {})
    (run.checkpoints / 'model-7.index').touch()
    return run


def config_of(*words, images=(4, 14, 12, 3), labels=None):
    """The Config of a new run on arrays of that shape."""
    np.savez('a.npz', images=np.zeros(images, np.uint8),
             **({} if labels is None else {'labels': np.array(labels)}))
    options = flags.parse(['--dataset', 'npz', '--data-dir', 'a.npz', '--batch-size', '2',
                           '--init-from', 'results/earlier', *words])
    return start.prepare(options, origin=init_from.find(options))[1]


def test_the_networks_are_those_of_the_run_and_the_rest_is_not():
    made(norm='layer', g_norm='none', learning_rate=0.5, penalty='dragan', objective='hinge',
         flip=True, batch_size=9, ema=0.5, epochs=7, seed=3)
    config = config_of('--learning-rate', '0.25')
    for name, value in {**NETWORKS, 'norm': 'layer', 'g_norm': 'none', 'objective': 'hinge',
                        'preset': 'folder_classic', 'architecture': 'folder', 'resize': (12, 10),
                        'learning_rate': 0.25, 'penalty': 'none', 'flip': False, 'batch_size': 2,
                        'ema': 0.999, 'epochs': 20_000, 'seed': 0}.items():
        assert getattr(config, name) == value, name


def test_what_is_typed_may_agree():
    made()
    same = ['--preset', 'folder_classic', '--maps', '4,6', '--z-dim', '5', '--norm', 'batch',
            '--resize', '12x10', '--type', 'gan', '--g-norm', 'batch']
    assert config_of(*same) == config_of() == config_of('--norm', 'auto')


def test_another_preset_or_objective_may_have_the_same_networks():
    made(preset='dcgan64', architecture='dcgan')
    config = config_of('--preset', 'cifar10_classic', '--objective', 'wgan')
    assert (config.preset, config.objective, config.ema) == (
        'cifar10_classic', 'wgan', 0.999)
    assert config.generator_maps == NETWORKS['generator_maps']


def test_a_run_of_before_names_its_norm_auto():
    made(norm='auto', penalty='dragan')
    assert config_of().norm == 'layer'


def test_grey_networks_make_colour_pictures_grey():
    made(n_channels=1, generator_maps=(6, 4, 1), discriminator_maps=(1, 4, 6))
    config = config_of()
    assert (config.gray, config.n_channels) == (True, 1)


@cases(('words', 'match'), [
    ('--z-dim 7', '--z-dim 7 does not fit the networks of results/earlier, .* with --z-dim 5'),
    ('--maps 4,7', '--maps 4,7 .* with --maps 4,6'),
    ('--maps 4,6,8', '--maps 4,6,8 .* with --maps 4,6'),
    ('--resize 16', '--resize 16x16 .* with --resize 12x10'),
    ('--gray', '--gray .* trained without'), ('--norm layer', '--norm layer .* --norm batch'),
    ('--g-norm none', '--g-norm none .* --g-norm batch'),
    ('--type cgan', '--type cgan .* with --type gan'), ('--codes 3', '--codes: --type gan'),
    ('--preset dcgan28', '--preset dcgan28 .* with --preset folder_classic'),
    ('--preset folder', '--preset folder .* with --preset folder_classic'),
    ('--preset acgan_cifar10', '--preset acgan_cifar10 .* with --preset folder_classic'),
    ('--objective softmax', '--objective softmax .* with --objective non_saturating'),
    ('--objective ebgan', '--objective ebgan .* with --objective non_saturating'),
    ('--penalty mode_regularised', '--penalty mode_regularised .* with --penalty none'),
    ('--penalty dragan', '--penalty dragan needs each image alone, .* --norm batch'),
    ('--objective cats', r'expected softmax, .* \(--objective\)'),
    ('--preset cats', "preset 'cats' is unknown"), ('--penalty cats', r'\(--penalty\)')])
def test_other_networks_are_refused_by_name(words, match):
    if not pathlib.Path('results').exists():
        made()
    with pytest.raises(UsageError, match=match):
        config_of(*words.split())


def test_other_codes_are_refused_by_name():
    made(type='infogan', codes=(3, 4))
    assert config_of('--info-weight', '0.5').codes == (3, 4)
    for words in (['--codes', '3'], ['--continuous', '5'], ['--code-variance', 'learnt']):
        with pytest.raises(UsageError, match=f'{" ".join(words)} .* with {words[0]}'):
            config_of(*words)


def test_an_encoder_is_left_out_and_may_go_on():
    made(penalty='mode_regularised')
    assert config_of().penalty == 'none'
    assert config_of('--penalty', 'mode_regularised').penalty == 'mode_regularised'


def test_pictures_with_other_channels_are_refused():
    made()
    with pytest.raises(UsageError, match='results/earlier are for pictures of 3 channels, .* 1:'):
        config_of(images=(4, 10, 12))


def test_another_number_of_classes_is_refused():
    made(type='cgan', class_names=('men', 'women'))
    assert config_of(labels=[0, 1, 0, 1]).class_names == ('0', '1')
    with pytest.raises(UsageError, match='have 3 classes, and .* of results/earlier know 2'):
        config_of(labels=[0, 1, 2, 1])


def test_classes_of_no_interest_may_differ():
    made(class_names=('men', 'women'))
    assert config_of(labels=[0, 1, 2, 1]).class_names == ('0', '1', '2')


@cases(('path', 'match'), [
    ('nowhere', 'is neither a run folder'), ('results/empty', 'holds no checkpoint yet'),
    ('results/earlier/checkpoints/model-3', 'no checkpoint of step 3, but 7'),
    ('alone/model-7', 'no config.json there')])
def test_where_there_are_no_networks(here, path, match):
    if not (here / 'alone').exists():
        shutil.copytree(made().checkpoints, here / 'alone')
        run_folder.create('results', 'empty', preset(), {})
    with pytest.raises(UsageError, match=f'--init-from {path}: .*{match}'):
        init_from.find(flags.parse(['--init-from', path]))


def test_no_run_at_all_is_the_latest():
    with pytest.raises(UsageError, match="--init-from latest: no run folder in 'results'"):
        init_from.find(flags.parse(['--init-from', 'latest']))


@cases(('old', 'new', 'match'), [
    ({}, {}, 'networks from checkpoints, step 4,000'),
    ({'ema': 0.0}, {}, "step 4,000; no average of G's weights there: it starts from the weights"),
    ({}, {'ema': 0.0}, "step 4,000; its average of G's weights is left out (--ema)"),
    ({'type': 'cgan', 'class_names': ('a', 'b')}, {'type': 'cgan', 'class_names': ('c', 'd')},
     'step 4,000; classes in their order: a -> c, b -> d'),
    ({'type': 'acgan', 'class_names': tuple('abcd')}, {'type': 'acgan', 'class_names': tuple(
        'aBcd')}, 'step 4,000; classes in their order: a -> a, b -> B, c -> c, ...'),
    ({'class_names': ('a', 'b')}, {}, 'step 4,000')])
def test_the_line_says_what_is_taken(old, new, match):
    weights = Weights('x', preset(**old), pathlib.Path('checkpoints'), None, pathlib.Path())
    assert init_from.line(preset(**new), weights, 4_000).endswith(match)


def test_what_config_knows_of_objectives_is_so():
    outputs = {name: 'an energy' if row.autoencoder else {1: 'a logit', 2: 'two logits'}[row.logits]
               for name, row in objectives.OBJECTIVES.items()}
    assert {name: row.d_output for name, row in OBJECTIVES.items()} == outputs
    assert [name for name, row in PENALTIES.items() if row.encoder] == ['mode_regularised']
