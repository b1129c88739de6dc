"""Exports the generator: python tools/export.py RUN --format saved_model,tflite"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import export

if __name__ == '__main__':
    sys.exit(exits.run(export.main))
