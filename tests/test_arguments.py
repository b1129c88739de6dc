"""Wrong arguments of Python calls: one line each, with what came and what is expected."""

import numpy as np
import pytest

from dcgan_tf import GAN, DeepConvolutionalGAN, Hook, preset
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.show.inversion import InversionOptions
from tests.cases import cases

GRAY = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 1), np.uint8)
LABELS = np.arange(12) % 3


@pytest.fixture(scope='module')
def gans(kept):
    """{type: GAN}, each made once: closed at the end."""
    from tests.pool import finished
    size = {'image_height': 8, 'image_width': 8, 'n_channels': 1, 'generator_maps': (4, 1),
            'discriminator_maps': (1, 4), 'batch_size': 4, 'z_dim': 3, 'norm': 'none'}
    of = {'gan': {}, 'cgan': {'class_names': ('a', 'b', 'c')}, 'infogan': {'codes': (3, 4)}}
    for name, options in of.items():
        kept[name] = finished(preset(type=name, **size, **options), training=False)
    return kept


@cases(('kind', 'call', 'match'), [
    # samples
    ('gan', lambda g: g.sample(-1), 'n = -1: expected a whole number of 0 or more'),
    ('gan', lambda g: g.sample(2.5), 'n = 2.5: expected a whole number'),
    ('gan', lambda g: g.sample(True), 'n = True: expected a whole number'),
    ('gan', lambda g: g.sample(1, seed=-3), 'seed = -3: expected a whole number of 0'),
    ('gan', lambda g: g.sample(1, seed='0'), "seed = '0': expected a whole number"),
    ('gan', lambda g: g.sample(1, truncation='1'), "truncation '1': expected a number"),
    ('gan', lambda g: g.sample(1, truncation=-1), 'truncation -1: expected a number, more than 0'),
    ('gan', lambda g: g.sample(latents='zero'), r"latents 'zero': expected \[N, 3\]"),
    ('gan', lambda g: g.sample(latents=np.zeros(3)), r'latents of shape \(3,\): expected \[N, 3\]'),
    ('gan', lambda g: g.grid(0), 'rows = 0: expected a whole number of 1 or more'),
    ('gan', lambda g: g.grid(2, 2.5), 'columns = 2.5: expected a whole number'),
    ('gan', lambda g: g.generate_images([['a'] * 3]), r'latents \[.*: expected \[N, 3\]'),
    ('cgan', lambda g: g.sample(1, label=2.5), 'label 2.5: expected one of a, b, c'),
    ('cgan', lambda g: g.sample(1, label='aa'), 'label aa: .* a, b, c; did you mean a?'),
    ('cgan', lambda g: g.sample(2, label=[0, 1, 2]), r'labels int64 \(3,\): expected \[2\]'),
    ('infogan', lambda g: g.sample(1, codes=[1]), r'codes \[1\]: expected {number of a code'),
    ('infogan', lambda g: g.sample(1, codes={'2': 1}), "codes {'2': 1}: expected {number"),
    ('infogan', lambda g: g.sample(1, codes={2: 'x'}), "code 2:'x': expected a number"),
    ('infogan', lambda g: g.sample(1, codes={3: float('nan')}), 'code 3:nan: expected a number'),
    # films, sums
    ('infogan', lambda g: g.morphing(codes=(2, 1)), r'codes \(2, 1\): expected'),
    ('cgan', lambda g: g.morphing(label=0.5), 'label 0.5: expected one of a, b, c'),
    ('gan', lambda g: g.morphing().frames(grid=3), '--grid 3: expected rows and columns'),
    ('gan', lambda g: g.morphing().frames(frames='9'), "frames = '9': expected a whole"),
    ('gan', lambda g: g.morphing().frames(seed=-1), 'seed = -1: expected'),
    ('gan', lambda g: g.morphing().frames(path='spere'), 'spere: .*; did you mean sphere?'),
    ('gan', lambda g: g.morphing().frames(scale='2'), "--scale 2: expected a whole number"),
    ('gan', lambda g: g.morphing().frames(speeds='2'), "--speeds '2': expected whole numbers"),
    ('gan', lambda g: g.morphing().frames(path=3), '--path 3: expected one of sphere'),
    ('gan', lambda g: g.morphing().write(None), 'file = None: expected a path'),
    ('cgan', lambda g: g.morphing().frames(labels=[1]), r'labels array int64 \[1\]: expected int'),
    ('gan', lambda g: g.add(), 'nothing to add: expected pairs of a sign and seeds'),
    ('gan', lambda g: g.add(1, [1, 2]), '1: expected a pair of 1 or -1 and seeds'),
    ('gan', lambda g: g.add((2, [1])), r'\(2, \[1\]\): expected a pair of 1 or -1'),
    ('gan', lambda g: g.add((1, [])), r'\(1, \[\]\): expected one seed or more'),
    ('gan', lambda g: g.add((1, 7)), 'seeds 7: expected a list of whole numbers'),
    ('gan', lambda g: g.add((1, [1.5])), r'seeds \[1.5\]: expected a list of whole numbers'),
    ('gan', lambda g: g.add((1, np.zeros([2, 5]))), r'shape \(2, 5\): expected \[N, 3\]'),
    # metrics
    ('gan', lambda g: g.evaluate(GRAY, ['kernal']), "metric 'kernal' is unknown: .*mean kernel?"),
    ('gan', lambda g: g.evaluate(GRAY, 'recal,kernel'), "metric 'recal' is unknown: .*mean recall"),
    ('gan', lambda g: g.evaluate(GRAY, ['class_accuracy']), 'cannot measure --type gan'),
    ('gan', lambda g: g.evaluate(GRAY, features='pixel'), "features 'pixel' is .*mean pixels?"),
    ('gan', lambda g: g.evaluate(GRAY, features='inception'), 'needs a file of weights'),
    ('gan', lambda g: g.evaluate(GRAY, weights='x.pb'), 'weights x.pb are read by features incep'),
    ('gan', lambda g: g.evaluate(GRAY, n=0.5), 'n = 0.5: expected a whole number of 2 or more'),
    ('gan', lambda g: g.evaluate('digits'), "data = 'digits': expected a Dataset of data.load"),
    ('gan', lambda g: g.evaluate(GRAY / 255), r'data = array float64 \[12, 8, 8, 1\]: expected'),
    ('gan', lambda g: g.evaluate(GRAY[:, 1:]), r"images uint8 \(12, 7, 8, 1\): expected uint8"),
    ('gan', lambda g: g.evaluate((GRAY, LABELS[:5])), r'labels of data = .*: expected \[12\]'),
    ('cgan', lambda g: g.evaluate(GRAY), 'a cgan draws samples of the classes of real pictures'),
    ('cgan', lambda g: g.evaluate((GRAY, LABELS + 1)), 'whole numbers from 0 to 2'),
    ('gan', lambda g: g.linear_svm(GRAY, (GRAY, LABELS)), 'train: a linear SVM learns classes'),
    ('gan', lambda g: g.linear_svm((GRAY, LABELS * 0), (GRAY, LABELS)), 'of two classes or more'),
    ('gan', lambda g: g.evaluate(GRAY, 3), 'metrics = 3: expected a list of names'),
    ('gan', lambda g: g.evaluate(GRAY, cache=3), 'cache = 3: expected the path of a folder'),
    ('gan', lambda g: g.project('p', GRAY[:, 1:]), r"images uint8 \(12, 7, 8, 1\): expected uint8"),
    ('gan', lambda g: g.linear_svm((GRAY, LABELS), 3), 'test = 3: expected a Dataset'),
    # files
    ('gan', lambda g: g.export('tflit', 'a.tflite'), "format 'tflit' is unknown: .*mean tflite"),
    ('gan', lambda g: g.project('p', what='fake'), "what 'fake' is unknown: expected real, samp"),
    ('gan', lambda g: g.project('p', what='both'), "data = None: what = 'both' shows real pictur"),
    ('gan', lambda g: g.project('p', GRAY, n=1), 'n = 1: expected a whole number of 2 or more'),
    ('gan', lambda g: g.project(3), 'folder = 3: expected a path'),
    ('gan', lambda g: g.export('frozen', None), 'path = None: expected a path'),
    ('gan', lambda g: g.load_model(7), 'folder = 7: expected the path of a folder'),
    ('gan', lambda g: g.save_model(''), "folder = '': expected the path of a folder"),
    ('gan', lambda g: g.open(None), 'run = None: expected the path of a run folder'),
    ('gan', lambda g: preset(['main1']), r"preset \['main1'\] is unknown: expected dcgan28"),
    # questions to the networks
    ('cgan', lambda g: g.discriminator_scores(GRAY), r'labels: a cgan needs \[12\] whole numbers'),
    ('cgan', lambda g: g.discriminator_scores(GRAY, LABELS[:2]), r'labels: a cgan needs \[12\]'),
    ('cgan', lambda g: g.discriminator_scores(GRAY, LABELS + 1), 'whole numbers from 0 to 2'),
    ('cgan', lambda g: g.discriminator_scores(GRAY, LABELS, GRAY), 'reference = array uint8'),
    ('cgan', lambda g: g.invert(GRAY[:2], [1]), r'labels int64 \(1,\): expected \[2\] whole'),
    ('cgan', lambda g: g.invert(GRAY[:1], [1.5]), r'labels \[1.5\]: expected whole numbers'),
    ('cgan', lambda g: g.invert(GRAY[:1], options={'starts': 2}), 'expected an InversionOptions'),
    ('cgan', lambda g: g.invert(GRAY[:1], options=InversionOptions(starts=0)), 'starts = 0: exp'),
])
def test_one_line_says_what_came_and_what_is_expected(gans, kind, call, match):
    with pytest.raises(UsageError, match=match) as caught:
        call(gans[kind])
    assert '\n' not in str(caught.value) and len(str(caught.value)) < 600


