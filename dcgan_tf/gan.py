"""The GAN as one object: build, train, make images, save and load.

    with DeepConvolutionalGAN(epochs=2000) as gan:
        gan.model()                             # inputs, generator, discriminator
        gan.loss()                              # what each of them minimises
        gan.optimizer()                         # two Adams, one train op
        gan.fit(images)                         # uint8 [N, 28, 28, 1]
        pictures = gan.generate_images(z)       # [N, 28, 28, 1] in [0, 1]

Each of the first three methods calls the one before it if that has not been called. A second call
does nothing. TensorBoard shows what they build; docs/graph.md lists the boxes. fit/saved_gan.py has
the methods that open, save and load, show/queries.py those that ask the networks about images,
show/inverting.py the search of latents, show/products.py what is made of them,
graph_report/reports.py what they tell about the graph.
"""

import inspect
import logging
from collections.abc import Iterable

import numpy as np

from dcgan_tf import evaluating, latent, own_code
from dcgan_tf.arguments import check_whole
from dcgan_tf.config import preset, with_options
from dcgan_tf.errors import UsageError
from dcgan_tf.fit import history
from dcgan_tf.fit.feed import run_in_chunks, sample_feed
from dcgan_tf.fit.fitting import Fitting, TrainingResult
from dcgan_tf.fit.given import given
from dcgan_tf.fit.run_of_fit import has_no_use, opened, set_last_step
from dcgan_tf.fit.workers import facts
from dcgan_tf.graph_report.reports import Reports
from dcgan_tf.losses import objectives
from dcgan_tf.show.products import Products
from dcgan_tf.train_ops import losses, model, step

logger = logging.getLogger(__name__)


class GAN(Products, Reports):
    """A GAN to train, and what can be made of it. `BaseGAN` explains arguments and attributes."""

    _warned = False                              # of latents that are too long

    def model(self):
        """Builds the inputs and the networks, and applies them to a batch and to sample latents."""
        if self.built is None:
            with self._building():
                self.built = model.build(self.system, self._shard)

    def loss(self):
        """Builds what each player minimises: a scalar, the mean over the batch."""
        if self.losses is None:
            self.model()
            with self._building():
                self.losses = losses.build(self.built)

    def optimizer(self):
        """Builds the train ops: all gradients, each player's update in turn, the count of steps.

        A step is one run of the session, or several: see train_ops/schedule.py.
        """
        if self.steps is None:
            self.loss()
            with self._building():
                self.steps = step.build(self.built, self.losses, self.peers)

    @property
    def d_loss(self):
        """The scalar that D minimises in a step with its penalty. It is None before `loss`."""
        return self.losses and self.losses[0].minimised.get('D')

    @property
    def g_loss(self):
        """The scalar that G minimises. It is None before `loss`."""
        return self.losses and self.losses[0].minimised.get('G')

    @property
    def train_op(self):
        """The op of the last run of a step, which counts the step; None before `optimizer`."""
        return self.steps and self.steps.variants[0].train_ops[-1].op

    def synchronize(self, images):
        """Waits for all workers, if there are any, as `fit` does. images: those for `fit`.

        UsageError if one of them has other options or data.
        """
        self._must_train()
        if self.peers:
            self.peers.synchronize(self.session, facts(self.config, self.peers.worker, images))

    def fit(self, images, run=None, *, steps=None, labels=None, indices=None, n_total=0,
            held_out=None, evaluator=None, hooks=(), progress=True, debugger=None):
        """Trains on uint8 images [N, H, W, C]. Returns a TrainingResult.

        images: an array or a tensor; a `Dataset` of `data.load`, which has its labels and held-out
        pictures; an object with shape, len and indexing, see `data.indexable.Indexable`; or a
        tf.data.Dataset of images or (image, label), in batches or one by one. A tf.data.Dataset has
        an order of its own, so a training that goes on with it is not the same to the bit.
        steps: the number of steps to train now; None = up to step `epochs` of the Config.
        labels: int32 [N], indices into class_names; a `gan` does not learn from them.
        indices, n_total: with `split_data`, if `images` are a part of a data set: int64 [N], the
        index of each image in the complete data set, and its number of images; 0 = unknown.
        held_out: a `data.dataset.Dataset` of real pictures that are not among `images`, if the
        Config has `hold_out`. They show whether D has learnt `images` by heart.
        run: the path of a run folder for log, pictures, events and checkpoints, or a RunFolder;
        None = nothing is written. A folder that is not there is made. One that is there is gone on
        with, from its newest checkpoint if this GAN has had no step. UsageError if it was trained
        with other options or data.
        hooks: `dcgan_tf.Hook`s of your own. RunError if one fails; the weights are saved before.
        evaluator: computes the Config's `metrics`. debugger: inspects every step: a
        `fit.tfdbg_cli.TfdbgCli` or a `fit.debug_dump.DebugDump`.
        Ctrl-C, SIGTERM and SIGHUP end the training after the current step. RunError if a number is
        not finite. `on_collapse` decides what happens after a collapse.
        """
        if steps is not None:
            check_whole('steps', steps, 1)
        self._must_train()
        data = given(self, images, labels, indices, n_total, held_out)
        self._fitted = data.images, data.labels
        if steps is None and has_no_use(self, run):
            return TrainingResult(self.steps_done(), None)
        with opened(self, run, data) as self.run_folder:
            set_last_step(self, steps)
            return Fitting(self, self._checkpoints, data, self.run_folder, evaluator=evaluator,
                           hooks=hooks, progress=progress, debugger=debugger).run()

    @property
    def history(self):
        """What was logged every ten steps, as {name: array}: step, d_loss and so on.

        It is that of the run folder, if there is one, else of the calls of `fit` of this object.
        """
        return history.of_run(self.run_folder) if self.run_folder else self._history.arrays()

    def generate_images(self, z, labels=None):
        """Generates images: z [N, Z], any N -> [N, H, W, C] float32 in [0, 1].

        z: latents such as the prior draws. UsageError if one is not finite. A line warns, once, of
        one that is more than three times as long as those of the prior. labels: for a cgan, int
        [N], or float [N, K] with a weight for each class.
        """
        images = self.decode(z, labels)
        if (line := latent.too_far(np.asarray(z), self.config.prior)) and not self._warned:
            logger.warning('%s', line)
            self._warned = True
        return images

    def decode(self, codes, labels=None):
        """Returns what G draws from codes [N, Z], such as those of `encode`.

        It is `generate_images` without its warning: G has learnt to draw from E's codes, also where
        these are not like latents of the prior.   -> float32 [N, H, W, C] in [0, 1]
        """
        self._finish()
        self._measure_averages()
        feed_dict = sample_feed(self.config, self.built.inputs, codes, labels)
        return run_in_chunks(self.session, self.built.samples, len(codes), feed_dict, {})

    def evaluate(self, data, metrics=(), *, n=10_000, features=None, weights=None, cache='cache',
                 seed=0):
        """Measures samples against real pictures: `dcgan-tf evaluate`. Returns an Evaluation.

        data: what the GAN has learnt: a Dataset, an array of images uint8 [N, H, W, C], or a pair
        of images and labels int [N]. metrics: names of METRICS; () = all that can be measured but
        `code_svm`, which takes long. n: how many samples and held-out pictures are compared, at
        most. features: a row of FEATURES; None = a classifier if the data has labels, which is
        trained once and kept in the folder `cache`, else random; weights: the file of `inception`.
        seed: of the first sample.
        UsageError for a metric that this data or type of GAN cannot have.
        """
        self._finish()                           # a closed session fails now, not in minutes
        return evaluating.evaluate(self, data, metrics, n=n, features=features, weights=weights,
                                   cache=cache, seed=seed)


