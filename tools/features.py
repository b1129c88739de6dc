"""Tests what D has learnt, by a linear SVM on its features.

    python tools/features.py RUN --n 10000
"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import features

if __name__ == '__main__':
    sys.exit(exits.run(features.main))
