"""Serves a page to play with a generator in the browser: python tools/explore.py RUN"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import explore

if __name__ == '__main__':
    sys.exit(exits.run(explore.main))
