"""Inception from a user's file: both kinds of files against a reference, and what is refused."""

import gc
import hashlib
import io

import h5py
import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.features import inception_v3, open_features
from dcgan_tf.features.inception import HDF5, Inception
from tests import tiny_inception
from tests.reference import assert_close

FETCH = ('fetch classify_image_graph_def.pb of '
         'https://storage.googleapis.com/download.tensorflow.org/models/image/imagenet/'
         'inception-2015-12-05.tgz, or '
         'inception_v3_weights_tf_dim_ordering_tf_kernels.h5 ')
# The numbers that Keras gives its convolutions as it makes them, in the order that it writes them.
STEM, FIRST = [0, 1, 2, 3, 4], [8, 6, 9, 5, 7, 10, 11]
LAST = [89, 86, 90, 87, 88, 91, 92, 85, 93]


def pictures(n, channels=1):
    return np.random.default_rng(2).integers(0, 256, (n, 8, 8, channels), dtype=np.uint8)


def keras_file(layers):
    """Lists of arrays, one a layer -> the bytes of a file in Keras's layout."""
    file = io.BytesIO()
    with h5py.File(file, 'w') as h5:
        h5.attrs['layer_names'] = [f'layer_{i}'.encode() for i in range(len(layers))]
        for i, arrays in enumerate(layers):
            group = h5.create_group(f'layer_{i}')
            names = [f'layer_{i}/{k}:0' for k in range(len(arrays))]
            group.attrs['weight_names'] = np.array(names, 'S')
            for name, array in zip(names, arrays, strict=True):
                group[name] = array
    return file.getvalue()


def convolution(value, maps=2):
    """A kernel that is too small, and its batch norm; an input has neither."""
    return [[np.full((1, 1, 1, maps), value)], [], [np.full(maps, x) for x in (4.0, 3.0, 2.0)]]


def small(n=94, *more):
    """n such pairs in one file, and what else shall stand there."""
    return keras_file([layer for i in range(n) for layer in convolution(float(i))] + list(more))


@pytest.mark.parametrize(('n', 'channels'), [(3, 3), (120, 1)])
def test_the_frozen_graph_against_numpy(graph_file, n, channels, capsys):
    images = pictures(n, channels)
    with (tf.Graph().as_default() as other,
          Inception(graph_file, images.shape[1:], threads=1, progress=True) as network):
        features, probabilities = network(images)
        assert not other.get_operations()
    assert features.dtype == probabilities.dtype == np.float32
    for actual, expected in zip((features, probabilities), tiny_inception.seen(images),
                                strict=True):
        assert_close(actual, expected)
    assert capsys.readouterr().err == ''         # no terminal, and not ten seconds


def test_the_note_names_the_file(graph_file, stripes, tmp_path):
    with open_features('inception', stripes(3, 0), stripes(3, 1), cache=tmp_path,
                       weights=str(graph_file)) as features:
        digest = hashlib.sha256(graph_file.read_bytes()).hexdigest()
        assert features.note == f'inception of {graph_file.name}, SHA-256 {digest[:12]}'


def test_pictures_as_keras_wants_them():
    images = np.zeros((1, 1, 2, 3), np.float32)
    images[:, :, 1] = 255
    x = tf.get_static_value(inception_v3.preprocessed(images))
    column = np.clip((np.arange(299) + 0.5) * 2 / 299 - 0.5, 0, 1) * 2 - 1
    assert_close(x, np.broadcast_to(column[:, None], (1, 299, 299, 3)))


def test_the_order_of_keras():
    order = inception_v3.file_order()
    assert sorted(order) == list(range(94))
    assert (order[:12], order[-9:]) == (STEM + FIRST, LAST)


def test_weights_are_read_in_our_order_with_the_norm_inside():
    convolutions, top = inception_v3.read(small())
    order = inception_v3.file_order()
    for place, (kernel, bias) in enumerate(convolutions):
        scale = (2 + 1e-3) ** -0.5
        assert_close(kernel, np.full((1, 1, 1, 2), order.index(place) * scale))
        assert_close(bias, [4 - 3 * scale] * 2)
    assert top == []


@pytest.mark.parametrize(('content', 'error', 'problem'), [
    (tiny_inception.graph_def().SerializeToString()[:-9], RunError, 'damaged or incomplete'),
    (b'no graph at all', RunError, 'damaged or incomplete'),
    (lambda: small()[:-9], RunError, 'damaged or incomplete'),
    (HDF5, RunError, 'damaged or incomplete'),
    (b'', UsageError, "another network .*'softmax/logits/MatMul' not found"),
    (small, UsageError, r'another network .* \(1, 1, 1, 2\), expected \(3, 3, 3, 32'),
    (lambda: small(93), UsageError, 'another network .*93 convolutions, 93 batch norms, 0 dense'),
    (lambda: small(94, [np.zeros((2048, 10)), np.zeros(10)]), UsageError, r'shape \(2048, 10\)'),
    (lambda: small(93, *convolution(0.0)[:2], *convolution(0.0, 3)[2:]), UsageError,
     'a batch norm of'),
    (lambda: keras_file([]).replace(b'layer_names', b'other_names'), UsageError,
     'not in the layout of'),
], ids=['torn graph', 'text', 'torn weights', 'a head', 'empty', 'kernels', 'layers', 'classes',
        'norm', 'layout'])
