"""What a run has left, but for what tells of time and of processes."""

import csv
import itertools
import re

import tensorflow as tf

from dcgan_tf.run_folder.events import WHOLE_GRAPH

v1 = tf.compat.v1
OF_A_STEP = re.compile(
    r'(Discriminator|Generator|Encoder)_\w+/|train_\w+/gradients/|dead_relus/|update_ratio/')
OF_THE_START = {'images_per_second', WHOLE_GRAPH}        # of each start


def names(path):
    """Every file of a run; events count as one."""
    paths = [each.relative_to(path) for each in path.rglob('*')]
    return {str(each) if not each.name.startswith('events.') else 'events' for each in paths}


def rows(path):
    """log.csv without the speed."""
    with (path / 'log.csv').open() as file:
        return [{name: word for name, word in row.items() if name != 'images_per_second'}
                for row in csv.DictReader(file)]


def shown(path):
    """(tag, step) -> what TensorBoard has there: a start drops those from its step on."""
    found = {}
    for event in (event for file in sorted(path.glob('events.*')) for event in _events(file)):
        if event.session_log.status == v1.SessionLog.START:
            found = {key: value for key, value in found.items() if key[1] < event.step}
        found.update({(value.tag, event.step): value.SerializeToString(deterministic=True)
                      for value in event.summary.value if value.tag not in OF_THE_START})
    return found


def graphs(path):
    """The graph of each start: the names of its ops, in their order."""
    found = []
    for event in (event for file in sorted(path.glob('events.*')) for event in _events(file)):
        for value in event.summary.value:
            if value.tag == WHOLE_GRAPH:
                content = v1.RunMetadata.FromString(tf.make_ndarray(value.tensor).item())
                graph = content.function_graphs[0].pre_optimization_graph
                found.append([node.name for node in graph.node])
    return found


def assert_same(path, straight):
    """All but the checkpoints, which are compared by their numbers elsewhere."""
    assert rows(path) == rows(straight)
    assert names(path) == names(straight)
    files = (straight.glob(pattern) for pattern in ('images/*', '[cm]*.*', 'best/*.json'))
    for each in itertools.chain.from_iterable(files):
        assert (path / each.relative_to(straight)).read_bytes() == each.read_bytes(), each
    here, there = shown(path), shown(straight)
    assert here == {key: value for key, value in there.items() if key in here}
    # A start makes the pictures of a step again, but not what flowed in it: docs/reliability.md.
    assert all(OF_A_STEP.match(tag) for tag, step in there.keys() - here.keys())
    graph, *others = graphs(straight)
    assert all(each == graph for each in [*others, *graphs(path)]) and graphs(path)


def _events(file):
    """Those of one file; a kill may leave half of the last."""
    try:
        yield from v1.train.summary_iterator(str(file))
    except tf.errors.DataLossError:
        return
