"""DeepConvolutionalGAN as its users see it."""

import inspect
import json
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN, preset
from dcgan_tf.cli import resuming
from dcgan_tf.cli.trained import find, open_gan
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.run_folder import checkpoint_files, run_folder
from tests.board_pages import tensorboard_graphs
from tests.families import FAMILIES, ONE, every_family
from tests.helpers import assert_same, enlarge_weights, put, values

v1 = tf.compat.v1


@pytest.fixture
def trained(finished, images):
    """trained(config) -> a GAN from the pool, trained to the end."""
    def make(config):
        gan = finished(config)
        gan.fit(images, progress=False)
        return gan
    return make


def test_the_constructor_has_the_parameters_of_the_original():
    parameters = inspect.signature(DeepConvolutionalGAN).parameters
    defaults = {name: p.default for name, p in parameters.items() if p.default is not ...}
    assert list(defaults) == ['session', 'epochs', 'batch_size', 'eval_step', 'image_height',
                              'image_width', 'n_channels', 'z_dim', 'generator_maps',
                              'discriminator_maps', 'n_labels']
    defaults.pop('session')
    assert defaults.pop('n_labels') == 1
    for name, value in defaults.items():
        assert getattr(preset('dcgan28'), name) == value


@pytest.mark.parametrize(('n_labels', 'objective'), [(1, 'non_saturating'), (2, 'softmax')])
def test_n_labels_chooses_the_loss(n_labels, objective):
    with DeepConvolutionalGAN(n_labels=n_labels, **ONE) as gan:
        gan.loss()
        assert gan.config.objective == objective
        assert gan.built.out.r.shape.as_list() == [gan.config.batch_size, n_labels]


def test_wrong_arguments_are_refused():
    with pytest.raises(UsageError, match='n_labels = 3'):
        DeepConvolutionalGAN(n_labels=3)
    with pytest.raises(UsageError, match='unknown option colour'):
        DeepConvolutionalGAN(colour=True)
    with pytest.raises(UsageError, match='batch_size = 0'):
        DeepConvolutionalGAN(batch_size=0)
    with pytest.raises(UsageError, match='from_config'):
        DeepConvolutionalGAN(preset='main1')
    with pytest.raises(UsageError, match='objective softmax has 2'):
        DeepConvolutionalGAN(objective='softmax')
    assert 'worker' not in DeepConvolutionalGAN.__init__.__doc__
    assert 'preset' not in inspect.signature(DeepConvolutionalGAN).parameters


@every_family
def test_any_number_of_images_and_each_is_its_own_latents(one_layer, finished, latents, name):
    """Whatever its neighbours are."""
    gan = finished(one_layer(name), training=False)
    enlarge_weights(gan)
    for n in (0, 1, 7, 300):
        pictures = gan.generate_images(np.random.default_rng(n).uniform(-1, 1, (n, 3)))
        assert pictures.shape == (n, 8, 8, 1) and pictures.dtype == np.float32
        assert not n or (0 <= pictures.min() and pictures.max() <= 1)
    together, alone = gan.generate_images(latents), gan.generate_images(latents[3:4])
    among_others = gan.generate_images(np.concatenate([latents[::-1], -latents]))
    assert np.ptp(together, axis=0).max() > 0.01
    np.testing.assert_allclose(alone[0], together[3], atol=1e-5)
    np.testing.assert_allclose(alone[0], among_others[1], atol=1e-5)


@pytest.mark.parametrize('z', [np.zeros(3), np.zeros((2, 4)), np.zeros((1, 2, 3))])
def test_latents_of_another_shape_are_refused(one_layer, finished, z):
    with pytest.raises(UsageError, match=r'expected \[N, 3\]'):
        finished(one_layer(), training=False).generate_images(z)


@pytest.mark.parametrize('name', ['dcgan28', *(
    pytest.param(name, marks=pytest.mark.slow) for name in FAMILIES if name != 'dcgan28')])
