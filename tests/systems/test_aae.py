"""The adversarial autoencoder: D tells codes from latents, E and G reconstruct the images."""

import math

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import latent, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.gan import GAN
from dcgan_tf.images import read_png
from dcgan_tf.networks import codes
from dcgan_tf.networks.network import Network
from dcgan_tf.run_folder.sample_grids import sample_grids
from dcgan_tf.systems.aae import AAE, Networks
from tests.helpers import (
    assert_same,
    assert_trains,
    boxes,
    enlarge_weights,
    first_step,
    put,
    values,
)
from tests.reference import softplus

BOXES = {'Encoder', 'Encoder_train', 'Encoder_encode', 'encode', 'train_R', 'train_E'}
LABELS = np.arange(10, dtype=np.int32) % 3
THREE = {'class_names': ('a', 'b', 'c'), 'prior': 'swiss_roll', 'z_dim': 4}
PLAYERS = {'R': {'Encoder', 'Generator'}, 'D': {'Discriminator'}, 'E': {'Encoder'}}


@pytest.fixture
def aae(one_layer):
    """aae(type, **changes) -> Config of an AAE with one layer a network."""
    def make(name='aae', **changes):
        more = THREE if name == 'aae_labels' else {'codes': (4,)} if name == 'aae_clusters' else {}
        return one_layer(**{'type': name, 'ema': 0.0, **more, **changes})
    return make


def run(gan, what, images, number=0):
    return gan.session.run(what, BatchFeeder(gan, images, LABELS)(number))


def cross_entropies(r, f):
    """The losses of D and of E, whose logits are r and f."""
    return softplus(-r).mean() + softplus(f).mean(), softplus(-f).mean()


@pytest.mark.parametrize('name', ['aae', 'aae_labels', 'aae_clusters'])
def test_the_losses_by_hand(aae, finished, images, name):
    gan = finished(aae(name))
    enlarge_weights(gan)
    out, minimised = run(gan, [gan.built.out, gan.losses[0].minimised], images)
    x, again = out.encoded.real, out.encoded.reconstructed
    squares = ((x - again) / 2) ** 2                                   # of pixels in [0, 1]
    d, e = cross_entropies(out.r, out.f)
    if name == 'aae_clusters':
        more = cross_entropies(out.clusters.r, out.clusters.f)
        d, e = d + more[0], e + more[1]
        np.testing.assert_allclose(out.clusters.probabilities.sum(axis=1), 1, rtol=1e-5)
    expected = {'R': squares.sum(axis=(1, 2, 3)).mean() / 2, 'D': d, 'E': e}
    assert minimised == {player: pytest.approx(loss, rel=1e-5)
                         for player, loss in expected.items()}


def test_a_d_that_knows_nothing(aae, finished, images):
    """2 ln 2 for each of its tasks, and ln 2 for E."""
    for name, tasks in (('aae', 1), ('aae_clusters', 2)):
        gan = finished(aae(name))
        for network in [network for network in gan.built.net if hasattr(network, '_spectral')]:
            for w in network.weights:
                if w.op.name.startswith(('Disc', 'Clus')) and 'd3_' in w.op.name:
                    put(gan.session, w, np.zeros(w.shape))
        minimised = run(gan, gan.losses[0].minimised, images)
        assert minimised['D'] == pytest.approx(tasks * 2 * math.log(2), rel=1e-6)
        assert minimised['E'] == pytest.approx(tasks * math.log(2), rel=1e-6)


@pytest.mark.parametrize('name', ['aae', 'aae_clusters'])
def test_who_moves_what(aae, finished, images, name):
    """Three runs of the session: R moves E and G, then D (and C), then E alone."""
    gan = finished(aae(name))
    feeder, runs = BatchFeeder(gan, images, LABELS), first_step(gan).train_ops
    assert len(runs) == 3 == gan.config.batches_per_step
    for number, (player, networks) in enumerate(PLAYERS.items()):
        before = values(gan)
        gan.session.run(runs[number].op, feeder(0, number))
        after = values(gan)
        moved = {v.op.name.partition('/')[0] for v in gan.variables()
                 if v.trainable and (before[v.op.name] != after[v.op.name]).any()}
        more = {'Clusters'} if (name, player) == ('aae_clusters', 'D') else set()
        assert moved == networks | more


