"""This project: what `main1.py` runs, without log, pictures and checkpoints."""

from dcgan_tf import DeepConvolutionalGAN, latent
from dcgan_tf.fit.feed import BatchFeeder


class Ours:
    """The networks of a Config; `step` trains them on one batch."""

    def __init__(self, config, images, threads, **options):
        self._gan = DeepConvolutionalGAN.from_config(config.replace(threads=threads, **options))
        self._gan.optimizer()
        self._done = self._asked = self._gan.steps_done()
        self._feed = BatchFeeder(self._gan, images)

    def step(self):
        """One batch: D's move and G's. With steps_per_run all of a run come with the last."""
        self._asked += 1
        behind = range(self._done, self._asked)
        if self._done and len(behind) < self._gan.config.steps_per_run:       # the first is made
            return
        batches = [(run, self._feed(index, batch_in_step)) for index in behind
                   for batch_in_step, run in enumerate(self._gan.steps.variant_of(index).train_ops)]
        if many := self._gan.steps.many_steps:
            self._gan.session.run(many.op, many.feed(batches))
        else:
            for run, fed in batches:
                self._gan.session.run(run.op, fed)
        self._done = self._asked

    def generate(self, n):
        """n images [n, H, W, C] in [0, 1]."""
        c = self._gan.config
        return self._gan.generate_images(latent.draw(c.prior, n, c.z_dim, 0))

    def weights(self):
        """Name -> array."""
        gan = self._gan
        weights = gan.graph.get_collection('trainable_variables')
        return dict(zip((v.op.name for v in weights), gan.session.run(weights), strict=True))

    def losses(self, real, z, *, penalty=False):
        """-> (D's, G's) of images uint8 [N, H, W, C] and latents [N, Z]."""
        losses = self._gan.losses[0 if penalty else -1].minimised   # -1: of the steps between
        inputs = self._gan.built.inputs
        return self._gan.session.run((losses['D'], losses['G']), {inputs.images_ph: real,
                                                                  inputs.batch.noise: z})
