"""A trained run and its data, for the tools."""

import numpy as np

from dcgan_tf import data as datasets
from dcgan_tf import latent
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


def fit_of(config: Config) -> datasets.Fit:
    """What the pictures of a run were made like."""
    size = config.resize or (config.dataset == 'folder' and (config.image_width,
                                                             config.image_height))
    return datasets.Fit(size or None, config.gray, config.crop, config.file_num)


def open_data(run: run_folder.RunFolder, *, data_dir: str | None, cache: str):
    """The data set that a run was trained on. UsageError where it is another or gone."""
    c = run.config
    data = datasets.load(c.dataset, data_dir or c.data_dir, fit=fit_of(c), cache=cache,
                         results=run.path.parent)
    run.check_data(data.fingerprint)
    return data


def draw(gan, seed: int, labels) -> np.ndarray:
    """Images of the seeds seed, seed + 1, ..., one a label.   -> uint8 [n, H, W, C]

    labels: not looked at by a generator that takes none.
    """
    from dcgan_tf import images  # loads OpenCV, which --help does not need
    z = latent.draw(gan.config.prior, len(labels), gan.config.z_dim, seed)
    return images.to_uint8(gan.generate_images(z, labels if gan.conditioned else None))


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
