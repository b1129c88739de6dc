"""The recipes of CONTRIBUTING.md: their code runs as it is written, their files are there."""

import inspect
import pathlib
import re
import sys
import textwrap
import types

import pytest

from dcgan_tf import data, systems
from dcgan_tf.config import choices
from dcgan_tf.config import types as rows_of_types
from dcgan_tf.losses import formulas, objectives
from tests.losses import test_objectives

ROOT = pathlib.Path(__file__).parents[1]
PAGE = (ROOT / 'CONTRIBUTING.md').read_text()
NEW = {'dcgan_tf/systems/feature_matching.py', 'tests/systems/test_feature_matching.py',
       'dcgan_tf/data/semeion.py', 'tests/data/test_semeion.py'}


def code_of(heading):
    """Returns {file: its blocks of code} of a recipe."""
    recipe = re.search(rf'^## {heading}\n(.*?)^## ', PAGE, re.DOTALL | re.MULTILINE)[1]
    found, file = {}, None
    for match in re.finditer(r'^\d\. `(\S+)`|^    ```python\n(.*?)^    ```', recipe,
                             re.DOTALL | re.MULTILINE):
        if match[1]:
            file = match[1]
        else:
            found.setdefault(file, []).append(textwrap.dedent(match[2]))
    return found


def row(block, module):
    """Returns (name, value) of a row of a table, as it would be in a module."""
    (name, value), = eval('{' + block + '}', vars(module)).items()
    return name, value


def module(monkeypatch, name, source):
    """Returns a module that can be imported, with this source."""
    made = types.ModuleType(name)
    exec(compile(source, name, 'exec'), vars(made))
    monkeypatch.setitem(sys.modules, name, made)
    return made


def functions_of(source):
    """Returns {name: function} of the tests in a file."""
    place = {}
    exec(compile(source, 'CONTRIBUTING.md', 'exec'), place)
    return {name: value for name, value in place.items() if name.startswith('test_')}


def test_the_files_that_it_names_are_there_or_new():
    files = set(re.findall(r'`((?:dcgan_tf|tests|tools|docs|experiments|\.ci)/[\w./]*)`', PAGE))
    assert len(files) > 20
    assert {file for file in files if not (ROOT / file).exists()} == NEW


def test_an_objective(monkeypatch):
    """Its formulas are those that the recipe gives to the tests."""
    code = code_of('Add an objective')
    place = dict(vars(formulas))
    exec(code['dcgan_tf/losses/formulas.py'][0], place)
    for name in place.keys() - vars(formulas).keys():
        monkeypatch.setattr(formulas, name, place[name], raising=False)
    for file, tables in {
            'dcgan_tf/losses/objectives.py': [(objectives, objectives.OBJECTIVES)],
            'dcgan_tf/config/choices.py': [(choices, choices.OBJECTIVES)],
            'tests/losses/test_objectives.py': [(test_objectives, test_objectives.LITERAL),
                                                (test_objectives, test_objectives.FAR)]}.items():
        for block, (where, table) in zip(code[file], tables, strict=True):
            monkeypatch.setitem(table, *row(block, where))
    for test in (test_objectives.test_losses_are_their_formula,
                 test_objectives.test_losses_and_slopes_are_right_far_out):
        test.__wrapped__('relativistic_pairs')
    assert list(objectives.OBJECTIVES) == list(choices.OBJECTIVES)


def test_a_data_set(monkeypatch, tmp_path):
    code = code_of('Add a data set')
    module(monkeypatch, 'dcgan_tf.data.semeion', *code['dcgan_tf/data/semeion.py'])
    monkeypatch.setitem(data.DATASETS, *row(*code['dcgan_tf/data/table.py'], data))
    for name, test in functions_of(*code['tests/data/test_semeion.py']).items():
        (tmp_path / name).mkdir()
        test(tmp_path / name)


@pytest.mark.slow
def test_a_system(monkeypatch, one_layer, finished, images, pool, tmp_path):
    code = code_of('Add a system')
    made = module(monkeypatch, 'dcgan_tf.systems.feature_matching',
                  *code['dcgan_tf/systems/feature_matching.py'])
    monkeypatch.setitem(systems.SYSTEMS, *row(*code['dcgan_tf/systems/__init__.py'], made))
    name, facts = row(*code['dcgan_tf/config/types.py'], rows_of_types)
    monkeypatch.setitem(rows_of_types.TYPES, name, facts)
    monkeypatch.setitem(choices.CHOICES['type'], name, facts.help)
    fixtures = {'one_layer': one_layer, 'finished': finished, 'images': images, 'pool': pool,
                'tmp_path': tmp_path}
    for test in functions_of(*code['tests/systems/test_feature_matching.py']).values():
        test(**{name: fixtures[name] for name in inspect.signature(test).parameters})
