"""Finds the latents of pictures with the encoder: python tools/encode.py RUN a.png --out encoded"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import encode

if __name__ == '__main__':
    sys.exit(exits.run(encode.main))