@cases(('hooks', 'match'), [
    (Hook(), 'expected a list of Hooks'), (3, 'hooks = 3: expected a list of Hooks')])
def test_hooks_that_are_no_list(finished, one_layer, images, hooks, match):
    with pytest.raises(UsageError, match=match):
        finished(one_layer()).fit(images, hooks=hooks, progress=False)


@cases(('make', 'match'), [
    (lambda: DeepConvolutionalGAN(32), 'session = 32: expected a Session, or None; options have n'),
    (lambda: DeepConvolutionalGAN(preset()), 'session: got a Config: .* from_config'),
    (lambda: DeepConvolutionalGAN(generator_maps=3), 'generator_maps = 3: expected tuple'),
    (lambda: GAN(32), 'config = 32: expected a Config, such as preset'),
    (lambda: GAN('main1'), "config = 'main1': expected a Config"),
    (lambda: GAN.from_config('main1'), "config = 'main1': expected a Config")])
def test_what_a_gan_is_not_made_of(make, match):
    with pytest.raises(UsageError, match=match):
        make()


@pytest.mark.parametrize('data', ['arrays', 'pair', 'Dataset'])
def test_arrays_may_stand_for_a_data_set(gans, tmp_path, data):
    """The same numbers come of them."""
    labels = None if data == 'arrays' else LABELS.astype(np.int32)
    names = () if labels is None else ('a', 'b', 'c')
    known = {'arrays': GRAY, 'pair': (GRAY, LABELS), 'Dataset': Dataset('npz', GRAY, labels, names,
                                                                        None)}
    results = [gans['gan'].evaluate(each, ['kernel'], features='pixels', cache=tmp_path)
               for each in (known[data], Dataset('npz', GRAY, labels, names, None))]
    assert results[0] == results[1] and np.isfinite(results[0].metrics['kernel'].value)
    if labels is not None:
        svm = gans['gan'].linear_svm(known[data], known['pair'])
        assert svm.train == svm.held_out == 12 and 0 <= svm.accuracy <= 1
