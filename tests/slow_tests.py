"""How long tests take: the quick ones above five seconds, and the parts of the slow set.

A plugin of tests/conftest.py. Times are reported only, as machines are noisy.
"""

import collections
import os

SECONDS = 5.0                   # of a quick test
LONG = {                        # name of a quick test that takes longer, without parameters -> why
    'tests/distributed/test_equal.py::test_two_workers':
        'two processes and one alone each build a graph and train',
    'tests/train_ops/test_many_steps.py::test_bits_and_log_stay_the_same':
        'two graphs, one with a loop that holds both kinds of steps',
    'tests/own_code/test_own_networks_docs.py::test_the_commands_train_and_open_the_runs':
        'three trainings and a resume, whose graphs no other test has',
    'tests/test_leaks.py::test_a_training_leaves_no_graph': 'two GANs, neither from the pool',
    'tests/test_main1.py::test_pictures_of_ones_own_by_class_from_start_to_resume':
        'three trainings',
    'tests/test_main1.py::test_a_signal_saves_and_leaves':
        'a process, the first that is forked, builds a graph and trains',
    'tests/tools/test_evaluate.py::test_one_table_and_the_same_in_json':
        'makes two runs and measures them',
    'tests/tools/test_evaluate.py::test_held_out_pictures_are_compared_with':
        'makes a run, and measures it and another',
    'tests/tools/test_evaluate.py::test_what_the_run_s_own_network_says':
        'makes a run that measures its own codes, and measures it again',
    'tests/tools/test_evaluate.py::test_what_an_encoder_makes_of_pictures':
        'makes a run with an encoder, and measures it beside another',
    'tests/show/explore/test_pages.py::test_a_training_that_goes_on': 'a browser, and two pages',
    'tests/tools/test_explore.py::test_a_visit': 'a process and a browser',
}
PARTS = {                       # folder or file -> minutes of its slow tests on two cores, roughly
    'tests/distributed': 60,
    'tests/endurance': 45,
    'tests/features': 1,
    'tests/fit': 5,
    'tests/graph_report': 1,
    'tests/losses': 3,
    'tests/ops': 1,
    'tests/own_code': 1,
    'tests/run_folder': 1,
    'tests/show': 3,
    'tests/systems': 40,
    'tests/tools': 9,
    'tests/train_ops': 4,
    'tests/test_contributing.py': 1,
    'tests/test_debug.py': 2,
    'tests/test_debugging_docs.py': 1,
    'tests/test_everywhere.py': 1,
    'tests/test_gan.py': 1,
    'tests/test_graph_pictures.py': 2,
    'tests/test_jit.py': 3,
    'tests/test_leaks.py': 8,
    'tests/test_main1.py': 3,
    'tests/test_old_run.py': 1,
    'tests/test_precision.py': 2,
    'tests/test_python_docs.py': 1,
    'tests/test_tour.py': 2,
}
TIMES = collections.Counter()   # name of a test, with parameters -> seconds, with its fixtures


def pytest_report_header(config):
    """Says how long `-m slow` takes."""
    if config.option.markexpr != 'slow':
        return None
    named = [_below_root(word, config) for word in config.option.file_or_dir] or ['tests']
    parts = {part: minutes for part, minutes in PARTS.items()
             if any(_within(part, name) or _within(name, part) for name in named)}
    each = ', '.join(f'{part} {minutes}' for part, minutes in parts.items())
    return f'slow tests, minutes on two cores: {each}; together {sum(parts.values())}'


def _below_root(word, config):
    """A name of the command line as in PARTS."""
    return os.path.relpath(word.split('::')[0], config.rootpath)


def _within(path, folder):
    return f'{path}/'.startswith(f'{folder}/')


def pytest_runtest_logreport(report):
    TIMES[report.nodeid] += report.duration


def pytest_terminal_summary(terminalreporter, config):
    if config.option.markexpr == 'slow':
        return
    for name, seconds in TIMES.most_common():
        if seconds > SECONDS:
            why = LONG.get(name.partition('[')[0], 'not in tests/slow_tests.py')
            terminalreporter.write_line(f'{seconds:.1f} s {name}: {why}')
