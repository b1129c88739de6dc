"""DeepConvolutionalGAN as its users see it."""

import inspect
import json
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN, preset
from dcgan_tf.cli.trained import NEWEST, find, open_gan
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.training import checkpoint_files, run_folder
from tests.families import every_family, some_families

v1 = tf.compat.v1


def trained(config, images):
    gan = DeepConvolutionalGAN.from_config(config)
    gan.fit(images, progress=False)
    return gan


def values(gan):
    return gan.session.run({v.op.name: v for v in gan.variables()})


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


def test_the_constructor_has_the_parameters_of_the_original():
    parameters = inspect.signature(DeepConvolutionalGAN).parameters
    defaults = {name: p.default for name, p in parameters.items() if name != 'options'}
    assert list(defaults) == ['session', 'epochs', 'batch_size', 'eval_step', 'image_height',
                              'image_width', 'n_channels', 'z_dim', 'generator_maps',
                              'discriminator_maps', 'n_labels']
    defaults.pop('session')
    assert defaults.pop('n_labels') == 1
    for name, value in defaults.items():
        assert getattr(preset('dcgan28'), name) == value


@pytest.mark.parametrize(('n_labels', 'objective'), [(1, 'non_saturating'), (2, 'softmax')])
def test_n_labels_chooses_the_loss(n_labels, objective):
    with DeepConvolutionalGAN(n_labels=n_labels, generator_maps=[4, 2, 1],
                              discriminator_maps=[1, 2, 4]) as gan:
        gan.loss()
        assert gan.config.objective == objective
        assert gan.real_logits.shape.as_list() == [None, n_labels]


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
    with pytest.raises(UsageError, match='prior .gauss. is unknown: expected uniform, normal'), \
            DeepConvolutionalGAN(prior='gauss') as gan:
        gan.model()


@every_family
def test_any_number_of_images_and_each_is_its_own_latents(tiny, images, latents, name):
    """Whatever its neighbours are."""
    with trained(tiny(name), images) as gan:
        for n in (0, 1, 7, 300):
            pictures = gan.generate_images(np.random.default_rng(n).uniform(-1, 1, (n, 3)))
            assert pictures.shape == (n, 8, 8, 1) and pictures.dtype == np.float32
            assert not n or (0 <= pictures.min() and pictures.max() <= 1)
        together, alone = gan.generate_images(latents), gan.generate_images(latents[3:4])
        among_others = gan.generate_images(np.concatenate([latents[::-1], -latents]))
    np.testing.assert_allclose(alone[0], together[3], atol=1e-6)
    np.testing.assert_allclose(alone[0], among_others[1], atol=1e-6)


@pytest.mark.parametrize('z', [np.zeros(3), np.zeros((2, 4)), np.zeros((1, 2, 3))])
def test_latents_of_another_shape_are_refused(tiny, z):
    with DeepConvolutionalGAN.from_config(tiny()) as gan, \
            pytest.raises(UsageError, match=r'expected \[N, 3\]'):
        gan.generate_images(z)


@pytest.mark.parametrize('name', ['dcgan28', 'upsample_mnist'])    # the rest: straight run, below
def test_two_trainings_are_equal_bit_for_bit(tiny, images, name):
    with trained(tiny(name), images) as a, trained(tiny(name), images) as b:
        assert_same(values(a), values(b))


def test_options_reach_the_weights(tiny, images):
    with trained(tiny(), images) as plain:
        first = values(plain)
    for change in ({'seed': 1}, {'learning_rate': 0.01}, {'beta1': 0.1}, {'beta2': 0.5},
                   {'ema': 0.1}):
        with trained(tiny(**change), images) as changed:
            second = values(changed)
        assert any(not np.array_equal(first[name], second[name]) for name in first), change


@some_families
def test_save_load_and_go_on_is_the_straight_run(tiny, images, tmp_path, name):
    with trained(tiny(name, epochs=2), images) as half:
        half.save_model(tmp_path)
    with DeepConvolutionalGAN.from_config(tiny(name, epochs=5)) as resumed:
        resumed.optimizer()
        assert resumed.load_model(tmp_path) == 2
        result = resumed.fit(images, progress=False)
        with trained(tiny(name, epochs=5), images) as straight:
            assert_same(values(resumed), values(straight))
    assert result == (5, None, False)


