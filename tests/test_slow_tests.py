"""tests/slow_tests.py: its lists name what is there; and pytest collects every file of tests."""

import collections
import pathlib

from tests.slow_tests import LONG, PARTS

ROOT = pathlib.Path(__file__).parents[1]


def test_every_long_test_is_there():
    gone = [name for name in LONG
            if f'def {name.split("::")[1]}(' not in (ROOT / name.split('::')[0]).read_text()]
    assert gone == []


def test_every_slow_test_is_of_one_part_and_every_part_has_some():
    marked = [str(path.relative_to(ROOT)) for path in (ROOT / 'tests').rglob('test_*.py')
              if 'pytest.mark.slow' in path.read_text() and path != pathlib.Path(__file__)]
    parts = {name: [part for part in PARTS if f'{name}/'.startswith(f'{part}/')] for name in marked}
    assert {name: of for name, of in parts.items() if len(of) != 1} == {}
    assert {part for of in parts.values() for part in of} == set(PARTS)


def test_no_two_files_of_tests_have_one_name():
    """In folders that are no packages the second could not be imported."""
    names = collections.Counter(path.name for path in (ROOT / 'tests').rglob('test_*.py'))
    assert names and [name for name, count in names.items() if count > 1] == []
