"""Many cases in one test: all are called, all that fail are named, and none sees another."""

import os

import pytest

from tests.cases import cases

SEEN = []


def test_every_case_that_fails_is_named():
    @cases(('a', 'b'), [(1, 2), (2, 2), (3, None), (4, 5)])
    def check(a, b):
        SEEN.append((a, b))
        assert a + 1 == b

    SEEN.clear()
    with pytest.raises(AssertionError, match='2 of 4 cases') as raised:
        check()
    assert len(SEEN) == 4
    lines = str(raised.value).splitlines()
    assert [line.split(':')[0] for line in lines[1:] if line.startswith('case')] == [
        'case 1, a = 2, b = 2', 'case 2, a = 3, b = None']
    assert isinstance(raised.value.__cause__, AssertionError)


def test_an_error_that_was_expected_and_did_not_come_fails_too():
    @cases('a', [1, 0])
    def check(a):
        with pytest.raises(ZeroDivisionError):
            1 / a

    with pytest.raises(AssertionError, match='case 0, a = 1: Failed: DID NOT RAISE'):
        check()


def test_a_test_without_a_case_is_refused():
    with pytest.raises(AssertionError, match='cannot fail'):
        cases('a', [])


@cases('kind', ['x', 'y'])
@cases('number', range(3))
def test_folders_and_patches_are_of_one_case(tmp_path, monkeypatch, kind, number):
    assert not list(tmp_path.iterdir()) and 'OF_A_CASE' not in os.environ
    (tmp_path / 'a').touch()
    monkeypatch.setenv('OF_A_CASE', '1')
    SEEN.append((kind, number))


def test_they_multiply():
    SEEN.clear()
    cases('kind', ['x', 'y'])(cases('number', range(3))(lambda kind, number: SEEN.append(
        (kind, number))))()
    assert SEEN == [(kind, number) for kind in 'xy' for number in range(3)]
