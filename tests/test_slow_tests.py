"""tests/slow_tests.py: its lists name what is there."""

import pathlib

from tests.slow_tests import LONG, PARTS

ROOT = pathlib.Path(__file__).parents[1]


def test_every_long_test_is_there():
    gone = [name for name in LONG
            if f'def {name.split("::")[1]}(' not in (ROOT / name.split('::')[0]).read_text()]
    assert gone == []


def test_every_slow_test_is_of_one_part():
    marked = [str(path.relative_to(ROOT)) for path in (ROOT / 'tests').rglob('test_*.py')
              if 'pytest.mark.slow' in path.read_text() and path != pathlib.Path(__file__)]
    of_one = [sum(f'{name}/'.startswith(f'{part}/') for part in PARTS) == 1 for name in marked]
    assert marked and [name for name, one in zip(marked, of_one, strict=True) if not one] == []
