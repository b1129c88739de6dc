"""What a run has left, but for what tells of time and of processes."""

import csv
import itertools

import tensorflow as tf

v1 = tf.compat.v1


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
                      for value in event.summary.value if value.tag != 'images_per_second'})
    return found


def assert_same(path, straight):
    """All but the checkpoints, which are compared by their numbers elsewhere."""
    assert rows(path) == rows(straight)
    assert names(path) == names(straight)
    files = (straight.glob(pattern) for pattern in ('images/*', '[cm]*.*', 'best/*.json'))
    for each in itertools.chain.from_iterable(files):
        assert (path / each.relative_to(straight)).read_bytes() == each.read_bytes(), each
    assert shown(path) == shown(straight)


def _events(file):
    """Those of one file; a kill may leave half of the last."""
    try:
        yield from v1.train.summary_iterator(str(file))
    except tf.errors.DataLossError:
        return
