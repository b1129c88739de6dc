"""D as the training uses it: its inputs disturbed, its weights normalised, its output an energy."""

import copy

import tensorflow as tf

from dcgan_tf import networks, ops, seeds
from dcgan_tf.losses import objectives, penalties
from dcgan_tf.networks.architecture import flatten

GRID = 4                # cells along each side of a feature map


class Discriminator:
    """Callable: (x [N, H, W, C], y, use) -> raw outputs [N, L] in the box Discriminator_USE."""

    def __init__(self, architecture, config, batch_count):
        """batch_count: the number of the batch, int64; what disturbs D depends on it."""
        self.objective = objectives.get(config.objective)
        self._architecture, self._config, self._batch_count = architecture, config, batch_count
        self._spectral = ops.SpectralNorm() if architecture.d_norm == 'spectral' else None
        # Spectral norm and some penalties do what clipping is for: Gulrajani et al. 2017.
        smooth = self._spectral or penalties.get(config.penalty).lipschitz
        self.clip = 0.0 if smooth else self.objective.clip
        self._decoder = _decoder(architecture, config) if self.objective.autoencoder else None
        self._weights, self._steps = {}, 0             # name -> tensor in place of a variable

    def __call__(self, x, y, use):
        use += f'_unrolled_{self._steps}' if self._steps else ''
        with ops.network('Discriminator', use, getter=self._get):
            return self._energy(x, y) if self._decoder else self._logits(x, y)

    def score(self, x, y, use):
        """[N], > 0 where D says "real"."""
        return self.objective.score(self(x, y, use))

    def features(self, x, reference, use='features'):
        """What its convolutions see, in the box Discriminator_USE.   [N, H, W, C] -> [N, F]

        Radford et al. 2016, arXiv 1511.06434, section 5.1: the maps behind every convolution, each
        max-pooled to a grid of 4x4, side by side. `reference`: see `Architecture.features`. Of an
        autoencoder these are the encoder's.
        """
        with ops.network('Discriminator', use, getter=self._get):
            maps = self._architecture.features(x, reference)
            return tf.concat([flatten(ops.max_pool_grid(h, GRID)) for h in maps], axis=1)

    def disturbed(self, x, use):
        """The images that D shall see: augmented, with noise that fades.   [N, H, W, C]

        Zhao et al. 2020, arXiv 2006.10738: the same kinds of change for real and fake, each with
        draws of its own. Noise: Arjovsky and Bottou 2017, arXiv 1701.04862, section 3.
        """
        c, half = self._config, self._architecture.half_range
        seed = seeds.derive(c.seed, 'disturb', use)
        if c.diff_augment:
            middle = self._architecture.value_range[0] + half                 # of (-1, 1): 0
            x = middle + half * ops.diff_augment((x - middle) / half, c.diff_augment, seed,
                                                 self._batch_count)
        if c.instance_noise:
            step = tf.cast(self._batch_count // c.batches_per_step, tf.float32)
            sigma = c.instance_noise * tf.maximum(1.0 - step / c.instance_noise_steps, 0.0)
            x += half * sigma * ops.noise('normal', tf.shape(x), seed, self._batch_count)
        return x

    def moved(self, weights):
        """This D one step on: `weights` (name of a variable -> tensor) in place of the variables.

        They are clipped as a step would clip them; the variables stay as they are.
        """
        other = copy.copy(self)
        other._weights = {name: self._clipped(w) for name, w in weights.items()}
        other._spectral = self._spectral and self._spectral.moved()
        other._steps = self._steps + 1
        return other

    def follow_op(self, variables):
        """What comes behind each step that moved the variables: clipping, spectral norms."""
        clipped = [v.assign(self._clipped(v.read_value()), read_value=False) for v in variables
                   if self.clip]
        return tf.group(*clipped, *([self._spectral.update_op()] if self._spectral else []))

    def _clipped(self, weight):
        return tf.clip_by_value(weight, -self.clip, self.clip) if self.clip else weight

    def _get(self, getter, name, *args, **kwargs):
        """A custom getter for `ops.network`."""
        def variable(name, *args, **kwargs):
            return self._weights[name] if name in self._weights else getter(name, *args, **kwargs)
        if self._spectral:
            return self._spectral.getter(variable, name, *args, **kwargs)
        return variable(name, *args, **kwargs)

    def _logits(self, x, y):
        return self._architecture.discriminator(x, y, training=True, logits=self.objective.logits)

    def _energy(self, x, y):
        """How badly D rebuilds each image from Z numbers: Zhao et al. 2017, arXiv 1609.03126.

        The mean squared error of its pixels, in units of half their range.   [N, 1], >= 0
        """
        code = self._architecture.discriminator(x, y, training=True, logits=self._config.z_dim)
        rebuilt = self._decoder.generator(code, y, training=True)
        error = (x - rebuilt) / self._architecture.half_range
        return tf.reduce_mean(tf.square(error), axis=[1, 2, 3])[:, None]


def _decoder(architecture, config):
    """Networks like G's; without batch norm where D must not have it either."""
    norm = 'batch' if architecture.d_norm == 'batch' else 'none'
    return networks.build(config.replace(g_norm=norm))
