"""gan.discriminator_features: what D's convolutions see in one image, told no label."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import UsageError
from tests import reference as ref
from tests.families import ONE, every_family
from tests.pool import build

v1 = tf.compat.v1
CLASSES = {'type': 'cgan', 'class_names': ('a', 'b', 'c')}


class Eyes:
    """Callable: (images, reference) -> features, by the box alone, with random weights `w`."""

    def __init__(self, config):
        self.model = build(config)
        self.model.features()
        self._session, rng = v1.Session(graph=self.model.graph), np.random.default_rng(7)
        with self.model.graph.as_default():
            variables = v1.global_variables('Discriminator/')
        self.w = {v.op.name.split('/', 1)[1]: rng.uniform(0.1, 1, v.shape) for v in variables}
        for v, value in zip(variables, self.w.values(), strict=True):
            if 'norm' not in v.op.name:
                value -= 0.55
            self._session.run(v.initializer, {v.initializer.inputs[1]: value})

    def __call__(self, images, reference=None):
        return self.model._features.run(self._session, images, reference)

    def close(self):
        self._session.close()


@pytest.fixture
def eyes(tiny, kept):
    """eyes(name, **changes) -> Eyes of a tiny config; each is made once, and no test changes it."""
    def make(name='dcgan28', **changes):
        config = tiny(name, ema=0.0, **changes)
        if config not in kept:
            kept[config] = Eyes(config)
        return kept[config]
    return make


def convolved(h, w, layer, stride=2):
    """A layer of D; its bias may have been left to the norm."""
    weights = w[f'{layer}/weights']
    return ref.conv2d(h, weights, w.get(f'{layer}/bias', np.zeros(weights.shape[-1])), stride)


def pooled(*maps):
    """Every map in a grid of 4x4, side by side.   -> [N, F]"""
    return np.concatenate([ref.max_pool_grid(h, 4).reshape(len(h), -1) for h in maps], axis=1)


@pytest.mark.parametrize('change', [pytest.param({}, marks=pytest.mark.slow), CLASSES],
                         ids=['gan', 'cgan'])
def test_averages_normalise_and_labels_weigh_alike(eyes, change):
    """The first map has 7x9 pixels, the second 4x5. No label is fed, so none can leak."""
    images = np.random.default_rng(1).integers(0, 256, (3, 13, 17, 1), dtype=np.uint8)
    see = eyes(image_height=13, image_width=17, **change)
    x, w = images / 127.5 - 1.0, see.w
    if change:
        x = np.concatenate([x, np.full([3, 13, 17, 3], 1 / 3)], axis=-1)
    h1 = ref.leaky_relu(convolved(x, w, 'd1_conv'), 0.2)
    names = ('gamma', 'beta', 'moving_mean', 'moving_variance')
    h2 = ref.batch_norm(convolved(h1, w, 'd2_conv'), *(w[f'd2_norm/{n}'] for n in names), 1e-5)
    ref.assert_close(see(images), pooled(h1, ref.leaky_relu(h2, 0.2)))


def test_main1_is_normalised_by_the_reference(eyes, images):
    see, maps = eyes('main1'), []
    h = np.concatenate([images[6:], images]) / 255.0
    for layer in ('d1_conv', 'd2_conv'):
        h = convolved(h, see.w, layer)
        h = ref.leaky_relu(ref.batch_norm(h, 1.0, 0.0, *ref.moments(h[:4]), 1e-5), 0.2)
        maps.append(h[4:])
    ref.assert_close(see(images, images[6:]), pooled(*maps))


def test_upsample_is_seen_before_its_own_pooling(eyes, images):
    see = eyes('upsample_mnist')
    h1 = np.tanh(convolved(images / 127.5 - 1.0, see.w, 'd1_conv', 1))
    h2 = np.tanh(convolved(ref.max_pool(h1, 2), see.w, 'd2_conv', 1))
    ref.assert_close(see(images), pooled(h1, h2))


def test_spectral_norm_divides_by_its_saved_direction(eyes, images):
    see, maps, h = eyes(norm='spectral'), [], images / 127.5 - 1.0
    for layer, offset in (('d1_conv', 'd1_conv/bias'), ('d2_conv', 'd2_norm/beta')):
        weights, u = see.w[f'{layer}/weights'], see.w[f'{layer}/weights_u']
        matrix = weights.reshape(-1, len(u))
        v = matrix @ u / np.linalg.norm(matrix @ u)
        normed = weights / np.linalg.norm(matrix.T @ v)              # sigma = |W^T v|
        h = ref.leaky_relu(ref.conv2d(h, normed, see.w[offset], 2), 0.2)
        maps.append(h)
    ref.assert_close(see(images), pooled(*maps))


def assert_neighbours_do_not_matter(see, images):
    reference = images[:4]
    together = see(images, reference)
    assert together.dtype == np.float32
    assert np.abs(np.diff(together, axis=0)).max(axis=1).all()
    for others in (images[:0], images[:3], 255 - images):
        again = see(np.concatenate([others, images[7:8]]), reference)
        np.testing.assert_allclose(again[-1], together[7], atol=1e-5)


@every_family
def test_neighbours_do_not_matter(eyes, images, name):
    assert_neighbours_do_not_matter(eyes(name), images)


@pytest.mark.parametrize('change', [
    *(pytest.param({'norm': norm}, marks=pytest.mark.slow) for norm in ('instance', 'layer')),
    {'objective': 'ebgan'},
    {'name': 'main1', 'norm': 'none'}, {'name': 'main1', **CLASSES}], ids=str)
def test_every_d(eyes, images, change):
    see = eyes(**ONE, **change)
    assert_neighbours_do_not_matter(see, images)
    assert (see.model._features.reference_ph is not None) == (
        change.get('name') == 'main1' and 'norm' not in change)


@pytest.mark.parametrize('name', ['dcgan28', 'main1'])
def test_the_box_is_made_on_demand_and_has_no_variable_of_its_own(one_layer, name):
    def content():
        with model.graph.as_default():
            return ({op.name.split('/')[0] for op in model.graph.get_operations()},
                    [v.op.name for v in v1.global_variables()])

    model = build(one_layer(name))
    model.model()
    boxes, variables = content()
    model.features()
    assert content() == (boxes | {'Discriminator_features', 'features'}, variables)
    ops_before = len(model.graph.get_operations())
    model.features()
    assert len(model.graph.get_operations()) == ops_before


def test_from_a_checkpoint_undisturbed(tiny, finished, images, tmp_path):
    """The way of the tools; spectral norm's directions come along, what disturbs D does not."""
    spectral = tiny(norm='spectral', epochs=1, ema=0.0, **ONE)
    gan = finished(spectral, features=True)
    gan.fit(images, progress=False)
    gan.save_model(tmp_path)
    wanted = gan.discriminator_features(images)
    disturbed = spectral.replace(flip=True, instance_noise=1.0, diff_augment='color')
    loaded = finished(disturbed, training=False, features=True)
    loaded.load_model(tmp_path, training=False)
    np.testing.assert_array_equal(loaded.discriminator_features(images), wanted)
    assert loaded.train_op is None
    for n in (0, 300):
        places = np.arange(n) % 10
        np.testing.assert_allclose(loaded.discriminator_features(images[places]),
                                   wanted[places], atol=1e-5)


def test_a_finished_graph_takes_no_features(one_layer, finished, images):
    with pytest.raises(UsageError, match=r'call features\(\) before fit'):
        finished(one_layer()).discriminator_features(images)


def test_what_does_not_fit(eyes, images):
    see = eyes('main1')
    for reference in (None, images[:3]):
        with pytest.raises(UsageError, match='reference: .* main1 .* expected 4'):
            see(images, reference)
    for wrong in ((images / 255.0, images[:4]), (images, images[:4, 1:])):
        with pytest.raises(UsageError, match='expected uint8'):
            see(*wrong)
