"""Any flags together: a training of two steps, or one line and exit code 2. No stack trace."""

import contextlib
import dataclasses
import io
import json

import pytest

hypothesis = pytest.importorskip('hypothesis', reason='needs hypothesis')
from hypothesis import strategies as some  # noqa: E402

import main1  # noqa: E402
from dcgan_tf.cli import exits  # noqa: E402
from dcgan_tf.config import CHOICES, LISTS, PRESETS, Config  # noqa: E402
from dcgan_tf.data import CROPS  # noqa: E402
from dcgan_tf.training import log  # noqa: E402

TABLES = {**CHOICES, 'preset': PRESETS, 'crop': CROPS}
OWN = {'dataset', 'data_dir', 'epochs', 'threads', 'resize'}      # what every example has alike
ODD = ['', '-1', '0', '1', '0.5', '1e-9', '1e400', 'nan', 'inf', '10000000000000', '9' * 5000, 'x',
       'ü', ',', 'a,b', '--', '%s', '\x00']
LIGHT = {'batch_size': some.integers(1, 12), 'z_dim': some.integers(1, 9),
         'metrics_n': some.integers(2, 30), 'd_steps': some.integers(1, 2),
         'g_steps': some.integers(1, 2), 'gradient_accumulate': some.integers(1, 2),
         'unroll': some.integers(0, 1)}                             # of what costs time or memory
MAPS = some.lists(some.integers(1, 6), min_size=1, max_size=3).map(lambda m: ','.join(map(str, m)))


def likely(field):
    """Values that may well be meant."""
    if field.name in TABLES:
        return some.sampled_from(sorted(TABLES[field.name]))
    if field.name in LISTS:
        names = some.lists(some.sampled_from(sorted(LISTS[field.name])), max_size=3)
        return names.map(','.join)
    if field.name in LIGHT:
        return LIGHT[field.name].map(str)
    low, kind = field.metadata['low'] or 0, field.type
    return {int: some.integers(low, low + 5).map(str),
            float: some.sampled_from([low, low + 1e-4, low + 0.25, low + 1.5]).map(str)}[kind]


def words_of(field, odd):
    """The words of a flag on a command line."""
    flag = '--' + field.name.replace('_', '-')
    if field.type is bool:
        return some.sampled_from([[flag], ['--no-' + flag[2:]]] if field.default else [[flag]])
    values = some.sampled_from(ODD) if odd else likely(field)
    return values.map(lambda value: [f'{flag}={value}'])


@some.composite
def lines(draw, odd=0):
    """Up to eight flags that shape a training, and `odd` with odd values."""
    fields = [field for field in dataclasses.fields(Config)
              if field.metadata['flag'] and field.name not in OWN]
    found = draw(some.lists(some.sampled_from(fields), max_size=8, unique=True))
    spoilt = draw(some.integers(0, odd))
    words = [word for i, field in enumerate(found) for word in draw(words_of(field, i < spoilt))]
    if draw(some.booleans()):
        words += ['--maps', draw(MAPS)]
    return words


def call(words):
    """-> exit code, standard error. An exception is what must not be."""
    error = io.StringIO()
    with contextlib.redirect_stderr(error), contextlib.redirect_stdout(io.StringIO()) as out:
        code = exits.run(main1.main, ['--dataset', 'digits', *words])
    return code, error.getvalue(), out.getvalue()


def check_refused(code, error):
    assert code == 2, error
    assert error.count('\n') == 1 and ': ' in error and 'Traceback' not in error, error


@hypothesis.settings(deadline=None, max_examples=60, derandomize=True)
@hypothesis.given(lines(odd=3))
def test_every_line_is_understood_or_refused(words):
    code, error, out = call([*words, '--dry-run'])
    if code:
        check_refused(code, error)
    else:
        json.loads(out)


@pytest.mark.slow
@hypothesis.settings(deadline=None, max_examples=60, derandomize=True,
                     suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(words=lines())
def test_every_line_trains_two_steps_or_is_refused(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp('run')
    light = [] if any(word == '--maps' for word in words) else ['--maps', '4,6']
    few = [] if any(word.startswith('--batch-size') for word in words) else ['--batch-size', '4']
    code, error, _ = call([*words, *light, *few, '--epochs', '2', '--threads', '1', '--quiet',
                           '--save-folder', str(folder), '--cache-folder', str(folder / 'cache'),
                           '--run-name', 'a'])
    if code:
        check_refused(code, error)
        assert not (folder / 'a').exists()
    else:
        assert log.read(folder / 'a' / 'log.csv')[-1]['step'] == 2
