"""What was closed is gone: no graph stays alive, and thirty uses take no more memory than five.

A process that trains one GAN after another, a page that opens many runs, and this test suite all
depend on it. The quick tests look for graphs alone, after a few rounds; thirty rounds are slow.
"""

import argparse
import gc
import pathlib
import re
import shutil

import numpy as np
import psutil
import pytest
import tensorflow as tf
from tensorflow.python.framework import ops as framework

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.cli import trained
from dcgan_tf.config import preset
from dcgan_tf.features.classifier import Classifier
from dcgan_tf.show import exports
from dcgan_tf.show.exports import sampler, writing
from dcgan_tf.show.inversion import InversionOptions
from tests.families import ONE, PLAIN, TINY

FEW, MANY, WARM = 2, 30, 5
MAX_GROWTH = 20e6                    # bytes that the rounds after WARM may add
IMAGES = np.random.default_rng(5).integers(0, 256, (10, 8, 8, 1), dtype=np.uint8)
SLOW = pytest.mark.slow
QUICK = {'quick': ONE}               # as 'default', and registers the same gradients
KINDS = {                            # the default preset has a gradient of the second order: r1
    'default': {},
    'bfloat16': {**PLAIN, 'precision': 'bfloat16'},
    'unroll': {'unroll': 1, 'norm': 'spectral', 'precision': 'bfloat16'},
}


def config(**changes):
    """The default preset, small."""
    return preset(**{**TINY, 'generator_maps': (6, 4, 1), 'discriminator_maps': (1, 4, 6),
                     'epochs': 2, **changes})


def plain():
    return config(**PLAIN)


def train(**changes):
    with DeepConvolutionalGAN.from_config(config(**changes)) as gan:
        gan.fit(IMAGES, progress=False)


@pytest.fixture(scope='module')
def saved(tmp_path_factory):
    """A folder with a checkpoint."""
    folder = tmp_path_factory.mktemp('leaks')
    with DeepConvolutionalGAN.from_config(plain()) as gan:
        gan.fit(IMAGES, progress=False)
        gan.save_model(folder)
    return folder


def look(folder):
    """Images, D's features and an inversion, opened as the tools open a run."""
    weights = trained.find(argparse.Namespace(run=str(folder), config=None, checkpoint='newest'))
    with trained.open_gan(weights) as gan:
        gan.generate_images(np.zeros([2, 3]))
        gan.discriminator_features(IMAGES)
        gan.invert(IMAGES[:1], options=InversionOptions(starts=1, steps=2))


def export(folder):
    """In every format that needs no other package."""
    with DeepConvolutionalGAN.from_config(plain()) as gan:
        gan.load_model(folder, training=False)
        asked = sampler.example_feed(gan, np.zeros([7, 3], np.float32))
        expected, made = gan.generate_images(asked['z']), sampler.of(gan)
    place = folder / 'exports'
    place.mkdir()
    for name, row in exports.FORMATS.items():
        if not row.packages:
            writing.write(name, made, place / row.name, asked, expected)
    shutil.rmtree(place)


def classifier(folder):
    with Classifier((8, 8, 1), 2) as network:
        network(IMAGES)


USES = {'tools': look, 'exports': export, 'classifier': classifier}


def graphs():
    """How many graphs are alive. Those of functions are apart: TensorFlow keeps some of its own."""
    tf.compat.v1.get_default_graph()             # the process has one as soon as it is asked for
    gc.collect()
    return sum(type(each) is tf.Graph for each in gc.get_objects())


def kept():
    """Graphs of functions that are alive, and gradients that are registered."""
    gc.collect()
    return (sum(isinstance(each, tf.Graph) for each in gc.get_objects()),
            len(framework.gradient_registry.list()))


def check(use, rounds):
    """Uses it some times: no graph is left. The first may leave what a process needs once."""
    alive = graphs()
    use()
    assert graphs() == alive
    before, memory = kept(), []
    for _ in range(rounds - 1):
        use()
        gc.collect()
        memory.append(psutil.Process().memory_info().rss)
    assert kept() == before and graphs() == alive
    return memory[-1] - memory[min(WARM, rounds) - 2]


@pytest.mark.parametrize('kind', [*QUICK, *(pytest.param(kind, marks=SLOW) for kind in KINDS)])
def test_a_training_leaves_no_graph(kind):
    check(lambda: train(**{**QUICK, **KINDS}[kind]), FEW)


@SLOW
@pytest.mark.parametrize('use', USES)
def test_a_use_leaves_no_graph(saved, use):
    check(lambda: USES[use](saved), FEW)


@SLOW
@pytest.mark.parametrize('kind', KINDS)
def test_thirty_trainings_take_no_more_memory_than_five(kind):
    grown = check(lambda: train(**KINDS[kind]), MANY)
    assert grown <= MAX_GROWTH, f'{grown / 1e6:.1f} MB'


@SLOW
@pytest.mark.parametrize('use', USES)
def test_thirty_uses_take_no_more_memory_than_five(saved, use):
    grown = check(lambda: USES[use](saved), MANY)
    assert grown <= MAX_GROWTH, f'{grown / 1e6:.1f} MB'


def test_no_gradient_is_a_closure():
    """`tf.custom_gradient` keeps each of its closures, and so each graph, for ever."""
    root = pathlib.Path(__file__).parents[1]
    using = [str(path.relative_to(root)) for folder in ('dcgan_tf', 'tools')
             for path in (root / folder).rglob('*.py')
             if re.search(r'^[^#`]*custom_gradient\b', path.read_text(), re.MULTILINE)]
    assert using == []
