"""The conditional GAN: labels reach both networks, and the asked-for class comes out."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn.neighbors import KNeighborsClassifier

from dcgan_tf import DeepConvolutionalGAN, data, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.run_folder import run_folder
from tests.families import every_family
from tests.helpers import enlarge_weights

CLASSES = ('a', 'b', 'c')
LABELS = np.int32([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])


@pytest.fixture
def three(one_layer):
    """three(name, **changes) -> Config of a conditional GAN of three classes."""
    return lambda name='dcgan28', **changes: one_layer(
        name, type='cgan', class_names=CLASSES, learning_rate=0.01, ema=0.0, **changes)


@pytest.fixture
def cgan(three, finished):
    """cgan(**changes) -> that GAN from the pool, with networks of one layer."""
    return lambda **changes: finished(three(**changes))


def one_hot(gan, use):
    """The one-hot labels [N, 3] that enter a use of a network."""
    found, = (op for op in gan.graph.get_operations()
              if op.type == 'OneHot' and op.name.startswith(f'{use}/'))
    return found.outputs[0]


@every_family
def test_the_label_reaches_both_networks_and_the_samples(three, finished, images, latents, name):
    """Other labels give other outputs, in every image, where they are trained and in samples."""
    gan = finished(three(name), training=False)
    enlarge_weights(gan)
    outputs = [gan.built.out.fake, gan.built.out.r, gan.built.out.f]
    feed = {gan.built.inputs.images_ph: images[:4], gan.built.inputs.labels_ph: LABELS[:4]}
    before = gan.session.run(outputs, feed)
    after = gan.session.run(outputs, {**feed, gan.built.inputs.labels_ph: LABELS[1:5]})
    before.append(gan.generate_images(latents, LABELS[:5]))
    after.append(gan.generate_images(latents, LABELS[1:6]))
    for x, y in zip(before, after, strict=True):
        assert (np.abs(x - y).reshape(len(x), -1).max(axis=1) > 0).all()


@pytest.mark.slow
@every_family
def test_the_label_has_a_slope_wherever_it_enters(three, images, latents, name):
    """Not zero in any image, of a trained GAN."""
    with DeepConvolutionalGAN.from_config(three(name)) as gan:
        gan.optimizer()
        outputs = {'Generator_train': gan.built.out.fake, 'Discriminator_real': gan.built.out.r,
                   'Discriminator_fake': gan.built.out.f}
        with gan.graph.as_default():
            slopes = [tf.gradients(tf.reduce_sum(y ** 2), one_hot(gan, use))[0]
                      for use, y in outputs.items()]
            inputs = gan.built.inputs
            of_samples, = tf.gradients(tf.reduce_sum(gan.built.samples ** 2), inputs.classes_ph)
        gan.fit(images, labels=LABELS, progress=False)
        feed = {inputs.images_ph: images[:4], inputs.labels_ph: LABELS[:4]}
        found = gan.session.run([*slopes, of_samples], {
            **feed, inputs.z_ph: latents, inputs.classes_ph: np.eye(3)[LABELS[:5]]})
    for slope in found:
        assert (np.abs(slope).max(axis=1) > 0).all()


@every_family
def test_a_picture_depends_on_its_own_latent_and_label_alone(three, finished, latents, name):
    gan = finished(three(name), training=False)
    enlarge_weights(gan)
    together = gan.generate_images(latents, [0, 1, 2, 1, 0])
    alone = gan.generate_images(latents[3:4], [1])
    mixed = gan.generate_images(latents[3:4], np.float32([[0, 1, 0]]))
    assert np.ptp(together, axis=0).max() > 0.01
    np.testing.assert_allclose(alone[0], together[3], atol=1e-5)
    np.testing.assert_allclose(alone, mixed, atol=1e-6)


def test_images_are_fed_with_their_own_labels(cgan, images):
    gan = cgan()
    feed = BatchFeeder(gan, images, LABELS)
    for step in range(5):
        fed = feed(step)
        places = [np.flatnonzero((images == x).all(axis=(1, 2, 3)))[0]
                  for x in fed[gan.built.inputs.images_ph]]
        np.testing.assert_array_equal(fed[gan.built.inputs.labels_ph], LABELS[places])


def test_two_trainings_are_equal_and_labels_count(three, pool, images):
    def trained(labels):
        with pool.gan(three()) as gan:
            gan.fit(images, labels=labels, progress=False)
            return gan.generate_images(np.ones((1, 3)) / 2, [1])
    np.testing.assert_array_equal(trained(LABELS), trained(LABELS))
    assert not np.array_equal(trained(LABELS), trained(LABELS[::-1].copy()))


def test_a_run_shows_a_column_a_class(cgan, images, tmp_path, no_plot):
    gan = cgan(epochs=2)
    run = run_folder.create(tmp_path, 'run', gan.config, {})
    gan.fit(images, run, labels=LABELS, progress=False)
    names = {p.name for p in run.images.iterdir()}
    assert {'fake1_000002.png', 'fake2_000002.png', 'real.png', 'progress.png',
            'training.gif'} <= names
    assert not [n for n in names if n.startswith(('fake_', 'row_'))]
    assert run_folder.open_run(str(run.path)).config.class_names == CLASSES


def test_labels_of_another_kind_are_refused(cgan, images):
    gan = cgan()
    for labels in (None, LABELS[:9], LABELS + 1, LABELS - 1, LABELS / 1, LABELS[None]):
        with pytest.raises(UsageError, match=r'labels: a cgan needs \[10\]'):
            gan.fit(images, labels=labels, progress=False)


def test_a_class_without_a_picture_is_refused(cgan, images):
    with pytest.raises(UsageError, match="class 'b' has no picture"):
        cgan().fit(images, labels=LABELS % 2 * 2, progress=False)


@pytest.mark.slow
def test_labels_where_none_enter(cgan, one_layer, finished, images, latents):
    """A gan learns labelled data all the same, but cannot be asked for a class."""
    gan = finished(one_layer())
    gan.fit(images, labels=LABELS, progress=False)
    with pytest.raises(UsageError, match='labels: a gan takes no'):
        gan.generate_images(latents, [0] * 5)
    with pytest.raises(UsageError, match='labels: a cgan takes one'):
        cgan().generate_images(latents)


def test_classes_are_needed(one_layer):
    with pytest.raises(UsageError, match='two class_names or more'):
        DeepConvolutionalGAN.from_config(one_layer(type='cgan', class_names=('a',)))


def test_the_asked_for_class_is_drawn(cgan):
    """Each class is bright in rows of its own; so are soon the pictures that are asked for."""
    labels = np.arange(60, dtype=np.int32) % 3
    pictures = np.random.default_rng(0).integers(0, 60, (60, 8, 8, 1), dtype=np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        picture[3 * label:3 * label + 2] += 180
    gan = cgan(epochs=150)
    gan.fit(pictures, labels=labels, progress=False)
    asked = np.arange(300) % 3
    drawn = gan.generate_images(np.random.default_rng(0).uniform(-1, 1, (300, 3)), asked)
    bright = [drawn[:, 3 * k:3 * k + 2].mean(axis=(1, 2, 3)) for k in range(3)]
    share = (np.argmax(bright, axis=0) == asked).mean()
    assert share >= 0.9, share


@pytest.mark.slow
def test_the_asked_for_digit_is_read_back():
    """After a short run on digits, a nearest-neighbour classifier agrees with the labels."""
    digits = data.load('digits', 'dataset')
    flat = digits.images.reshape(len(digits), -1)
    judge = KNeighborsClassifier(3).fit(flat[300:], digits.labels[300:])
    assert judge.score(flat[:300], digits.labels[:300]) > 0.9
    config = preset(type='cgan', class_names=digits.class_names, epochs=300, ema=0.98,
                    penalty='none',
                    generator_maps=(64, 32, 1), discriminator_maps=(1, 32, 64))
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.fit(digits.images, labels=digits.labels, progress=False)
        asked = np.arange(500) % 10
        z = np.random.default_rng(0).uniform(-1, 1, (500, config.z_dim))
        pictures = np.rint(gan.generate_images(z, asked) * 255).reshape(500, -1)
    share = (judge.predict(pictures) == asked).mean()
    assert share >= 0.9, share
