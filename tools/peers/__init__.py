"""Ways to train one and the same GAN, for `benchmark.py`: ours, and those of others.

    net.py         a Config's networks in numbers
    ours.py        this project
    plain.py       a plain v1 graph, as programs from the years of the paper have it
    keras_net.py   Keras 3 on TensorFlow
    torch_net.py   PyTorch
    limit.py       no way to train: the convolutions and matrix products of a step alone
    race.py        a process each, and rounds in which each in turn is timed

All have the same layers, losses, R1 in the same steps, Adam and averages, on uint8 images that lie
in memory. `tests/tools/test_peers.py` holds their losses against each other. Keras and PyTorch have
a bias a number where our linear layer of G has one a map.
"""

import importlib.util
from typing import NamedTuple


class Way(NamedTuple):
    """One row of `WAYS`."""

    module: str               # here
    name: str                 # of the class: (config, images, threads, **options)
    options: dict
    needs: str                # a package
    help: str

    @property
    def there(self) -> bool:
        """Is what it needs installed?"""
        return importlib.util.find_spec(self.needs) is not None


LIMIT, OURS = 'limit', 'ours'
WAYS = {
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
}
