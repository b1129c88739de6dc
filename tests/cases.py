"""Many small cases in one test: as `pytest.mark.parametrize`, without the price of a test each."""

import contextlib
import functools
import inspect
import reprlib

import pytest

FAILURES = (Exception, pytest.fail.Exception, pytest.skip.Exception)   # no case is left out


def cases(names, values):
    """Calls the test with every case, and fails once, with the names of all cases that failed.

    names, values: as those of `pytest.mark.parametrize`, and it can stand above another in the
    same way. The fixtures are made once for all cases. But each case has a `tmp_path` of its own,
    and what it does with `monkeypatch` ends with it.
    """
    names = names.replace(',', ' ').split() if isinstance(names, str) else list(names)
    values = list(values)
    assert values, 'a test without a case cannot fail'

    def decorate(test):
        @functools.wraps(test)
        def every_case(**fixtures):
            failed = {}
            for number, value in enumerate(values):
                case = dict(zip(names, [value] if len(names) == 1 else value, strict=True))
                with _own(fixtures, number) as own:
                    try:
                        test(**own, **case)
                    except FAILURES as error:
                        failed[f'case {number}, {_brief(case)}'] = error
            _report(failed, len(values))
        wanted = inspect.signature(test).parameters.items()
        every_case.__signature__ = inspect.Signature([p for name, p in wanted if name not in names])
        return every_case
    return decorate


@contextlib.contextmanager
def _own(fixtures, number):
    """The fixtures for one case."""
    with pytest.MonkeyPatch.context() as patch:
        own = dict(fixtures)
        if 'tmp_path' in own:
            own['tmp_path'] = own['tmp_path'] / f'case{number}'
            own['tmp_path'].mkdir()
        if 'monkeypatch' in own:
            own['monkeypatch'] = patch
        yield own


def _brief(case):
    short = reprlib.Repr()
    short.maxstring = short.maxother = 80
    return ', '.join(f'{name} = {short.repr(value)}' for name, value in case.items())


def _report(failed, count):
    if failed:
        lines = [f'{case}: {type(error).__name__}: {error}' for case, error in failed.items()]
        first = next(iter(failed.values()))
        raise AssertionError('\n'.join([f'{len(failed)} of {count} cases:', *lines])) from first
