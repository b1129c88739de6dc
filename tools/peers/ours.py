"""This project: what `main1.py` runs, without log, pictures and checkpoints."""

from dcgan_tf import DeepConvolutionalGAN, latent
from dcgan_tf.model.feed import Feed


class Ours:
    """The networks of a Config; `step` trains them on one batch."""

    def __init__(self, config, images, threads, precision='float32'):
        self._gan = DeepConvolutionalGAN.from_config(
            config.replace(threads=threads, precision=precision))
        self._gan.optimizer()
        self._done = self._gan.steps_done()
        self._feed = Feed(self._gan, images)

    def step(self):
        """One batch: D's move and G's."""
        for batch_in_step, run in enumerate(self._gan.kind_of(self._done).runs):
            self._gan.session.run(run.op, self._feed(self._done, batch_in_step))
        self._done += 1

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
        losses = self._gan.losses[0 if penalty else -1]           # -1: of the steps between
        return self._gan.session.run((losses.d, losses.g), {self._gan.images_ph: real,
                                                            self._gan.noise: z})
