"""How long a step takes: from which products it is measured, and that these are the step's own."""

import pytest
import tensorflow as tf

from dcgan_tf.fit.session import open_session
from dcgan_tf.graph_report import speed
from dcgan_tf.graph_report.flops import flops
from dcgan_tf.graph_report.layers import step_flops
from tests.families import LAZY

v1 = tf.compat.v1


@pytest.fixture(params=['float32', 'bfloat16'])
def products(finished, one_layer, request):
    """One of each kind of product in a step with a lazy penalty."""
    gan = finished(one_layer(precision=request.param, **LAZY))
    return {op.type: op for op, _ in speed._products(step_flops(gan))}


def test_each_kind_of_product_runs_with_fewer_images(products):
    assert products.keys() == speed.PRODUCTS.keys()
    with tf.Graph().as_default() as graph, open_session(graph, 1) as session:
        copies = [speed._copy(op, 2) for op in products.values()]
        session.run(v1.global_variables_initializer())
        for op, copy in zip(products.values(), copies, strict=True):
            made, = session.run(copy.outputs)
            assert made.dtype == op.outputs[0].dtype.as_numpy_dtype
            assert made.any()
            if op.type != 'MatMul':                                  # it is computed as it is
                assert flops(copy, 2) == flops(op, 4) // 2
            assert speed._seconds(session, copy) > 0


def test_equal_products_are_one(finished, one_layer):
    counts = step_flops(finished(one_layer('main1')))
    pairs = speed._products(counts)
    assert sum(count for _, count in pairs) == sum(
        count for op, count in counts.items() if op.type in speed.PRODUCTS)
    assert [count for _, count in pairs] == sorted((count for _, count in pairs), reverse=True)
    first, count = pairs[0]
    assert count > flops(first, 4)                            # D's layer on real and on fake images


def test_the_largest_products_stand_for_all(finished, one_layer, monkeypatch):
    gan = finished(one_layer('main1'))
    counts, measured = step_flops(gan), []

    def speeds(products, batch, threads):
        measured.extend(products)
        assert (batch, threads) == (gan.config.batch_size, gan.config.threads)
        return [1e6] * len(products)
    monkeypatch.setattr(speed, '_speeds', speeds)
    monkeypatch.setattr(speed, 'OP_SECONDS', 0.0)
    pairs = speed._products(counts)
    total = sum(count for _, count in pairs)
    assert speed.step_seconds(gan, counts) == pytest.approx(total / 1e6 / speed.OF_A_STEP)
    assert measured == [op for op, _ in pairs[:len(measured)]]
    shares = [sum(count for _, count in pairs[:n]) / total for n in (len(measured) - 1,
                                                                     len(measured))]
    assert shares[0] < speed.SHARE <= shares[1]
