"""The conditional GAN: labels reach both networks, and the asked-for class comes out."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn.neighbors import KNeighborsClassifier

from dcgan_tf import DeepConvolutionalGAN, data, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.model.feed import Feed
from dcgan_tf.training import run_folder
from tests.families import every_family

CLASSES = ('a', 'b', 'c')
LABELS = np.int32([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])


@pytest.fixture
def cgan(tiny):
    """cgan(name, **changes) -> a conditional GAN of three classes."""
    def make(name='dcgan28', **changes):
        return DeepConvolutionalGAN.from_config(
            tiny(name, type='cgan', class_names=CLASSES, **changes))
    return make


def one_hot(gan, use):
    """The one-hot labels [N, 3] that enter a use of a network."""
    found, = (op for op in gan.graph.get_operations()
              if op.type == 'OneHot' and op.name.startswith(f'{use}/'))
    return found.outputs[0]


@every_family
def test_the_label_reaches_both_networks_where_they_are_trained(cgan, images, name):
    """Its gradient is not zero in any image, and other labels give other outputs."""
    with cgan(name) as gan:
        gan.optimizer()
        outputs = {'Generator_train': gan.fake, 'Discriminator_real': gan.real_logits,
                   'Discriminator_fake': gan.fake_logits}
        with gan.graph.as_default():
            slopes = [tf.gradients(tf.reduce_sum(y ** 2), one_hot(gan, use))[0]
                      for use, y in outputs.items()]
        gan.fit(images, labels=LABELS, progress=False)
        feed = {gan.images_ph: images[:4], gan.labels_ph: LABELS[:4]}
        for slope in gan.session.run(slopes, feed):
            assert (np.abs(slope).max(axis=1) > 0).all()
        before = gan.session.run(list(outputs.values()), feed)
        after = gan.session.run(list(outputs.values()), {**feed, gan.labels_ph: LABELS[1:5]})
        for x, y in zip(before, after, strict=True):
            assert (np.abs(x - y).reshape(4, -1).max(axis=1) > 0).all()


@every_family
def test_the_label_reaches_the_samples(cgan, images, latents, name):
    with cgan(name) as gan:
        gan.model()
        with gan.graph.as_default():
            slope, = tf.gradients(tf.reduce_sum(gan.samples ** 2), gan.classes_ph)
        gan.fit(images, labels=LABELS, progress=False)
        feed = {gan.z_ph: latents, gan.classes_ph: np.eye(3)[LABELS[:5]]}
        assert (np.abs(gan.session.run(slope, feed)).max(axis=1) > 0).all()
        before, after = (gan.generate_images(latents, labels)
                         for labels in (LABELS[:5], LABELS[1:6]))
        assert (np.abs(before - after).max(axis=(1, 2, 3)) > 0).all()


@every_family
def test_a_picture_depends_on_its_own_latent_and_label_alone(cgan, images, latents, name):
    with cgan(name) as gan:
        gan.fit(images, labels=LABELS, progress=False)
        together = gan.generate_images(latents, [0, 1, 2, 1, 0])
        alone = gan.generate_images(latents[3:4], [1])
        mixed = gan.generate_images(latents[3:4], np.float32([[0, 1, 0]]))
    np.testing.assert_allclose(alone[0], together[3], atol=1e-6)
    np.testing.assert_allclose(alone, mixed, atol=1e-6)


def test_images_are_fed_with_their_own_labels(cgan, images):
    with cgan() as gan:
        gan.model()
        feed = Feed(gan, images, LABELS)
        for step in range(5):
            fed = feed(step)
            places = [np.flatnonzero((images == x).all(axis=(1, 2, 3)))[0]
                      for x in fed[gan.images_ph]]
            np.testing.assert_array_equal(fed[gan.labels_ph], LABELS[places])


def test_two_trainings_are_equal_and_labels_count(cgan, images):
    def trained(labels):
        with cgan() as gan:
            gan.fit(images, labels=labels, progress=False)
            return gan.generate_images(np.ones((1, 3)) / 2, [1])
    np.testing.assert_array_equal(trained(LABELS), trained(LABELS))
    assert not np.array_equal(trained(LABELS), trained(LABELS[::-1].copy()))


def test_a_run_shows_a_column_a_class(cgan, images, tmp_path):
    with cgan(epochs=2) as gan:
        run = run_folder.create(tmp_path, 'run', gan.config, {})
        gan.fit(images, run, labels=LABELS, progress=False)
    names = {p.name for p in run.images.iterdir()}
    assert {'fake1_000002.png', 'fake2_000002.png', 'real.png', 'progress.png',
            'training.gif'} <= names
    assert not [n for n in names if n.startswith(('fake_', 'row_'))]
    assert run_folder.open_run(str(run.path)).config.class_names == CLASSES


def test_labels_of_another_kind_are_refused(cgan, images):
    with cgan() as gan:
        for labels in (None, LABELS[:9], LABELS + 1, LABELS - 1, LABELS / 1, LABELS[None]):
            with pytest.raises(UsageError, match=r'labels: a cgan needs \[10\] whole'):
                gan.fit(images, labels=labels, progress=False)


def test_a_class_without_a_picture_is_refused(cgan, images):
    with cgan() as gan, pytest.raises(UsageError, match="class 'b' has no picture"):
        gan.fit(images, labels=LABELS % 2 * 2, progress=False)


def test_labels_where_none_enter(cgan, tiny, images, latents):
    """A gan learns labelled data all the same, but cannot be asked for a class."""
    with DeepConvolutionalGAN.from_config(tiny()) as gan:
        gan.fit(images, labels=LABELS, progress=False)
        with pytest.raises(UsageError, match='a gan takes none'):
            gan.generate_images(latents, [0] * 5)
    with cgan() as gan, pytest.raises(UsageError, match='a cgan takes one for each latent'):
        gan.generate_images(latents)


def test_classes_are_needed(tiny):
    with pytest.raises(UsageError, match='two class_names or more'):
        DeepConvolutionalGAN.from_config(tiny(type='cgan', class_names=('a',)))


def test_the_asked_for_class_is_read_back():
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
