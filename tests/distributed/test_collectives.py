"""Collective ops in the graph: where they stand, in which order, by which transport."""

import functools
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN, UsageError, ops, preset, systems
from dcgan_tf.distributed import collectives
from dcgan_tf.distributed.cluster import Cluster
from dcgan_tf.distributed.collectives import Collectives
from dcgan_tf.distributed.peers import Peers
from dcgan_tf.distributed.worker import Worker
from dcgan_tf.ops.batch_shard import global_moments
from dcgan_tf.train_ops import losses, model, step
from dcgan_tf.train_ops.ancestors import ancestors
from tests.families import ONE, PLAIN

v1 = tf.compat.v1
TWO = Cluster(('a:1', 'b:2'), 1)
SMALL = {**ONE, 'image_height': 8, 'image_width': 8, 'batch_size': 8, **PLAIN}
LAZY = {'penalty': 'r1', 'penalty_every': 4, 'penalty_weight': 1.0, 'g_steps': 2}


def reduces(graph):
    return [op for op in graph.get_operations() if op.type == 'CollectiveReduce']


@pytest.fixture(scope='module')
def built():
    """built(index=1, message=None, **options) -> the graph of one of two workers, to look at.

    No server is started for it. index None: that of one process alone.
    """
    @functools.cache
    def build(index, message, **options):
        config = preset('dcgan28', **{**SMALL, **options})
        worker = None if index is None else Worker(Cluster(TWO.addresses, index))
        if message:
            worker.collectives.message = message
        peers = Peers(worker, config) if worker else None
        shard = peers.shard if peers else ops.BatchShard()
        with (tf.Graph().as_default() as graph, ops.weights_from(config.seed),
              ops.batch_shard(shard)):
            made = model.build(systems.build(config), shard)
            steps = step.build(made, losses.build(made), peers)
        return types.SimpleNamespace(graph=graph, steps=steps)
    return lambda index=1, message=None, **options: build(index, message, **options)


@pytest.mark.parametrize(('gpu', 'kind', 'hint'), [(False, 'CPU', b'ring'), (True, 'GPU', b'nccl')])
def test_floats_travel_from_gpu_to_gpu_where_there_are_some(gpu, kind, hint):
    with tf.Graph().as_default() as graph:
        made = Collectives(TWO, 30, gpu=gpu)
        made.all_reduce(tf.zeros([3]))
        made.all_reduce(tf.zeros([3], tf.int32))
        made.broadcast([tf.zeros([3]), tf.zeros([2], tf.int64)])
        floats, integers = reduces(graph)
        sent = [op for op in graph.get_operations() if op.type == 'CollectiveBcastRecv']
    assert floats.device == f'/job:worker/replica:0/task:1/device:{kind}:0'
    assert floats.get_attr('communication_hint') == hint
    for op in (integers, *sent):
        assert op.device == '/job:worker/replica:0/task:1/device:CPU:0'
        assert op.get_attr('communication_hint') == b'ring'
        assert op.get_attr('group_key') == collectives.GROUPS['CPU']
    assert floats.get_attr('group_key') == collectives.GROUPS[kind]
    assert floats.get_attr('timeout_seconds') == 30


def test_a_session_of_gpus_uses_nccl(monkeypatch):
    for gpus in ([], ['a GPU']):
        monkeypatch.setattr(tf.config, 'list_physical_devices', lambda kind, gpus=gpus: gpus)
        config = v1.ConfigProto()
        Worker(TWO).configure(config)
        assert config.experimental.collective_nccl == bool(gpus)
        assert config.experimental.collective_group_leader == '/job:worker/replica:0/task:0'
        assert list(config.device_filters) == ['/job:worker/task:1']


@pytest.mark.parametrize('options', [{}, LAZY], ids=['plain', 'lazy'])
def test_no_message_is_too_short(built, options):
    """Parts of the ring that are empty hide that their sender is gone."""
    exchanged = reduces(built(**options).graph)
    assert exchanged
    for op in exchanged:
        sent, = op.inputs
        assert sent.shape.num_elements() * sent.dtype.size >= collectives.MIN_MESSAGE


