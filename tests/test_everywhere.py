"""The product starts and runs on every system: no module, function or encoding that one lacks."""

import ast
import functools
import pathlib

import pytest

from tests import programs

ROOT = pathlib.Path(__file__).parents[1]
PRODUCT = [ROOT / 'main1.py', *sorted((ROOT / 'dcgan_tf').rglob('*.py')),
           *sorted((ROOT / 'tools').rglob('*.py'))]
MISSING = {'fcntl', 'resource', 'pty', 'tty', 'termios', 'grp', 'pwd', 'syslog', 'curses',
           'readline'}                                                  # modules on Windows
MISSING_NAMES = {
    'os': {'fork', 'forkpty', 'sched_getaffinity', 'sched_setaffinity', 'statvfs', 'fstatvfs',
           'mkfifo', 'mknod', 'posix_fallocate', 'posix_spawn', 'getuid', 'geteuid', 'getgid',
           'getpgid', 'getpgrp', 'setsid', 'killpg', 'uname', 'getloadavg', 'nice', 'chown',
           'fchmod', 'pread', 'pwrite', 'wait', 'wait3', 'O_NONBLOCK', 'O_DIRECTORY', 'O_NOFOLLOW',
           'O_CLOEXEC', 'O_SYNC', 'sysconf', 'ttyname', 'openpty', 'fdatasync',
           'register_at_fork'},
    'signal': {'SIGHUP', 'SIGKILL', 'SIGALRM', 'SIGUSR1', 'SIGUSR2', 'SIGCHLD', 'SIGPIPE',
               'SIGQUIT', 'SIGSTOP', 'SIGCONT', 'alarm', 'setitimer', 'pthread_sigmask', 'sigwait',
               'pause'},
    'socket': {'AF_UNIX'}, 'time': {'tzset'}}
# Used only where there are several workers, which Windows refuses.
ELSEWHERE = {('dcgan_tf/distributed/launching.py', 'SIGKILL')}
# Forked from a server that has TensorFlow; it registers each gradient of ours only once.
IMPORT_ALL = """
import importlib, os, signal, socket, sys
import PIL.Image, flask, matplotlib.figure, psutil, sklearn.decomposition, tensorflow, waitress

MISSING, NAMES, ROOT, MODULES = {values}
sys.path[:0] = [ROOT, ROOT + '/tools']
for name in [name for name in sys.modules if name.partition('.')[0] == 'dcgan_tf']:
    del sys.modules[name]
tensorflow.RegisterGradient = lambda name: lambda function: function
for name in MISSING:
    sys.modules[name] = None                  # an import of it is an ImportError
for module, names in NAMES.items():
    for name in names:
        if hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
failed = []
for module in MODULES:
    try:
        importlib.import_module(module)
    except Exception as error:
        failed.append((module, repr(error)))
print(failed, 'dcgan_tf.run_folder.lock' in sys.modules)
"""

@functools.cache
def nodes(path):
    return [*ast.walk(ast.parse(path.read_text('utf-8')))]


def modules():
    """All that main1.py and the tools may import; without those of packages that are extras."""
    found = [path.relative_to(ROOT).with_suffix('') for path in PRODUCT]
    extra = {'tools/peers/keras_net', 'tools/peers/torch_net', 'dcgan_tf/show/exports/onnx'}
    return ['.'.join(path.parts[path.parts[0] == 'tools':]).removesuffix('.__init__')
            for path in found if path.as_posix() not in extra]


@pytest.mark.slow
def test_all_is_imported_without_what_windows_lacks(tmp_path):
    pytest.importorskip('flask')                  # tools/requirements-explore.txt
    values = (sorted(MISSING), {name: sorted(names) for name, names in MISSING_NAMES.items()},
              str(ROOT), modules())
    (tmp_path / 'import_all.py').write_text(IMPORT_ALL.replace('{values}', repr(values)))
    code, out, err = programs.run([tmp_path / 'import_all.py'])
    assert (code, out) == (0, '[] True\n'), err
    assert len(modules()) > 120


def test_only_one_file_knows_what_windows_lacks():
    """Modules and names: a program would fail where it uses them."""
    found = []
    for path in PRODUCT:
        for node in nodes(path):
            imported = ([alias.name for alias in node.names] if isinstance(node, ast.Import) else
                        [node.module] if isinstance(node, ast.ImportFrom) else [])
            used = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (
                node.attr in MISSING_NAMES.get(node.value.id, ()))
            names = MISSING & set(imported) | ({node.attr} if used else set())
            found += [(path.relative_to(ROOT).as_posix(), name) for name in names]
    assert {place for place, _ in set(found) - ELSEWHERE} == {'dcgan_tf/portable.py'}, found


def test_text_is_read_and_written_as_utf8():
    """On Windows the default is another encoding."""
    found = []
    for path in PRODUCT:
        for node in nodes(path):
            name = isinstance(node, ast.Call) and getattr(node.func, 'attr',
                                                          getattr(node.func, 'id', None))
            words = [ast.unparse(word) for word in (*node.args, *node.keywords)] if name else []
            text = name in ('read_text', 'write_text') or (
                name == 'open' and any(word.strip("'") in ('r', 'w', 'a') for word in words))
            if text and not any('utf-8' in word for word in words):
                found.append((path.name, ast.unparse(node)))
    assert found == [('streams.py', 'pathlib.Path(os.devnull).open(mode)')][:len(found)]
