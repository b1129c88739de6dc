"""Adds and subtracts pictures.

    python tools/arithmetic.py RUN --plus 1,4,9 --minus 2,3 --plus 5 --out a.png
"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import arithmetic

if __name__ == '__main__':
    sys.exit(exits.run(arithmetic.main))