def test_files_that_are_refused(tmp_path, content, error, problem):
    path = tmp_path / 'weights'
    path.write_bytes(content() if callable(content) else content)
    with pytest.raises(error, match=problem) as caught:
        Inception(path, (8, 8, 1))
    assert str(caught.value).startswith(f'weights {path} (--inception) ')
    assert FETCH.removeprefix('fetch') in str(caught.value)


@pytest.mark.parametrize('layout', ['external', 'virtual', 'huge'])
def test_weights_come_from_the_file_itself(tmp_path, layout):
    """HDF5 can take an array from any other file of the machine, and declare any size."""
    np.arange(4.0).tofile(tmp_path / 'other')
    file = io.BytesIO(keras_file([[np.zeros(4)]]))
    with h5py.File(file, 'r+') as h5:
        del h5['layer_0/layer_0/0:0']
        if layout == 'virtual':
            source = h5py.VirtualSource(tmp_path / 'other', 'w', (4,))
            virtual = h5py.VirtualLayout((4,), 'f8')
            virtual[:] = source
            h5['layer_0'].create_virtual_dataset('layer_0/0:0', virtual)
        else:
            how = ({'external': [(tmp_path / 'other', 0, 32)]} if layout == 'external' else
                   {'chunks': (1 << 20,)})
            size = 4 if layout == 'external' else 1 << 40
            h5['layer_0'].create_dataset('layer_0/0:0', (size,), 'f8', **how)
    with pytest.raises(ValueError, match='takes its values from another file, or has more than'):
        inception_v3.read(file.getvalue())


def test_a_graph_of_the_names_with_other_layers_is_refused(tmp_path):
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, [None, 8, 8, 3], 'ExpandDims')
        x = tf.nn.avg_pool2d(x, 8, 8, 'VALID', name='pool_3')
        tf.matmul(tf.reshape(x, [-1, 3]), np.ones((3, 2), np.float32), name='softmax/logits/MatMul')
    path = tmp_path / 'graph.pb'
    path.write_bytes(graph.as_graph_def().SerializeToString())
    with pytest.raises(UsageError, match=r'pool_3 of \(None, 1, 1, 3\), softmax weights of \(3, 2'):
        Inception(path, (8, 8, 3))


def test_mistakes(stripes, graph_file, tmp_path):
    data = stripes(3, 0)
    with pytest.raises(UsageError) as caught:
        open_features('inception', data, data, cache=tmp_path)
    assert 'features inception needs a file of weights (--inception FILE): ' + FETCH in str(
        caught.value)
    with pytest.raises(UsageError, match='weights x.pb: only features inception reads them, '
                                         'not pixels'):
        open_features('pixels', data, data, cache=tmp_path, weights='x.pb')
    with pytest.raises(UsageError, match='absent.pb: No such file or directory .--inception.; f'):
        Inception(tmp_path / 'absent.pb', (8, 8, 1))
    with pytest.raises(UsageError, match='have 4 channels, expected 1 or 3'):
        Inception(graph_file, (8, 8, 4))


def random_weights(rng, shapes):
    """Of a convolution, whose kernel keeps the variance; of a batch norm; or of the classes."""
    if len(shapes) == 1:
        sizes = [(0, (2 / np.prod(shapes[0][:3])) ** 0.5)]
    elif len(shapes) == 3:                                      # beta, mean, variance
        sizes = [(0, 0.1), (0, 0.1), (1, 0.1)]
    else:
        sizes = [(0, 0.02), (0, 0.02)][:len(shapes)]
    return [np.float32(rng.normal(mean, std, shape))
            for shape, (mean, std) in zip(shapes, sizes, strict=True)]


def of_keras(path, images, classes):
    """Writes a file with random weights; returns what Keras's own network says of the images."""
    rng = np.random.default_rng(3)
    import keras  # by its own name: TensorFlow leaves it out in the tests
    model = keras.applications.InceptionV3(include_top=classes, weights=None, pooling='avg')
    layers = [random_weights(rng, [w.shape for w in (*layer.trainable_weights,
                                                     *layer.non_trainable_weights)])
              for layer in model.layers]
    path.write_bytes(keras_file(layers))
    model.load_weights(path)                                    # it is the layout that Keras reads
    x = tf.image.grayscale_to_rgb(tf.image.resize(images.astype(np.float32), [299, 299]))
    outputs = [model.get_layer('avg_pool').output, model.output] if classes else [model.output]
    return [np.array(y) for y in tf.nest.flatten(
        keras.Model(model.input, outputs)(x / 127.5 - 1.0))]


@pytest.mark.slow
@pytest.mark.parametrize('classes', [True, False])
def test_the_network_against_keras(tmp_path, classes):
    path, images = tmp_path / 'weights.h5', pictures(2)
    expected = of_keras(path, images, classes)
    gc.collect()                                                # the two networks need 2 GB
    with Inception(path, images.shape[1:]) as network:
        features, probabilities = network(images)
        assert network.classes == classes
    assert features.std(axis=0).mean() > 1e-3                   # the pictures are told apart
    np.testing.assert_allclose(features, expected[0], rtol=1e-3, atol=1e-4)
    if classes:
        np.testing.assert_allclose(probabilities, expected[1], rtol=1e-3)
    else:
        assert probabilities is None
