"""Compares the runs in a folder: python tools/runs.py [FOLDER] --sort frechet"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import runs

if __name__ == '__main__':
    sys.exit(exits.run(runs.main))
