"""Any tensor of a finished graph by its name: gan.tensors(), and what it leaves out."""

import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import latent
from dcgan_tf.data.dataset import Batches
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.graph_report import tensor_values
from dcgan_tf.graph_report.tensors import EFFECT, INSIDE, NO_NUMBERS, NOT_FED, find, steps_of
from dcgan_tf.train_ops.ancestors import ancestors
from dcgan_tf.train_ops.inputs import noise_seed
from tests.families import LAZY
from tests.helpers import assert_same, first_step, put, values


def name_of(tensor):
    return tensor.name.removesuffix(':0')


def test_asking_for_everything_changes_nothing(one_layer, finished, images, here):
    """Some tensors come after an update, a save or first values; these are not computed."""
    gan = finished(one_layer(**LAZY))
    before = values(gan)
    asked = gan.tensors('*', images)
    assert_same(values(gan), before)
    assert not [*here.iterdir()]
    assert len(asked) > 500
    left_out = find(gan, '*').left_out
    assert left_out.keys() == {EFFECT, NO_NUMBERS}


def test_an_update_is_refused_by_its_name(one_layer, finished, images):
    gan = finished(one_layer())
    before = values(gan)
    for name in (gan.train_op.name, 'save/control_dependency'):
        with pytest.raises(UsageError, match=f'{name}.: none of these can .*: 1 {EFFECT}$'):
            gan.tensors(name, images)
    gradient = first_step(gan).player_steps[0].gradients[0]    # the update takes it: no write
    assert gan.tensors(gradient.name, images)[name_of(gradient)].any()
    assert_same(values(gan), before)


def test_the_first_nan_is_found(one_layer, finished, images):
    """A step would fail with its check; the first tensor with a NaN is the read of the weight."""
    gan = finished(one_layer())
    weight = gan.built.net.D.weights[0]
    put(gan.session, weight, np.full(weight.shape, np.nan))
    asked = gan.tensors('Discriminator_real/*', images)
    first = next(name for name, value in asked.items() if np.isnan(value).any())
    assert gan.graph.get_operation_by_name(first).inputs[0] is weight.handle
    assert np.isnan(asked[name_of(gan.built.out.r)]).all()


def test_the_batch_is_that_of_the_next_step(one_layer, finished, images):
    gan = finished(one_layer(epochs=1))
    gan.fit(images, progress=False)
    loss = gan.losses[0].minimised['D']
    expected = gan.session.run(loss, BatchFeeder(gan, images)(1))
    assert gan.tensors(loss.name, images) == {name_of(loss): expected}
    real = gan.tensors('inputs/images', images)['inputs/images']
    np.testing.assert_array_equal(real, Batches(images, 4, seed=gan.config.seed).batch(1))


def test_a_seed_is_another_batch(one_layer, finished, images):
    gan = finished(one_layer())
    noise, samples = gan.built.inputs.batch.noise, gan.built.samples
    asked = {seed: gan.tensors('*', images, seed=seed) for seed in (None, 3)}
    assert (asked[None][name_of(noise)] != asked[3][name_of(noise)]).all()
    np.testing.assert_array_equal(asked[3]['inputs/images'], Batches(images, 4, seed=3).batch(0))
    z = latent.draw('uniform', 4, 3, 3)
    np.testing.assert_array_equal(asked[3]['inputs/z'], z)
    np.testing.assert_allclose(asked[3][name_of(samples)], gan.generate_images(z), atol=1e-6)


def test_the_noise_after_rollbacks(one_layer, finished):
    gan = finished(one_layer())
    seeds = {tensor_values.feed_of(gan, rollbacks=n)[gan.built.inputs.noise_seed_ph]
             for n in range(3)}
    assert seeds == {noise_seed(gan.config, n) for n in range(3)} and len(seeds) == 3


def test_a_cgan_has_its_labels(one_layer, finished, images):
    labels = np.arange(10) % 2
    gan = finished(one_layer(type='cgan', class_names=('a', 'b')))
    asked = gan.tensors('inputs/*', images, labels)
    for real, label in zip(asked['inputs/images'], asked['inputs/labels'], strict=True):
        assert labels[[(image == real).all() for image in images]] == label
    assert asked['inputs/classes'].argmax(axis=1).tolist() == [0, 1, 0, 1]


def test_the_images_of_fit_are_taken(one_layer, finished, images):
    with finished(one_layer()) as gan:
        gan.fit(images, progress=False)
        found, expected = gan.tensors('losses/D_real/*'), gan.tensors('losses/D_real/*', images)
    assert found and found.keys() == expected.keys()
    for name, value in found.items():
        np.testing.assert_array_equal(value, expected[name])


def test_without_images(one_layer, finished):
    gan = finished(one_layer())
    fake = gan.built.out.fake
    assert gan.tensors(fake.name)[name_of(fake)].shape == (4, 8, 8, 1)
    with pytest.raises(UsageError, match=r'these need real images: expected tensors\(pattern, im'):
        gan.tensors('Discriminator_real/*')


