"""tests/slow_tests.py: its lists name what is there."""

import pathlib

from tests.slow_tests import LONG, PARTS

ROOT = pathlib.Path(__file__).parents[1]


def test_every_long_test_is_there():
    gone = [name for name in LONG
            if f'def {name.split("::")[1]}(' not in (ROOT / name.split('::')[0]).read_text()]
    assert gone == []


def test_every_slow_test_is_of_one_part():
    marked = [path for path in (ROOT / 'tests').rglob('test_*.py')
              if 'pytest.mark.slow' in path.read_text() and path.name != 'test_slow_tests.py']
    names = {path: str(path.relative_to(ROOT)) for path in marked}
    parts = {path: [part for part in PARTS if f'{names[path]}/'.startswith(f'{part}/')]
             for path in marked}
    assert [names[path] for path in marked if len(parts[path]) != 1] == []
