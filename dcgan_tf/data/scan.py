"""What lies in a folder of pictures: classes, files, and what is left out. Nothing is opened."""

import os
import pathlib
from typing import NamedTuple

from dcgan_tf.errors import RunError, UsageError

HIDDEN = 'hidden: its name begins with a dot'
PICTURES = {'.jpg', '.jpeg', '.png', '.webp', '.bmp', '.gif', '.tif', '.tiff', '.ppm', '.pgm'}


class File(NamedTuple):
    """A file that may be a picture."""

    name: str                   # relative to the folder
    label: int                  # its class
    size: int                   # bytes
    mtime_ns: int               # last change
    readable: bool              # by this user: a pack is made anew when it becomes so


class Scan(NamedTuple):
    """All of a folder, in the order of its names."""

    files: list[File]
    class_names: tuple[str, ...]
    left_out: list[tuple[str, str]]      # (name, why) of what no picture is expected in
    skipped: int = 0                     # files beyond file_num
    indices: list[int] | None = None     # of a part: the index of each file among all


def scan(folder: str | os.PathLike, file_num: int = 0,
         ours: tuple[str | os.PathLike, ...] = ()) -> Scan:
    """Each sub-folder is a class; a folder without sub-folders is one class, of its own name.

    file_num: files a class, the first by name; 0 = all. ours: folders that are no classes, wherever
    they lie. UsageError when there is no such folder, nothing in it, or more pictures beside its
    sub-folders than in them, RunError when it cannot be read.
    """
    root = pathlib.Path(folder)
    if not _is_folder(root):
        raise UsageError(f"--folder '{root}': there is no such folder (for a tool: --data-dir)")
    files, folders, left_out = _look_into(root, root)
    folders = _without_ours(root, folders, ours, left_out)
    if folders:
        beside = [path for path in files if path.suffix.lower() in PICTURES]
        left_out += [(_name(root, path), 'beside the class folders') for path in files]
        groups = [_class_files(root, path, left_out) for path in folders]
        names = tuple(path.name for path in folders)
    else:
        groups, names = [files], (root.resolve().name or 'all',)
    if folders and len(beside) > sum(map(len, groups)):
        raise UsageError(f"--folder '{root}': {len(beside):,} pictures lie beside the sub-folders, "
                         f"such as '{beside[0].name}' beside '{folders[0].name}/', more than in "
                         'them: put them into a sub-folder, a class each, or take those away')
    if not any(groups) and not any(name.endswith('/') for name, _ in left_out):
        raise UsageError(f"--folder '{root}' holds no file that could be a picture: expected files "
                         'in it, or in one sub-folder a class')
    _check_names(root, names)
    found = [_file(root, path, label, left_out) for label, group in enumerate(groups)
             for path in group[:file_num or None]]
    skipped = sum(len(group[file_num:]) for group in groups) if file_num else 0
    return Scan([file for file in found if file], names, left_out, skipped)


def _class_files(root, folder, left_out):
    """The files of one class; folders inside it are left out."""
    files, folders, others = _look_into(root, folder)
    left_out += others
    left_out += [(f'{_name(root, path)}/', 'a folder inside a class folder') for path in folders]
    return files


def _look_into(root, folder):
    """(files, folders, [(name, why left out)]) of one folder, each in the order of the names."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise RunError(f'{folder}: {error.strerror or error}') from None
    left_out = [(_name(root, path), HIDDEN)
                for path in paths if path.name.startswith('.')]
    seen = [path for path in paths if not path.name.startswith('.')]
    folders = [path for path in seen if _is_folder(path)]
    known = set(folders)
    return [path for path in seen if path not in known], folders, left_out


def _without_ours(root, folders, ours, left_out):
    """The folders without those that this program writes into."""
    known = {pathlib.Path(path).resolve() for path in ours}
    written = [path for path in folders if path.resolve() in known]
    left_out += [(_name(root, path), 'written by this program') for path in written]
    return [path for path in folders if path not in written]


def _is_folder(path):
    """False for what cannot be looked at: a name too long, a folder that may be listed only."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _file(root, path, label, left_out):
    """A File, or None for what is none: opening a pipe would wait for ever."""
    try:
        if path.is_file():
            status = path.stat()
            return File(_name(root, path), label, status.st_size, status.st_mtime_ns,
                        os.access(path, os.R_OK))
        why = 'not a regular file'
    except OSError as error:
        why = error.strerror or str(error)
    left_out.append((_name(root, path), why))
    return None


def _name(root, path):
    return path.relative_to(root).as_posix()


def _check_names(root, names):
    """UsageError for a class whose name cannot be written down."""
    for name in names:
        if not name.isprintable():
            raise UsageError(f'--folder {str(root)!r}: the name of class folder {name!r} cannot be '
                             'printed: rename it')

