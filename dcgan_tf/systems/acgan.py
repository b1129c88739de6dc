"""The auxiliary classifier GAN of Odena et al. 2017, arXiv 1610.09585: `--type acgan`.

    z, c -> G -> fake      real -> D -> r, classes of real      fake -> D -> f, classes of fake

D gets no label. It has to tell real images from fake ones, and the class of each image. So G learns
to make images of its class c that a classifier recognises. Sections 3 and 4 of the paper, with
y the class of a real image:

    L_S = E log P(real | real image) + E log P(fake | fake image)        D maximises L_S + L_C
    L_C = E log P(y | real image) + E log P(c | fake image)              G maximises L_C - L_S

Here L_S is any objective; `minimax` is the paper's, `non_saturating` the one that is in use. L_C
has the weight `class_weight`. c is uniform, and not the class of a real image of the batch.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.conditioning import uniform_label
from dcgan_tf.networks.network import Network
from dcgan_tf.systems.base import Player
from dcgan_tf.systems.dcgan import DCGAN, bounded


class Networks(NamedTuple):
    """The generator and the discriminator."""

    G: Network                   # z [N, Z], c -> images [N, H, W, C]
    D: Network                   # images [N, H, W, C] -> logits [N, L], class logits [N, K]


class Outputs(NamedTuple):
    """What the networks return for a batch."""

    fake: tf.Tensor              # [N, H, W, C]
    augmented_real: tf.Tensor    # [N, H, W, C], real images as D sees them
    augmented_fake: tf.Tensor    # [N, H, W, C], fake images as D sees them
    r: tf.Tensor                 # [N, L], D's output for real images
    f: tf.Tensor                 # [N, L], D's output for fake images
    real_classes: tf.Tensor      # [N, K], logits of the classes of real images
    fake_classes: tf.Tensor      # [N, K], logits of the classes of fake images
    y: tf.Tensor                 # [N] int32, the classes of the real images
    c: tf.Tensor                 # [N] int32, the classes that G was asked for


class ACGAN(DCGAN):
    """`--type acgan`. Every objective but ebgan can be used."""

    kind, labels_for_d = 'acgan', False

    def networks(self):
        return Networks(G=Network('Generator', self.architecture.generator),
                        D=discriminator(self))

    def forward(self, net, batch):
        c = self.classes_of_fakes(batch)
        fake = net.G(batch.noise, c, use='train')
        augmented_real, augmented_fake = self.seen_by_d(batch, fake)
        r, real_classes = net.D(augmented_real, use='real')
        f, fake_classes = net.D(augmented_fake, use='fake')
        return Outputs(fake, augmented_real, augmented_fake, r, f, real_classes, fake_classes,
                       batch.labels, c)

    def players(self, net, batch, out):
        weight = self.config.class_weight
        of_real = class_loss('class_real', out.real_classes, out.y)
        of_fake = class_loss('class_fake', out.fake_classes, out.c)
        d, g = self.d_loss(batch, out), self.objective.g_loss(out.r, out.f)
        with tf.name_scope('D_and_class'):
            d += weight * (of_real + of_fake if self.config.class_loss == 'both' else of_real)
        with tf.name_scope('G_and_class'):
            g += weight * of_fake
        return [Player('D', [net.D], d, self.d_penalty(net, batch, out)), Player('G', [net.G], g)]

    def score(self, net, x, y, **use):
        return self.objective.score(net.D(x, **use)[0])

    def classes_of_fakes(self, batch):
        """Returns a class for each fake image: uniform, a function of (seed, step).   -> [N]"""
        classes = self.architecture.classes
        with ops.box('inputs'), tf.name_scope('classes_of_fakes'):
            return uniform_label(
                batch.draw('uniform', tf.shape(batch.labels), 'classes_of_fakes'), classes)

    def classes(self, net, x, reference, use='classes'):
        def build(x):
            return self.architecture.discriminator(
                x, None, training=False, logits=self.objective.logits + self.architecture.classes)
        return net.D.apply(lambda x: tf.nn.softmax(self.architecture.beside_reference(
            build, x, reference)[:, self.objective.logits:]), x, use=use)

    def scalars(self, out):
        """Returns D's accuracies, and those of its classes: of real images, of fake ones, of both.

        The class of a fake image is the one that G was asked for.
        """
        real, fake = (
            tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1, tf.int32), labels), tf.float32))
            for logits, labels in ((out.real_classes, out.y), (out.fake_classes, out.c)))
        return {**super().scalars(out), 'head_accuracy': (real + fake) / 2.0,
                'head_accuracy/real': real, 'head_accuracy/fake': fake}


def discriminator(system):
    """Builds D. Its last layer has an output for each class, in addition to the objective's."""
    architecture, logits = system.architecture, system.objective.logits

    def build(x, *, training):
        out = architecture.discriminator(x, None, training=training,
                                         logits=logits + architecture.classes)
        with tf.name_scope('heads'):
            return (tf.identity(out[:, :logits], 'real_or_fake'),
                    tf.identity(out[:, logits:], 'classes'))
    return bounded(system, build)


def class_loss(name, logits, labels):
    """Returns -E log softmax(logits)_label.   [N, K], [N] -> []"""
    with tf.name_scope(name):
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=labels, logits=logits))