def test_gradients_travel_in_messages_of_some_size(built):
    few, many = reduces(built().graph), reduces(built(message=4_000).graph)
    assert len(many) > len(few)
    weights = built().graph.get_collection('trainable_variables')
    assert max(op.inputs[0].shape.num_elements() for op in many) <= max(
        1_024, *(v.shape.num_elements() for v in weights))


def test_keys_go_down_with_the_order_of_the_graph(built):
    """TensorFlow orders by them what has no order, and that must not make a circle."""
    keys = [op.get_attr('instance_key') for op in reduces(built(**LAZY).graph)]
    assert keys == sorted(keys, reverse=True) and len(set(keys)) == len(keys) > 10


def test_both_workers_have_the_same_keys(built):
    first, second = ([(op.name, op.get_attr('instance_key')) for op in reduces(built(index).graph)]
                     for index in (0, 1))
    assert first and first == second


@pytest.mark.parametrize('options', [{}, LAZY], ids=['plain', 'lazy'])
def test_what_is_fetched_adds_no_message(built, options):
    """Workers fetch what they like: all that they tell each other belongs to the step."""
    for variant in built(**options).steps.variants:
        step = set(ancestors([variant.train_ops[-1].op], control=True))
        fetched = ancestors([t.op for t in tf.nest.flatten(variant.values)], control=True)
        exchanged = {op for op in fetched if op.type == 'CollectiveReduce'}
        assert exchanged and exchanged <= step


def test_the_boxes_are_those_of_one_process_which_exchanges_nothing_and_one_more(built):
    def boxes(index):
        return {op.name.partition('/')[0] for op in built(index).graph.get_operations()}
    assert not reduces(built(None).graph)
    assert not [op for op in built(None).graph.get_operations() if 'workers/' in op.name]
    assert boxes(1) == boxes(None) | {'workers'}


def test_a_worker_has_a_session_of_its_own():
    with v1.Session(graph=tf.Graph()) as session, pytest.raises(UsageError, match='of its own'):
        DeepConvolutionalGAN.from_config(preset('dcgan28', **SMALL), session, worker=Worker(TWO))


def test_a_sum_goes_through_its_own_gradient():
    """Two workers, imagined: both have the same, so a sum is twice as much."""
    class Twice(Collectives):
        def _sum(self, x):
            return 2 * x
    with tf.Graph().as_default(), v1.Session() as session:
        x = tf.constant([1.0, 2.0], tf.float64)
        y = Twice(TWO, 1).all_reduce(x) ** 2
        first, = tf.gradients(y, x)
        second, = tf.gradients(first, x)
        assert [v.tolist() for v in session.run([y, first, second])] == [[4, 16], [8, 16], [8, 8]]


def test_moments_of_parts_are_those_of_the_whole():
    """In float64, with parts of quite different means."""
    x = np.random.default_rng(0).normal(size=(3, 5, 4)) + 1e3 * np.arange(3)[:, None, None]
    with tf.Graph().as_default(), v1.Session() as session:
        rows = []
        for k in range(3):                     # the first round tells what each would say
            with ops.batch_shard(ops.BatchShard(k, 3, all_reduce=lambda t: rows.append(t) or t)):
                global_moments(*tf.nn.moments(tf.constant(x[k]), [0]))
        all_reduce = tf.add_n(rows)
        with ops.batch_shard(ops.BatchShard(0, 3, all_reduce=lambda t: all_reduce)):
            mean, variance = session.run(global_moments(*tf.nn.moments(tf.constant(x[0]), [0])))
    np.testing.assert_allclose(mean, x.reshape(15, 4).mean(0), rtol=1e-14)
    np.testing.assert_allclose(variance, x.reshape(15, 4).var(0), rtol=1e-14)


def test_what_does_not_go_with_several_workers(built):
    with pytest.raises(UsageError, match='a multiple of 2'):
        built(batch_size=9)
    with pytest.raises(UsageError, match='one step a run'):
        built(steps_per_run=3)