@pytest.mark.parametrize('rate', [0.0, 1.0])
def test_without_its_adversarial_rate_it_is_an_autoencoder(aae, finished, images, rate):
    """Whatever D says, E and G learn to reconstruct, and nothing else."""
    trained = []
    for factor in (1.0, -3.0):
        gan = finished(aae(adversarial_rate=rate, epochs=3))
        w = next(w for w in gan.built.net.D.weights if w.op.name.endswith('d1_linear/weights'))
        put(gan.session, w, factor * gan.session.run(w))
        gan.fit(images, progress=False)
        trained.append({name: value for name, value in values(gan).items()
                        if name.startswith(('Enc', 'Gen')) and 'train_E' not in name})
        gan.close()
    if rate:
        assert any((trained[0][name] != trained[1][name]).any() for name in trained[0])
    else:
        assert_same(*trained)


@pytest.mark.parametrize(('name', 'change', 'more'), [
    pytest.param('aae', {'instance_noise': 0.3, 'ema': 0.9, 'steps_per_run': 2},
                 {'Encoder_ema', 'many_steps'}, marks=pytest.mark.slow),
    ('aae_labels', {}, set()),
    ('aae_clusters', {'label_flip': 0.1, 'penalty': 'r1', 'penalty_weight': 1.0,
                      'penalty_every': 2},
     {'Clusters', 'Clusters_real', 'Clusters_fake', 'Encoder_classes', 'classes'})])
def test_it_resumes_to_the_bit_and_every_weight_learns(aae, images, pool, tmp_path, name, change,
                                                       more):
    config = aae(name, **change)
    assert_trains(pool, config, images, tmp_path, LABELS)
    with pool.gan(config) as gan:
        assert boxes(gan) == BOXES | more


class Line(AAE):
    """One number for an image, x ~ N(3, 2^2). E and G are linear."""

    def networks(self):
        def line(h, a, b):
            with tf.compat.v1.variable_scope('line'):
                a, b = (tf.compat.v1.get_variable(n, [], initializer=tf.constant_initializer(v))
                        for n, v in (('a', a), ('b', b)))
            return a * h + b
        return Networks(
            G=Network('Generator', lambda z, y, *, training: line(z, 1.0, 1.0)[:, None, None]),
            D=super().networks().D,
            E=Network('Encoder', lambda x, *, training: line(x, 0.3, -0.3)[:, 0, 0]))

    def code_logits(self, z, y, *, training):
        return codes.code_logits(z, 1, units=(32, 32))

    def forward(self, net, batch):
        x = 3.0 + 2.0 * batch.draw('normal', [self.config.batch_size, 1, 1, 1], 'x')
        return super().forward(net, batch._replace(images=x))

    def sample(self, net, z, y, reference):
        made = net.G(z, None, use='sample', training=False)
        return made * tf.ones([1, *self.architecture.size, 1])

    def encode(self, net, x, y, reference, use='encode'):
        return net.E(x, use=use, training=False)[:, 0]


def test_codes_of_a_normal_distribution(aae, images):
    """x ~ N(3, 2^2) and codes like N(0, 1): E(x) = (x - 3) / 2 or its negative, and G its inverse.
    """
    config = aae(z_dim=1, prior='normal', batch_size=64, epochs=500, learning_rate=0.03,
                 d_learning_rate=0.01, steps_per_run=100)
    with GAN(config, system=Line(config)) as gan:
        gan.fit(np.repeat(images, 10, axis=0), progress=False)
        found = values(gan)
    c, d, a, b = (found[f'{network}/line/{name}'] for network in ('Encoder', 'Generator')
                  for name in 'ab')
    assert abs(c) == pytest.approx(0.5, abs=0.06) and -d / c == pytest.approx(3.0, abs=0.4)
    assert abs(a) == pytest.approx(2.0, abs=0.25) and b == pytest.approx(3.0, abs=0.4)


def test_latents_of_a_class_are_in_its_part(aae, finished, images):
    """In training, by the label of the image; afterwards, by the class that is asked for."""
    gan = finished(aae('aae_labels'))
    feed = BatchFeeder(gan, images, LABELS)(0)
    latents, labels = gan.session.run(gan.built.inputs.batch.noise, feed), feed[
        gan.built.inputs.labels_ph]
    place = (np.linalg.norm(latents.reshape(-1, 2), axis=1) / 3.0) ** 2     # in [0, 1) of the roll
    assert (np.int32(3 * place).reshape(-1, 2) == labels[:, None]).all()
    entered = {op.name.split('/')[0] for op in gan.graph.get_operations() if op.type == 'OneHot'}
    assert entered == {'Discriminator_real', 'Discriminator_fake'}
    enlarge_weights(gan)
    z = latent.draw_seeds('swiss_roll', [5, 6], 4, [2, 2], 3)
    np.testing.assert_array_equal(gan.sample(2, 5, label='c'), gan.generate_images(z))
    anywhere = latent.draw('swiss_roll', 2, 4, 5)
    np.testing.assert_array_equal(gan.sample(2, 5), gan.generate_images(anywhere))
    with pytest.raises(UsageError, match='label c: this generator takes no labels. A class is a'):
        gan.sample(latents=anywhere, label='c')
    grid = sample_grids(gan.config)['fake1']
    assert grid.labels is None and grid.columns == 3
    place = (np.linalg.norm(grid.z.reshape(-1, 3, 4)[..., :2], axis=2) / 3.0) ** 2
    assert (np.int32(3 * place) == [0, 1, 2]).all()


