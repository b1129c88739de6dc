"""Killed at any moment and started again by the same command, a run ends as if undisturbed.

Its weights, its pictures, its log and its config.json are the same to the bit. Only what tells of
time and of processes differs: images per second, and how many event files there are. TensorBoard
makes one of these; what was made again is in it twice, the same each time.
"""

import hashlib
import random

import crash_point
import cv2
import left
import numpy as np
import pytest
from killing import Kills, Run, Times

from dcgan_tf.run_folder.checkpoint_files import steps
from dcgan_tf.run_folder.checkpoints import variables

pytestmark = pytest.mark.slow
DIGITS = ['--dataset', 'digits', '--maps', '4,6']
SETTINGS = {                  # flags, steps, kills at any moment, in a save, at any file
    'float32': ([*DIGITS, '--preset', 'dcgan28'], 400, 20, 4, 4),
    'spectral norm': ([*DIGITS, '--norm', 'spectral', '--objective', 'hinge'], 160, 5, 2, 2),
    'cgan': ([*DIGITS, '--type', 'cgan'], 160, 5, 2, 2),
    'folder': (['--folder', 'pictures', '--resize', '16x16', '--maps', '4,6', '--flip'],
               160, 5, 2, 2),
    'best': ([*DIGITS, '--keep-best', 'frechet', '--metrics-n', '50', '--metrics-step', '10',
              '--on-collapse', 'rollback'], 320, 5, 2, 4)}


def weights(run):
    """The md5 sum of all variables in the newest checkpoint and the best, with their names."""
    total = hashlib.md5()
    for folder in (run.path / 'checkpoints', run.path / 'best'):
        for step in steps(folder)[-1:]:
            for name, value in variables(folder, step):
                total.update(name.encode() + value.tobytes())
    return total.hexdigest()


@pytest.fixture(scope='module')
def watched(tmp_path_factory):
    """watched(CRASH_AT=3, ...) -> the environment of a program; see crash_point.c."""
    return crash_point.built(tmp_path_factory.mktemp('library'))


@pytest.fixture
def pictures(tmp_path):
    """Sixty pictures of 24x20 in two classes."""
    rng = np.random.default_rng(0)
    for i in range(60):
        path = tmp_path / 'pictures' / ('cats' if i % 3 else 'dogs') / f'{i}.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), rng.integers(0, 256, (20, 24, 3), dtype=np.uint8))


def assert_same(run, straight):
    assert run.steps() == straight.steps() and weights(run) == weights(straight)
    left.assert_same(run.path, straight.path)
    assert left.names(run.cache) == left.names(straight.cache)


def killed(run, order):
    """Whether all kills came in time; the newest checkpoints are cut once, on the way."""
    cut = False
    for kill in order:
        if not kill(run):
            return False
        if not cut and len(run.steps()) > 3:
            run.cut_the_newest()
            cut = True
    return cut


@pytest.mark.parametrize('setting', SETTINGS)
def test_a_run_that_is_killed_again_and_again(tmp_path, watched, pictures, setting):
    """One that was done before all of its kills, on a busy machine, does not count."""
    words, last, anywhere, in_saves, at_files = SETTINGS[setting]
    runs = (Run(tmp_path / str(n), words, last) for n in range(4))
    straight, rng = next(runs), random.Random(setting)
    kills = Kills(Times(straight), watched, rng, reach=last // (2 * anywhere))
    order = ([kills.anywhere] * anywhere + [kills.in_a_save] * in_saves
             + [kills.at_a_file] * at_files)
    rng.shuffle(order)
    for run in runs:
        if killed(run, order):
            break
        run.finish()
        assert_same(run, straight)
    else:
        pytest.fail('each time it was done before it was killed so often')
    assert kills.halves or in_saves < 4           # of checkpoints: one or two may leave none
    kills.at_the_end(run)
    run.finish()
    assert_same(run, straight)
