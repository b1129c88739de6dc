"""A run of twelve steps, recorded, and read back: events, pictures, log and checkpoints."""

import shutil
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import images, preset
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.training import log, run_folder
from dcgan_tf.training import recorder as recorder_module
from dcgan_tf.training.checkpoint_files import steps
from dcgan_tf.training.checkpoints import Checkpoints
from dcgan_tf.training.loop import Run, train
from dcgan_tf.training.numerics import NumericsGuard
from dcgan_tf.training.panels import Panel
from dcgan_tf.training.recorder import Recorder
from dcgan_tf.training.summaries import Summaries, scalar_summary

v1 = tf.compat.v1
LAST = 24                       # steps in all
Z = np.float32([[0.1, 0.9], [0.5, 0.2]])
PANELS = {'fake': Panel(Z, None, 2), 'row': Panel(Z, None, 2)}
SCALARS = tuple(log.VALUES)


class Training:
    """A weight that grows by one a step, and all that a Recorder wants to know of it."""

    def __init__(self, folder, **config):
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.session = v1.Session(graph=self.graph)
            self._build()
            self.session.run(v1.global_variables_initializer())
        self.graph.finalize()
        config = preset(batch_size=4, **{'eval_step': 6, 'checkpoint_step': 9, 'epochs': LAST,
                                         **config})
        self.run = run_folder.create(str(folder), 'run', config, {})
        self.stop = types.SimpleNamespace(received=None)

    def _build(self):
        self.w = v1.get_variable('Generator/w', [2], initializer=v1.zeros_initializer(),
                                 use_resource=True)
        self.fetches = {name: tf.reduce_sum(self.w) + i for i, name in enumerate(SCALARS)}
        self.guard = NumericsGuard(list(self.fetches.values()), 0)
        with tf.control_dependencies([self.guard.op]):
            self.train_op = self.w.assign_add([1, 1], read_value=False)
        self.summaries = Summaries([self.w], 1)
        self.values = {**self.fetches, 'scalars': scalar_summary(self.fetches)}
        self.checkpoints = Checkpoints([self.w])

    def images_of(self, z, labels):
        return np.full([len(z), 4, 4, 1], self.session.run(self.w)[0] / 255)

    def recorder(self, first):
        return Recorder(self.run, self.session, self.summaries, self.checkpoints, self.images_of,
                        PANELS, first=first, n_images=100)

    def fit(self, first=0, last=LAST, around=lambda hook: hook):
        """As `DeepConvolutionalGAN.fit` does it. around: what makes of a hook the one called."""
        with self.recorder(first) as recorder:
            recorder.begin(first, np.zeros([4, 4, 4, 1], np.uint8), 2)
            kind = types.SimpleNamespace(runs=[Run(self.train_op, self.guard)],
                                         values=self.values)
            step = train(self.session, lambda index: kind, tuple(self.fetches),
                         lambda index, part: {}, [*map(around, recorder.hooks())],
                         first=first, last=last, stop=self.stop, trace=recorder.trace())
            recorder.end(step, finished=self.stop.received is None)
        return self


@pytest.fixture(scope='module')
def done(tmp_path_factory):
    """The RunFolder of a whole training, to look at; the graph was finalized before it."""
    training = Training(tmp_path_factory.mktemp('done'), trace_step=5)
    training.fit()
    training.session.close()
    return training.run


@pytest.fixture
def make(tmp_path, monkeypatch):
    """make(**config) -> Training in tmp_path / 'run', without the plot, which takes long."""
    monkeypatch.setattr(recorder_module, 'LossPlot', lambda path: lambda rows: None)
    made = []

    def training(**config):
        made.append(Training(tmp_path, **config))
        return made[-1]
    yield training
    for each in made:
        each.session.close()


def events_of(folder):
    """All events of a folder, oldest file first."""
    return [event for path in sorted(folder.glob('events.*'))
            for event in v1.train.summary_iterator(str(path))]


def values_of(folder):
    """tag -> [(step, value)]"""
    found = {}
    for event in events_of(folder):
        for value in event.summary.value:
            found.setdefault(value.tag, []).append((event.step, value))
    return found


def names(folder):
    return {path.name for path in folder.iterdir()}


# ---- a whole run

def test_a_run_leaves_all_its_files(done):
    shown = (0, 6, 12, 18, 24)
    assert names(done.images) == {
        'real.png', 'noise.png', 'progress.png', 'losses.png', 'training.gif',
        *(f'fake_{step:06d}.png' for step in shown), *(f'row_{step:06d}.png' for step in shown)}
    assert steps(done.checkpoints) == [0, 9, 18, 24]
    assert [row['step'] for row in log.read(done.log)] == [10, 20, 24]
    assert len(list(done.path.glob('events.*'))) == 1
    assert images.read_png(done.images / 'progress.png')[::4, 0, 0].tolist() == list(shown)


