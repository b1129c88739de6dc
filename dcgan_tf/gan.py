"""The GAN as one object: build, train, make images, save and load.

    with DeepConvolutionalGAN(epochs=2000) as gan:
        gan.model()                             # inputs, generator, discriminator
        gan.loss()                              # what each of them minimises
        gan.optimizer()                         # two Adams, one train op
        gan.fit(images)                         # uint8 [N, 28, 28, 1]
        pictures = gan.generate_images(z)       # [N, 28, 28, 1] in [0, 1]

Each of the first three calls the one before it, if that was not done, and does nothing the second
time. What they build is seen in TensorBoard: the boxes are listed in docs/graph.md.
"""

import contextlib
import functools

import numpy as np
import tensorflow as tf

from dcgan_tf import ops, systems
from dcgan_tf.config import chosen, preset
from dcgan_tf.distributed.peers import Peers
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import check_images, reference_feed, sample_feed
from dcgan_tf.fit.fitting import Fitting
from dcgan_tf.fit.session import open_session
from dcgan_tf.fit.workers import facts
from dcgan_tf.graph_report.summary import describe, headline
from dcgan_tf.losses import objectives
from dcgan_tf.run_folder import config_json
from dcgan_tf.run_folder.checkpoints import Checkpoints
from dcgan_tf.run_folder.events import Events
from dcgan_tf.show.inversion import Inversion, InversionOptions, invert
from dcgan_tf.train_ops import losses, model, step
from dcgan_tf.train_ops.features import Features

v1 = tf.compat.v1
CHUNK = 256                             # images in one run of the session


