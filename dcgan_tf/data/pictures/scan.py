"""Lists a folder of pictures: classes, files, and what is left out. It opens no file."""

import contextlib
import os
import pathlib
from typing import NamedTuple

from dcgan_tf.data.stream import named_errors
from dcgan_tf.errors import UsageError
from dcgan_tf.names import nearest

HIDDEN = 'hidden: its name begins with a dot'
SPLITS = {'train', 'training', 'val', 'valid', 'validation', 'test', 'testing'}
PICTURES = {'.jpg', '.jpeg', '.png', '.webp', '.bmp', '.gif', '.tif', '.tiff', '.ppm', '.pgm',
            '.avif', '.heic', '.heif'}


class File(NamedTuple):
    """A file that may be a picture."""

    name: str                   # relative to the folder
    label: int                  # its class
    size: int                   # bytes
    mtime_ns: int               # last change
    readable: bool              # by this user; if it changes, a new pack is made


class Scan(NamedTuple):
    """The contents of a folder, in the order of the names."""

    files: list[File]
    class_names: tuple[str, ...]
    left_out: list[tuple[str, str]]      # (name, reason) of files and folders that are not used
    skipped: int = 0                     # files beyond file_num
    indices: list[int] | None = None     # of a part: the index of each file among all


def scan(folder: str | os.PathLike, file_num: int = 0,
         ours: tuple[str | os.PathLike, ...] = ()) -> Scan:
    """Lists a folder. Each sub-folder is a class; without sub-folders the folder itself is one.

    file_num: the number of files per class, the first by name; 0 = all. ours: folders that this
    program writes into; they are no classes. Raises UsageError if the folder does not exist, is
    empty, or has more pictures next to its sub-folders than in them; RunError if it cannot be read.
    """
    root = pathlib.Path(folder)
    if not _is_folder(root):
        why, similar = _no_folder(root)
        raise UsageError(f"folder '{root}': {why}; expected a folder of pictures (--folder; for a "
                         f'tool: --data-dir){similar}')
    files, folders, left_out = _look_into(root, root)
    folders = _without_ours(root, folders, ours, left_out)
    if folders:
        stray = [path for path in files if path.suffix.lower() in PICTURES]
        left_out += [(_name(root, path), 'beside the class folders') for path in files]
        groups = [_class_files(root, path, left_out) for path in folders]
        names = tuple(path.name for path in folders)
    else:
        groups, names = [files], (root.resolve().name or 'all',)
    if folders and len(stray) > sum(map(len, groups)):
        raise UsageError(f"folder '{root}': {len(stray):,} pictures are next to the "
                         f"sub-folders, such as '{stray[0].name}' next to '{folders[0].name}/', "
                         'more than in them: move them into one sub-folder per class, or remove '
                         'the sub-folders')
    if not any(groups) and not any(name.endswith('/') for name, _ in left_out):
        raise UsageError(f"folder '{root}' has no file that could be a picture: expected files "
                         'in it, or in one sub-folder per class')
    _check_names(root, names)
    found = [_file(root, path, label, left_out) for label, group in enumerate(groups)
             for path in group[:file_num or None]]
    skipped = sum(len(group[file_num:]) for group in groups) if file_num else 0
    return Scan([file for file in found if file], names, left_out, skipped)


def _no_folder(path):
    """Returns why a path is no folder, and the end of the message: similar names at that place."""
    with contextlib.suppress(OSError):                   # of a too long name, of a secret folder
        if path.exists():
            return 'it is a file', ''
        if not _is_folder(path.parent):
            return f"there is no folder '{path.parent}' either", ''
        folders = [each.name for each in path.parent.iterdir() if _is_folder(each)]
        return 'there is no such folder', nearest(path.name, folders)
    return 'there is no such folder', ''


def _class_files(root, folder, left_out):
    """Returns the files of one class. Folders inside it are left out."""
    files, folders, others = _look_into(root, folder)
    left_out += others
    left_out += [(f'{_name(root, path)}/', 'a folder inside a class folder') for path in folders]
    return files


def _look_into(root, folder):
    """Returns (files, folders, [(name, why left out)]) of one folder, each sorted by name."""
    with named_errors(folder):
        paths = sorted(folder.iterdir(), key=lambda path: path.name)
    left_out = [(_name(root, path), HIDDEN)
                for path in paths if path.name.startswith('.')]
    visible = [path for path in paths if not path.name.startswith('.')]
    folders = [path for path in visible if _is_folder(path)]
    known = set(folders)
    return [path for path in visible if path not in known], folders, left_out


def _without_ours(root, folders, ours, left_out):
    """Returns the folders without those that this program writes into."""
    known = {pathlib.Path(path).resolve() for path in ours}
    written = [path for path in folders if path.resolve() in known]
    left_out += [(_name(root, path), 'written by this program') for path in written]
    return [path for path in folders if path not in written]


def _is_folder(path):
    """Returns True for a folder, and False if that cannot be checked, e.g. for a too long name."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _file(root, path, label, left_out):
    """Returns a File, or None if it is no regular file: opening a pipe would wait for ever."""
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
    """Raises UsageError for a class whose name cannot be printed."""
    for name in names:
        if not name.isprintable():
            raise UsageError(f'folder {str(root)!r}: the name of class folder {name!r} cannot be '
                             'printed: rename it')

