"""Any flags together: a training of two steps, or one line and exit code 2. No stack trace."""

import contextlib
import dataclasses
import io
import json

import cv2
import numpy as np
import pytest

hypothesis = pytest.importorskip('hypothesis', reason='needs hypothesis')
from hypothesis import strategies as some  # noqa: E402

import main1  # noqa: E402
from dcgan_tf.cli import exits  # noqa: E402
from dcgan_tf.cli.debugging import DEBUGGERS  # noqa: E402
from dcgan_tf.config import CHOICES, LISTS, PRESETS, Config, flag_of  # noqa: E402
from dcgan_tf.data import CROPS  # noqa: E402
from dcgan_tf.run_folder.tables import loss_csv  # noqa: E402

TABLES = {**CHOICES, 'preset': PRESETS, 'crop': CROPS}
OWN = {'dataset', 'data_dir', 'epochs', 'threads'}        # what every training has alike
ODD = ['', '-1', '0', '1', '0.5', '1e-9', '1e400', 'nan', 'inf', '10000000000000', '9' * 5000, 'x',
       'ü', ',', 'a,b', '--', '%s', '\x00', '/', '.', '..', '1x', '0x0', '/dev/null']
LIGHT = {'batch_size': some.integers(1, 12), 'z_dim': some.integers(1, 9),
         'metrics_n': some.integers(2, 30), 'd_steps': some.integers(1, 2),
         'g_steps': some.integers(1, 2), 'gradient_accumulate': some.integers(1, 2),
         'unroll': some.integers(0, 1),
         'continuous': some.integers(0, 3)}                         # of what costs time or memory
SIZES = some.sampled_from(['1', '2', '5', '8', '3x20', '9x7', '16x16', '33'])
MAPS = some.lists(some.integers(1, 6), min_size=1, max_size=3).map(lambda m: ','.join(map(str, m)))
OTHERS = {'max-epoch': some.sampled_from(['0.01', '1', '2.5']), 'graph-only': some.none(),
          'resume': some.sampled_from(['auto', 'latest', 'b', 'results/b']),
          'run-name': some.just('b'), 'save-folder': some.just('elsewhere'),
          'cache-folder': some.just('elsewhere'), 'folder': some.just('pictures'),
          'dataset': some.sampled_from(['digits', 'npz', 'mnist', 'cifar10', 'auto', 'folder']),
          'data-dir': some.sampled_from(['pictures', 'two.npz', 'nowhere']),
          'epochs': some.sampled_from(['1', '20']), 'threads': some.just('1'),
          'debug': some.sampled_from(sorted(DEBUGGERS)), 'download': some.none(),
          'quiet': some.none(), 'worker-timeout': some.just('9'), 'start-timeout': some.just('9')}


def likely(field):
    """Values that may well be meant."""
    if field.name in TABLES:
        return some.sampled_from(sorted(TABLES[field.name]))
    if field.name in LISTS:
        names = some.lists(some.sampled_from(sorted(LISTS[field.name])), max_size=3)
        return names.map(','.join)
    if field.name in LIGHT:
        return LIGHT[field.name].map(str)
    if field.name in ('resize', 'codes'):
        return SIZES if field.name == 'resize' else some.sampled_from(['2', '10', '3,2'])
    low, kind = field.metadata['low'] or 0, field.type
    return {int: some.integers(low, low + 5).map(str),
            float: some.sampled_from([low, low + 1e-4, low + 0.25, low + 1.5]).map(str)}[kind]


def words_of(field, odd):
    """The words of a flag on a command line."""
    flag = flag_of(field.name)
    if field.type is bool:
        return some.sampled_from([[flag], ['--no-' + flag[2:]]] if field.default else [[flag]])
    values = some.sampled_from(ODD) if odd else likely(field)
    return values.map(lambda value: [f'{flag}={value}'])


@some.composite
def lines(draw, odd):
    """Up to eight flags that shape a training, and up to `odd` of them with odd values."""
    fields = [field for field in dataclasses.fields(Config)
              if field.metadata['flag'] and field.name not in OWN]
    found = draw(some.lists(some.sampled_from(fields), max_size=8, unique=True))
    spoilt = draw(some.integers(0, odd))
    words = [word for i, field in enumerate(found) for word in draw(words_of(field, i < spoilt))]
    if draw(some.booleans()):
        words += ['--maps', draw(MAPS)]
    return words


