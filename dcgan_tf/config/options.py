"""Everything that shapes a run, in one frozen record, made from a preset, to and from JSON.

`Config` is what the graph and the training are made of. It is saved in the run folder, and with a
checkpoint it is all that `tools/` need. A field's help, range and flag stand beside it once: the
command line is made from them.
"""

import dataclasses
import json

from dcgan_tf.config.checks import check_choices, check_value
from dcgan_tf.config.choices import AUTO, NONE
from dcgan_tf.config.presets import PRESETS
from dcgan_tf.config.types import TYPES, fitting
from dcgan_tf.errors import RunError, UsageError

MAX_COUNT = 10 ** 12   # steps and the like: beyond it arithmetic with them would overflow


def option(default, help, *, low=None, below=None, above=None, flag=True):
    """A field: its help text, its range (low <= value, above < value < below), its flag."""
    return dataclasses.field(default=default, metadata={
        'help': help, 'low': low, 'below': below, 'above': above, 'flag': flag})


@dataclasses.dataclass(frozen=True)
class Config:
    """One run. Raises UsageError for a value of the wrong type or out of range."""

    preset: str = option('dcgan28', 'where the other values start from: {}')
    type: str = option('gan', 'the kind of GAN: {}')
    architecture: str = option('dcgan', 'row of networks.ARCHITECTURES', flag=False)
    objective: str = option('non_saturating', 'what D and G minimise: {}')
    penalty: str = option('none', 'added to a loss: {}')
    penalty_weight: float = option(0.0, 'weight of the penalty; 0 = its paper\'s', low=0, below=1e6)
    penalty_every: int = option(1, 'steps between penalties, which then weigh as much more', low=1,
                                below=MAX_COUNT)
    norm: str = option(AUTO, 'behind D\'s layers: {}')
    g_norm: str = option('batch', 'behind G\'s layers: {}')
    label_smoothing: float = option(0.0, 'the target of real images is 1 minus this', low=0,
                                    below=0.5)
    label_flip: float = option(0.0, 'share of pairs of a real and a fake image whose labels are '
                               'exchanged', low=0, below=0.5)
    instance_noise: float = option(0.0, 'sigma of noise on all that D sees, at the first step, '
                                   'for pixels in [-1, 1]', low=0, below=10)
    instance_noise_steps: int = option(10_000, 'steps after which that noise has faded', low=1,
                                       below=MAX_COUNT)
    diff_augment: str = option('', 'changes to all that D sees, such as color,translation: {}')
    image_height: int = option(28, 'pixels; the data set\'s', low=1, below=65_536, flag=False)
    image_width: int = option(28, 'pixels; the data set\'s', low=1, below=65_536, flag=False)
    n_channels: int = option(1, '1 grey, 3 colour; the data set\'s', low=1, below=65,
                             flag=False)
    z_dim: int = option(64, 'length of a latent vector', low=1, below=65_536)
    prior: str = option('uniform', 'row of latent.PRIORS', flag=False)
    generator_maps: tuple[int, ...] = option(
        (128, 64, 1), 'feature maps, from the latent outwards', flag=False)
    discriminator_maps: tuple[int, ...] = option(
        (1, 64, 128), 'feature maps, from the image inwards', flag=False)
    epochs: int = option(20_000, 'mini-batch steps in all, as in the original: NOT passes over the '
                         'data (for those see --max-epoch)', low=1, below=MAX_COUNT)
    batch_size: int = option(32, 'images a step, of all workers together', low=1, below=MAX_COUNT)
    split_data: bool = option(False, 'each row of a batch shows images of its own, and a worker '
                              'reads those of its rows alone')
    replacement: bool = option(False, 'draw batches with replacement, not pass by pass', flag=False)
    learning_rate: float = option(2e-4, 'Adam\'s, of both networks', above=0, below=10)
    d_learning_rate: float = option(0.0, 'of D alone; 0 = --learning-rate', low=0, below=10)
    g_learning_rate: float = option(0.0, 'of G alone; 0 = --learning-rate', low=0, below=10)
    learning_rate_half_life: int = option(0, 'steps in which the rates halve; 0 = they stay', low=0,
                                          below=MAX_COUNT)
    beta1: float = option(0.5, 'Adam\'s decay of the first moment', low=0, below=1)
    beta2: float = option(0.999, 'Adam\'s decay of the second moment', low=0, below=1)
    d_steps: int = option(1, 'batches that D learns from in a step', low=1, below=10_000)
    g_steps: int = option(1, 'batches that G learns from in a step', low=1, below=10_000)
    unroll: int = option(0, 'steps of D that G looks ahead', low=0, below=1_000)
    gradient_accumulate: int = option(1, 'batches whose mean gradient makes one update', low=1,
                                      below=10_000)
    ema: float = option(0.999, 'decay of the generator\'s weight average, which makes the '
                        'pictures; 0 = the weights themselves', low=0, below=1)
    eval_step: int = option(500, 'steps between pictures, histograms and losses.png', low=1,
                            below=MAX_COUNT)
    checkpoint_step: int = option(1_000, 'steps between checkpoints', low=1, below=MAX_COUNT)
    metrics: str = option('', 'figures of quality to measure on the way, such as frechet,coverage: '
                          '{}')
    metrics_step: int = option(1_000, 'steps between those figures', low=1, below=MAX_COUNT)
    metrics_n: int = option(5_000, 'samples behind each, and as many real pictures; fewer where '
                            'the data set has no more', low=2, below=1_000_001)
    keep_best: str = option(NONE, 'the figure by which the best checkpoint is kept, too: {}')
    on_collapse: str = option('warn', 'when a training seems lost: {}')
    on_save_error: str = option('stop', 'when a checkpoint, a log or a picture cannot be written: '
                                '{}')
    seed: int = option(0, 'of weights, noise and data order', low=0, below=2 ** 63)
    threads: int = option(0, 'CPU threads of each TensorFlow pool; 0 = one a core',
                         low=0, below=4096)
    precision: str = option('float32', 'of convolutions and matrix products: {}')
    sync_batch_norm: bool = option(True, 'where several workers train: batch norm over the batch '
                                   'of all, not over that of each')
    jit: bool = option(False, 'let XLA compile the steps; meant for a GPU')
    steps_per_run: int = option(1, 'steps made in one run of the session, of those that nothing is '
                                'looked at in; every tenth is', low=1, below=MAX_COUNT)
    trace_step: int = option(0, 'the step whose full trace (RunMetadata) TensorBoard shall show; '
                             '0 = none', low=0, below=MAX_COUNT)
    check_numerics: bool = option(False, 'stop at the first NaN or infinity, before the weights '
                                  'change, and name the op')
    dataset: str = option('auto', 'what to learn: {}')
    data_dir: str = option('dataset', 'folder of the data set\'s files, or an npz file; '
                           'environment: DATASET_FOLDER')
    resize: tuple[int, ...] = option((), 'SIZE or WIDTHxHEIGHT in pixels; for a folder the '
                                     'preset\'s own size, else as the pictures are')
    crop: str = option('center', 'before resizing: {}')
    gray: bool = option(False, 'grey pictures')
    file_num: int = option(0, 'pictures a class, the first by name; 0 = all', low=0,
                           below=MAX_COUNT)
    flip: bool = option(False, 'show D every real picture mirrored left-right half of the time')
    class_names: tuple[str, ...] = option((), 'of the data set, in the order of its labels',
                                          flag=False)

    def __post_init__(self):
        for field in dataclasses.fields(self):
            check_value(field, getattr(self, field.name))
        if self.preset not in PRESETS:
            raise UsageError(f'preset = {self.preset!r}: expected {", ".join(PRESETS)} (--preset)')
        check_choices(self)
        if self.jit and self.steps_per_run > 1:       # its clusters of a step in a loop are others
            raise UsageError(f'steps_per_run = {self.steps_per_run}: with --jit it would change '
                             'the last bits (--steps-per-run)')
        ends = (self.generator_maps[-1], self.discriminator_maps[0])
        if ends != (self.n_channels, self.n_channels):
            raise UsageError(f'n_channels = {self.n_channels}: generator_maps must end and '
                             f'discriminator_maps begin with it, not with {ends}')

    @property
    def conditioned(self) -> bool:
        """Does the generator take labels?"""
        return TYPES[self.type].labels

    @property
    def lazy_penalty(self) -> bool:
        """Are there steps without the penalty?"""
        return self.penalty != NONE and self.penalty_every > 1

    @property
    def batches_per_step(self) -> int:
        """Batches that a step draws: D and G share one."""
        return (self.d_steps + self.g_steps - 1) * self.gradient_accumulate

    @property
    def images_per_step(self) -> int:
        """Real images that a step draws."""
        return self.batch_size * self.batches_per_step

    def replace(self, **changes) -> 'Config':
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict:
        """Field name -> value, ready for JSON."""
        return dataclasses.asdict(self)


