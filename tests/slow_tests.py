"""How long tests take: the quick ones above five seconds, and the parts of the slow set.

A plugin of tests/conftest.py. Times are reported only, as machines are noisy.
"""

import collections

SECONDS = 5.0                   # of a quick test
LONG = {}                       # name of a quick test that takes longer -> why
PARTS = {}                      # folder or file -> minutes of its slow tests on two cores
TIMES = collections.Counter()   # name of a test, with parameters -> seconds, with its fixtures


def pytest_report_header(config):
    """Says how long `-m slow` takes."""
    if config.option.markexpr != 'slow':
        return None
    named = [word.split('::')[0].rstrip('/') for word in config.option.file_or_dir] or ['tests']
    parts = {part: minutes for part, minutes in PARTS.items()
             if any(f'{part}/'.startswith(f'{name}/') for name in named)}
    each = ', '.join(f'{part} {minutes}' for part, minutes in parts.items())
    return f'slow tests: about {sum(parts.values())} minutes on two cores ({each})'


def pytest_runtest_logreport(report):
    TIMES[report.nodeid] += report.duration


def pytest_terminal_summary(terminalreporter, config):
    if config.option.markexpr == 'slow':
        return
    for name, seconds in TIMES.most_common():
        if seconds > SECONDS:
            why = LONG.get(name.partition('[')[0], 'not in tests/slow_tests.py')
            terminalreporter.write_line(f'{seconds:.1f} s {name}: {why}')