@some.composite
def others(draw):
    """Up to four of the flags that say from where, to where and how long; one may be odd."""
    names = draw(some.lists(some.sampled_from(sorted(OTHERS)), max_size=4, unique=True))
    words = []
    for i, name in enumerate(names):
        spoilt = i == 0 and draw(some.booleans())
        value = draw(some.sampled_from(ODD) if spoilt else OTHERS[name])
        words.append(f'--{name}' if value is None else f'--{name}={value}')
    return words


@pytest.fixture(scope='module')
def place(tmp_path_factory):
    """A folder with pictures of two classes and an npz file."""
    folder, rng = tmp_path_factory.mktemp('place'), np.random.default_rng(0)
    for i in range(24):
        path = folder / 'pictures' / 'ab'[i % 2] / f'{i}.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), rng.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    np.savez(folder / 'two.npz', rng.integers(0, 256, (20, 8, 8, 1), dtype=np.uint8))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


def call(words):
    """-> exit code, standard error, standard output. An exception is what must not be."""
    error = io.StringIO()
    with contextlib.redirect_stderr(error), contextlib.redirect_stdout(io.StringIO()) as out:
        code = exits.run(main1.main, words)
    return code, error.getvalue(), out.getvalue()


def check_refused(code, error):
    """Checks that there is one line of error. The progress bar of decoding does not count."""
    lines = [line for line in error.splitlines() if line and 'picture/s' not in line]
    assert code == 2 and len(lines) == 1 and ': ' in lines[0], error


def check_dry_run(place, words, more):
    before = sorted(place.rglob('*'))
    code, error, out = call(['--cache-folder=cache', *words, *more, '--dry-run'])
    if code:
        check_refused(code, error)
    else:
        json.loads(out)
    assert not [path for path in {*place.rglob('*')} - {*before} if 'cache' not in path.parts
                and 'elsewhere' not in path.parts]


@hypothesis.settings(deadline=None, max_examples=30, derandomize=True)
@hypothesis.given(lines(odd=3), others())
def test_every_line_is_understood_or_refused(place, words, more):
    check_dry_run(place, words, more)


@pytest.mark.slow
@hypothesis.settings(deadline=None, max_examples=400, derandomize=True)
@hypothesis.given(lines(odd=3), others())
def test_many_lines_are_understood_or_refused(place, words, more):
    check_dry_run(place, words, more)


SOURCES = [['--dataset', 'digits'], ['--folder', 'pictures'],
           ['--dataset', 'npz', '--data-dir', 'two.npz']]


def train(folder, words, steps):
    light = [] if any(word == '--maps' for word in words) else ['--maps', '4,6']
    few = [] if any(word.startswith('--batch-size') for word in words) else ['--batch-size', '4']
    code, error, _ = call([*words, *light, *few, '--epochs', steps, '--threads', '1', '--quiet',
                           '--save-folder', str(folder), '--cache-folder', 'cache',
                           '--run-name', 'a', '--resume', 'auto'])
    return code, error


@pytest.mark.slow
@hypothesis.settings(deadline=None, max_examples=60, derandomize=True,
                     suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(source=some.sampled_from(SOURCES), words=lines(odd=1), changed=lines(odd=1))
def test_every_line_trains_two_steps_or_is_refused(place, tmp_path_factory, source, words,
                                                   changed):
    """Then a third one with the flags as they were, or with others in their place."""
    folder = tmp_path_factory.mktemp('run')
    code, error = train(folder, [*source, *words], '2')
    if code:
        check_refused(code, error)
        assert not (folder / 'a').exists()
        return
    assert loss_csv.read(folder / 'a' / 'log.csv')[-1]['step'] == 2
    code, error = train(folder, changed, '3')
    if code:
        check_refused(code, error)
        code, error = train(folder, [*source, *words], '3')
    assert code == 0, error
    assert loss_csv.read(folder / 'a' / 'log.csv')[-1]['step'] == 3
