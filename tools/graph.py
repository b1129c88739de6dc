"""Prints a model as tables: python tools/graph.py RUN    --variables    --tensors 'losses/*'"""

import sys

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.commands import graph

if __name__ == '__main__':
    sys.exit(exits.run(graph.main))