def test_save_load_and_go_on_is_the_straight_run(one_layer, trained, images, tmp_path, name):
    """In a graph of its own, for which load_model and fit need no other call."""
    with trained(one_layer(name, epochs=2)) as half:
        half.save_model(tmp_path)
    with trained(one_layer(name, epochs=5)) as straight:
        expected = values(straight)
    with DeepConvolutionalGAN.from_config(one_layer(name, epochs=5)) as resumed:
        assert resumed.load_model(tmp_path) == 2
        result = resumed.fit(images, progress=False)
        assert (result.step, result.signal, result.left) == (5, None, False)
        assert_same(values(resumed), expected)


def test_options_reach_the_weights(one_layer, finished, images):
    """The rate by Adam's first step, which is as long; its betas by their powers."""
    options = {'learning_rate': 0.01, 'beta1': 0.1, 'beta2': 0.5, 'ema': 0.1}
    gan = finished(one_layer(epochs=1, **options))
    start, other = values(gan), values(finished(one_layer(seed=1), training=False))
    assert (start['Generator/g0_linear/weights'] != other['Generator/g0_linear/weights']).all()
    after = []
    for gan.config in (gan.config.replace(epochs=n) for n in (1, 2, 3)):
        gan.fit(images, progress=False)
        after.append(values(gan))
    for of in ('Generator/g0_linear/weights', 'Discriminator/d1_conv/weights'):
        assert np.abs(after[0][of] - start[of]).max() == pytest.approx(0.01, rel=0.05)
    for network in ('train_D', 'train_G'):
        assert after[2][f'{network}/beta1_power'] == pytest.approx(0.1 ** 4)
        assert after[2][f'{network}/beta2_power'] == pytest.approx(0.5 ** 4)
    average = 'Generator_ema/g0_linear/weights'
    np.testing.assert_allclose(after[2][average], 0.1 * after[1][average]
                               + 0.9 * after[2]['Generator/g0_linear/weights'], rtol=1e-4)


def test_images_can_be_made_from_the_model_alone(one_layer, trained, finished, images, latents,
                                                 tmp_path):
    """The tools' way: no losses, no Adam; the same pictures."""
    gan = trained(one_layer())
    gan.save_model(tmp_path)
    loaded = finished(one_layer(), training=False)
    loaded.load_model(tmp_path, training=False)
    np.testing.assert_array_equal(loaded.generate_images(latents), gan.generate_images(latents))
    assert loaded.train_op is None


def test_a_model_opened_for_images_trains_on(one_layer, trained, images, tmp_path):
    """To the same bits as one that has never stopped; questions may come before."""
    with trained(one_layer(epochs=2, ema=0.5)) as half:
        half.save_model(tmp_path)
    with trained(one_layer(epochs=5, ema=0.5)) as straight:
        expected = values(straight)
    with DeepConvolutionalGAN.open(tmp_path / 'model-2') as gan:
        assert gan.sample(3).shape == (3, 8, 8, 1)
        assert len(gan.discriminator_features(images)) == len(images)
        assert gan.steps is None
        gan.config = gan.config.replace(epochs=5)
        assert gan.fit(images, progress=False).step == 5
        assert_same(values(gan), expected)
        assert len(gan.discriminator_features(images[:3])) == 3
        with pytest.raises(UsageError, match='inversion'):
            gan.invert(images[:1])


def test_what_is_saved_is_enough_for_the_tools(one_layer, trained, latents, tmp_path):
    gan = trained(one_layer())
    gan.save_model(tmp_path / 'saved')
    words = types.SimpleNamespace(run=str(tmp_path / 'saved'), config=None, trust=False,
                                  checkpoint='newest')
    found = find(words)
    assert (found.config, found.run) == (one_layer(), None)
    with open_gan(found) as loaded:
        np.testing.assert_array_equal(loaded.generate_images(latents),
                                      gan.generate_images(latents))


@pytest.mark.parametrize('where', ['', 'checkpoints'])
def test_a_run_folder_gets_no_other_options(one_layer, finished, tmp_path, where):
    run = run_folder.create(str(tmp_path), 'run', one_layer(), {})
    record = (run.path / 'config.json').read_bytes()
    finished(one_layer(epochs=9)).save_model(run.path / where)
    assert (run.path / 'config.json').read_bytes() == record
    assert not list(run.path.rglob('options.json'))


