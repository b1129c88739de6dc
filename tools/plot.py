"""Draws the curves of runs in one picture: python tools/plot.py RUN [RUN ...] --out curves.png"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import plot

if __name__ == '__main__':
    sys.exit(exits.run(plot.main))
