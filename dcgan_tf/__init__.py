"""DCGAN in plain TensorFlow graph ops.

The public names are loaded when first used (PEP 562), so that `import dcgan_tf` and
`main1.py --help` do not wait for TensorFlow.
"""

import importlib

__version__ = '0.7.0'

_HOME = {                                    # public name -> the module it lives in
    'Config': 'config',
    'PRESETS': 'config',
    'preset': 'config',
    'DeepConvolutionalGAN': 'gan',
    'GAN': 'gan',
    'Hook': 'hooks',
    'MorphingGenerator': 'show.morphing',
    'UsageError': 'errors',
    'RunError': 'errors',
}
__all__ = ['__version__', *_HOME]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    return getattr(importlib.import_module(f'{__name__}.{_HOME[name]}'), name)


def __dir__():
    return sorted(__all__)
