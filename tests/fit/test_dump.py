"""Training with --debug dump's debugger: the same bits, and a folder that TensorBoard reads."""

import re
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.errors import CollapseError, UsageError
from dcgan_tf.fit import debug_dump
from dcgan_tf.fit.debug_dump import NAME, DebugDump
from dcgan_tf.run_folder import run_folder
from tests.helpers import dumped, put

BAD = {'name': 'keras_mnist', 'image_height': 8, 'image_width': 8, 'learning_rate': 9.9,
       'beta1': 0.9, 'beta2': 0.001, 'epochs': 60}


def fitted(config, images, folder, labels=None, *, dump):
    """The variables after a fit, by name, and pictures."""
    run = run_folder.create(str(folder), 'run', config, {})
    with DeepConvolutionalGAN.from_config(config) as gan:
        if dump:
            with DebugDump(gan.graph) as debugger:
                gan.fit(images, run, labels=labels, progress=False, debugger=debugger)
                after = gan.generate_images(np.zeros([1, 3]), labels and [0])
        else:
            gan.fit(images, run, labels=labels, progress=False)
            after = gan.generate_images(np.zeros([1, 3]), labels and [0])
        return {'images': after, **{v.op.name: gan.session.run(v) for v in gan.variables()}}


@pytest.mark.parametrize('changes', [
    pytest.param({'name': 'main1'}, marks=pytest.mark.slow),
    pytest.param({'penalty': 'r1', 'penalty_every': 2, 'norm': 'none'}, marks=pytest.mark.slow),
    pytest.param({'type': 'cgan', 'class_names': ('a', 'b'), 'd_steps': 2},
                 marks=pytest.mark.slow)], ids=lambda changes: str(changes))
def test_the_bits_stay_the_same(tiny, images, tmp_path, changes):
    """Of weights, averages, Adam's state and pictures; a penalty in a branch included."""
    labels = [0, 1] * 5 if 'type' in changes else None
    config = tiny(**changes)
    plain = fitted(config, images, tmp_path / 'plain', labels, dump=False)
    with_dump = fitted(config, images, tmp_path / 'dumped', labels, dump=True)
    assert plain.keys() == with_dump.keys()
    for name, value in plain.items():
        np.testing.assert_array_equal(value, with_dump[name], err_msg=name)
    traces, alerts = dumped(tmp_path / 'dumped/run' / NAME)
    names = {name for _, name in traces}
    assert not alerts and len(names) > 100
    assert any(re.match('train_D/(with_penalty/)?backward/Discriminator_real/', name)
               for name in names)


def test_what_is_left_behind(one_layer, images, tmp_path):
    """Graphs of others have no ops more, neither inside nor after; no temporary folder stays."""
    with DeepConvolutionalGAN.from_config(one_layer()) as gan:
        dump = DebugDump(gan.graph)
        with dump:
            with tf.Graph().as_default() as other:
                tf.constant(1.0) * 2.0
            gan.model()
        with tf.Graph().as_default() as later:
            tf.constant(1.0) * 2.0
        assert len(other.get_operations()) == len(later.get_operations()) == 3
        assert any(op.type == 'DebugIdentityV2' for op in gan.graph.get_operations())
    assert not tf.io.gfile.exists(dump._folder.name)


def fails(gan, images, run):
    """[(type, name)] of the alerts of a training that collapses, and what is said."""
    with gan, DebugDump(gan.graph) as dump:
        gan.steps_done()
        if run.config.preset == 'dcgan28':               # numbers that no convolution can sum up
            weights = gan.built.net.D.weights[0]
            put(gan.session, weights, np.full(weights.shape, 3e38))
        with pytest.raises(CollapseError) as caught:
            gan.fit(images, run, progress=False, debugger=dump)
    return dumped(run.path / NAME)[1], str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize('changes', [{'ema': 0.0}, BAD], ids=str)
def test_the_first_alert_is_where_the_trouble_began(one_layer, images, tmp_path, changes):
    """And the error names the op, not one that the debugger has put behind it."""
    run = run_folder.create(str(tmp_path), 'run', one_layer(**changes), {})
    gan = DeepConvolutionalGAN.from_config(run.config.replace(check_numerics=True))
    alerts, said = fails(gan, images, run)
    type_, name = alerts[0]
    assert f'out of {name} ({type_}). ' in said
    assert 'tfdbg' not in said


def test_a_dump_needs_a_run_folder():
    with (DebugDump(tf.Graph()) as dump, pytest.raises(UsageError, match='run is None: expected'),
          dump.steps('session', 1, None)):
        pass


@pytest.mark.slow
def test_a_dump_of_before_is_replaced(one_layer, images, tmp_path):
    run = run_folder.create(str(tmp_path), 'run', one_layer(epochs=1, ema=0.0), {})
    (run.path / NAME).mkdir()
    (run.path / NAME / 'old').write_text('of before')
    with DeepConvolutionalGAN.from_config(run.config) as gan, DebugDump(gan.graph) as dump:
        with pytest.raises(UsageError, match='needs a run folder'):
            gan.fit(images, progress=False, debugger=dump)
        gan.fit(images, run, progress=False, debugger=dump)
    assert not (run.path / NAME / 'old').exists()
    assert dumped(run.path / NAME)[0]
    assert not list(run.path.glob('.*'))


@pytest.mark.parametrize(('error', 'raised'), [(None, OSError), (CollapseError, CollapseError)])
def test_a_full_disk_does_not_hide_why_a_training_ended(tmp_path, monkeypatch, error, raised):
    def full(*folders, **options):
        raise OSError('no space')

    monkeypatch.setattr(debug_dump.shutil, 'copytree', full)
    with DebugDump(tf.Graph()) as dump, pytest.raises(raised), dump.steps(
            'session', 1, types.SimpleNamespace(path=tmp_path)) as session:
        assert session == 'session'
        if error:
            raise error('a NaN', step=3, last_good_step=2)