def test_images_can_be_made_from_the_model_alone(tiny, images, latents, tmp_path):
    """The tools' way: no losses, no Adam; the same pictures."""
    with trained(tiny(), images) as gan:
        gan.save_model(tmp_path)
        wanted = gan.generate_images(latents)
    with DeepConvolutionalGAN.from_config(tiny()) as loaded:
        loaded.load_model(tmp_path, training=False)
        np.testing.assert_array_equal(loaded.generate_images(latents), wanted)
        assert loaded.train_op is None
        for method in (lambda: loaded.fit(images, progress=False),
                       lambda: loaded.save_model(tmp_path)):
            with pytest.raises(UsageError, match='training=True'):
                method()


def test_what_is_saved_is_enough_for_the_tools(tiny, images, latents, tmp_path):
    with trained(tiny(), images) as gan:
        gan.save_model(tmp_path / 'saved')
        wanted = gan.generate_images(latents)
    words = types.SimpleNamespace(run=str(tmp_path / 'saved'), config=None, checkpoint=NEWEST)
    found = find(words)
    assert (found.config, found.run) == (tiny(), None)
    with open_gan(found) as loaded:
        np.testing.assert_array_equal(loaded.generate_images(latents), wanted)


@pytest.mark.parametrize('where', ['', 'checkpoints'])
def test_a_run_folder_gets_no_other_options(tiny, images, tmp_path, where):
    run = run_folder.create(str(tmp_path), 'run', tiny(), {})
    record = (run.path / 'config.json').read_bytes()
    with trained(tiny(seed=9), images) as gan:
        gan.save_model(run.path / where)
    assert (run.path / 'config.json').read_bytes() == record
    assert not list(run.path.rglob('options.json'))


def test_a_model_that_is_saved_is_no_run(tiny, images, tmp_path):
    """Nor has it the options of the one before it."""
    run = run_folder.create(str(tmp_path), 'run', tiny(), {})
    for seed in (1, 2):
        with trained(tiny(seed=seed), images) as gan:
            gan.save_model(tmp_path / 'saved')
    assert run_folder.latest(str(tmp_path)) == str(run.path)
    assert json.loads((tmp_path / 'saved/options.json').read_text())['seed'] == 2


def test_load_and_fit_need_no_other_call(tiny, images, tmp_path):
    with trained(tiny(epochs=2), images) as gan:
        gan.save_model(tmp_path)
    with DeepConvolutionalGAN.from_config(tiny(epochs=4)) as gan:
        gan.load_model(tmp_path)
        assert gan.fit(images, progress=False) == (4, None, False)


def test_a_method_called_twice_does_nothing_twice(tiny):
    with DeepConvolutionalGAN.from_config(tiny()) as gan:
        for method in (gan.model, gan.loss, gan.optimizer):
            method()
            before = len(gan.graph.get_operations())
            method()
            assert len(gan.graph.get_operations()) == before


def test_a_checkpoint_under_another_name_is_passed_over(tiny, images, tmp_path, caplog):
    """The step in the name must be the one inside."""
    with trained(tiny(), images) as gan:
        gan.save_model(tmp_path)
        for path in tmp_path.glob('model-3.*'):
            (tmp_path / path.name.replace('model-3', 'model-500')).write_bytes(path.read_bytes())
        assert gan.load_model(tmp_path) == 3
    assert 'model-500 is damaged (it is of step 3)' in caplog.text


def test_a_checkpoint_of_another_shape_is_refused(tiny, images, tmp_path):
    with trained(tiny(), images) as gan:
        gan.save_model(tmp_path)
    with DeepConvolutionalGAN.from_config(tiny(z_dim=5)) as other:
        before = values(other) if other.steps_done() == 0 else None
        with pytest.raises(RunError, match=r'g0_linear/weights is \[3, 24\].*\[5, 24\]'):
            other.load_model(tmp_path)
        assert_same(values(other), before)


def test_a_session_of_ones_own(tiny, images, latents):
    """The graph is built in it, other variables are left alone, and it stays open."""
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        mine = v1.get_variable('mine', [], initializer=v1.constant_initializer(7.0))
        session.run(mine.initializer)
        with DeepConvolutionalGAN.from_config(tiny(), session) as gan:
            gan.fit(images, progress=False)
            assert 'mine' not in {v.op.name for v in gan.variables()}
        assert gan.graph is graph
        assert session.run(mine) == 7
        assert gan.generate_images(latents).shape == (5, 8, 8, 1)


