"""Ways to train one and the same GAN, for `benchmark.py`: ours, and those of others.

    net.py         a Config's networks in numbers
    ours.py        this project
    plain.py       a plain v1 graph, as programs from the years of the paper have it
    keras_net.py   Keras 3 on TensorFlow
    torch_net.py   PyTorch
    limit.py       no ways to train: the convolutions and matrix products of a step alone, and as
                   many multiply-adds as one product
    race.py        a process each, and rounds in which each in turn is timed

All have the same layers, losses, R1 in the same steps, Adam and averages, on uint8 images that lie
in memory. `tests/tools/test_peers.py` holds their losses against each other. Keras and PyTorch have
a bias a number where our linear layer of G has one a map.
"""

import importlib.util
from typing import NamedTuple

from dcgan_tf.config import has_amx

PEAK, LIMIT, OURS = 'peak', 'limit', 'ours'
AMX = 'AMX'


class Way(NamedTuple):
    """One row of `WAYS`."""

    module: str               # here
    name: str                 # of the class: (config, images, threads, **options)
    options: dict
    needs: str                # a package, or AMX
    help: str
    limit: str = LIMIT        # the way that it is held against

    @property
    def missing(self) -> str:
        """Why it cannot run here; empty if it can."""
        if self.needs == AMX:
            return '' if has_amx() else 'the processor has no AMX'
        return '' if importlib.util.find_spec(self.needs) else (
            f'{self.needs} is not installed (tools/requirements-benchmark.txt)')


HALF = {'precision': 'bfloat16'}
WAYS = {
    PEAK:            Way('limit', 'Peak', {}, 'tensorflow', 'no way: as many multiply-adds as one '
                         'large matrix product'),
    LIMIT:           Way('limit', 'Limit', {}, 'tensorflow', 'no way: its products alone'),
    OURS:            Way('ours', 'Ours', {}, 'tensorflow', 'this project'),
    'plain':         Way('plain', 'Plain', {}, 'tensorflow', 'a plain graph with feed_dict'),
    'keras':         Way('keras_net', 'Keras', {}, 'keras', 'Keras, step compiled by tf.function'),
    'keras_xla':     Way('keras_net', 'Keras', {'jit': True}, 'keras', 'the same with XLA'),
    'torch':         Way('torch_net', 'Torch', {}, 'torch', 'PyTorch, eager'),
    'torch_last':    Way('torch_net', 'Torch', {'channels_last': True}, 'torch',
                         'the same, channels last'),
    'torch_compile': Way('torch_net', 'Torch', {'channels_last': True, 'compiled': True}, 'torch',
                         'the same, torch.compile'),
    'peak_bf16':     Way('limit', 'Peak', HALF, AMX, 'peak in bfloat16', 'limit_bf16'),
    'limit_bf16':    Way('limit', 'Limit', HALF, AMX, 'limit in bfloat16', 'limit_bf16'),
    'ours_bf16':     Way('ours', 'Ours', HALF, AMX, 'this project in bfloat16', 'limit_bf16'),
}
