"""TensorBoard's events, and what becomes of them on a full disk."""

import pathlib

import pytest
import tensorflow as tf

from dcgan_tf.errors import RunError
from dcgan_tf.run_folder.events import Events

v1 = tf.compat.v1


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name='one')
    return graph


def steps_of(path):
    return [value.step for value in v1.train.summary_iterator(str(path)) if value.summary.value]


def add(events, steps):
    """Adds summaries of 1 kB."""
    for step in steps:
        events.add(v1.Summary(value=[v1.Summary.Value(tag='x' * 1000, simple_value=0)]), step)


def test_what_is_added_is_on_the_disk_at_once(graph, tmp_path):
    events = Events(tmp_path, graph, 0)
    events.add_value('loss', 0.5, 3)
    [file] = tmp_path.iterdir()
    first, drawn, value = v1.train.summary_iterator(str(file))
    assert first.file_version == 'brain.Event:2' and first.wall_time > 1e9
    assert v1.GraphDef.FromString(drawn.graph_def).node[0].name == 'one'
    assert (value.step, value.summary.value[0].tag) == (3, 'loss')
    assert value.summary.value[0].simple_value == 0.5
    events.close()
    events.close()


def test_a_folder_that_is_not_there_is_made(graph, tmp_path):
    Events(tmp_path / 'a' / 'b[1]*', graph, 0).close()
    assert len(list((tmp_path / 'a' / 'b[1]*').iterdir())) == 1


def test_events_in_a_file_are_refused(graph, tmp_path):
    (tmp_path / 'file').write_bytes(b'')
    for place in ('file', 'file/run'):
        with pytest.raises(RunError, match=f'cannot write TensorBoard events in .*{place}: '):
            Events(tmp_path / place, graph, 0)


def test_behind_a_full_disk_a_new_file_goes_on(graph, tmp_path, full_disk):
    events = Events(tmp_path, graph, 0)
    add(events, range(1, 10))
    [old] = tmp_path.iterdir()
    with full_disk(old.stat().st_size + 1500):
        add(events, [10])
        with pytest.raises(RunError, match='cannot write TensorBoard events in .*: .*too large'):
            add(events, [11])
        add(events, [20])
    add(events, [21])
    events.close()
    old, new = sorted(tmp_path.iterdir())
    found = []
    with pytest.raises(tf.errors.DataLossError):              # its last record is half of one
        for event in v1.train.summary_iterator(str(old)):
            found.append(event.step)
    assert found[-1] == 10
    assert steps_of(new) == [20, 21]


def test_two_in_one_second_have_two_files(graph, tmp_path):
    for _ in range(2):
        Events(tmp_path, graph, 0).close()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_without_an_event_does_not_stay(graph, tmp_path, monkeypatch):
    """On a full disk there would be one more at every try."""
    events = Events(tmp_path, graph, 0)
    events.close()
    before = list(tmp_path.iterdir())

    class Full:
        def __init__(self, path):
            pathlib.Path(path).touch()

        def write(self, record):
            raise tf.errors.ResourceExhaustedError(None, None, 'No space left on device')
    monkeypatch.setattr(tf.io, 'TFRecordWriter', Full)
    for step in range(3):
        with pytest.raises(RunError, match='No space left'):
            add(events, [step])
    assert list(tmp_path.iterdir()) == before
