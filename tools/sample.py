"""Draws pictures with a trained model: python tools/sample.py RUN --n 1000 --out FOLDER"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import sample

if __name__ == '__main__':
    sys.exit(exits.run(sample.main))
