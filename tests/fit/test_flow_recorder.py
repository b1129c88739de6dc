"""What TensorBoard shows of weights, activations and gradients, and that it changes nothing."""

import weakref

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.config import CHOICES
from dcgan_tf.fit.flow_recorder import ROWS, FlowRecorder, change, dead_share
from dcgan_tf.run_folder.run_folder import create
from dcgan_tf.train_ops.flow import Flow
from tests.families import LAZY
from tests.helpers import assert_same, checkpoint, values

v1 = tf.compat.v1


def test_the_share_of_dead_maps():
    """A map is alive if it is above 0 anywhere in any image."""
    x = np.zeros([2, 3, 3, 4], np.float32)
    x[1, 2, 0, 0] = x[0, 0, 0, 3] = 1e-30
    assert dead_share(x) == 0.5
    assert dead_share(np.float32([[0, 0, 1], [0, 2, 0]])) == pytest.approx(1 / 3)
    assert dead_share(np.float32([[0, np.nan]])) == 0.5


def test_the_change_of_a_weight():
    assert change(np.float32([3, 4]), np.float32([3, 4.5])) == pytest.approx(0.1)


def read(recorder, flow):
    """tag -> the number, or the histogram, of each summary."""
    found = {}
    for summary in recorder.summaries(flow):
        for value in summary.value:
            assert value.tag not in found
            found[value.tag] = value.histo if value.HasField('histo') else value.simple_value
    return found


@pytest.fixture
def make(session):
    """make(histograms) -> a FlowRecorder of two weights, the second all 0."""
    weights = [v1.get_variable(f'D/d1/{name}', initializer=tf.constant(values), use_resource=True)
               for name, values in (('weights', [3.0, 4.0]), ('bias', [0.0]))]
    session.run([w.initializer for w in weights])
    return lambda histograms: FlowRecorder(histograms, session, weights)


def arrays():
    return Flow({'G/Relu': np.float32(np.eye(20))[:, :18]}, {'G/Tanh': np.full([20, 3], 0.5)},
                {'D/logits': np.arange(20.0)[:, None]}, {'train_D/g': np.float32([1, 2, 3])})


def test_all_summaries_of_a_step(make, session):
    recorder = make('all')
    recorder.before(1)
    session.run(v1.global_variables()[0].assign([3.0, 4.5]))
    found = read(recorder, arrays())
    assert found.pop('update_ratio/D/d1/weights') == pytest.approx(0.1)
    assert found.pop('dead_relus/G/Relu') == 0
    assert {tag: histo.num for tag, histo in found.items()} == {
        'D/d1/weights': 2, 'D/d1/bias': 1, 'G/Relu': ROWS * 18, 'G/Tanh': ROWS * 3,
        'D/logits': 20, 'train_D/g': 3}
    assert found['D/d1/weights'].max == 4.5 and found['D/logits'].max == 19


def test_the_ratio_belongs_to_its_step(make):
    """After a kill the pictures are made without a step: nothing flows then."""
    recorder = make('all')
    assert read(recorder, None).keys() == {'D/d1/weights', 'D/d1/bias'}
    recorder.before(1)
    assert 'update_ratio/D/d1/weights' in read(recorder, arrays())
    assert 'update_ratio/D/d1/weights' not in read(recorder, arrays())


def test_less_is_shown_where_less_is_asked_for(make):
    for histograms, expected in (('none', set()), ('weights', {'D/d1/weights', 'D/d1/bias'})):
        recorder = make(histograms)
        recorder.before(1)
        assert recorder.fetch == () and not recorder._before
        assert read(recorder, None).keys() == expected


def test_an_array_is_freed_before_the_next_but_one(make):
    """Those of large pictures are gigabytes together."""
    flow = Flow({}, {f'{i}': np.ones([4, 4]) for i in range(6)}, {}, {})
    alive = [weakref.ref(x) for x in flow.activations.values()]
    for _ in make('none').summaries(flow):
        assert sum(ref() is not None for ref in alive) <= len(flow.activations) + 1
    assert not flow.activations


# ---- in a training

def trained(gan, folder, images, **options):
    """-> the run, and the variables after it."""
    config = gan.config.replace(epochs=4, eval_step=2, checkpoint_step=1, **options)
    run = create(str(folder), config.histograms, config, {})
    gan.config = config
    gan.fit(images, run, progress=False)
    return run, values(gan)


def shown(run):
    """tag -> {step: value}"""
    found = {}
    for file in run.path.glob('events.*'):
        for event in v1.train.summary_iterator(str(file)):
            for value in event.summary.value:
                found.setdefault(value.tag, {})[event.step] = value
    return found


@pytest.fixture
def runs(one_layer, pool, images, tmp_path, no_plot):
    """histograms -> (run, variables) of the same training."""
    found = {}
    for histograms in CHOICES['histograms']:
        with pool.gan(one_layer(**LAZY)) as gan:
            found[histograms] = trained(gan, tmp_path, images, histograms=histograms)
    return found


def test_a_training_has_the_same_bits_whatever_is_shown(runs):
    """And what TensorBoard shows is the training's: the change of weights, by its checkpoints."""
    (none, bits), (weights, same), (run, also) = (runs[name] for name in CHOICES['histograms'])
    assert_same(bits, same)
    assert_same(bits, also)
    tags = [shown(each) for each in (none, weights, run)]
    assert tags[0].keys() < tags[1].keys() < tags[2].keys()
    trainable = {tag for tag in tags[1] if tag.startswith(('Generator/', 'Discriminator/'))}
    assert tags[1].keys() - tags[0].keys() == trainable
    assert all({*tags[1][tag]} == {0, 2, 4} for tag in trainable)
    before, after = (checkpoint(run.path, step) for step in (3, 4))
    ratios = {tag: by_step for tag, by_step in tags[2].items() if tag.startswith('update_ratio/')}
    assert len(ratios) == 4
    for tag, by_step in ratios.items():
        name = tag.removeprefix('update_ratio/')
        moved = np.linalg.norm(after[name] - before[name]) / np.linalg.norm(before[name])
        assert {*by_step} == {2, 4} and by_step[4].simple_value == pytest.approx(moved, rel=1e-3)
    assert {*tags[2]['dead_relus/Generator_train/g0_linear/Relu']} == {2, 4}
