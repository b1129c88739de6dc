"""TF_CONFIG -> which worker of how many."""

import json

import pytest

from dcgan_tf.distributed import cluster
from dcgan_tf.errors import UsageError

A, B, C = 'a:2222', '10.0.0.1:2222', '[::1]:80'


def config(task, **jobs):
    kind, index = task
    return {'cluster': jobs, 'task': {'type': kind, 'index': index}}


def test_the_place_of_a_worker():
    found = cluster.parse(config(('worker', 1), worker=[A, B, C]))
    assert (found.addresses, found.index, found.size, found.first) == ((A, B, C), 1, 3, False)
    assert found.task == '/job:worker/replica:0/task:1'
    assert found.name == 'worker 1 of 3 (10.0.0.1:2222)'


def test_a_chief_is_the_first():
    assert cluster.parse(config(('chief', 0), chief=[A], worker=[B, C])).first
    assert cluster.parse(config(('worker', 0), chief=[A], worker=[B, C])).index == 1


def test_an_index_may_be_text():
    """As shells write it."""
    assert cluster.parse(config(('worker', '1'), worker=[A, B])).index == 1


@pytest.mark.parametrize('text', [None, '', ' ', json.dumps(config(('worker', 0), worker=[A]))])
def test_alone(monkeypatch, text):
    monkeypatch.delenv('TF_CONFIG', raising=False)
    if text is not None:
        monkeypatch.setenv('TF_CONFIG', text)
    assert cluster.from_environment() is None


@pytest.mark.parametrize(('given', 'match'), [
    ('{', 'TF_CONFIG is not JSON'), ('[' * 100_000, 'not JSON'), ('[]', 'no "cluster"'),
    ('{}', 'no "cluster"'), ('{"cluster": {}}', 'no "task"'),
    ('{"cluster": {"worker": ["a:1"]}, "task": 3}', 'no "task"'),
    (config(('worker', 0), worker='a:1'), 'a list of "HOST:PORT"'),
    (config(('worker', 0), worker=[A, 'b']), 'a list of "HOST:PORT"'),
    (config(('worker', 0), worker=[A, ':80']), 'a list of "HOST:PORT"'),
    (config(('worker', 0), worker=[A, 'b:70000']), 'a list of "HOST:PORT"'),
    (config(('worker', 0), worker=[A, 7]), 'a list of "HOST:PORT"'),
    (config(('worker', 0), worker=[A, A]), 'there twice: a:2222, a:2222'),
    (config(('worker', 2), worker=[A, B]), 'task is worker 2, but the cluster has worker 0 to 1'),
    (config(('worker', -1), worker=[A, B]), 'task is worker -1'),
    (config(('worker', None), worker=[A, B]), 'task is worker None'),
    (config(('evaluator', 0), worker=[A, B]), 'task is evaluator 0'),
    (config((['worker'], 0), worker=[A, B]), 'task is'),
    (config(('ps', 0), worker=[A], ps=[B]), 'cluster has ps: expected only chief and worker'),
    (config(('chief', 0), chief=[A, B]), '2 chiefs'),
    (config(('worker', 0)), 'the cluster has no workers')])
def test_what_makes_no_sense_is_one_line(monkeypatch, given, match):
    monkeypatch.setenv('TF_CONFIG', given if isinstance(given, str) else json.dumps(given))
    with pytest.raises(UsageError, match=match.replace('[', r'\[')):
        cluster.from_environment()
