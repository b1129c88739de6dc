"""--code: how it is read, what it refuses, and what it does to latents and labels."""

import argparse

import numpy as np
import pytest

from dcgan_tf import latent
from dcgan_tf.cli import inputs
from dcgan_tf.cli.parser import Parser
from dcgan_tf.errors import UsageError
from tests.cases import cases

Z = 3                         # of `tiny`, beside the continuous codes


@pytest.fixture
def infogan(tiny):
    """infogan(**changes) -> Config with the codes 1 and 2, and the continuous codes 3 and 4."""
    return lambda **changes: tiny(**{'type': 'infogan', 'codes': (3, 4), 'continuous': 2,
                                     **changes})


def read(*words):
    parser = Parser()
    inputs.add_code(parser)
    return parser.parse_args(words).code


@cases(('words', 'expected'), [
    ([], {}), (['--code', '2:5'], {2: 5.0}), (['--code', '2:5,3:-0.5'], {2: 5.0, 3: -0.5}),
    (['--code=3:-1'], {3: -1.0}), (['--code', '003:1.000000001'], {3: 1.000000001}),
    (['--code', '99999:99999.5'], {99999: 99999.5})])
def test_codes_are_read(words, expected):
    assert read(*words) == expected


@cases('text', [
    '', '2', '2:', ':5', '2=5', '2:5,', ',2:5', '2:5;3:1', '2: 5', ' 2:5', '2:5 ', '2:5\n', '+2:5',
    '-2:5', '2.0:5', '2:+5', '2:--5', '2:.5', '2:5.', '2:1e3', '2:nan', '2:inf', '2:0x1',
    '2:5:6', '100000:1', '2:100000', '2:1_0', '\u0662:5', '2:\u0665', ','.join(['2:1'] * 1001),
    '2:5,2:5', '2:5,02:4'])
def test_what_is_no_list_of_codes(text):
    with pytest.raises(UsageError, match='--code') as caught:
        read(f'--code={text}')
    assert 'is not a list of codes' in str(caught.value) or 'names a code twice' in str(
        caught.value)
    assert len(str(caught.value)) < 200


def test_a_code_that_is_named_twice():
    with pytest.raises(argparse.ArgumentTypeError, match="'3:1,2:0,3:1' names a code twice"):
        inputs._codes('3:1,2:0,3:1')


@cases(('changes', 'codes'), [
    ({}, {}), ({}, {2: 0.0}), ({}, {2: 3.0, 3: -99.5, 4: 0.0}), ({}, {2: -0.0}),
    ({'codes': (3,)}, {2: 1.5, 3: -1.0}), ({'codes': (2, 2, 5), 'continuous': 0}, {3: 4.0})])
def test_codes_that_a_generator_has(infogan, changes, codes):
    latent.check_codes(infogan(**changes), codes)


@cases(('changes', 'codes', 'match'), [
    ({}, {0: 1.0}, 'code 0:1: expected code 2 to 4; code 1 is the label'),
    ({}, {1: 1.0}, 'code 1:1: expected code 2 to 4; code 1 is the label'),
    ({}, {3: 1.0, 5: 1.0}, 'code 5:1: expected code 2 to 4'),
    ({}, {2: 4.0}, 'code 2:4: expected a whole number from 0 to 3'),
    ({}, {2: -1.0}, 'code 2:-1: expected a whole number from 0 to 3'),
    ({}, {2: 0.5}, 'code 2:0.5: expected a whole number from 0 to 3'),
    ({'codes': (3,)}, {4: 1.0}, 'code 4:1: expected code 2 to 3'),
    ({'codes': (3,), 'continuous': 0}, {2: 1.0}, 'has one code, which is the label'),
    ({'codes': (3,), 'continuous': 0}, {1: 1.0}, 'has one code, which is the label')])
def test_codes_that_a_generator_has_not(infogan, changes, codes, match):
    with pytest.raises(UsageError, match=match):
        latent.check_codes(infogan(**changes), codes)


@pytest.mark.parametrize('options', [{}, {'type': 'cgan', 'class_names': ('a', 'b', 'c')}], ids=str)
def test_generators_without_codes(tiny, options):
    """The classes of a cgan are none."""
    latent.check_codes(tiny(**options), {})
    for number in (1, 2, 4):
        with pytest.raises(UsageError, match='no such code; train one with --type infogan'):
            latent.check_codes(tiny(**options), {number: 1.0})


def seen(z, labels):
    return z, labels


def test_codes_are_set_in_latents_and_labels(infogan):
    """Of labels in each form; what is given stays as it was."""
    z = latent.draw('uniform', 2, Z + 2, 0)
    before, codes = z.copy(), {2: 3.0, 4: -0.5}
    images_of = latent.with_codes(seen, infogan(), codes)
    wanted = z.copy()
    wanted[:, Z + 1] = -0.5
    code_1 = np.eye(3)[[2, 0]]
    for labels in ([2, 0], [[2, 1], [0, 2]], np.float32(np.hstack([code_1, np.eye(4)[[1, 2]]]))):
        given = np.array(labels)
        found, weights = images_of(z, given)
        np.testing.assert_array_equal(found, np.float32(wanted))
        np.testing.assert_array_equal(weights, np.hstack([code_1, np.eye(4)[[3, 3]]]))
        np.testing.assert_array_equal(given, labels)
    np.testing.assert_array_equal(z, before)


def test_without_codes_the_generator_is_asked_itself(infogan, tiny):
    for config in (infogan(), tiny()):
        assert latent.with_codes(seen, config, {}) is seen


@cases(('labels', 'wanted'), [
    ([2, 0], [[2, 0], [0, 0]]), ([[2, 3], [0, 1]], [[2, 3], [0, 1]]), (None, None)])
def test_labels_of_a_file(infogan, tmp_path, labels, wanted):
    latent.save(tmp_path / 'z.npz', np.ones([2, Z + 2]), labels)
    found = inputs.load_latents(str(tmp_path / 'z.npz'), infogan())[1]
    assert found is wanted if wanted is None else found.tolist() == wanted


def test_one_label_in_a_column_is_one_label(infogan, tmp_path):
    """A file that was made by hand; labels of a generator that takes none are left out."""
    np.savez(tmp_path / 'z.npz', z=np.ones([2, Z + 2]), labels=np.uint8([[2], [0]]))
    config = infogan(codes=(3,))
    assert inputs.load_latents(str(tmp_path / 'z.npz'), config)[1].tolist() == [2, 0]
    config = config.replace(type='gan', z_dim=Z + 2)
    assert inputs.load_latents(str(tmp_path / 'z.npz'), config)[1] is None