def test_names_and_patterns(one_layer, finished, images):
    gan = finished(one_layer())
    name = name_of(gan.built.samples)
    assert [*gan.tensors(name)] == [*gan.tensors(f'{name}:0')] == [name]
    box = name.partition('/')[0]
    assert all(each.startswith(f'{box}/') for each in gan.tensors(f'{box}/*'))
    several = next(op for op in gan.graph.get_operations() if op.type == 'IdentityN')
    assert [*gan.tensors(several.outputs[1].name, images)] == [several.outputs[1].name]
    assert [*gan.tensors(several.name, images)] == [name_of(t) for t in several.outputs]


@pytest.mark.parametrize(('pattern', 'hint'), [
    ('discriminatr_real/*', 'the nearest: Discriminator_real/*, '), ('losses', ' losses/*'),
    ('inputs/image:0', ' inputs/images, '), ('\u2028[', 'the boxes: '),
    (9999 * 'x', 'the boxes: ')])
def test_a_wrong_pattern_has_the_nearest_names(one_layer, finished, pattern, hint):
    with pytest.raises(UsageError) as refused:
        finished(one_layer()).tensors(pattern)
    said = str(refused.value)
    assert 'no op has such a name; ' in said and hint in said and len(said) < 600


def test_what_is_inside_a_loop_is_counted(one_layer, finished):
    """Its ops have the names of those that they copy; those of the loop are asked by `loop/*`."""
    gan = finished(one_layer(steps_per_run=2, **LAZY))
    copied = [op for variant in gan.steps.variants
              for op in ancestors([variant.train_ops[-1].op], control=True)
              if op.name.startswith('Generator_train/')]
    assert find(gan, 'Generator_train/*').left_out[INSIDE] == len(copied) > 9
    with pytest.raises(UsageError, match=f'none of these can be computed: .* {INSIDE}$'):
        gan.tensors('many_steps/while*/Generator_train/*')
    assert INSIDE not in find(gan, 'Generator_sample/*').left_out
    with pytest.raises(UsageError, match=f'none of these can be computed: .*1 {NOT_FED}'):
        gan.tensors('many_steps/run', images=None)


def test_the_step_that_has_a_tensor(one_layer, finished):
    gan = finished(one_layer(**LAZY))
    in_step = steps_of(gan)
    penalty = first_step(gan).player_steps[0].player.penalty
    between = gan.steps.variants[1].player_steps[0].gradients[0]
    assert in_step(penalty.op) == 'with_penalty'
    assert in_step(between.op) == 'without'
    assert in_step(gan.built.out.fake.op) == 'every'
    assert in_step(gan.built.samples.op) == '-'


def test_many_tensors_are_computed_in_parts(monkeypatch):
    """Each part has about MAX_BYTES; of an unknown size, that of the batch counts."""
    monkeypatch.setattr(tensor_values, 'MAX_BYTES', 1000)
    with tf.Graph().as_default():
        ph = tf.compat.v1.placeholder(tf.float32, [None, 50])
        tensors = {f'{i}': tf.add(ph, i) for i in range(7)}
    runs = []

    def run(chunk, feed_dict):
        runs.append([*chunk])
        return {name: feed_dict[name] for name in chunk}
    numbers = {name: np.array(int(name)) for name in tensors}
    session = types.SimpleNamespace(run=run)
    found = dict(tensor_values.values(session, tensors, numbers, 2))       # 400 bytes each
    assert found == numbers
    assert runs == [['0', '1'], ['2', '3'], ['4', '5'], ['6']]


def test_numbers_that_numpy_does_not_know(session):
    tensors = {'half': tf.constant([1.5, -2.0], tf.bfloat16), 'one': tf.constant(3, tf.uint8)}
    half, one = dict(tensor_values.values(session, tensors, {}, 1)).values()
    assert half.dtype == np.float32 and half.tolist() == [1.5, -2.0]
    assert one.dtype == np.uint8 and one.shape == ()


@pytest.mark.parametrize(('numbers', 'expected'), [
    (np.float32([[0, 1, -3, np.nan]]), [-3, -2 / 3, 1, 0.25, 0.25]),
    (np.float32([np.inf, -np.inf, 0, 0]), [-np.inf, np.nan, np.inf, 0.5, 0]),
    (np.array([True, False]), [0, 0.5, 1, 0.5, 0]), (np.array(7), [7, 7, 7, 0, 0]),
    (np.uint64([2 ** 63] * 2), [2 ** 63] * 3 + [0, 0]),
    (np.zeros([0, 3]), [np.nan] * 3 + [0, 0]), (np.float16([np.nan]), [np.nan] * 3 + [0, 1])])
def test_the_statistics(numbers, expected):
    found = tensor_values.tensor_stats('a', numbers)
    assert found[:3] == ('a', numbers.dtype.name, numbers.shape)
    np.testing.assert_allclose(found[3:], expected)
