"""The loop around the engine on the toy system of three players: rollback, debugger, trace."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.fit.debug_dump import NAME, DebugDump
from dcgan_tf.gan import GAN
from dcgan_tf.run_folder import run_folder
from tests.helpers import dumped, traced_steps, values
from tests.train_ops.toy import Toy, noises

IMAGES = np.zeros((8, 8, 8, 1), np.uint8)


@pytest.fixture
def config(tiny):
    return lambda **changes: tiny(**{'ema': 0.0, 'epochs': 5, **changes})


class Failing(Toy):
    """B's loss is infinite in the step whose noise begins with one number, `unlucky`."""

    def players(self, net, batch, out):
        a, b, c = super().players(net, batch, out)
        bad = tf.equal(batch.noise[0, 0], noises(self.config, 4)[3][0, 0])
        return [a, b._replace(loss=tf.where(bad, np.float32(np.inf), b.loss)), c]


def test_rollback_goes_on_with_other_noise_for_all_players(config, tmp_path):
    c = config(on_collapse='rollback', checkpoint_step=1, trace_step=2)
    run = run_folder.create(tmp_path, 'run', c, {})
    with GAN(c, system=Failing(c)) as gan:
        gan.fit(IMAGES, run, progress=False)
        last = values(gan)
        rollback, = run_folder.open_run(str(run.path)).rollbacks
        assert (rollback['step'], rollback['to']) == (4, 3)
        gan.load_model(run.checkpoints, step=3)
        before = values(gan)
    assert last['global_step'] == 5
    for name in ('P/weights', 'Q/weights', 'S/weights'):
        assert np.isfinite(last[name]).all() and not np.array_equal(last[name], before[name])
    assert traced_steps(run.path) == ['step 2']


@pytest.mark.slow
def test_a_debugger_sees_all_players_and_changes_nothing(config, tmp_path):
    """But for rounding: it stands between small ops that TensorFlow merges otherwise."""
    c = config(epochs=2)
    run = run_folder.create(tmp_path, 'run', c, {})
    with GAN(c, system=Toy(c)) as gan:
        gan.fit(IMAGES, progress=False)
        plain = values(gan)
    with GAN(c, system=Toy(c)) as gan, DebugDump(gan.graph) as dump:
        gan.fit(IMAGES, run, progress=False, debugger=dump)
        dumping = values(gan)
    for name, value in plain.items():
        np.testing.assert_allclose(dumping[name], value, rtol=1e-5, atol=1e-8, err_msg=name)
    traces, alerts = dumped(run.path / NAME)
    boxes = {name.split('/')[0] for _, name in traces}
    assert {'train_A', 'train_B', 'train_C'} <= boxes and not alerts
