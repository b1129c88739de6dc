"""Reads the paths that a user types: every flag that takes a path has `local_path` as its `type`.

A shell expands `~` and `$HOME` only at the start of a word and outside of quotes: not in
`--save-folder=~/runs`, not in '$HOME/runs', and not in a variable of a service or a container.
"""

import functools
import os
import re
from argparse import ArgumentTypeError

from dcgan_tf import portable

# gs://bucket, gs:bucket, me@host:data; but not C:/data, and no other name with a colon, as a:b.
ADDRESS = re.compile(r'[\w.+@-]{2,}:/|(gs|s3\w?|hdfs|https?|ftps?|sftp|wasbs?|abfss?|file|'
                     r'[\w.+-]+@[\w.-]+):', re.IGNORECASE)
MAX_NAME = 255                     # bytes of one name in a path, on all usual file systems
VARIABLE = re.compile(r'(?<!\$)\$(?:([A-Za-z_]\w*)|\{(\w+)\})')           # $HOME, ${HOME}


def local_path(text: str) -> str:
    """Reads a path of this machine, as the `type` of a flag: '~/runs' -> '/home/me/runs'.

    ArgumentTypeError for an address such as gs://bucket, an unknown user, a variable that is not
    set and a name that is too long.
    """
    whole = ''
    for part in re.split(f'({portable.SEPARATORS})', _home(text)):      # with the separators
        whole += VARIABLE.sub(functools.partial(_value, text, whole + part), part)
    if ADDRESS.match(whole):
        raise ArgumentTypeError(f'{whole} is an address: expected a file or folder on this '
                                'machine, such as a copy, or a folder where the storage is mounted')
    longest = max(re.split(portable.SEPARATORS, whole), key=len)
    if len(os.fsencode(longest)) > MAX_NAME:
        raise ArgumentTypeError(f'{longest[:40]}...: a name of {len(longest):,} letters is too '
                                f'long: file systems allow {MAX_NAME} bytes')
    return whole


def _home(text):
    """Replaces `~` or `~NAME` at the start by the home folder."""
    whole = os.path.expanduser(text)         # noqa: PTH111   pathlib expands ./~me, too
    if whole.startswith('~') and not os.path.lexists(whole):
        user = re.split(portable.SEPARATORS, text)[0]
        raise ArgumentTypeError(f'{text}: there is no home folder {user}; a name that begins with '
                                f'~ is typed ./{text}')
    return whole


def _value(text, path, found):
    """Returns the value of a variable that was found in the last part of a path, as a match.

    If it is not set it stays in the name of a file that exists; a part that is a variable alone
    stays only if all of the typed text is such a name.
    """
    name = found[1] or found[2]
    value = os.environ.get(name)
    if not value and not os.path.lexists(text if found[0] == found.string else path):
        raise ArgumentTypeError(f'{text}: the environment variable {name} is not set: give the '
                                'path in full')
    return value or found[0]