class DeepConvolutionalGAN(GAN):
    """The GAN with a convolutional generator and discriminator, sized by its arguments.

    session: None = a new session on a new graph; see `GAN`. epochs: number of mini-batch steps in
    all. eval_step: steps between pictures. n_labels: logits for each image; 1 = logistic loss, 2 =
    softmax over (fake, real). options: any other option but `preset`, as in `help(Config)`. Those
    that are not given are the ones of the preset dcgan28.
    """

    def __init__(self, session=None, epochs=20_000, batch_size=32, eval_step=500, image_height=28,
                 image_width=28, n_channels=1, z_dim=64, generator_maps=(144, 72, 36, 1),
                 discriminator_maps=(1, 36, 72, 144), n_labels=1, **options):
        """See the class. UsageError for an unknown option, or a value that is refused."""
        if 'preset' in options:
            raise UsageError('preset is no argument here: use from_config(preset(NAME, ...))')
        if n_labels != 1:             # 1 is that of the preset, and not every type has an objective
            options = {'objective': objectives.with_logits(n_labels), **options}
        options = own_code.taken(options)
        objective = options.get('objective', objectives.with_logits(1))
        has = objectives.get(objective, options.get('code', ())).logits
        if has != n_labels:
            raise UsageError(f'n_labels = {n_labels}: objective {objective} has {has}')
        super().__init__(preset(
            'dcgan28', epochs=epochs, batch_size=batch_size, eval_step=eval_step,
            image_height=image_height, image_width=image_width, n_channels=n_channels,
            z_dim=z_dim, generator_maps=_as_tuple(generator_maps),
            discriminator_maps=_as_tuple(discriminator_maps), **options), session)


def _as_tuple(maps):
    """Returns a list as a tuple; the Config refuses what is neither."""
    return tuple(maps) if isinstance(maps, Iterable) else maps


DeepConvolutionalGAN.__init__.__signature__ = with_options(
    inspect.signature(DeepConvolutionalGAN.__init__), without=('preset',))
