"""Reads the commit of a git checkout from its files.

It does not start git, which may be missing, and which refuses the checkout of another user. Whether
files have changed since that commit is not looked at: the size and the time of a file do not tell
it for sure.
"""

import pathlib
import re

HASH = re.compile(r'[0-9a-f]{40}|[0-9a-f]{64}')        # SHA-1 or SHA-256
REF = re.compile(r'ref: (refs/\S+)')


def commit_of(folder: pathlib.Path) -> str | None:
    """Returns the hash of the commit that is checked out in `folder`.

    None if `folder` is not the top folder of a checkout, if there is no commit yet, and if git's
    files cannot be read.
    """
    try:
        git = _git_folder(folder / '.git')
        head = _text(git / 'HEAD')
        ref = REF.fullmatch(head)
        found = _value(git, ref[1]) if ref else head
    except (OSError, ValueError):
        return None
    return found if HASH.fullmatch(found) else None


def _git_folder(path):
    """Returns the folder that `.git` is, or the one that it names, as in `git worktree`."""
    return path.parent / _text(path).removeprefix('gitdir: ') if path.is_file() else path


def _value(git, ref):
    """Returns the hash of a branch, which has a file of its own or a line in packed-refs.

    A worktree of `git worktree` shares the branches of the checkout that `commondir` names.
    """
    shared = git / _text(git / 'commondir') if (git / 'commondir').exists() else git
    if (shared / ref).is_file():
        return _text(shared / ref)
    lines = (line.split() for line in _text(shared / 'packed-refs').splitlines())
    return next((words[0] for words in lines if words[1:] == [ref]), '')


def _text(path):
    return path.read_text(encoding='utf-8').strip()