def preset(name: str = 'dcgan28', **changes) -> Config:
    """The Config of a row of PRESETS, with `changes`. UsageError for an unknown name or field.

    UsageError also for an option that the type does not take; one that only the preset has is left
    out. A preset's weight and rhythm of a penalty are for its own: another has those of its paper.
    """
    if name not in PRESETS:
        raise UsageError(f'preset {name!r} is unknown: expected {", ".join(PRESETS)} (--preset)')
    unknown = set(changes) - {field.name for field in dataclasses.fields(Config)}
    if unknown:
        raise UsageError(f'unknown option {", ".join(sorted(unknown))}')
    own = PRESETS[name]
    own = fitting(changes.get('type', own.get('type', Config.type)), name, own, changes)
    if changes.get('penalty', own.get('penalty')) != own.get('penalty'):
        own = {k: v for k, v in own.items() if k not in ('penalty_weight', 'penalty_every')}
    return Config(**{'preset': name, **own, **changes})


def from_dict(values: dict, source: str = 'config') -> Config:
    """The inverse of `to_dict`. RunError naming `source` when it is not a Config's dictionary."""
    if not isinstance(values, dict):
        raise RunError(f'{source} is damaged: it holds no options')
    try:
        tuples = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return Config(**tuples)
    except (TypeError, AttributeError, ValueError) as error:
        raise RunError(f'{source} is damaged or of another version: {error}') from error


def load_json(text: str, source: str) -> dict:
    """A JSON object, or RunError naming `source`."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RunError(f'{source} is not JSON: {error}') from error
    if not isinstance(values, dict):
        raise RunError(f'{source} is not a JSON object')
    return values
