"""gan.cost(): FLOPs as in the table of boxes, memory by hand, nothing where it would be a guess."""

import math

import pytest
import tensorflow as tf

from dcgan_tf import portable
from dcgan_tf.graph_report import memory, speed
from dcgan_tf.graph_report.cost import Cost
from dcgan_tf.graph_report.layers import boxes
from tests.families import LAZY
from tests.helpers import assert_same, values

v1 = tf.compat.v1


def test_the_cost_of_a_step(finished, one_layer):
    gan = finished(one_layer(**LAZY))
    before, graph, now = values(gan), gan.graph.version, portable.resident_memory()
    cost = gan.cost()
    assert cost.flops == pytest.approx(sum(box.flops for box in boxes(gan)), rel=1e-4)
    assert 0 < cost.seconds < 60
    assert now < cost.step_memory < now + 1e9 and now < cost.sample_memory < now + 1e9
    assert cost.memory == max(cost.step_memory, cost.sample_memory)
    assert gan.graph.version == graph
    assert_same(before, values(gan))


@pytest.mark.parametrize('where', ['gpu', 'jit'])
def test_no_guess_about_a_gpu_or_xla(finished, one_layer, monkeypatch, where):
    gan = finished(one_layer())
    monkeypatch.setattr(speed, 'step_seconds', None)                  # must not be called
    if where == 'gpu':
        monkeypatch.setattr(tf.config, 'list_physical_devices', lambda kind: [kind])
    else:
        gan.config = gan.config.replace(jit=True)
    cost = gan.cost()
    assert cost == Cost(cost.flops, None, None, None) and cost.flops > 0 and cost.memory is None


def test_the_peak_by_hand():
    """`b` is held under another name until the end; nothing reads `a` after `c`."""
    with tf.Graph().as_default():
        x = v1.placeholder(tf.float32, [None, 10], 'x')               # 40 N bytes
        w = v1.get_variable('w', [10, 30], use_resource=True)         # not counted
        a = tf.matmul(x, w.value())                                   # 120 N
        b = tf.cast(a, tf.float16)                                    # 60 N
        same = tf.reshape(b, [-1, 15, 2])
        c = tf.concat([a, a, a], axis=1)                              # 360 N
        half = tf.cast(c, tf.float16)                                 # 180 N
        last = tf.reduce_sum(half) + tf.reduce_sum(same)
        never = tf.zeros([1_000, 1_000])
        for tensor, rows, expected in (
                (a, 1_000, 40_000 + 120_000), (b, 1, 120 + 60), (last, 1_000, 600_000),
                (c, 1_000, 120_000 + 360_000), (never, 1, 4_000_000)):
            assert memory.peak(tensor.op, rows) == pytest.approx(expected, rel=0.01, abs=20)


def test_the_step_that_takes_most_counts(finished, one_layer):
    gan = finished(one_layer(**LAZY))
    peaks = {memory.peak(run.op, 4) for variant in gan.steps.variants for run in variant.train_ops}
    assert len(peaks) == 2
    assert memory.of_steps(gan) == round(memory.SCRATCH * max(peaks) + memory.MORE)


def test_samples_are_drawn_in_chunks(finished, one_layer):
    """The maps before the last layer, [256, 4, 4, 4] and more, are most of it."""
    gan = finished(one_layer())
    once = memory.peak(gan.built.samples.op, 1)
    assert memory.of_samples(gan) > memory.MORE + 256 * math.prod([8, 8, 4]) > memory.MORE + once
