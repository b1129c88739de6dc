"""Writes D's features for TensorBoard's projector: python tools/project.py RUN --n 1000"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import project

if __name__ == '__main__':
    sys.exit(exits.run(project.main))
