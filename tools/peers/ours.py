"""Trains with this project, as `main1.py` does, without log, pictures and checkpoints."""

import numpy as np

from dcgan_tf import DeepConvolutionalGAN, latent
from dcgan_tf.fit.feed import BatchFeeder


class Ours:
    """Has the networks of a Config; `step` trains them on one batch."""

    def __init__(self, config, images, threads, **options):
        self._gan = DeepConvolutionalGAN.from_config(config.replace(threads=threads, **options))
        self._gan.optimizer()
        self._done = self._wanted = self._gan.steps_done()
        classes = len(config.class_names)                # of a cgan
        labels = np.arange(len(images)) % classes if classes else None
        self._feed = BatchFeeder(self._gan, images, labels)

    def step(self):
        """Makes one training step. With steps_per_run, the last step of a run makes all of them."""
        self._wanted += 1
        due = range(self._done, self._wanted)
        if self._done and len(due) < self._gan.config.steps_per_run:       # step 1 is made alone
            return
        batches = [(run, self._feed(index, batch_in_step)) for index in due
                   for batch_in_step, run in enumerate(self._gan.steps.variant_of(index).train_ops)]
        if many := self._gan.steps.many_steps:
            self._gan.session.run(many.op, many.feed(batches))
        else:
            for run, feed_dict in batches:
                self._gan.session.run(run.op, feed_dict)
        self._done = self._wanted

    def generate(self, n):
        """Returns n images [n, H, W, C] in [0, 1]."""
        c = self._gan.config
        return self._gan.generate_images(latent.draw(c.prior, n, c.z_dim, 0))

    def weights(self):
        """Returns {name: array}."""
        gan = self._gan
        weights = gan.graph.get_collection('trainable_variables')
        return dict(zip((v.op.name for v in weights), gan.session.run(weights), strict=True))

    def losses(self, real, z, *, penalty=False):
        """Returns the losses of D and G, of images uint8 [N, H, W, C] and latents [N, Z]."""
        losses = self._gan.losses[0 if penalty else -1].minimised   # -1: without a penalty
        inputs = self._gan.built.inputs
        return self._gan.session.run((losses['D'], losses['G']), {inputs.images_ph: real,
                                                                  inputs.batch.noise: z})
