"""pyproject.toml and what says the same elsewhere: requirements, versions, the files of the wheel.

`.ci/wheel` builds the wheel and tries it out.
"""

import ast
import importlib
import pathlib
import re
import sys

import pytest

import dcgan_tf
from dcgan_tf import program
from dcgan_tf.show.exports import FORMATS

try:
    import tomllib
except ImportError:                          # Python 3.10, where pytest brings it
    import tomli as tomllib

ROOT = pathlib.Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / 'pyproject.toml').read_text(encoding='utf-8'))
PROJECT, SETUPTOOLS = PYPROJECT['project'], PYPROJECT['tool']['setuptools']
EXTRAS = PROJECT['optional-dependencies']
DISTRIBUTIONS = {'cv2': 'opencv-python-headless', 'PIL': 'pillow', 'sklearn': 'scikit-learn'}
INDIRECT = {'google': 'protobuf, which tensorflow needs', 'h5py': 'tensorflow needs it',
            'werkzeug': 'flask needs it', 'pillow_heif': 'used if it is there, for HEIC pictures'}
OF_TOOLS = sorted((ROOT / 'tools').glob('requirements-*.txt'))


def lines_of(path):
    """The requirements of a file, without comments."""
    lines = (line.partition('#')[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def test_requirements_txt_has_the_dependencies_and_those_of_the_tests():
    """Without markers: it installs for the tests what is needed on one system only."""
    listed = [line.partition(';')[0].strip() for line in PROJECT['dependencies'] + EXTRAS['test']]
    assert sorted({*listed}) == sorted(lines_of(ROOT / 'requirements.txt'))


@pytest.mark.parametrize('path', OF_TOOLS, ids=lambda path: path.stem)
def test_an_extra_is_the_file_of_its_name(path):
    assert EXTRAS[path.stem.removeprefix('requirements-')] == lines_of(path)


def test_every_extra_that_is_named_is_there():
    assert {*EXTRAS} == {path.stem.removeprefix('requirements-') for path in OF_TOOLS} | {'test'}
    named = {row.extra for row in FORMATS.values() if row.extra}
    for path in (ROOT / 'dcgan_tf').rglob('*.py'):
        named.update(re.findall(r'program\.install\("(\w+)"\)', path.read_text()))
    assert named == {'onnx', 'explore'} <= {*EXTRAS}


def test_each_package_that_is_imported_is_declared():
    """Or a package that is declared needs it."""
    modules = {re.match(r'[\w-]+', line)[0] for line in [
        *PROJECT['dependencies'], *EXTRAS['explore'], *EXTRAS['onnx']]}
    named = {DISTRIBUTIONS.get(name, name) for path in [
        *(ROOT / 'dcgan_tf').rglob('*.py'), ROOT / 'main1.py'] for name in imported(path)}
    assert named - modules == {*INDIRECT} and modules - named == set()


def imported(path):
    """Yields the first part of the name of each module that a file imports, but not Python's."""
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else (
            [node.module] if isinstance(node, ast.ImportFrom) else [])
        yield from {name.partition('.')[0] for name in names} - {
            'dcgan_tf', *sys.stdlib_module_names}


def test_the_version_has_one_place():
    """Which setuptools reads without importing the package."""
    assert 'version' not in PROJECT and PROJECT['dynamic'] == ['version']
    assert SETUPTOOLS['dynamic'] == {'version': {'attr': 'dcgan_tf.__version__'}}
    tree = ast.parse((ROOT / 'dcgan_tf/__init__.py').read_text())
    values = [node.value.value for node in tree.body if isinstance(node, ast.Assign)
              and ast.unparse(node.targets[0]) == '__version__']
    assert values == [dcgan_tf.__version__]


def test_the_pythons_are_those_of_the_pages_and_of_ci():
    first, beyond = re.fullmatch(r'>=3\.(\d+),<3\.(\d+)', PROJECT['requires-python']).groups()
    versions = [f'3.{minor}' for minor in range(int(first), int(beyond))]
    named = [line.rpartition(' ')[2] for line in PROJECT['classifiers'] if ':: Python ::' in line]
    assert named == versions
    assert f'versions=({" ".join(versions)})' in (ROOT / '.ci/pythons').read_text()
    assert f'Python {versions[0]} to {versions[-1]}' in (ROOT / 'docs/platforms.md').read_text()


def test_the_command_is_there():
    (name, place), = PROJECT['scripts'].items()
    module, function = place.split(':')
    assert name == PROJECT['name'] == program.COMMAND
    assert callable(getattr(importlib.import_module(module), function))


def test_every_file_of_the_package_comes_along():
    """A folder with Python is a package; each other file has a pattern."""
    package = ROOT / 'dcgan_tf'
    files = {path for path in package.rglob('*') if path.is_file() and path.suffix != '.pyc'}
    listed = {path for pattern in SETUPTOOLS['package-data']['dcgan_tf']
              for path in package.glob(pattern)}
    packages = {path.parent for path in package.rglob('__init__.py')}
    assert {path for path in files if path.suffix == '.py' and path.parent not in packages} == set()
    assert listed and {path for path in files if path.suffix != '.py'} - listed == set()
