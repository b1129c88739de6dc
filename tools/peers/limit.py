"""Times the limit: only the convolutions and matrix products of a training step, one by one.

Each product is made as often as in the step, with the same shapes, on random numbers. Some products
are equal and read the same filter, such as those of D on real and on fake images: they are also
tried as one call with a larger batch, and the faster way counts.
"""

import collections
import functools
import math
import re
import statistics
import time
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.graph_report import layers

v1 = tf.compat.v1
FLOATS = {'Conv2D': (0, 1), 'Conv2DBackpropInput': (1, 2), 'Conv2DBackpropFilter': (0, 2),
          'MatMul': (0, 1)}                        # op -> which inputs are tensors
LAYER = re.compile(r'(Generator|Discriminator|Encoder)_[^/]*/(\w+)/')
WIDER = ('Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter')       # can take a larger batch
TIMES, TRIES = 4, 5           # products in a try; tries
SIDE = 2048                   # of a matrix that suits caches and threads


class Product(NamedTuple):
    """Describes a convolution or a matrix product."""

    layer: str                # NETWORK/LAYER of the weights that it reads or makes the gradient of
    type: str
    dtype: tf.DType
    shapes: tuple             # of its two float inputs
    out: tuple
    transpose: tuple          # (a, b) of a matrix product, else ()

    def of(self, batches):
        """Returns the product with a batch that is `batches` times as large."""
        grown = [s if s == self.weights else (batches * s[0], *s[1:])
                 for s in (*self.shapes, self.out)]
        return self._replace(shapes=tuple(grown[:2]), out=grown[2])

    @property
    def weights(self):
        """Returns the shape of the filter that it reads or makes."""
        return {'Conv2D': self.shapes[1], 'Conv2DBackpropInput': self.shapes[0]}.get(
            self.type, self.out)

    @property
    def multiply_adds(self):
        """Counts them: a convolution uses all weights at each place of the smaller side."""
        if self.type == 'MatMul':
            return math.prod(self.out) * self.shapes[0][0 if self.transpose[0] else 1]
        small = self.out if self.type == 'Conv2D' else self.shapes[1]
        return math.prod(small[:3]) * math.prod(self.weights)


class Limit:
    """Makes all products of a training step in `step`, each in the faster way."""

    def __init__(self, config, images, threads, precision='float32'):
        config = config.replace(precision=precision)
        self._every, self._done = config.penalty_every, 0
        graph = tf.Graph()
        with graph.as_default():
            options = v1.ConfigProto(intra_op_parallelism_threads=threads,
                                     inter_op_parallelism_threads=threads)
            # TensorFlow would remove products that no op reads.
            options.graph_options.rewrite_options.disable_meta_optimizer = True
            self._session = v1.Session(config=options)
            self._variants = [self._chain(self._calls(found)) for found in products(config)]

    def step(self):
        """Makes the products of one step, with those of a lazy penalty when it is due."""
        self._session.run(self._variants[0 if self._done % self._every == 0 else -1])
        self._done += 1

    def generate(self, n):
        """Does nothing: the limit is for training."""

    def _calls(self, found):
        """Returns the products that a step makes.   found: {Product: how often}"""
        return [product for each, count in found.items() for product in self._faster(each, count)]

    @functools.cache                                                     # noqa: B019
    def _faster(self, product, count):
        """Returns `count` products, or one for all of them if that is faster."""
        alone = [product] * count
        if count < 2 or product.type not in WIDER:
            return alone
        together = [product.of(count)]
        ops = [self._chain(products * TIMES) for products in (alone, together)]
        times = [[], []]
        for _ in range(1 + TRIES):
            for op, taken in zip(ops, times, strict=True):
                begun = time.perf_counter()
                self._session.run(op)
                taken.append(time.perf_counter() - begun)
        one_by_one, at_once = (statistics.median(taken[1:]) for taken in times)
        return alone if one_by_one <= at_once else together

    def _chain(self, found):
        """Returns an op that makes the products one after the other."""
        last = []
        for product in found:
            x, y = (self._random(shape, product.dtype) for shape in product.shapes)
            with tf.control_dependencies(last):
                last = [_MAKE[product.type](product, x, y).op]
        return tf.group(*last)

    @functools.cache                                                     # noqa: B019
    def _random(self, shape, dtype):
        """Returns random numbers, as a variable: of a constant the product could be folded."""
        values = np.random.default_rng(0).standard_normal(shape, np.float32)
        variable = v1.get_variable(f'v{len(v1.global_variables())}', use_resource=True,
                                   initializer=tf.cast(values, dtype))
        self._session.run(variable.initializer)
        return variable.read_value()


class Pair(Limit):
    """Makes the products of `Limit` two at a time, as a training step may."""

    def _chain(self, found):
        return tf.group(super()._chain(found[::2]), super()._chain(found[1::2]))


class Peak(Limit):
    """Makes the same number of multiply-adds as one product: [M, 2048] x [2048, 2048]."""

    def _calls(self, found):
        adds = sum(product.multiply_adds * count for product, count in found.items())
        large = (-(-adds // SIDE ** 2), SIDE), (SIDE, SIDE)
        dtypes = {product.dtype for product in found}       # gradients of weights are float32
        return [Product('', 'MatMul', min(dtypes, key=lambda dtype: dtype.size), large, large[0],
                        (False, False))]


def products(config) -> list[dict]:
    """Returns {Product: how often} for each variant of a step, first that with a lazy penalty."""
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.optimizer()
        return [_counted(times, config.batch_size) for times in layers.run_counts(gan)]


def _counted(times, batch):
    counts = collections.Counter()
    for op, count in times.items():
        if op.type in FLOATS:
            counts[_product(op, batch)] += count
    return counts


def _product(op, batch):
    shapes = [_filled(op.inputs[place].shape, batch) for place in FLOATS[op.type]]
    transpose = (tuple(op.get_attr(f'transpose_{x}') for x in 'ab')
                 if op.type == 'MatMul' else ())
    layer = '/'.join(LAYER.findall(op.name)[-1])
    return Product(layer, op.type, op.get_attr('T'), tuple(shapes),
                   _filled(op.outputs[0].shape, batch), transpose)


def _filled(shape, batch):
    return tuple(batch if n is None else n for n in shape)


def _conv(product, x, w):
    return tf.raw_ops.Conv2D(input=x, filter=w, **_strides(product.shapes[0], product.out))


def _conv_input(product, w, y):
    return tf.raw_ops.Conv2DBackpropInput(input_sizes=product.out, filter=w, out_backprop=y,
                                          **_strides(product.out, product.shapes[1]))


def _conv_filter(product, x, y):
    return tf.raw_ops.Conv2DBackpropFilter(input=x, filter_sizes=product.out, out_backprop=y,
                                           **_strides(*product.shapes))


def _matmul(product, a, b):
    ta, tb = product.transpose
    return tf.raw_ops.MatMul(a=a, b=b, transpose_a=ta, transpose_b=tb)


def _strides(large, small):
    stride = -(-large[1] // small[1])
    return {'strides': [1, stride, stride, 1], 'padding': 'SAME'}


_MAKE = {'Conv2D': _conv, 'Conv2DBackpropInput': _conv_input, 'Conv2DBackpropFilter': _conv_filter,
         'MatMul': _matmul}
