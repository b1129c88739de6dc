"""The GAN as one object: build, fit, generate, save and load.

    with DeepConvolutionalGAN(epochs=2000) as gan:
        gan.model()                             # inputs, generator, discriminator
        gan.loss()                              # what each of them minimises
        gan.optimizer()                         # two Adams, one train op
        gan.fit(images)                         # uint8 [N, 28, 28, 1]
        pictures = gan.generate_images(z)       # [N, 28, 28, 1] in [0, 1]
"""

import contextlib
import functools

import numpy as np
import tensorflow as tf

from dcgan_tf.config import preset
from dcgan_tf.distributed.synchronize import Synchronizer
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import check_images, feature_feed, sample_feed
from dcgan_tf.fit.fitting import Fitting
from dcgan_tf.fit.session import open_session
from dcgan_tf.fit.workers import facts
from dcgan_tf.graph_report.summary import describe, headline
from dcgan_tf.losses import objectives
from dcgan_tf.model.graph import GanGraph
from dcgan_tf.run_folder import config_json
from dcgan_tf.run_folder.checkpoints import Checkpoints
from dcgan_tf.run_folder.events import Events
from dcgan_tf.show.inversion import InversionOptions, invert

v1 = tf.compat.v1
CHUNK = 256                             # images made, or looked at, by one run


