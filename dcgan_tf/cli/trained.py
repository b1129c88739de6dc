"""A trained run, for the tools."""

from dcgan_tf.config import TYPES, Config
from dcgan_tf.errors import UsageError
from dcgan_tf.training import run_folder


def open_gan(path: str):
    """-> (RunFolder, DeepConvolutionalGAN with the run's newest weights). Loads TensorFlow."""
    run = run_folder.open_run(path)
    if not list(run.checkpoints.glob('*.index')):
        raise UsageError(f'{run.path} holds no checkpoint yet: train it with --resume {run.path}')
    from dcgan_tf import DeepConvolutionalGAN
    gan = DeepConvolutionalGAN.from_config(run.config)
    gan.load_model(run.checkpoints, training=False)
    return run, gan


def class_number(config: Config, flag: str, name: str) -> int:
    """The label of a class, or UsageError with the names there are."""
    if not TYPES[config.type].labels:
        raise UsageError(f'{flag} {name}: this generator takes no labels; train one with '
                         '--type cgan')
    if name not in config.class_names:
        names = ', '.join(config.class_names[:50])
        more = ' ...' if len(config.class_names) > 50 else ''
        raise UsageError(f'{flag} {name}: expected one of {names}{more}')
    return config.class_names.index(name)
