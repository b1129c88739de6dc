"""How sessions are set up, and what they say they run on."""

import os

import pytest
import tensorflow as tf
from tensorflow.core.protobuf import rewriter_config_pb2

from dcgan_tf.fit import session as session_module
from dcgan_tf.fit.session import ON_CPU, device_name, let_xla_use_the_cpu, open_session

v1 = tf.compat.v1


@pytest.fixture
def config_of(monkeypatch):
    """config_of(threads) -> the ConfigProto that `open_session` asks for."""
    def config(*threads):
        seen = {}
        with monkeypatch.context() as patch:
            patch.setattr(session_module.v1, 'Session', lambda **options: seen.update(options))
            open_session('a graph', *threads)
        assert seen['graph'] == 'a graph'
        return seen['config']
    return config


@pytest.mark.parametrize(('threads', 'expected'), [((), 0), ((0,), 0), ((1,), 1), ((3,), 3)])
def test_threads_are_those_of_both_pools(config_of, threads, expected):
    config = config_of(*threads)
    assert config.intra_op_parallelism_threads == expected
    assert config.inter_op_parallelism_threads == expected


def test_gpu_memory_is_taken_as_needed(config_of):
    config = config_of()
    assert config.gpu_options.allow_growth
    assert config.allow_soft_placement


def test_no_sum_is_joined_to_others(config_of):
    """Of three and more the order would be left to chance."""
    rewriting = config_of().graph_options.rewrite_options
    assert rewriting.arithmetic_optimization == rewriter_config_pb2.RewriterConfig.OFF


def test_xla_compiles_where_that_is_asked_for(config_of):
    level = v1.OptimizerOptions
    assert config_of().graph_options.optimizer_options.global_jit_level == level.DEFAULT
    assert config_of(0, True).graph_options.optimizer_options.global_jit_level == level.ON_1


@pytest.mark.parametrize(('before', 'after'), [
    ('', ON_CPU), ('--tf_xla_auto_jit=0', f'--tf_xla_auto_jit=0 {ON_CPU}'), (ON_CPU, ON_CPU),
    (f'{ON_CPU}=false', f'{ON_CPU}=false')])
def test_what_the_environment_says_of_xla_stays(monkeypatch, before, after):
    monkeypatch.setenv('TF_XLA_FLAGS', before)
    let_xla_use_the_cpu()
    assert os.environ['TF_XLA_FLAGS'] == after


def test_the_session_runs_its_own_graph(graph):
    with graph.as_default():
        doubled = tf.constant(21) * 2
    with open_session(graph, 1) as session:
        assert session.graph is graph
        assert session.run(doubled) == 42


@pytest.mark.parametrize(('threads', 'name'), [(2, 'CPU, 2 threads'), (0, 'CPU, all threads')])
def test_a_cpu_is_named_with_its_threads(monkeypatch, threads, name):
    monkeypatch.setattr(tf.config, 'list_physical_devices', lambda kind: [])
    assert device_name(threads) == name


@pytest.mark.parametrize(('details', 'name'), [({'device_name': 'NVIDIA H200'}, 'NVIDIA H200'),
                                               ({}, '/physical_device:GPU:0')])
def test_a_gpu_is_named(monkeypatch, details, name):
    gpu = tf.config.PhysicalDevice('/physical_device:GPU:0', 'GPU')
    monkeypatch.setattr(tf.config, 'list_physical_devices', lambda kind: [gpu])
    monkeypatch.setattr(tf.config.experimental, 'get_device_details', lambda device: details)
    assert device_name(2) == f'GPU ({name})'