def test_a_model_that_is_saved_is_no_run(one_layer, pool, tmp_path):
    """Nor has it the options of the one before it."""
    run = run_folder.create(str(tmp_path), 'run', one_layer(), {})
    for epochs in (1, 2):
        with pool.gan(one_layer(epochs=epochs)) as gan:
            gan.save_model(tmp_path / 'saved')
    assert resuming.latest(str(tmp_path)) == run.path
    assert json.loads((tmp_path / 'saved/options.json').read_text())['config']['epochs'] == 2


def test_a_method_called_twice_does_nothing_twice(one_layer):
    with DeepConvolutionalGAN.from_config(one_layer()) as gan:
        for method in (gan.model, gan.loss, gan.optimizer):
            method()
            before = len(gan.graph.get_operations())
            method()
            assert len(gan.graph.get_operations()) == before


def test_a_checkpoint_under_another_name_is_passed_over(one_layer, trained, tmp_path, caplog):
    """The step in the name must be the one inside."""
    gan = trained(one_layer())
    gan.save_model(tmp_path)
    for path in tmp_path.glob('model-3.*'):
        (tmp_path / path.name.replace('model-3', 'model-500')).write_bytes(path.read_bytes())
    assert gan.load_model(tmp_path) == 3
    assert 'model-500 is damaged (it is of step 3)' in caplog.text


def test_a_checkpoint_of_another_shape_is_refused(one_layer, finished, tmp_path):
    finished(one_layer()).save_model(tmp_path)
    other = finished(one_layer(z_dim=5), training=False)
    before = values(other)
    with pytest.raises(RunError, match=r'g0_linear/weights as \[3, 64\].*\[5, 64\]'):
        other.load_model(tmp_path, training=False)
    assert_same(values(other), before)


def test_a_session_of_ones_own(one_layer, images, latents):
    """The graph is built in it, other variables are left alone, and it stays open."""
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        mine = v1.get_variable('mine', [], initializer=v1.constant_initializer(7.0))
        session.run(mine.initializer)
        with DeepConvolutionalGAN.from_config(one_layer(), session) as gan:
            gan.fit(images, progress=False)
            assert 'mine' not in {v.op.name for v in gan.variables()}
        assert gan.graph is graph
        assert session.run(mine) == 7
        assert gan.generate_images(latents).shape == (5, 8, 8, 1)


def test_the_seed_counts_in_any_session(one_layer, finished, latents):
    """And the graph's own seed is put back."""
    def first_images(seed):
        with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
            v1.set_random_seed(99)
            gan = DeepConvolutionalGAN.from_config(one_layer(seed=seed), session)
            gan._finish(training=False)
            assert graph.seed == 99
            return gan.generate_images(latents)

    own = finished(one_layer(seed=1), training=False)
    np.testing.assert_array_equal(first_images(1), own.generate_images(latents))
    assert not np.array_equal(first_images(1), first_images(2))


def test_its_own_session_is_closed(one_layer, built, images):
    with built(one_layer(), training=False) as gan:
        gan.steps_done()
    for call in (gan.steps_done, gan.sample, lambda: gan.discriminator_features(images)):
        with pytest.raises(UsageError, match='the session of this GAN is closed'):
            call()


def test_the_process_is_left_as_it_was_found(one_layer, trained):
    graph, seed = v1.get_default_graph(), v1.get_seed(None)
    ops = graph.get_operations()
    trained(one_layer())
    assert tf.executing_eagerly() and tf.constant(1).numpy() == 1
    assert v1.get_default_graph() is graph and graph.get_operations() == ops
    assert v1.get_seed(None) == seed


@pytest.mark.parametrize('wrong', [
    np.zeros((10, 8, 8, 1), np.float32), np.zeros((10, 8, 8), np.uint8),
    np.zeros((10, 9, 8, 1), np.uint8), [[1, 2]], None],
    ids=['float', 'rank', 'size', 'list', 'None'])
def test_images_of_another_kind_are_refused(one_layer, finished, wrong):
    with pytest.raises(UsageError, match='expected uint8'):
        finished(one_layer()).fit(wrong, progress=False)