def test_scalars_can_be_read_back(done):
    values = values_of(done.path)
    for index, name in enumerate(SCALARS):
        found = [(step, value.simple_value) for step, value in values[name]]
        assert [step for step, _ in found] == [10, 20, 24]
        for step, value in found:        # fetched beside the step: from before it or after it
            assert value - index in (2 * step - 2, 2 * step)


def test_pictures_and_histograms_can_be_read_back(done):
    values = values_of(done.path)
    pictures, histograms = ([(step, value) for tag, found in values.items() if name in tag
                             for step, value in found] for name in ('samples', 'Generator/w'))
    assert [step for step, _ in pictures] == [step for step, _ in histograms] == [0, 6, 12, 18, 24]
    assert all(value.image.encoded_image_string.startswith(b'\x89PNG') for _, value in pictures)
    assert (pictures[0][1].image.height, pictures[0][1].image.width) == (4, 8)
    assert [value.histo.max for _, value in histograms] == [0, 6, 12, 18, 24]
    assert {value.histo.num for _, value in histograms} == {2}


def test_the_graph_is_in_the_events(done):
    [content] = [event.graph_def for event in events_of(done.path) if event.HasField('graph_def')]
    assert 'Generator/w' in {node.name for node in v1.GraphDef.FromString(content).node}


def test_the_trace_is_in_the_events(done):
    [trace] = [event.tagged_run_metadata for event in events_of(done.path)
               if event.HasField('tagged_run_metadata')]
    assert trace.tag == 'step 5'
    assert v1.RunMetadata.FromString(trace.run_metadata).step_stats.dev_stats


def test_no_trace_is_made_where_none_is_asked_for(make):
    with make().recorder(0) as recorder:
        assert recorder.trace() is None


# ---- stopped and gone on with

def test_a_run_that_is_stopped_is_saved_and_has_no_film(make):
    training = make()
    training.stop.received = 2
    run = training.fit().run
    assert steps(run.checkpoints) == [0, 1]
    assert 'training.gif' not in names(run.images)


def test_a_run_gone_on_with_says_so_in_the_events(make):
    training = make()
    training.fit(last=18)
    training.fit(first=18)
    starts = [event.step for event in events_of(training.run.path)
              if event.session_log.status == v1.SessionLog.START]
    assert starts == [19]
    assert [row['step'] for row in log.read(training.run.log)] == [10, 18, 20, 24]
    shown = images.read_png(training.run.images / 'progress.png')[::4, 0, 0]
    assert shown.tolist() == [0, 6, 12, 18, 24]


def test_what_came_after_the_step_gone_on_from_is_dropped(make):
    training = make()
    training.fit()
    training.session.run(training.w.initializer)
    training.fit(first=12, last=18)
    assert [row['step'] for row in log.read(training.run.log)] == [10, 18]
    assert len(images.read_png(training.run.images / 'progress.png')) == 4 * 4


def test_going_on_with_a_finished_run_is_no_error(make):
    training = make()
    training.fit()
    before = names(training.run.images)
    training.fit(first=LAST)
    assert log.read(training.run.log)[-1]['step'] == LAST
    assert names(training.run.images) == before
    assert steps(training.run.checkpoints) == [0, 9, 18, 24]


def test_the_beginning_is_not_shown_again(make):
    training = make()
    training.fit(last=6)
    (training.run.images / 'real.png').unlink()
    training.fit(first=6, last=12)
    assert 'real.png' not in names(training.run.images)


def test_leftovers_of_a_killed_process_are_removed(make):
    training = make()
    left = [training.run.checkpoints / 'model-3.index.tempstate1',
            training.run.checkpoints / 'model-3.data-00000-of-00001',
            training.run.path / '.abc.tmp.csv', training.run.images / '.abc.tmp.png']
    for path in left:
        path.write_bytes(b'half')
    training.fit(last=6)
    assert not [path for path in left if path.exists()]


# ---- places that cannot be written

def test_a_run_folder_that_is_gone_is_named(make):
    training = make()
    with training.recorder(0) as recorder:
        recorder.begin(0, np.zeros([4, 4, 4, 1], np.uint8), 2)
        shutil.rmtree(training.run.images)
        with pytest.raises((RunError, UsageError), match='images'):
            recorder.hooks()[2].call(6, {})


def test_leaving_on_an_error_keeps_the_error(make):
    training = make()
    with pytest.raises(ZeroDivisionError), training.recorder(0):
        raise ZeroDivisionError
    assert len(events_of(training.run.path)) >= 1
