"""TensorBoard's events: their order, also after the clock went back, and full disks."""

import itertools
import pathlib
import types

import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator

from dcgan_tf import preset
from dcgan_tf.errors import RunError
from dcgan_tf.run_folder import events as events_module
from dcgan_tf.run_folder.events import Events, following, names
from tests.board_pages import tensorboard_graphs, tensorboard_hparams, tensorboard_text

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


@pytest.fixture
def clock(monkeypatch):
    """The clock of the events: `clock.now` in seconds. Every file is the first of its process."""
    clock = types.SimpleNamespace(now=1_700_000_000.0)
    monkeypatch.setattr(events_module, 'time', types.SimpleNamespace(time=lambda: clock.now))
    monkeypatch.setattr(events_module, 'NUMBERS', itertools.repeat(0))
    return clock


def shown(folder):
    """The (step, value) pairs that TensorBoard shows."""
    tensors = EventAccumulator(str(folder)).Reload().Tensors('loss')
    return [(event.step, float(tf.make_ndarray(event.tensor_proto))) for event in tensors]


@pytest.mark.parametrize('times', [(0, 60), (0, -3600), (0, 0), (0, -1, -2), (0, -1.8e9, -1.9e9)],
                         ids=['forth', 'back', 'standing', 'back twice', 'before 1970'])
def test_tensorboard_shows_each_step_once_as_the_last_start_made_it(graph, tmp_path, clock, times):
    """Every start goes on from three steps before the last one of the start before."""
    now, expected = clock.now, {}
    for number, seconds in enumerate(times):
        clock.now, first = now + seconds, 2 * number
        events = Events(tmp_path, graph, first)
        for step in range(first + 1, first + 6):
            expected[step] = number
            events.add_value('loss', number, step)
        events.close()
    assert shown(tmp_path) == sorted(expected.items())


def test_a_resumed_run_shows_the_graphs_of_its_last_start(tmp_path):
    """Every start has another graph; it goes on, goes back, and starts again at the same step."""
    for number, first in enumerate((0, 0, 5, 3, 3)):
        with tf.Graph().as_default() as whole:
            tf.constant(1.0, name=f'shown{number}')
            shown = whole.as_graph_def()
            tf.constant(1.0, name=f'other{number}')
        Events(tmp_path, whole, first, shown).close()
        assert tensorboard_graphs(tmp_path) == {
            None: [f'shown{number}'], 'whole graph': [f'shown{number}', f'other{number}']}


def test_the_options_are_on_the_page_hparams(graph, tmp_path):
    """With those that differ between runs first; every scalar of a run is a metric there."""
    for name, seed in (('a', 0), ('b', 1)):
        config = preset(seed=seed, class_names=('x' * 99, 'y|`'), generator_maps=(64, 32, 1))
        events = Events(tmp_path / name, graph, 0)
        events.add_options(name, config.to_dict())
        events.add_value('d_loss', 0.5 + seed, 10)
        events.close()
    options, metrics, trials = tensorboard_hparams(tmp_path)
    assert options[0] == 'seed' and {*options} == {*preset().to_dict()}
    assert metrics == ['d_loss']
    assert [(t['name'], t['options']['seed'], t['metrics']) for t in trials] == [
        ('a', 0, {'d_loss': 0.5}), ('b', 1, {'d_loss': 1.5})]
    shown = trials[0]['options']
    assert (shown['generator_maps'], shown['flip'], shown['learning_rate'], shown['metrics']) == (
        '64,32,1', False, preset().learning_rate, '')
    assert shown['class_names'] == 'x' * 99 + ',...'


def test_the_options_are_a_table_on_the_page_text(graph, tmp_path):
    """Of each start: a resume may change some."""
    for first, epochs in ((0, 10), (5, 20)):
        events = Events(tmp_path, graph, first)
        events.add_options('run', preset(epochs=epochs, class_names=('a|`b', 'c')).to_dict())
        events.close()
    old, new = tensorboard_text(tmp_path, 'options')
    assert (old['step'], new['step']) == (1, 6)
    for shown, epochs in ((old, 10), (new, 20)):
        assert f'<td>epochs</td>\n<td><code>{epochs}</code></td>' in shown['text']
        assert "<td>class_names</td>\n<td><code>a¦'b,c</code></td>" in shown['text']
        assert shown['text'].count('<tr>') == 1 + len(preset().to_dict())


@pytest.mark.parametrize('other', [
    'events.out.tfevents.9999999999.host', 'events.out.tfevents.9999999999.host.12.9999.v2',
    'events.out.tfevents.1800000000.host.99', 'zz.tfevents.profile-empty', 'tfevents',
    'ü.tfevents'])
def test_a_new_name_sorts_after_those_of_other_programs(graph, tmp_path, clock, other):
    (tmp_path / other).touch()
    written = []
    for _ in range(12):
        Events(tmp_path, graph, 0).close()
        new, = {*names(tmp_path)} - {other, *written}
        written.append(new)
        assert not new.endswith('profile-empty')             # TensorBoard does not read those
    assert names(tmp_path) == [other, *written]


def test_a_name_that_follows():
    assert [following(name) for name in ('a.0009', 'a.99', 'a', 'a.99.0001')] == [
        'a.0010', 'a.99.0001', 'a.0001', 'a.99.0002']


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

        def close(self):
            raise tf.errors.ResourceExhaustedError(None, None, 'No space left on device')
    monkeypatch.setattr(tf.io, 'TFRecordWriter', Full)
    for step in range(3):
        with pytest.raises(RunError, match='No space left'):
            add(events, [step])
    assert list(tmp_path.iterdir()) == before