class DeepConvolutionalGAN(GanGraph, contextlib.AbstractContextManager):
    """A generator and a discriminator of plain ops, the graph they live in, and its session.

    session: None = one of our own, on a graph of our own, closed by `close` or its `with`; else
    all is built in that session's graph, and it stays open. Either graph is finalized by the first
    method that runs it: add what you like before.
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
        self._open(session, preset(
            'dcgan28', epochs=epochs, batch_size=batch_size, eval_step=eval_step,
            image_height=image_height, image_width=image_width, n_channels=n_channels,
            z_dim=z_dim, generator_maps=tuple(generator_maps),
            discriminator_maps=tuple(discriminator_maps), **options))

    @classmethod
    def from_config(cls, config, session=None, *, worker=None):
        """The GAN of a Config, e.g. of `preset('main1')` or of a run folder.

        worker: a `distributed.Worker`, where several processes train one GAN; all of them make the
        same calls up to `fit`. The session is then its own.
        """
        if session and worker:
            raise UsageError('a worker has a session of its own: give one of the two')
        gan = cls.__new__(cls)
        gan._open(session, config, worker)
        return gan

    def synchronize(self, images):
        """Of several workers: waits for all. UsageError where one was started otherwise.

        images: those that `fit` will get, which calls this, too. One process alone goes on at once.
        """
        self._must_train()
        if self.worker and self.collective_session is None:
            self.collective_session = self.worker.collective_session(self.session)
            self.synchronizer.check_same_setup(self.collective_session,
                                               facts(self.config, self.worker, images))

    def fit(self, images, run=None, *, labels=None, places=None, whole=0, evaluator=None,
            progress=True, debugger=None):
        """Trains on uint8 images [N, H, W, C] up to step `epochs` -> TrainingResult.

        labels: int32 [N], places in class_names; a `gan` does not learn from them.
        places: int64 [N], of a part of a data set, with `split_data`: where each image lies in it.
        whole: how many it has.
        run: a RunFolder for log, pictures, events and checkpoints (`run_folder.run_folder.create`);
        None = nothing is written. evaluator: what measures the Config's `metrics`, an
        `evaluator.Evaluator`.
        debugger: what looks into every step, a `fit.tfdbg_cli.TfdbgCli` or a
        `fit.debug_dump.DebugDump`.
        Ctrl-C and SIGTERM end it after the step under way. RunError when a number is not finite;
        what it does about a collapse says `on_collapse`.
        """
        self._must_train()
        return Fitting(self, self._checkpoints, images, run, labels=labels, places=places,
                       whole=whole, evaluator=evaluator, progress=progress, debugger=debugger).run()

    def generate_images(self, z, labels=None):
        """z [N, Z], any N, in the prior's range -> images [N, H, W, C] float32 in [0, 1].

        labels: what a cgan shall draw, int [N], or float [N, K] with a weight for each class.
        """
        self._finish()
        given = sample_feed(self, z, labels)
        chunks = [self.session.run(self.samples, {ph: x[i:i + CHUNK] for ph, x in given.items()})
                  for i in range(0, len(z), CHUNK)]
        return np.concatenate(chunks or [np.zeros((0, *self.samples.shape[1:]), np.float32)])

    def discriminator_features(self, images, reference=None):
        """What D has learnt to see: uint8 images [N, H, W, C], any N -> float32 [N, F].

        The maps behind each of its convolutions, max-pooled to 4x4, side by side: Radford et al.
        2016, arXiv 1511.06434, section 5.1. They depend on the image alone: not on its neighbours,
        nor on a label, of which D sees none, nor on what disturbs D in training.
        reference: for a D whose batch norm keeps no averages (main1), batch_size real images, which
        normalise all others.
        Call `features` before `load_model`: a graph that is finished takes no more ops.
        """
        if self.d_features is None and self._checkpoints is not None:
            raise UsageError('this graph was finished without D\'s features: call features() first')
        self.features()
        self._finish()
        given = feature_feed(self, images, reference)
        chunks = [self.session.run(self.d_features, {**given, self.images_ph: images[i:i + CHUNK]})
                  for i in range(0, len(images), CHUNK)]
        return np.concatenate(chunks or [np.zeros((0, self.d_features.shape[1]), np.float32)])

    def invert(self, images, labels=None, options=None, tick=lambda: None):
        """The latents from which G draws something like these images -> InversionResult.

        images: uint8 [N, H, W, C]. labels: of a cgan, the class of each, int [N]; None = all are
        tried. options: `show.inversion.InversionOptions`. tick: called as it goes on.
        Call `inversion` before `load_model`, as with `discriminator_features`.
        """
        if self.inverter is None and self._checkpoints is not None:
            raise UsageError('this graph was finished without inversion: call inversion() first')
        self.inversion()
        self._finish()
        check_images(images, self.config)
        run = functools.partial(self.inverter.run, self.session)
        return invert(run, images, self.config, options or InversionOptions(), labels, tick)

    def save_model(self, folder):
        """Saves all variables as `folder`/model-STEP -> that path. RunError on a full disk.

        The folder keeps the newest five, this one among them, and, unless it is a run folder's, an
        options.json for the tools. Give each model a folder of its own: `load_model` takes the
        highest step it finds.
        """
        self._must_train()            # without Adam's state it could not be trained on
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
        """Training steps behind the weights as they are now."""
        self._finish()
        return int(self.session.run(self.step))

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
        """Every variable that is ours: weights, averages, Adam's slots and powers, the step."""
        with self.graph.as_default():
            return [v for v in v1.global_variables() if v.ref() not in self._foreign]

    def close(self):
        """Closes the session, if it is our own."""
        if self._owned:
            self.session.close()

    def __exit__(self, *error):
        together = self.collective_session
        if not (together and together.busy):             # else closing would wait for others, too
            self.close()

    def _open(self, session, config, worker=None):
        self._owned = session is None
        if session is None:
            session = open_session(tf.Graph(), config.threads, config.jit, worker)
        self.session, self.synchronizer, self.collective_session = session, None, None
        super().__init__(config, self.session.graph, worker)
        self._checkpoints = None
        with self.graph.as_default():
            self._foreign = {v.ref() for v in v1.global_variables()}

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
                if self.worker and training:
                    self.synchronizer = Synchronizer(self.worker, ours)
                self.session.run(v1.variables_initializer(ours))
            self.graph.finalize()

    def _must_train(self):
        """UsageError when the graph was finished for making images only."""
        self._finish()
        if self.train_op is None:
            raise UsageError('this model was loaded to make images only: load it with '
                             'load_model(folder, training=True)')
