"""The user's list of Python files that may be run from a run folder, by their SHA-256.

It lies in the user's configuration folder, outside of all run folders. A training that the user
starts from such a file adds it. A tool, or a training that is gone on with, only reads the list.
"""

import logging
import time

from dcgan_tf import files, portable
from dcgan_tf.own_code.naming import DIGEST

logger = logging.getLogger(__name__)
HEADING = '# Files that dcgan_tf may run from a run folder: SHA-256, name, date. Remove a line to '\
          'forget one.\n'


def path():
    """Returns the path of the list, which need not exist."""
    return portable.config_folder() / 'trusted'


def digests() -> set:
    """Returns the SHA-256s in the list."""
    try:
        lines = path().read_text(encoding='utf-8', errors='replace').splitlines()
    except OSError:
        return set()
    return {word for line in lines for word in line.split()[:1] if DIGEST.fullmatch(word)}


def add(file: str, digest: str) -> None:
    """Adds a file to the list. A list that cannot be written is a warning: --trust does the same.
    """
    if digest in digests():
        return
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        heading = '' if path().exists() else HEADING
        files.append(path(), f'{heading}{digest}  {file}  {time.strftime("%Y-%m-%d")}\n')
    except OSError as error:
        logger.warning('%s cannot be written (%s): the tools will need --trust to open this run',
                       path(), error.strerror)
