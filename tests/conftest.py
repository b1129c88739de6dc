"""Settings and fixtures of all tests."""

import contextlib
import gc
import os
import signal

import numpy as np
import pytest

from dcgan_tf.config import TYPES, preset
from dcgan_tf.config.types import OPTIONAL
from tests.families import MAPS, NEEDS, ONE, PLAIN, TINY

pytest_plugins = ['tests.browsing', 'tests.processes', 'tests.slow_tests']

# As main1.py does: with oneDNN, and without Keras, as TensorFlow is then imported in half the time.
# And no test, or process that one starts, takes all of a GPU's memory.
os.environ.setdefault('TF_ENABLE_ONEDNN_OPTS', '1')
os.environ.setdefault('TF_USE_LEGACY_KERAS', '1')
os.environ.setdefault('TF_FORCE_GPU_ALLOW_GROWTH', 'true')
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')


@pytest.fixture(scope='session', autouse=True)
def threads():
    """The first session of a process decides the threads of all, and so the last bits.

    So this session comes before all tests. It has the default number, like `python main1.py`.
    """
    import tensorflow as tf  # here: the process that only hands out the tests needs none
    _collect_less()
    with tf.compat.v1.Session(graph=tf.Graph()) as session, session.graph.as_default():
        session.run(tf.constant(0))


def _collect_less():
    """Graphs are many objects in circles, and to look for circles took a twentieth of the time."""
    gc.collect()
    gc.freeze()                         # what was imported stays
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope='session', autouse=True)
def interrupts():
    """A shell's `pytest &` ignores Ctrl-C, and so would every process that a test sends one to.

    `nohup pytest` ignores SIGHUP in the same way.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope='session')
def pool():
    """GANs that tests share: see `pool.Pool`."""
    from tests.pool import Pool
    made = Pool()
    yield made
    made.close()


@pytest.fixture(scope='session')
def lending(pool):
    """lending(monkeypatch): see `pooled`."""
    from dcgan_tf import DeepConvolutionalGAN
    from dcgan_tf.cli import trained
    from dcgan_tf.graph_report import speed
    from dcgan_tf.run_folder.tables.loss_plot import LossPlot
    from tests.pool import build

    def from_config(config, session=None, *, worker=None):
        if session or worker:
            return build(config, session, worker=worker)
        return pool.gan(config)

    def open_gan(weights):
        gan = pool.gan(weights.config, training=False)
        gan.load_weights(weights)
        return gan

    def lend(monkeypatch):
        monkeypatch.setattr(DeepConvolutionalGAN, 'from_config', from_config)
        monkeypatch.setattr(trained, 'open_gan', open_gan)
        # Measuring takes a fifth of a second at each start: tests/graph_report/test_speed.py.
        monkeypatch.setattr(speed, 'step_seconds', lambda gan, step_flops: 0.25)
        # So does losses.png of each training: tests/run_folder/test_loss_csv.py, tests/test_gan.py.
        monkeypatch.setattr(LossPlot, 'draw', lambda self: None)
    return lend


@pytest.fixture
def pooled(lending, monkeypatch):
    """Gives main1.py and the tools GANs from the pool instead of new ones.

    Nothing measures how long a step takes: it is a quarter of a second. And no losses are drawn.
    """
    lending(monkeypatch)


@pytest.fixture(scope='session')
def small(tmp_path_factory):
    """Words of main1.py: small networks on ten pictures of 8x8, a training of a second."""
    path = tmp_path_factory.mktemp('small') / 'a.npz'
    np.savez(path, np.random.default_rng(0).integers(0, 256, (10, 8, 8), np.uint8))
    return ['--dataset', 'npz', '--data-dir', str(path), '--preset', 'dcgan28', '--maps', '4,6',
            '--z-dim', '2', '--batch-size', '4', '--penalty', 'none', '--eval-step', '3',
            '--checkpoint-step', '2']


@pytest.fixture
def tiny():
    """tiny(name, **changes) -> Config of a preset with little of everything, on 8x8 pictures."""
    def make(name='dcgan28', **changes):
        (g_maps, d_maps), type_ = MAPS[name], changes.get('type', 'gan')
        taken = TYPES[type_].takes if type_ in TYPES else OPTIONAL
        plain = {option: value for option, value in PLAIN.items()
                 if option not in OPTIONAL - taken and name == 'dcgan28'}
        changes = {**plain, **NEEDS.get(name, {}), **changes}
        return preset(name, **{**TINY, 'n_channels': d_maps[0], 'generator_maps': g_maps,
                               'discriminator_maps': d_maps, **changes})
    return make


@pytest.fixture
def one_layer(tiny):
    """one_layer(name, **changes) -> Config like tiny's, of one layer a network where it is enough.

    D then has batch norm in main1 and folder_classic alone.
    """
    def make(name='dcgan28', **changes):
        one = ONE if name in ('dcgan28', 'main1', 'folder_classic') else {}
        return tiny(name, **{**one, **changes})
    return make


@pytest.fixture
def finished(pool):
    """finished(config) -> a finished GAN from the pool, given back at the end of the test."""
    with contextlib.ExitStack() as lent:
        yield lambda config, **parts: lent.enter_context(pool.gan(config, **parts))


@pytest.fixture
def built():
    """built(config) -> a finished GAN of its own: for tests that replace what it is built of."""
    from tests.pool import finished
    with contextlib.ExitStack() as made:
        yield lambda config, **parts: made.enter_context(finished(config, **parts))


@pytest.fixture(scope='module')
def kept():
    """A dictionary of what the tests of one file share. Its values are closed at the end."""
    made = {}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def graph():
    """The default graph of the test."""
    import tensorflow as tf
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def session(graph):
    """A session of that graph."""
    import tensorflow as tf
    with tf.compat.v1.Session(graph=graph) as session:
        yield session


@pytest.fixture
def rng():
    """Random test data, the same in every run."""
    return np.random.default_rng(2015)


@pytest.fixture
def images():
    """uint8 [10, 8, 8, 1]"""
    return np.random.default_rng(5).integers(0, 256, (10, 8, 8, 1), dtype=np.uint8)


@pytest.fixture
def latents():
    """float [5, 3], in the range of the uniform prior."""
    return np.random.default_rng(6).uniform(-1, 1, (5, 3))


@pytest.fixture
def no_plot(monkeypatch):
    """Trainings draw no losses.png, which takes long."""
    from dcgan_tf.run_folder.tables.loss_plot import LossPlot
    monkeypatch.setattr(LossPlot, 'draw', lambda self: None)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The test runs in this empty folder, without the user's environment."""
    monkeypatch.chdir(tmp_path)
    for name in ('DATASET_FOLDER', 'SAVE_FOLDER', 'CACHE_FOLDER'):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def full_disk():
    """`with full_disk(size):` no file can grow beyond `size` bytes."""
    resource = pytest.importorskip('resource')

    @contextlib.contextmanager
    def limited(size):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    return limited
