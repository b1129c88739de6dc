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
import os
import pathlib
from typing import NamedTuple

from dcgan_tf.config import has_amx

PEAK, LIMIT, OURS = 'peak', 'limit', 'ours'


def has_gpu() -> bool:
    """One of NVIDIA's that is not hidden, without asking a library that would take it."""
    hidden = os.environ.get('CUDA_VISIBLE_DEVICES') in ('', '-1')
    return pathlib.Path('/dev/nvidia0').exists() and not hidden


AMX, GPU = 'AMX', 'GPU'
MISSING = {                   # what a way may need beside a package -> why it cannot run here
    AMX: lambda: '' if has_amx() or has_gpu() else 'the processor has no AMX, nor is there a GPU',
    GPU: lambda: '' if has_gpu() else 'there is no GPU',
}


class Way(NamedTuple):
    """One row of `WAYS`."""

    module: str               # here
    name: str                 # of the class: (config, images, threads, **options)
    options: dict
    needs: tuple              # packages, or rows of MISSING
    help: str
    limit: str = LIMIT        # the way that it is held against

    @property
    def missing(self) -> str:
        """Why it cannot run here; empty if it can."""
        return next(filter(None, map(_missing, self.needs)), '')


def _missing(need):
    if need in MISSING:
        return MISSING[need]()
    return '' if importlib.util.find_spec(need) else (
        f'{need} is not installed (tools/requirements-benchmark.txt)')


HALF, LAST = {'precision': 'bfloat16'}, {'channels_last': True}
TF, KERAS, TORCH = ('tensorflow',), ('keras',), ('torch',)
WAYS = {
    PEAK:            Way('limit', 'Peak', {}, TF, 'no way: as many multiply-adds as one large '
                         'matrix product'),
    LIMIT:           Way('limit', 'Limit', {}, TF, 'no way: its products alone'),
    'limit_two':     Way('limit', 'Pair', {}, TF, 'no way: the same, two at a time'),
    OURS:            Way('ours', 'Ours', {}, TF, 'this project'),
    'ours_many':     Way('ours', 'Ours', {'steps_per_run': 4}, TF, 'the same, four steps a run'),
    'plain':         Way('plain', 'Plain', {}, TF, 'a plain graph with feed_dict'),
    'keras':         Way('keras_net', 'Keras', {}, KERAS, 'Keras, step compiled by tf.function'),
    'keras_xla':     Way('keras_net', 'Keras', {'jit': True}, KERAS, 'the same with XLA'),
    'torch':         Way('torch_net', 'Torch', {}, TORCH, 'PyTorch, eager'),
    'torch_last':    Way('torch_net', 'Torch', LAST, TORCH, 'the same, channels last'),
    'torch_compile': Way('torch_net', 'Torch', {**LAST, 'compiled': 'default'}, TORCH,
                         'the same, torch.compile'),
    'peak_bf16':     Way('limit', 'Peak', HALF, (AMX,), 'peak in bfloat16', 'limit_bf16'),
    'limit_bf16':    Way('limit', 'Limit', HALF, (AMX,), 'limit in bfloat16', 'limit_bf16'),
    'ours_bf16':     Way('ours', 'Ours', HALF, (AMX,), 'this project in bfloat16', 'limit_bf16'),
    'ours_f16':      Way('ours', 'Ours', {'precision': 'float16'}, (GPU,),
                         'this project in float16', ''),
    'ours_jit':      Way('ours', 'Ours', {'jit': True}, (GPU,), 'this project with XLA'),
    'torch_graphs':  Way('torch_net', 'Torch', {**LAST, 'compiled': 'reduce-overhead'},
                         ('torch', GPU), 'torch.compile with CUDA graphs'),
}
