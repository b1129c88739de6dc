"""Starts several workers on one machine.

    python tools/launch.py --workers 2 -- main1.py --epochs 20000
"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import launch

if __name__ == '__main__':
    sys.exit(exits.run(launch.main))
