"""Measures the quality of pictures: python tools/evaluate.py RUN [RUN ...] --n 10000"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import evaluate

if __name__ == '__main__':
    sys.exit(exits.run(evaluate.main))