def test_an_image_is_reconstructed_in_its_cluster(aae, finished, images):
    """As G was trained: with E's probabilities, not with a cluster that is named."""
    gan = finished(aae('aae_clusters'), classes=True, training=False)
    enlarge_weights(gan)
    codes, q = gan.encode(images), gan.class_probabilities(images)
    assert codes.shape == (10, gan.config.latent_dim) == (10, gan.config.z_dim)
    assert q.shape == (10, 4) and q.max() < 1
    np.testing.assert_allclose(gan.reconstruct(images), gan.generate_images(codes, q), atol=1e-6)
    other = gan.generate_images(codes, np.full(10, 1))
    assert np.abs(gan.reconstruct(images) - other).max() > 1e-3


def test_the_plane(aae, pool, images, tmp_path):
    """codes_STEP.png and plane_STEP.png, with the same bytes in a resumed run."""
    config, found = aae('aae_labels', z_dim=2, epochs=2, eval_step=1), []
    for folder, first in (('whole', 2), ('resumed', 1)):
        for steps in {first, 2}:
            with pool.gan(config.replace(epochs=steps)) as gan:
                gan.fit(images, run=tmp_path / folder, labels=LABELS, progress=False)
        found.append({name: (tmp_path / folder / f'images/{name}_000002.png').read_bytes()
                      for name in ('codes', 'plane')})
    assert found[0] == found[1]
    picture = read_png(tmp_path / 'whole/images/codes_000002.png')
    assert picture.shape == (480, 960, 3)
    colours = {tuple(colour) for colour in picture.reshape(-1, 3).tolist()}
    assert {(31, 119, 180), (255, 127, 14), (44, 160, 44)} <= colours      # one for each class
    assert read_png(tmp_path / 'whole/images/plane_000002.png').shape == (15 * 8 * 4, 15 * 8 * 4, 1)
    z = sample_grids(config)['plane'].z.reshape(15, 15, 2)
    assert z[0, 0].tolist() == [-3, 3] and z[-1, 0].tolist() == [-3, -3] and z[7, 7].any() == 0


@pytest.mark.parametrize(('name', 'change', 'match'), [
    ('aae', {'unroll': 1}, '--unroll: --type aae does not take it'),
    ('aae', {'diff_augment': 'color'}, '--diff-augment: --type aae does not take it'),
    ('aae', {'objective': 'ebgan'}, '--objective ebgan: --type aae cannot use it'),
    ('aae', {'penalty': 'mode_regularised'}, '--penalty mode_regularised: --type aae cannot'),
    ('aae', {'codes': (3,)}, '--codes: --type aae does not take it'),
    ('gan', {'adversarial_rate': 0.5}, '--adversarial-rate: --type gan does not take it'),
    ('aae', {'prior': 'mixture10'}, '--z-dim 3: --latent-prior mixture10 places pairs of numbers'),
    ('infogan', {'prior': 'swiss_roll'}, '--latent-prior swiss_roll: --type infogan cannot'),
    ('aae_labels', {'prior': 'normal'}, '--latent-prior normal: --type aae_labels needs a prior'),
    ('aae_labels', {'prior': 'mixture10'}, 'needs a part for each of 3 classes'),
    ('aae_clusters', {'codes': (3, 4)}, '--codes 3,4: --type aae_clusters has one code'),
    ('aae_clusters', {'continuous': 1}, '--continuous: --type aae_clusters does not take it')])
def test_what_is_refused(aae, name, change, match):
    with pytest.raises(UsageError, match=match):
        aae(name, **change)


def test_d_sees_no_image(aae, finished):
    gan = finished(aae(), training=False)
    with pytest.raises(UsageError, match='no network that tells real images'):
        gan.scores()
    assert not gan.system.has_scores and gan.system.features_of == 'E'


def test_it_starts_without_further_options():
    """aae_labels brings a prior with a part for each class."""
    assert preset('dcgan28', type='aae_labels', class_names=tuple('0123456789')
                  ).prior == 'mixture10'
    made = preset('dcgan28', type='aae')
    assert (made.z_dim, made.prior, made.penalty) == (8, 'normal', 'r1')
    assert (preset('aae_mnist').prior, preset('aae_mnist').penalty) == ('normal5', 'none')
