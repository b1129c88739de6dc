"""Networks, objectives and systems in a Python file of the user's own, such as `my.py:Mine`.

    naming.py    FILE.py:NAME, and the files and digests of a Config's `code`
    loading.py   runs such a file once, and finds a name in it
    trusted.py   the user's list of the files that may be run from a run folder
    copies.py    the copy in a run folder: written, read, refused
    failures.py  what goes wrong in the user's code, in one line

A Config names the file without its folder, and has its SHA-256. So a run does not depend on the
place where the file was, and two versions of a file can be open at once.
"""

from dcgan_tf.own_code.copies import FOLDER, keep, open_code, trust
from dcgan_tf.own_code.failures import explained
from dcgan_tf.own_code.loading import check_complete, find, is_loaded, taken, use
from dcgan_tf.own_code.naming import FIELDS, changed_file, check_names, digests, is_own, split

__all__ = ['FIELDS', 'FOLDER', 'changed_file', 'check_complete', 'check_names', 'digests',
           'explained', 'find', 'is_loaded', 'is_own', 'keep', 'open_code', 'split', 'taken',
           'trust', 'use']
