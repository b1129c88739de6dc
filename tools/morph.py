"""Films a walk through the latents: python tools/morph.py RUN --path sphere --out morph.gif"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import morph

if __name__ == '__main__':
    sys.exit(exits.run(morph.main))
