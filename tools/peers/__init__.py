"""Trains the same GAN in different ways, for `benchmark.py`: with this project and with others.

    net.py         describes the networks of a Config in numbers
    ours.py        this project
    plain.py       a plain v1 graph, as in programs from the years of the paper
    keras_net.py   Keras 3 on TensorFlow
    torch_net.py   PyTorch
    limit.py       does not train: the convolutions and matrix products of a step alone, and the
                   same number of multiply-adds as one product
    race.py        runs each way in a process, and times all of them in turn, round by round
    picture.py     draws the results

All ways have the same layers, losses, steps with R1, Adam and averages, on uint8 images in memory.
`tests/tools/test_peers.py` compares their losses. In the linear layer of G, Keras and PyTorch have
a bias for each number, and this project has one for each map.
"""

import importlib.util
import os
import pathlib
from typing import NamedTuple

from dcgan_tf.config import has_amx

PEAK, LIMIT, OURS = 'peak', 'limit', 'ours'


def has_gpu() -> bool:
    """Tells whether there is a visible NVIDIA GPU, without a library that would reserve it."""
    hidden = os.environ.get('CUDA_VISIBLE_DEVICES') in ('', '-1')
    return pathlib.Path('/dev/nvidia0').exists() and not hidden


AMX, GPU = 'AMX', 'GPU'
MISSING = {                   # what a way may need -> why it cannot run here; '' = it can
    AMX: lambda: '' if has_amx() or has_gpu() else 'the processor has no AMX, nor is there a GPU',
    GPU: lambda: '' if has_gpu() else 'there is no GPU',
}


class Way(NamedTuple):
    """Describes one way to train: a row of WAYS."""

    module: str               # in this folder
    name: str                 # of its class: (config, images, threads, **options)
    options: dict
    needs: tuple              # packages, or rows of MISSING
    help: str
    limit: str = LIMIT        # the limit with which it is compared

    @property
    def missing(self) -> str:
        """Returns why it cannot run here; '' if it can."""
        return next(filter(None, map(_missing, self.needs)), '')


def _missing(need):
    if need in MISSING:
        return MISSING[need]()
    return '' if importlib.util.find_spec(need) else (
        f'{need} is not installed (tools/requirements-benchmark.txt)')


HALF, LAST = {'precision': 'bfloat16'}, {'channels_last': True}
TF, KERAS, TORCH = ('tensorflow',), ('keras',), ('torch',)
WAYS = {
    PEAK:            Way('limit', 'Peak', {}, TF, 'no training: the same number of '
                         'multiply-adds as one large matrix product'),
    LIMIT:           Way('limit', 'Limit', {}, TF, 'no training: the products of a step alone'),
    'limit_two':     Way('limit', 'Pair', {}, TF, 'no training: these products, two at a time'),
    OURS:            Way('ours', 'Ours', {}, TF, 'this project'),
    'ours_many':     Way('ours', 'Ours', {'steps_per_run': 4}, TF, 'this project, 4 steps a run'),
    'plain':         Way('plain', 'Plain', {}, TF, 'a plain graph with feed_dict'),
    'keras':         Way('keras_net', 'Keras', {}, KERAS, 'Keras, step compiled by tf.function'),
    'keras_xla':     Way('keras_net', 'Keras', {'jit': True}, KERAS, 'Keras with XLA'),
    'torch':         Way('torch_net', 'Torch', {}, TORCH, 'PyTorch, eager'),
    'torch_last':    Way('torch_net', 'Torch', LAST, TORCH, 'PyTorch, channels last'),
    'torch_compile': Way('torch_net', 'Torch', {**LAST, 'compiled': 'default'}, TORCH,
                         'PyTorch, channels last, torch.compile'),
    'peak_bf16':     Way('limit', 'Peak', HALF, (AMX,), 'peak in bfloat16', 'limit_bf16'),
    'limit_bf16':    Way('limit', 'Limit', HALF, (AMX,), 'limit in bfloat16', 'limit_bf16'),
    'ours_bf16':     Way('ours', 'Ours', HALF, (AMX,), 'this project in bfloat16', 'limit_bf16'),
    'ours_f16':      Way('ours', 'Ours', {'precision': 'float16'}, (GPU,),
                         'this project in float16', ''),
    'ours_jit':      Way('ours', 'Ours', {'jit': True}, (GPU,), 'this project with XLA'),
    'torch_graphs':  Way('torch_net', 'Torch', {**LAST, 'compiled': 'reduce-overhead'},
                         ('torch', GPU), 'torch.compile with CUDA graphs'),
}
