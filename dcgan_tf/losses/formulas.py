"""What D and G minimise, as pure functions of D's raw outputs: formula, paper, stable form.

r and f are D's outputs [N, L] for N real and N fake images. E is the mean over the batch. D(x) is
the probability sigmoid(l) that x is real. Every loss is a scalar. softplus(l) = log(1 + exp(l))
replaces both logarithms: -log sigmoid(l) = softplus(-l), and -log(1 - sigmoid(l)) = softplus(l). So
no log is taken of a number that was rounded to 0.

name: the player whose loss it is. The terms of D's loss are in the boxes D_real and D_fake.

Which of these functions belong together is in the table of objectives.py. The six f-GANs are in
f_gan.py.
"""

import tensorflow as tf

from dcgan_tf.ops import global_batch_mean

softplus, relu, mean = tf.nn.softplus, tf.nn.relu, tf.reduce_mean
EBGAN_MARGIN = 0.1  # ebgan: m, in half ranges of a pixel; with 0.5 no digits formed
LS_LAMBDA = 1.0     # loss_sensitive: lambda


# ---- logistic: D is a classifier, real against fake

def softmax_d(r, f, smooth=0.0, name='D'):
    """-E log D(x) - E log(1 - D(G(z))), D = softmax(l)_1; class 0 is fake, class 1 real.

    The two-class form in Salimans et al. 2016, arXiv 1606.03498, section 5.
    """
    return tf.add(_cross_entropy(f'{name}_real', r, 1.0 - smooth),
                  _cross_entropy(f'{name}_fake', f, 0.0), name)


def softmax_g(r, f, name='G'):
    """-E log D(G(z)), D = softmax(l)_1: Goodfellow et al. 2014, arXiv 1406.2661, section 3."""
    return _cross_entropy(name, f, 1.0)


def logistic_d(r, f, smooth=0.0, name='D'):
    """-E log D(x) - E log(1 - D(G(z))): Goodfellow et al. 2014, arXiv 1406.2661, eq. 1.

    The best D is p / (p + q). With smoothing: -(1 - t) log D - t log(1 - D) = softplus(-r) + t r:
    Salimans et al. 2016, arXiv 1606.03498, section 3.4.
    """
    with tf.name_scope(f'{name}_real'):
        real = softplus(-r, 'minus_log_D')
        real = mean(real + smooth * r if smooth else real)
    with tf.name_scope(f'{name}_fake'):
        fake = mean(softplus(f, 'minus_log_1_minus_D'))
    return tf.add(real, fake, name)


def non_saturating_g(r, f, name='G'):
    """-E log D(G(z)), whose gradient does not vanish while D wins.

    Goodfellow et al. 2014, arXiv 1406.2661, section 3.
    """
    with tf.name_scope(name):
        return mean(softplus(-f, 'minus_log_D'))


def minimax_g(r, f, name='G'):
    """E log(1 - D(G(z))): Goodfellow et al. 2014, arXiv 1406.2661, eq. 1."""
    with tf.name_scope(name):
        return -mean(softplus(f, 'minus_log_1_minus_D'))


def relativistic_d(r, f, smooth=0.0, name='D'):
    """-E log sigmoid(r - E f) - E log(1 - sigmoid(f - E r)).

    Jolicoeur-Martineau 2018, arXiv 1807.00734, eq. 6.
    """
    return logistic_d(*_relative(name, r, f), smooth, name)


def relativistic_g(r, f, name='G'):
    """-E log sigmoid(f - E r) - E log(1 - sigmoid(r - E f)): D's loss, real and fake exchanged.

    Jolicoeur-Martineau 2018, arXiv 1807.00734.
    """
    r, f = _relative(name, r, f)
    return logistic_d(f, r, name=name)


# ---- distances: D is a number, not a probability

