"""Runs a Python file of the user's own, once for each content, and finds the names in it."""

import ast
import hashlib
import pathlib
import sys
import types
from typing import NamedTuple

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.names import nearest
from dcgan_tf.own_code import failures
from dcgan_tf.own_code.naming import FIELDS, digests, entries, is_own, plain, split

MAX_BYTES = 1_000_000


class Code(NamedTuple):
    """A file that was run."""

    source: bytes
    module: types.ModuleType
    given: bool              # True: the user has named it; False: it was found in a run folder


_loaded = {}                 # (file, SHA-256) -> Code


def use(path) -> str:
    """Runs a file of the user's own, if its content is new. Returns its SHA-256.

    UsageError if there is no such file, or if it cannot be run. The options of `preset` and of
    DeepConvolutionalGAN, such as objective='my.py:mine', call this.
    """
    path = pathlib.Path(path)
    return run(plain(path), path, read(path), given=True)


def read(path: pathlib.Path) -> bytes:
    """Returns the content of a Python file. UsageError if it does not exist."""
    if not path.is_file():
        raise UsageError(f'{path}: there is no such file')
    try:
        with path.open('rb') as file:
            source = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RunError(f'{path} cannot be read: {error.strerror}') from error
    if len(source) > MAX_BYTES:
        raise UsageError(f'{path} has more than {MAX_BYTES:,} bytes: expected a Python file')
    return source


def digest_of(source: bytes) -> str:
    """Returns the SHA-256 of a file's content."""
    return hashlib.sha256(source).hexdigest()


def run(file: str, path: pathlib.Path, source: bytes, *, given: bool) -> str:
    """Runs the source, which was read from `path`, as a module. Returns its SHA-256.

    The bytes whose digest is known are run, never the file again: it may have changed.
    """
    key = file, digest_of(source)
    if key not in _loaded:
        _loaded[key] = Code(source, _executed(path, source, key[1]), given)
    elif given:
        _loaded[key] = _loaded[key]._replace(given=True)
    return key[1]


def get(file: str, digest: str) -> Code | None:
    """Returns what was loaded of a file; None if it was not."""
    return _loaded.get((file, digest))


def is_loaded(code) -> bool:
    """Tells whether all files of a Config's `code` have been run."""
    return all(pair in _loaded for pair in digests(code).items())


def find(field: str, value: str, code):
    """Returns the class or the objective that a field of a Config names.

    UsageError if its file was not loaded, has no such name, or has something else of that name.
    """
    file, name = split(value)
    loaded = get(file, digests(code).get(file))
    if loaded is None:
        raise UsageError(f'{value}: the code of this run was not loaded: open it with '
                         'GAN.open(RUN), or with a tool')
    found = vars(loaded.module).get(name)
    if found is None:
        names = [each for each, value in vars(loaded.module).items()
                 if not each.startswith('_') and not isinstance(value, types.ModuleType)]
        raise UsageError(f'{file} has no {name}{nearest(name, names)}')
    row = FIELDS[field]
    if isinstance(found, type) != row.is_class or not hasattr(found, row.has):
        raise UsageError(f'{value} is {_described(found)}: expected {row.expected}')
    return found


def check_complete(value: str, found: type) -> None:
    """Raises UsageError for a class that leaves out functions of its contract."""
    if missing := sorted(getattr(found, '__abstractmethods__', ())):
        raise UsageError(f'{value} has no {" and no ".join(missing)}: expected these functions')


def taken(values: dict, code=()) -> dict:
    """Returns options in which FILE.py:NAME has lost its folder; `code` has the SHA-256s.

    It runs the files that the user names so. code: entries of files that are loaded already: of
    these the name alone is enough. UsageError for everything that cannot be used.
    """
    own = {field: values[field] for field in FIELDS if is_own(values.get(field))}
    if not own:
        return values
    known, used, names = digests((*code, *values.get('code', ()))), {}, {}
    for field, value in own.items():
        path, name = split(value)
        file = plain(pathlib.Path(path))
        digest = known[file] if path == file and file in known else use(path)
        if used.setdefault(file, digest) != digest:
            raise UsageError(f'{value}: another file of this name is in use: rename one of them')
        names[field] = f'{file}:{name}'
        find(field, names[field], entries(used))
    return {**values, **names, 'code': entries(used)}


def _executed(path, source, digest):
    """Runs the source as a new module, whose name is made from its digest."""
    _check_imports(path, source)
    name = f'{failures.PREFIX}{digest[:16]}'
    module = sys.modules[name] = types.ModuleType(name)
    module.__file__ = str(path)
    try:
        with failures.explained(str(path)):
            code = compile(source, str(path), 'exec', dont_inherit=True)
            exec(code, vars(module))  # noqa: S102 (the user named the file, or trusts it)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _check_imports(path, source):
    """Raises UsageError for source that is no Python, or that needs a file next to it."""
    with failures.explained(str(path)):
        tree = ast.parse(source, str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            _refuse_second_file(path, node, '.' * node.level + (node.module or ''))
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else (
            [node.module] if isinstance(node, ast.ImportFrom) else [])
        for top in {name.split('.')[0] for name in names} - {'dcgan_tf'}:
            if any((path.parent / each).exists() for each in (f'{top}.py', f'{top}/__init__.py')):
                _refuse_second_file(path, node, top)


def _refuse_second_file(path, node, name):
    raise UsageError(f'{path}, line {node.lineno}: it imports {name}, a file next to it, which '
                     'would not be copied into the run folder: put all into one file')


def _described(found):
    if isinstance(found, type):
        return f'the class {found.__name__}'
    return 'a function' if isinstance(found, types.FunctionType) else (
        f'a value of the type {type(found).__name__}')
