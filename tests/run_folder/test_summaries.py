"""TensorBoard's summaries without ops: as TensorFlow's own ops make them."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.run_folder import summaries
from tests.cases import cases

v1 = tf.compat.v1
RANDOM = np.random.default_rng(0)
ARRAYS = {
    'normal': RANDOM.normal(size=[7, 5, 3, 2]),
    'small and large': RANDOM.normal(size=1000) * 10.0 ** RANDOM.uniform(-20, 25, size=1000),
    'at the limits': summaries.LIMITS[1:-1:7],
    'many zeros': np.maximum(RANDOM.normal(size=500), 0),
    'all zero': np.zeros(9), 'all equal': np.full([2, 2], -3.25), 'one': np.array(0.5),
    'none': np.zeros([0, 3]),
}


def ours(summary):
    value, = summary.value
    return value


@pytest.fixture
def theirs(session):
    """theirs(op, ...) -> the value that an op of TensorFlow summarises."""
    def value(op, **inputs):
        return ours(v1.Summary.FromString(session.run(op(**inputs))))
    return value


@cases('x', ARRAYS.values())
@cases('dtype', [np.float32, np.float64])
def test_a_histogram_is_that_of_tensorflow(theirs, x, dtype):
    x = np.asarray(x, dtype)
    made = ours(summaries.histogram('a/b', x))
    asked = theirs(tf.raw_ops.HistogramSummary, tag='a/b', values=x)
    assert made.tag == asked.tag == 'a/b'
    for name in ('bucket_limit', 'bucket', 'num', *(['min', 'max'] * (x.size > 0))):
        assert getattr(made.histo, name) == getattr(asked.histo, name), name
    for name in ('sum', 'sum_squares'):                # in another order of adding
        assert getattr(made.histo, name) == pytest.approx(getattr(asked.histo, name), rel=1e-9)


def test_a_histogram_leaves_out_what_is_not_finite():
    """TensorFlow's op stops the training there."""
    x = np.float32([np.nan, 1, -np.inf, 2, np.inf])
    assert summaries.histogram('a', x) == summaries.histogram('a', np.float32([2, 1]))


def test_a_histogram_of_16_bits(session):
    x = session.run(tf.cast([0.5, -1.25, 3.0], tf.bfloat16))
    assert summaries.histogram('a', x) == summaries.histogram('a', np.float32([0.5, -1.25, 3]))


@pytest.mark.parametrize('channels', [1, 3])
def test_a_picture_is_that_of_tensorflow(theirs, session, channels):
    picture = RANDOM.integers(0, 256, [5, 7, channels], np.uint8)
    made = ours(summaries.image('samples/image', picture))
    asked = theirs(tf.raw_ops.ImageSummary, tag='samples', tensor=picture[None], max_images=1)
    for name in ('height', 'width', 'colorspace'):
        assert getattr(made.image, name) == getattr(asked.image, name)
    assert made.tag == asked.tag
    decoded = session.run(tf.io.decode_png(made.image.encoded_image_string))
    np.testing.assert_array_equal(decoded, picture)


@pytest.mark.parametrize('number', [0.1, -1e30, 7, float('nan'), float('inf')])
def test_a_number_is_that_of_tensorflow(theirs, number):
    made = ours(summaries.scalars({'a/b': np.float32(number)}))
    asked = theirs(tf.raw_ops.ScalarSummary, tags='a/b', values=np.float32(number))
    assert made.SerializeToString() == asked.SerializeToString()