class GAN(contextlib.AbstractContextManager):
    """A system of networks and players, the graph it is built in, and its session.

    graph: finalized by the first method that runs it; add ops of your own before. system: what
    `config.type` names. peers: the other workers, or None. `model`, `loss` and `optimizer` make
    `built`, a `train_ops.model.Model`, `losses`, one `StepLosses` for each variant of a step, and
    `steps`, a `train_ops.step.Steps`; each of these is None before.
    """

    def __init__(self, config, session=None, *, worker=None, system=None):
        """config: e.g. of `preset('main1')` or of a run folder.

        session: one to build in, which stays open; None = one of its own, on a graph of its own,
        closed by `close` or the end of its `with`. worker: a `distributed.Worker` where several
        processes train one GAN; all of them make the same calls up to `fit`, and the session is
        the worker's own. system: a System of one's own; None = that of `config.type`.
        """
        if session and worker:
            raise UsageError('a worker has a session of its own: give one of the two')
        self.config, self.system = config, system or systems.build(config)
        self.peers = Peers(worker, config) if worker else None
        self._owned = session is None
        if session is None:
            session = open_session(tf.Graph(), config.threads, config.jit, worker)
        self.graph, self.session = session.graph, session
        self.built = self.losses = self.steps = None
        self._features = self._inversion = self._checkpoints = None
        with self.graph.as_default():
            self._foreign = {v.ref() for v in v1.global_variables()}

    @classmethod
    def from_config(cls, config, session=None, *, worker=None):
        """The GAN of a Config, whatever arguments the class itself takes; see `GAN`."""
        gan = cls.__new__(cls)
        GAN.__init__(gan, config, session, worker=worker)
        return gan

    def model(self):
        """Builds the inputs, the networks, and their uses on a batch and for samples."""
        if self.built is None:
            with self._building():
                self.built = model.build(self.system, self._shard())

    def loss(self):
        """Builds what each player minimises: a scalar, the mean over the batch."""
        if self.losses is None:
            self.model()
            with self._building():
                self.losses = losses.build(self.built)

    def optimizer(self):
        """Builds the train op: all gradients, each player's update in turn, the count of steps.

        A step is made of one run of the session, or of several: see train_ops/schedule.py.
        """
        if self.steps is None:
            self.loss()
            with self._building():
                self.steps = step.build(self.built, self.losses, self.peers)

    @property
    def d_loss(self):
        """What D minimises in a step with its penalty, a scalar; None before `loss`."""
        return self._minimised('D')

    @property
    def g_loss(self):
        """What G minimises, a scalar; None before `loss`."""
        return self._minimised('G')

    @property
    def train_op(self):
        """The op of a step's last run, which counts the step; None before `optimizer`."""
        return self.steps and self.steps.variants[0].train_ops[-1].op

    def synchronize(self, images):
        """Waits for all workers. UsageError where one was started with other options or data.

        images: those that `fit` will get, which calls this, too. A single process goes on at once.
        """
        self._must_train()
        if self.peers:
            self.peers.synchronize(self.session, facts(self.config, self.peers.worker, images))

    def fit(self, images, run=None, *, labels=None, indices=None, n_total=0, evaluator=None,
            progress=True, debugger=None):
        """Trains on uint8 images [N, H, W, C] up to step `epochs` -> TrainingResult.

        labels: int32 [N], indices into class_names; a `gan` does not learn from them.
        indices, n_total: with `split_data`, where `images` are a part of a data set: int64 [N], the
        index of each image in the complete data set, and its number of images; 0 = unknown.
        run: a RunFolder for log, pictures, events and checkpoints (`run_folder.create`);
        None = nothing is written. evaluator: what measures the Config's `metrics`.
        debugger: what looks into every step, a `fit.tfdbg_cli.TfdbgCli` or a
        `fit.debug_dump.DebugDump`.
        Ctrl-C and SIGTERM end it after the step under way. RunError when a number is not finite;
        what it does about a collapse says `on_collapse`.
        """
        self._must_train()
        return Fitting(self, self._checkpoints, images, run, labels=labels, indices=indices,
                       n_total=n_total, evaluator=evaluator, progress=progress,
                       debugger=debugger).run()

    def generate_images(self, z, labels=None):
        """z [N, Z], any N, in the prior's range -> images [N, H, W, C] float32 in [0, 1].

        labels: what a cgan draws, int [N], or float [N, K] with a weight for each class.
        """
        self._finish()
        samples, given = self.built.samples, sample_feed(
            self.config, self.built.inputs, z, labels)
        chunks = [self.session.run(samples, {ph: x[i:i + CHUNK] for ph, x in given.items()})
                  for i in range(0, len(z), CHUNK)]
        return np.concatenate(chunks or [np.zeros((0, *samples.shape[1:]), np.float32)])

    def features(self):
        """Builds one more use of D, for `discriminator_features`."""
        if self._features is None:
            self.model()
            with self.graph.as_default():
                self._features = Features(self.built)

    def discriminator_features(self, images, reference=None):
        """What D has learnt to see: uint8 images [N, H, W, C], any N -> float32 [N, F].

        The feature maps after each of its convolutions, max-pooled to 4x4, side by side: Radford et
        al. 2016, arXiv 1511.06434, section 5.1. They depend on the image alone: not on its
        neighbours, nor on a label, nor on the augmentation of training.
        reference: for a D whose batch norm keeps no averages (main1), batch_size real images, which
        normalise all others.
        Call `features` before `load_model`: a graph that is finished takes no more ops.
        """
        if self._features is None and self._checkpoints is not None:
            raise UsageError('this graph was finished without D\'s features: call features() first')
        self.features()
        self._finish()
        check_images(images, self.config)
        made = self._features
        given = reference_feed(self.config, made, reference)
        ph = self.built.inputs.images_ph
        chunks = [self.session.run(made.features, {**given, ph: images[i:i + CHUNK]})
                  for i in range(0, len(images), CHUNK)]
        return np.concatenate(chunks or [np.zeros((0, made.features.shape[1]), np.float32)])

    def inversion(self):
        """Builds what `invert` follows: the distance of a sample from an image, and its slope."""
        if self._inversion is None:
            self.model()
            with self.graph.as_default():
                self._inversion = Inversion(self.built)

    def invert(self, images, labels=None, options=None, tick=lambda: None):
        """Latents from which G makes something like these images -> `inversion.InversionResult`.

        images: uint8 [N, H, W, C]. labels: of a cgan, the class of each, int [N]; None = all are
        tried. options: `inversion.InversionOptions`. tick: called as it goes on.
        Call `inversion` before `load_model`, as with `discriminator_features`.
        """
        if self._inversion is None and self._checkpoints is not None:
            raise UsageError('this graph was finished without inversion: call inversion() first')
        self.inversion()
        self._finish()
        check_images(images, self.config)
        run = functools.partial(self._inversion.run, self.session)
        return invert(run, images, self.config, options or InversionOptions(), labels, tick)

    def save_model(self, folder):
        """Saves all variables as `folder`/model-STEP -> that path. RunError on a full disk.

        The folder keeps the newest five, this one among them, and, unless it is a run folder's, an
        options.json for the tools. Give each model a folder of its own: `load_model` takes the
        highest step it finds.
        """
        self._must_train()            # without the optimizers' state it could not be trained on
        saved = self._checkpoints.save(self.session, folder, self.steps_done())
        if not any(map(config_json.is_run, (saved.parent, saved.parent.parent))):
            config_json.write_options(saved.with_name('options.json'), self.config)
        return saved

    def load_model(self, folder, *, training=True, step=None):
        """Restores a folder's newest readable checkpoint -> its step. RunError if none fits.

        step: that of another checkpoint in the folder. training: False = build and load what making
        images takes, which is faster.
        """
        self._finish(training=training)
        return self._checkpoints.restore(self.session, folder, step)

    def steps_done(self):
        """The training steps that have made the weights what they are now."""
        self._finish()
        return int(self.session.run(self.built.inputs.step))

    def write_tensorboard_graph(self, folder):
        """Writes the finished graph into an events file, for `tensorboard --logdir FOLDER`."""
        self._finish()
        Events(folder, self.graph, first=0).close()

    def print(self):
        """Prints every field, op and variable with its shape."""
        print(describe(self))

    def summary(self):
        """One line: preset, parameters, device."""
        return headline(self)

    def variables(self):
        """Every variable that is ours: weights, averages, the optimizers' slots, the step."""
        with self.graph.as_default():
            return [v for v in v1.global_variables() if v.ref() not in self._foreign]

    def close(self):
        """Closes the session, if it is our own."""
        if self._owned:
            self.session.close()

    def __exit__(self, *error):
        if not (self.peers and self.peers.busy):         # else closing would wait for others, too
            self.close()

    @contextlib.contextmanager
    def _building(self):
        """Ops made inside stand in our graph, with weights from our seed, in our precision."""
        with (self.graph.as_default(), ops.weights_from(self.config.seed),
              ops.precision_scope(chosen(self.config.precision)), ops.batch_shard(self._shard())):
            yield

    def _shard(self):
        return self.peers.shard if self.peers else ops.BatchShard()

    def _minimised(self, name):
        return self.losses and self.losses[0].minimised.get(name)

    def _finish(self, *, training=True):
        """Builds what is missing, initialises, finalizes: from here on the graph only runs."""
        if self._checkpoints is None:
            if training:
                self.optimizer()
            else:
                self.model()
            with self.graph.as_default():
                ours = self.variables()
                self._checkpoints = Checkpoints(ours)
                if self.peers and training:
                    self.peers.share_variables(ours)
                self.session.run(v1.variables_initializer(ours))
            self.graph.finalize()

    def _must_train(self):
        """UsageError when the graph was finished for making images only."""
        self._finish()
        if self.train_op is None:
            raise UsageError('this model was loaded to make images only: load it with '
                             'load_model(folder, training=True)')