def least_squares_d(r, f, smooth=0.0, name='D'):
    """E (r - 1)^2 / 2 + E f^2 / 2: Mao et al. 2017, arXiv 1611.04076, eq. 2 with a = 0, b = 1."""
    with tf.name_scope(f'{name}_real'):
        real = mean(tf.square(r - (1.0 - smooth)))
    with tf.name_scope(f'{name}_fake'):
        fake = mean(tf.square(f))
    with tf.name_scope(name):
        return (real + fake) / 2.0


def least_squares_g(r, f, name='G'):
    """E (f - 1)^2 / 2: Mao et al. 2017, arXiv 1611.04076, eq. 2 with c = 1."""
    with tf.name_scope(name):
        return mean(tf.square(f - 1.0)) / 2.0


def hinge_d(r, f, name='D'):
    """E max(0, 1 - r) + E max(0, 1 + f).

    Lim and Ye 2017, arXiv 1705.02894; Miyato et al. 2018, arXiv 1802.05957.
    """
    with tf.name_scope(f'{name}_real'):
        real = mean(relu(1.0 - r))
    with tf.name_scope(f'{name}_fake'):
        fake = mean(relu(1.0 + f))
    return tf.add(real, fake, name)


def wgan_d(r, f, name='D'):
    """E f - E r: Arjovsky et al. 2017, arXiv 1701.07875, eq. 3.

    If D is K-Lipschitz, the negative of this is a lower bound of K times the earth mover's
    distance.
    """
    with tf.name_scope(f'{name}_real'):
        real = mean(r)
    with tf.name_scope(f'{name}_fake'):
        fake = mean(f)
    return tf.subtract(fake, real, name)


def critic_g(r, f, name='G'):
    """-E f: the loss of the WGAN, Arjovsky et al. 2017, arXiv 1701.07875, algorithm 1.

    It is also the loss of the hinge GAN, Lim and Ye 2017, arXiv 1705.02894.
    """
    with tf.name_scope(name):
        return -mean(f)


def loss_sensitive_d(r, f, margin, name='D'):
    """E L(x) + lambda E max(0, margin + L(x) - L(G(z))), L = softplus(-D) >= 0.

    Qi 2017, arXiv 1701.06264, eq. 5. margin [N]: the loss of a real image should be lower than that
    of its fake by the distance between the two images. The paper needs a loss with a lower bound.
    -D has none and would fall for ever.
    """
    with tf.name_scope(f'{name}_real'):
        real = softplus(-r, 'L')
        mean_real = mean(real)
    with tf.name_scope(f'{name}_fake'):
        fake = softplus(-f, 'L')
        beyond = LS_LAMBDA * mean(relu(margin[:, None] + real - fake))
    return tf.add(mean_real, beyond, name)


def loss_sensitive_g(r, f, name='G'):
    """E L(G(z)), L = softplus(-D): Qi 2017, arXiv 1701.06264, eq. 6."""
    with tf.name_scope(name):
        return mean(softplus(-f, 'L'))


def ebgan_d(r, f, name='D'):
    """E e(x) + E max(0, m - e(G(z))): Zhao et al. 2017, arXiv 1609.03126, eq. 1.

    r and f are energies e >= 0.
    """
    with tf.name_scope(f'{name}_real'):
        real = mean(r)
    with tf.name_scope(f'{name}_fake'):
        fake = mean(relu(EBGAN_MARGIN - f))
    return tf.add(real, fake, name)


def ebgan_g(r, f, name='G'):
    """E e(G(z)), e an energy >= 0: Zhao et al. 2017, arXiv 1609.03126, eq. 2."""
    with tf.name_scope(name):
        return mean(f)


# ---- parts of the formulas

def _relative(name, r, f):
    """Returns r - E f and f - E r."""
    with tf.name_scope(f'{name}_relative'):
        return r - global_batch_mean(f), f - global_batch_mean(r)


def _cross_entropy(name, logits, target):
    """Returns the mean cross-entropy of logits [N, 2] with (1 - target, target), in stable form."""
    with tf.name_scope(name):
        labels = tf.broadcast_to(tf.constant([1.0 - target, target], logits.dtype),
                                 tf.shape(logits))
        losses, _ = tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=logits, labels=labels)
        return mean(losses)
