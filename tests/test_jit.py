"""--jit: what XLA compiles draws the same, gives the same but for rounding, and fails the same."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from dcgan_tf import preset
from dcgan_tf.errors import UsageError

ROOT = pathlib.Path(__file__).parents[1]
LOUD = {**os.environ, 'TF_CPP_MIN_LOG_LEVEL': '0'}       # TensorFlow says what it compiles

# XLA reads its environment once a process, so this one has a process of its own.
PROGRAM = '''
import json, sys, tempfile
import numpy as np, tensorflow as tf
from dcgan_tf import DeepConvolutionalGAN, preset
from dcgan_tf.errors import CollapseError
from dcgan_tf.optimizers import rates
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.fit.session import let_xla_use_the_cpu

let_xla_use_the_cpu()
images = np.random.default_rng(0).integers(0, 256, (16, 28, 28, 1), np.uint8)

def gan(**more):
    return DeepConvolutionalGAN.from_config(preset(
        'dcgan28', jit=sys.argv[1] == 'jit', batch_size=4, generator_maps=(8, 1),
        discriminator_maps=(1, 8), instance_noise=0.1, penalty='none', learning_rate_half_life=0,
        **more))

with gan() as made:
    made.steps_done()
    steps = made.steps.variants[0]
    noise, fake, seen, d, g = made.session.run(
        [made.built.inputs.batch.noise, made.built.out.fake, made.built.out.augmented_real,
         *(side.gradients for side in steps.player_steps)],
        BatchFeeder(made, images)(0))
    found = {'noise': noise, 'fake': fake, 'seen': seen,
             'gradients': np.concatenate([x.ravel() for x in d + g])}
found = {name: value.ravel().tolist() for name, value in found.items()}

def trained(*stops):
    with tempfile.TemporaryDirectory() as folder:
        for stop in stops:
            with gan(epochs=stop) as made:
                if stop != stops[0]:
                    made.load_model(folder)
                made.fit(images, progress=False)
                made.save_model(folder)
                values = made.session.run(made.variables())
        return values
found['same'] = all(map(np.array_equal, trained(5), trained(2, 5)))

rates.constant = lambda step: tf.where(tf.equal(step, 1.0), np.float32(np.inf), 1.0)
with gan(epochs=4) as made:
    try:
        made.fit(images, progress=False)
    except CollapseError as error:
        found['error'] = str(error)
    found['done'] = made.steps_done()
print(json.dumps(found))
'''


@pytest.fixture(scope='module')
def found():
    """What the program finds as it is, and compiled."""
    made, logs = {}, {}
    for how in ('plain', 'jit'):
        run = subprocess.run([sys.executable, '-c', PROGRAM, how], env=LOUD, capture_output=True,
                             text=True, check=True)
        made[how], logs[how] = json.loads(run.stdout), run.stderr
    assert 'Compiled cluster using XLA' in logs['jit']
    assert 'Compiled cluster using XLA' not in logs['plain']
    return made['plain'], made['jit']


@pytest.mark.slow
def test_the_draws_have_the_same_bits(found):
    plain, jit = found
    assert plain['noise'] == jit['noise']


@pytest.mark.slow
@pytest.mark.parametrize('name', ['fake', 'seen', 'gradients'])
def test_all_else_is_the_same_but_for_rounding(found, name):
    plain, jit = (np.array(each[name]) for each in found)
    np.testing.assert_allclose(jit, plain, rtol=1e-4, atol=1e-5 * np.abs(plain).max())


@pytest.mark.slow
def test_a_resumed_training_has_the_bits_of_a_whole_one(found):
    assert [each['same'] for each in found] == [True, True]


@pytest.mark.slow
def test_a_number_that_is_not_finite_is_found_in_the_same_step(found):
    plain, jit = found
    assert jit['done'] == plain['done'] == 2
    assert jit['error'] == plain['error']
    assert jit['error'].startswith('step 3')


def test_several_steps_a_run_would_change_bits():
    with pytest.raises(UsageError, match=r'steps_per_run = 4: with --jit .*\(--steps-per-run\)'):
        preset('main1', jit=True, steps_per_run=4)


@pytest.mark.slow
@pytest.mark.parametrize(('words', 'compiled'), [([], False), (['--jit'], True)], ids=str)
def test_the_program_compiles_when_it_is_asked_to(tmp_path, words, compiled):
    """On a CPU, too; TensorFlow says so in its log."""
    made = subprocess.run(
        [sys.executable, str(ROOT / 'main1.py'), '--dataset', 'digits', '--maps', '4,6',
         '--batch-size', '4', '--epochs', '2', '--penalty', 'none', *words], cwd=tmp_path,
        env=LOUD, capture_output=True, text=True, check=True)
    assert ('Compiled cluster' in made.stderr) == compiled
