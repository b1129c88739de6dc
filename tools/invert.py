"""Finds the latents of pictures: python tools/invert.py RUN a.png b.jpg --out found.png"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import invert

if __name__ == '__main__':
    sys.exit(exits.run(invert.main))
