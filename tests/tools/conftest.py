"""Run folders for all tools. Each is made once, with GANs of the pool; no test changes them."""

import numpy as np
import pytest

import main1
from dcgan_tf import data, preset
from dcgan_tf.cli import exits
from dcgan_tf.run_folder import run_folder
from tests.helpers import put, save

COLOUR = np.random.default_rng(0).integers(0, 256, (9, 12, 12, 3), dtype=np.uint8)
SMALL = ('--batch-size', '4', '--maps', '4,6', '--epochs', '2', '--quiet')
CODES = (3, 4)                                 # of `infogan`
STEPS = {'run': 2, 'classes': 0}               # of `either`


@pytest.fixture(scope='session')
def train(lending):
    """train(folder, name, *words) -> the run folder of a small training with these words."""
    def make(folder, name, *words):
        with pytest.MonkeyPatch.context() as patch:
            lending(patch)
            assert exits.run(main1.main, [*SMALL, *map(str, words), '--save-folder', str(folder),
                                          '--run-name', name]) == 0
        return folder / name
    return make


@pytest.fixture(scope='session')
def untrained(pool):
    """untrained(folder, name, config, data) -> a run folder of step 0, without Adam's variables.

    times: makes the first weights larger; with the first ones all pictures are a uniform grey.
    """
    def make(folder, name, config, data, times=1):
        run = run_folder.create(folder, name, config, about(data))
        with pool.gan(config, training=False) as gan:           # the tools borrow it, too
            enlarge(gan, times)
            save(gan, run.checkpoints)
        return run.path
    return make


@pytest.fixture(scope='session')
def run(train, pool, tmp_path_factory):
    """A run folder of two steps on digits, whose pictures are told apart."""
    run = train(tmp_path_factory.mktemp('tools'), 'run', '--dataset', 'digits', '--penalty', 'none')
    with pool.gan(run_folder.open_run(str(run)).config) as gan:
        gan.load_model(run / 'checkpoints')
        enlarge(gan, 4)
        gan.save_model(run / 'checkpoints')
    return run


@pytest.fixture(scope='session')
def kept_away(train, tmp_path_factory):
    """A run folder of two steps on a hundred digits, of which 30 were held out."""
    return train(tmp_path_factory.mktemp('tools'), 'kept_away', '--dataset', 'digits',
                 '--penalty', 'none', '--file-num', '10', '--hold-out', '0.3')


@pytest.fixture(scope='session')
def cgan(untrained, tmp_path_factory):
    """A run folder of a conditional GAN in colour with odd class names; its data set can go."""
    folder = tmp_path_factory.mktemp('cgan')
    np.savez(folder / 'a.npz', images=COLOUR, labels=np.arange(9) % 3,
             class_names=np.array(['T-shirt/top', '..', 'Bag']))
    found = data.load('npz', folder / 'a.npz')
    config = preset('folder_classic', dataset='npz', data_dir=str(folder / 'a.npz'),
                    image_height=12, image_width=12, batch_size=4, type='cgan',
                    class_names=found.class_names, generator_maps=(6, 4, 3),
                    discriminator_maps=(3, 4, 6))
    return untrained(folder, 'cgan', config, found, times=4)


@pytest.fixture(scope='session')
def classes(untrained, tmp_path_factory):
    """A run folder of digits by class; the batch norm of its D keeps no averages."""
    digits = data.load('digits', '')
    config = preset('main1', dataset='digits', batch_size=4, generator_maps=(6, 4, 1),
                    discriminator_maps=(1, 4, 6), type='cgan', class_names=digits.class_names)
    return untrained(tmp_path_factory.mktemp('classes'), 'classes', config, digits, times=4)


@pytest.fixture(scope='session')
def bigan(untrained, tmp_path_factory):
    """A run folder of a bigan of digits, whose codes are told apart, too."""
    digits = data.load('digits', '')
    config = preset('dcgan28', dataset='digits', batch_size=4, type='bigan', penalty='none',
                    z_dim=5, generator_maps=(6, 4, 1), discriminator_maps=(1, 4, 6))
    return untrained(tmp_path_factory.mktemp('bigan'), 'bigan', config, digits, times=6)


@pytest.fixture(scope='session')
def by_class(untrained, tmp_path_factory):
    """Like `classes`, with an encoder, which gets the class and normalises by real pictures."""
    digits = data.load('digits', '')
    config = preset('main1', dataset='digits', batch_size=4, type='cgan', z_dim=5,
                    penalty='mode_regularised', class_names=digits.class_names,
                    generator_maps=(6, 4, 1), discriminator_maps=(1, 4, 6))
    return untrained(tmp_path_factory.mktemp('by_class'), 'by_class', config, digits, times=4)


@pytest.fixture(scope='session')
def infogan(untrained, tmp_path_factory):
    """A run folder of an infogan in colour, with two categorical and two continuous codes."""
    folder = tmp_path_factory.mktemp('infogan')
    np.savez(folder / 'a.npz', images=COLOUR)
    found = data.load('npz', folder / 'a.npz')
    config = preset('folder_classic', dataset='npz', data_dir=str(folder / 'a.npz'), batch_size=4,
                    z_dim=5, type='infogan', codes=CODES, continuous=2, generator_maps=(6, 4, 3),
                    discriminator_maps=(3, 4, 6))
    return untrained(folder, 'infogan', config, found, times=8)


@pytest.fixture(params=STEPS)
def either(request):
    """A run whose D keeps averages, and one by class whose D keeps none."""
    return request.getfixturevalue(request.param)


def about(data):
    """What a run folder says of its data set."""
    return {'name': data.name, 'images': [data.total, *data.images.shape[1:]],
            'fingerprint': data.fingerprint}


def enlarge(gan, times):
    """Multiplies the weights of G, and those of E, if there is one."""
    for v in gan.variables():
        if v.op.name.startswith(('Generator', 'Encoder')) and v.shape.rank in (2, 4):
            put(gan.session, v, times * gan.session.run(v))