def test_fewer_images_than_a_batch(one_layer, finished, images):
    with pytest.raises(UsageError, match='--batch-size 4'):
        finished(one_layer()).fit(images[:3], progress=False)


@pytest.mark.parametrize(('name', 'check'), [
    ('dcgan28', False), ('dcgan28', True), *(pytest.param('main1', check, marks=pytest.mark.slow)
                                             for check in (False, True))])
def test_a_nan_changes_nothing_and_names_its_op(one_layer, finished, images, tmp_path, no_plot,
                                                name, check):
    """Planted in a weight of D: the step fails, every other variable stays, the disk is clean."""
    config = one_layer(name, check_numerics=check, epochs=1)
    run = run_folder.create(tmp_path, 'run', config, {})
    gan = finished(config)
    weights = next(v for v in gan.variables() if v.op.name == 'Discriminator/d1_conv/weights')
    gan.fit(images, run, progress=False)
    put(gan.session, weights, np.full([5, 5, 1, 4], np.nan))
    before = values(gan)
    gan.config = config.replace(epochs=9)
    with pytest.raises(RunError) as caught:
        gan.fit(images, run, progress=False)
    assert_same(values(gan), before)
    named = 'out of Discriminator_real/d1_conv/' if check else '--check-numerics names the op'
    assert named in str(caught.value) and 'step 2:' in str(caught.value)
    assert checkpoint_files.steps(run.checkpoints) == [0, 1]


def test_a_nan_in_g_is_found_in_g(tiny, finished, images):
    """Not in the loss of D, which is NaN as well."""
    gan = finished(tiny(epochs=1))
    weights = next(v for v in gan.variables() if v.op.name == 'Generator/g1_deconv/weights')
    put(gan.session, weights, np.full(weights.shape, np.nan))
    with pytest.raises(RunError, match='step 1: .* out of Generator_train/g1_deconv/g1_norm/'):
        gan.fit(images, progress=False)


def test_print_shows_every_field_op_and_variable(one_layer, finished, capsys):
    gan = finished(one_layer())
    gan.print()
    lines = capsys.readouterr().out.splitlines()
    named = [*gan.graph.get_operations(), *(v.op for v in gan.variables())]
    assert {op.name for op in named} | set(gan.config.to_dict()) <= {
        line.split()[0] for line in lines if line.strip()}
    assert any(line.split() == ['Generator/g0_linear/weights', '[3,', '64]', 'float32', 'trainable']
               for line in lines)


def test_the_graph_alone_for_tensorboard(one_layer, finished, tmp_path):
    gan = finished(one_layer())
    gan.write_tensorboard_graph(tmp_path)
    assert tensorboard_graphs(tmp_path) == {
        None: [node.name for node in gan.training_graph().node],
        'whole graph': [op.name for op in gan.graph.get_operations()]}


def test_a_run_folder_holds_what_the_readme_says(one_layer, finished, images, tmp_path):
    config = one_layer(epochs=4, trace_step=3)
    run = run_folder.create(tmp_path, 'run', config, {'fingerprint': 'x'})
    gan = finished(config)
    gan.fit(images, run, progress=False)
    found = {str(p.relative_to(run.path)) for p in run.path.rglob('*') if p.is_file()}
    pictures = {f'images/{kind}_{step:06d}.png' for kind in ('fake', 'row') for step in (0, 2, 4)}
    assert {p for p in found if not p.startswith(('events', 'checkpoints'))} == pictures | {
        'config.json', 'log.csv', 'metrics.csv', *(f'images/{name}' for name in (
            'real.png', 'noise.png', 'progress.png', 'losses.png', 'training.gif'))}
    assert {p for p in found if p.endswith('.index')} == {
        f'checkpoints/model-{step}.index' for step in (0, 2, 4)}
    (events,) = run.path.glob('events.*')
    tags = {e.tagged_run_metadata.tag for e in v1.train.summary_iterator(str(events))}
    assert 'step 3' in tags
    assert [len(names) for names in tensorboard_graphs(run.path).values()] == [
        len(graph.node) for graph in (gan.training_graph(), gan.graph.as_graph_def())]
