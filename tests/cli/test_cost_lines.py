"""cli/cost_lines.py: the time and the memory of a training in words, and the warning."""

import types

import pytest

from dcgan_tf import portable
from dcgan_tf.cli.cost_lines import cost_lines
from dcgan_tf.graph_report.cost import Cost
from tests.cases import cases


@pytest.fixture(autouse=True)
def large_machine(monkeypatch):
    monkeypatch.setattr(portable, 'memory_limit', lambda: None)


def lines(flops, seconds=None, step=None, samples=None, *, epochs=4_000, done=0, workers=1):
    """The lines about a GAN of this cost."""
    shard = types.SimpleNamespace(count=workers)
    return cost_lines(types.SimpleNamespace(
        cost=lambda: Cost(flops, seconds, step, samples), steps_done=lambda: done,
        config=types.SimpleNamespace(epochs=epochs),
        built=types.SimpleNamespace(inputs=types.SimpleNamespace(shard=shard))))


@cases(('cost', 'expected'), [
    ((31.2e9, 0.704, 9e8, 1.23e9), 'a step: 31 GFLOP, about 0.7 s here, so 4,000 steps take about '
     '47 minutes, plus start, pictures and checkpoints; memory: about 1.2 GB'),
    ((1.63e12, 17.23, 6.04e9, 1e9), 'a step: 1.6 TFLOP, about 17 s here, so 4,000 steps take about '
     '19 hours, plus start, pictures and checkpoints; memory: about 6 GB'),
    ((67.9e6, 0.00712, 7e8, 8.1e8), 'a step: 68 MFLOP, about 7.1 ms here, so 4,000 steps take '
     'about 28 s, plus start, pictures and checkpoints; memory: about 0.81 GB'),
    ((9_900, 0.001, 1e8, 0), 'a step: 9.9 kFLOP, about 1 ms here, so 4,000 steps take about 4 s, '
     'plus start, pictures and checkpoints; memory: about 0.1 GB'),
    ((1e12, 100, 1.2e11, 0), 'a step: 1 TFLOP, about 100 s here, so 4,000 steps take about 4.6 '
     'days, plus start, pictures and checkpoints; memory: about 120 GB'),
    ((5.2e9,), 'a step: 5.2 GFLOP')])
def test_a_step_in_words(cost, expected):
    assert lines(*cost) == [expected]


def test_a_resumed_run_counts_what_is_left():
    line, = lines(5e9, 0.6, 8e8, 8e8, done=3_900)
    assert 'so the 100 steps that are left take about 60 s, plus' in line
    line, = lines(5e9, 0.6, 8e8, 8e8, done=3_999)
    assert 'so the 1 step that is left takes about 0.6 s, plus' in line
    assert lines(5e9, 0.6, 8e8, 8e8, done=4_000) == []


def test_workers_have_a_share_each_and_wait_for_each_other():
    line, = lines(5e9, 0.6, 8e8, 8e8, workers=2)
    assert line == ('a step: 5 GFLOP for each of 2 workers, about 0.6 s here without the exchange, '
                    'so 4,000 steps take 40 minutes or more, plus start, pictures and checkpoints; '
                    'memory: about 0.8 GB each')


@cases(('step', 'samples', 'flags'), [
    (4.0e9, 1e9, '--batch-size, --maps or --resize'), (1e9, 4.0e9, 'smaller --maps or --resize'),
    (3.9e9, 3.9e9, None)])
def test_too_little_memory_is_told_with_what_helps(monkeypatch, step, samples, flags):
    """A smaller batch makes no sample smaller."""
    monkeypatch.setattr(portable, 'memory_limit', lambda: int(3.95e9))
    _, *warning = lines(31e9, 0.7, step, samples)
    assert len(warning) == (flags is not None)
    assert all(flags in line and 'than the 4 GB' in line for line in warning)