def test_the_seed_counts_in_any_session(tiny, latents):
    """And the graph's own seed is put back."""
    def first_images(seed):
        with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
            v1.set_random_seed(99)
            gan = DeepConvolutionalGAN.from_config(tiny(seed=seed), session)
            gan.model()
            assert graph.seed == 99
            return gan.generate_images(latents)

    with DeepConvolutionalGAN.from_config(tiny(seed=1)) as own:
        np.testing.assert_array_equal(first_images(1), own.generate_images(latents))
    assert not np.array_equal(first_images(1), first_images(2))


def test_its_own_session_is_closed(tiny):
    with DeepConvolutionalGAN.from_config(tiny()) as gan:
        gan.steps_done()
    with pytest.raises(RuntimeError, match='closed'):
        gan.steps_done()


def test_the_process_is_left_as_it_was_found(tiny, images):
    with trained(tiny(), images):
        assert tf.executing_eagerly()
        assert v1.get_default_graph() is not None
        assert tf.constant(1).numpy() == 1


@pytest.mark.parametrize('wrong', [
    np.zeros((10, 8, 8, 1), np.float32), np.zeros((10, 8, 8), np.uint8),
    np.zeros((10, 9, 8, 1), np.uint8), [[1, 2]], None],
    ids=['float', 'rank', 'size', 'list', 'None'])
def test_images_of_another_kind_are_refused(tiny, wrong):
    with DeepConvolutionalGAN.from_config(tiny()) as gan, \
            pytest.raises(UsageError, match='expected uint8'):
        gan.fit(wrong, progress=False)


def test_fewer_images_than_a_batch(tiny, images):
    with DeepConvolutionalGAN.from_config(tiny(batch_size=11)) as gan, \
            pytest.raises(UsageError, match='--batch-size 11'):
        gan.fit(images, progress=False)


@pytest.mark.parametrize('name', ['dcgan28', 'main1'])
@pytest.mark.parametrize('check', [False, True])
def test_a_nan_changes_nothing_and_names_its_op(tiny, images, tmp_path, name, check):
    """Planted in a weight of D: the step fails, every other variable stays, the disk is clean."""
    config = tiny(name, check_numerics=check, epochs=1)
    run = run_folder.create(tmp_path, 'run', config, {})
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.optimizer()
        weights = next(v for v in gan.variables() if v.op.name == 'Discriminator/d1_conv/weights')
        with gan.graph.as_default():
            plant_op = weights.assign(np.full([5, 5, 1, 4], np.nan))
        gan.fit(images, run, progress=False)
        gan.session.run(plant_op)
        before = values(gan)
        gan.config = config.replace(epochs=9)
        with pytest.raises(RunError) as caught:
            gan.fit(images, run, progress=False)
        assert_same(values(gan), before)
    named = 'out of Discriminator_real/d1_conv/' if check else '--check-numerics names the op'
    assert named in str(caught.value) and 'step 2:' in str(caught.value)
    assert checkpoint_files.steps(run.checkpoints) == [0, 1]


def test_print_shows_every_field_op_and_variable(tiny, capsys):
    with DeepConvolutionalGAN.from_config(tiny()) as gan:
        gan.optimizer()
        gan.print()
        text = capsys.readouterr().out
        named = [*gan.graph.get_operations(), *(v.op for v in gan.variables())]
    lines = text.splitlines()
    assert {op.name for op in named} | set(gan.config.to_dict()) <= {
        line.split()[0] for line in lines if line.strip()}
    assert any(line.split() == ['Generator/g0_linear/weights', '[3,', '24]', 'float32', 'trainable']
               for line in lines)


def test_the_graph_alone_for_tensorboard(tiny, tmp_path):
    with DeepConvolutionalGAN.from_config(tiny()) as gan:
        gan.optimizer()
        gan.write_tensorboard_graph(tmp_path)
        wanted = {op.name for op in gan.graph.get_operations()}
    (file,) = tmp_path.glob('events.*')
    graphs = [v1.GraphDef.FromString(e.graph_def)
              for e in v1.train.summary_iterator(str(file)) if e.graph_def]
    assert {node.name for node in graphs[0].node} == wanted


def test_a_run_folder_holds_what_the_readme_says(tiny, images, tmp_path):
    config = tiny(epochs=4, trace_step=3)
    run = run_folder.create(tmp_path, 'run', config, {'fingerprint': 'x'})
    with DeepConvolutionalGAN.from_config(config) as gan:
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