class DeepConvolutionalGAN(GAN):
    """The GAN with a generator and a discriminator of convolutions, sized by its arguments.

    session: None = one of its own, on a graph of its own; see `GAN`.
    epochs: mini-batch steps in all. eval_step: steps between pictures. n_labels: logits an image;
    1 = logistic loss, 2 = softmax over (fake, real). options: any other field of `Config`.
    """

    def __init__(self, session=None, epochs=20_000, batch_size=32, eval_step=500, image_height=28,
                 image_width=28, n_channels=1, z_dim=64, generator_maps=(144, 72, 36, 1),
                 discriminator_maps=(1, 36, 72, 144), n_labels=1, **options):
        if 'preset' in options:
            raise UsageError('preset: use from_config(preset(NAME, ...)); here the arguments count')
        objective = options.setdefault('objective', objectives.with_logits(n_labels))
        if objectives.get(objective).logits != n_labels:
            raise UsageError(f'n_labels = {n_labels}: objective {objective} has '
                             f'{objectives.get(objective).logits}')
        super().__init__(preset(
            'dcgan28', epochs=epochs, batch_size=batch_size, eval_step=eval_step,
            image_height=image_height, image_width=image_width, n_channels=n_channels,
            z_dim=z_dim, generator_maps=tuple(generator_maps),
            discriminator_maps=tuple(discriminator_maps), **options), session)
