"""All options of a run in one frozen record.

The graph and the training are made from a `Config`. It is saved in the run folder; the other
commands need it and a checkpoint, and nothing else. Each field is defined once, with its group,
help text, range and flag: the command line is made from these definitions.
"""

import dataclasses
import functools

from dcgan_tf import own_code
from dcgan_tf.config.checks import check
from dcgan_tf.config.choices import AUTO, NONE
from dcgan_tf.config.derived import Derived
from dcgan_tf.config.option import option
from dcgan_tf.errors import UsageError
from dcgan_tf.names import nearest


@dataclasses.dataclass(frozen=True)
class Config(Derived):
    """Holds all options of one run. UsageError for a value of a wrong type or out of range."""

    dataset: str = option('data', 'auto', 'the data set')
    data_dir: str = option('data', 'dataset', 'folder of the files of the data set; or an npz '
                           'file; environment variable: DATASET_FOLDER')
    resize: tuple[int, ...] = option('data', (), 'size of the pictures in pixels: width x '
                                     'height, such as 64x48, or one number for both (default: for '
                                     'a folder the size of the preset, for other data the size '
                                     'that the pictures have)')
    crop: str = option('data', 'center', 'how pictures are cut before they are resized')
    gray: bool = option('data', False, 'make all pictures grey')
    file_num: int = option('data', 0, 'number of pictures of each class, the first by file name; '
                           '0 = all', low=0)
    hold_out: float = option('data', 0.0, 'share of the pictures of each class that the training '
                             'never sees: the metrics compare with them, and a warning says when D '
                             'has learnt the others by heart; 0 = none', low=0, most=0.5)
    flip: bool = option('data', False, 'mirror real pictures left to right half of the time')
    image_height: int = option('data', 28, 'pixels; from the data set', low=1, below=65_536,
                               flag=False)
    image_width: int = option('data', 28, 'pixels; from the data set', low=1, below=65_536,
                              flag=False)
    n_channels: int = option('data', 1, '1 = grey, 3 = colour; from the data set', low=1, below=65,
                             flag=False)
    class_names: tuple[str, ...] = option('data', (), 'the classes of the data set, in the order '
                                          'of their labels', flag=False)
    replacement: bool = option('data', False, 'draw batches with replacement instead of pass by '
                               'pass', flag=False)

    epochs: int = option('length', 20_000, 'number of training steps, each on one mini-batch, as '
                         'in the original program: NOT passes over the data (for these see '
                         '--max-epoch)', low=1)
    batch_size: int = option('length', 32, 'images in a step, of all workers together', low=1)

    eval_step: int = option('run', 500, 'steps between two sets of pictures, histograms and '
                            'losses.png', low=1)
    checkpoint_step: int = option('run', 1_000, 'steps between two checkpoints', low=1)
    keep_every: int = option('run', 0, 'save at the steps N, 2N, 3N ..., too, and keep these for '
                             'ever, in addition to the newest five; 0 = only those five', low=0)
    scale: int = option('run', 0, 'factor of the size of the pictures and films of the training; 1 '
                        '= as G draws them; 0 = for each the smallest with which it is at least '
                        '448 pixels wide', low=0, most=32)

    preset: str = option('gan', 'dcgan28', 'networks and numbers to start from; every other flag '
                         'changes one of them')
    type: str = option('gan', 'gan', 'kind of GAN, or FILE.py:NAME: docs/own_networks.md')
    objective: str = option('gan', 'non_saturating', 'what D and G minimise, or FILE.py:NAME of '
                            'your own: docs/own_networks.md')
    class_weight: float = option('gan', 1.0, 'weight of the class losses of an acgan; that of the '
                                 'objective is 1', low=0, below=1_000)
    class_loss: str = option('gan', 'both', 'the images from which D of an acgan learns the '
                             'classes')
    codes: tuple[int, ...] = option('gan', (10,), 'the categorical codes of an infogan: how many '
                                    'values each has; of an aae_clusters the number of clusters',
                                    low=2)
    continuous: int = option('gan', 2, 'the number of continuous codes of an infogan', low=0,
                             below=1_000)
    info_weight: float = option('gan', 1.0, 'weight of the mutual information of an infogan; that '
                                'of the objective is 1', low=0, below=1_000)
    continuous_weight: float = option('gan', 1.0, 'weight of the continuous codes in that mutual '
                                      'information; that of the categorical ones is 1', low=0,
                                      below=1_000)
    adversarial_rate: float = option('gan', 1.0, 'rate at which the encoder of an aae learns to '
                                     'fool D, as a part of --g-learning-rate; 0 = a plain '
                                     'autoencoder', low=0, below=1_000)
    code_variance: str = option('gan', 'fixed', 'the variance with which an infogan finds the '
                                'continuous codes')
    gamma: float = option('gan', 1e-3, 'weight of the likelihood in the loss of G of a vae_gan; '
                          'that of the GAN is 1 minus this number; 1 = no GAN, a VAE', above=0,
                          most=1)
    feature_layer: int = option('gan', -1, 'number of the convolution of D after which a vae_gan '
                                'compares images; -1 = the last, 0 = it compares their pixels',
                                low=-1, below=100)
    gate: float = option('gan', 0.0, 'D of a vae_gan does not move while one of its two costs is '
                         'less than 0.68 minus this number, G while one is more than 0.68 plus it; '
                         '0 = both always move', low=0, below=0.68)
    image_weight: float = option('gan', 10.0, 'weight of the error of the images that G of an age '
                                 'makes of the codes of real images; that of a divergence is 1',
                                 low=0, below=1e6)
    code_weight: float = option('gan', 1_000.0, 'weight of the error of the codes that E of an age '
                                'makes of generated images; that of a divergence is 1', low=0,
                                below=1e6)
    divergence: str = option('gan', 'exact', 'how far an age finds codes from N(0, 1)')

    architecture: str = option('networks', 'dcgan', 'the family of networks, or FILE.py:NAME of '
                               'your own: docs/own_networks.md')
    code: tuple[str, ...] = option('networks', (), 'FILE.py:SHA256 of each file of your own that '
                                   'networks, objective or type name', flag=False)
    generator_maps: tuple[int, ...] = option(
        'networks', (128, 64, 1), 'feature maps, from the latent outwards', flag=False)
    discriminator_maps: tuple[int, ...] = option(
        'networks', (1, 64, 128), 'feature maps, from the image inwards', flag=False)
    z_dim: int = option('networks', 64, 'length of a latent vector, without the codes of an '
                        'infogan', low=1, below=65_536)
    prior: str = option('networks', 'uniform', 'the distribution of the numbers of a '
                        'latent vector')
    norm: str = option('networks', AUTO, 'how the layers of D and of an encoder are normalised; '
                       'in an aae the encoder alone')
    g_norm: str = option('networks', 'batch', 'how the layers of G are normalised, and with the '
                         'networks of ali_cifar10 and ali64 those of the encoder')

    learning_rate: float = option('training', 2e-4, 'Adam\'s learning rate, of both networks',
                                  above=0, below=10)
    d_learning_rate: float = option('training', 0.0, 'learning rate of D alone, or of E of an '
                                    'age; 0 = that of --learning-rate', low=0, below=10)
    g_learning_rate: float = option('training', 0.0, 'learning rate of G and, except in an '
                                    'age, of the encoder; 0 = that of --learning-rate', low=0,
                                    below=10)
    learning_rate_half_life: int = option('training', 0, 'steps in which the learning rates '
                                          'halve; 0 = they stay as they are', low=0)
    beta1: float = option('training', 0.5, 'decay of Adam\'s first moment', low=0, below=1)
    beta2: float = option('training', 0.999, 'decay of Adam\'s second moment', low=0, below=1)
    weight_decay: float = option('training', 0.0, 'this number times each kernel or matrix is '
                                 'added to its gradient; 0 = none', low=0, below=1)
    ema: float = option('training', 0.999, 'decay of the average of the weights of G, and of an '
                        'encoder except with mode_regularised; the averages make the pictures and '
                        'codes; 0 = no average, the weights themselves make them', low=0,
                        below=1)
    d_steps: int = option('training', 1, 'batches that D, or E of an age, learns from in a step',
                          low=1, below=10_000)
    g_steps: int = option('training', 1, 'batches that G and, except in an age, the encoder '
                          'learn from in a step', low=1,
                          below=10_000)
    gradient_accumulate: int = option('training', 1, 'batches whose mean gradient makes one '
                                      'update of the weights', low=1, below=10_000)
    unroll: int = option('training', 0, 'steps of D that G looks ahead; 0 = none', low=0,
                         below=1_000)
    seed: int = option('training', 0, 'seed of the weights, noise and data order',
                       low=0, below=2 ** 63)

    penalty: str = option('penalty', 'none', 'a term that is added to the loss of D or G')
    penalty_weight: float = option('penalty', 0.0, 'factor of the penalty; 0 = the factor in its '
                                   'paper', low=0, below=1e6)
    penalty_every: int = option('penalty', 1, 'steps between two penalties, each of which is '
                                'multiplied by this number', low=1)
    label_smoothing: float = option('penalty', 0.0, 'D\'s target for real images is 1 minus this '
                                    'number', low=0, below=0.5)
    label_flip: float = option('penalty', 0.0, 'share of the pairs of a real and a fake image '
                               'whose labels are exchanged', low=0, below=0.5)
    instance_noise: float = option('penalty', 0.0, 'standard deviation of noise on all images '
                                   'that D sees, in the first step, for pixels in [-1, 1]; in an '
                                   'aae on codes and latents, as they are; 0 = no noise', low=0,
                                   below=10)
    instance_noise_steps: int = option('penalty', 10_000, 'steps after which that noise has faded '
                                       'to 0', low=1)
    diff_augment: str = option('penalty', '', 'random changes of all images that D sees, such as '
                               'color,translation')

    metrics: str = option('quality', '', 'what to measure meanwhile, such as '
                          'frechet,coverage; an infogan adds code_error if the data has classes')
    metrics_step: int = option('quality', 1_000, 'steps between two measurements', low=1)
    metrics_n: int = option('quality', 5_000, 'real pictures in a measurement, and as many '
                            'generated ones; fewer if the data set is smaller', low=2,
                            below=1_000_001)
    keep_best: str = option('quality', NONE, 'the metric that chooses the best checkpoint, which '
                            'is kept in addition to the newest ones; none = only these are kept')

    on_collapse: str = option('trouble', 'warn', 'what to do when the training seems to collapse')
    on_save_error: str = option('trouble', 'stop', 'what to do when a checkpoint, a log or a '
                                'picture cannot be written')
    check_numerics: bool = option('trouble', False, 'stop at the first NaN or infinity, before '
                                  'the weights change, and name the op')

    threads: int = option('speed', 0, 'CPU threads of each TensorFlow pool; 0 = one for each core',
                          low=0, below=4096)
    precision: str = option('speed', 'float32', 'the numbers in convolutions and matrix products')
    jit: bool = option('speed', False, 'compile the steps with XLA; meant for a GPU')
    steps_per_run: int = option('speed', 1, 'steps in one run of the session; a step whose values '
                                'are read, such as every tenth, has a run of its own', low=1)

    split_data: bool = option('workers', False, 'each row of a batch has images of its own, and a '
                              'worker reads only the images of its rows')
    sync_batch_norm: bool = option('workers', True, 'batch norm over the batch of all '
                                   'workers; if off, each worker normalises its own part')

    histograms: str = option('graph', 'all', 'what TensorBoard shows as histograms, at every '
                             '--eval-step')
    trace_step: int = option('graph', 0, 'the step whose full trace (RunMetadata) TensorBoard '
                             'shows; with --penalty-every also one with, or without, the '
                             'penalty; 0 = none', low=0)

    def __post_init__(self):
        check(self)

    def replace(self, **changes) -> 'Config':
        """Returns a copy with some fields changed. UsageError for an unknown one."""
        check_known(changes)
        if own_code.FIELDS.keys() & changes.keys():
            named = {name: getattr(self, name) for name in own_code.FIELDS}
            changes = own_code.taken({'code': (), **named, **changes}, self.code)
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict:
        """Returns {field name: value}, ready for JSON."""
        return dataclasses.asdict(self)


def check_known(names) -> None:
    """Raises UsageError for a name that is no field of Config; it has the nearest ones."""
    known = [field.name for field in dataclasses.fields(Config)]
    for name in sorted(set(names) - set(known)):
        raise UsageError(f'unknown option {name}{nearest(name, known)}')


def _checked(init):
    """Returns the constructor of Config, which refuses unknown names as `replace` does."""
    @functools.wraps(init)
    def checked(self, *args, **values):
        check_known(values)
        init(self, *args, **values)
    return checked


Config.__init__ = _checked(Config.__init__)
