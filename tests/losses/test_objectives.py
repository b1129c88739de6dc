"""Every objective against its literal formula, its optimum on four points, and far out."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.config import OBJECTIVES as HELP
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import objectives
from dcgan_tf.losses.f_gan import F_DIVERGENCES
from dcgan_tf.losses.formulas import EBGAN_MARGIN, LS_LAMBDA
from dcgan_tf.losses.objectives import OBJECTIVES
from tests import reference as ref
from tests.cases import cases

v1 = tf.compat.v1
log, exp, mean = np.log, np.exp, np.mean


def value(tensor_of, *arrays):
    with tf.Graph().as_default(), v1.Session() as session:
        return session.run(tensor_of(*(tf.constant(a, tf.float32) for a in arrays)))


def losses(name, real, fake, **options):
    """(D's, G's) of a row, as numbers."""
    row = objectives.get(name)
    if row.margins:
        options['margin'] = np.abs(real - fake)[:, 0].astype(np.float32) / 3
    return value(lambda r, f: (row.d_loss(r, f, **options), row.g_loss(r, f)), real, fake)


def probability(logits):
    """D(x): the sigmoid of one logit, or class 1 of a softmax over two."""
    if logits.shape[1] == 1:
        return 1 / (1 + exp(-logits))
    return exp(logits[:, 1:]) / exp(logits).sum(axis=1, keepdims=True)


def classifier(r, f, smooth=0):
    p, q = probability(r), probability(f)
    return mean(-(1 - smooth) * log(p) - smooth * log(1 - p)) - mean(log(1 - q))


def relativistic(r, f, smooth=0):
    return classifier(r - mean(f), f - mean(r), smooth)


# The paper's f*(T), with T = g(v), in place of the simplified form.
FENCHEL = {'kl': lambda t: exp(t - 1), 'reverse_kl': lambda t: -1 - log(-t),
           'pearson': lambda t: t ** 2 / 4 + t, 'hellinger': lambda t: t / (1 - t),
           'jensen_shannon': lambda t: -log(2 - exp(t)), 'gan': lambda t: -log(1 - exp(t))}
ACTIVATION = {'kl': lambda v: v, 'reverse_kl': lambda v: -exp(-v), 'pearson': lambda v: v,
              'hellinger': lambda v: 1 - exp(-v), 'gan': lambda v: -log(1 + exp(-v)),
              'jensen_shannon': lambda v: log(2 / (1 + exp(-v)))}


def f_gan(name):
    def conjugate(v):
        return mean(FENCHEL[name](ACTIVATION[name](v)))
    return (lambda r, f: conjugate(f) - mean(ACTIVATION[name](r)),
            lambda r, f: -mean(ACTIVATION[name](f)))


LITERAL = {
    'softmax':        (classifier, lambda r, f: -mean(log(probability(f)))),
    'non_saturating': (classifier, lambda r, f: -mean(log(probability(f)))),
    'minimax':        (classifier, lambda r, f: mean(log(1 - probability(f)))),
    'relativistic_average': (relativistic, lambda r, f: relativistic(f, r)),
    'least_squares':  (lambda r, f, smooth=0: mean((r - 1 + smooth) ** 2) / 2 + mean(f ** 2) / 2,
                       lambda r, f: mean((f - 1) ** 2) / 2),
    'hinge':          (lambda r, f: -mean(np.minimum(0, r - 1)) - mean(np.minimum(0, -1 - f)),
                       lambda r, f: -mean(f)),
    'wgan':           (lambda r, f: -(mean(r) - mean(f)), lambda r, f: -mean(f)),
    'loss_sensitive': (lambda r, f: mean([
        log(1 + exp(-x)) + LS_LAMBDA * max(0, abs(x - y) / 3 + log(1 + exp(-x)) - log(1 + exp(-y)))
        for x, y in zip(r[:, 0], f[:, 0], strict=True)]), lambda r, f: mean(log(1 + exp(-f)))),
    'ebgan':          (lambda r, f: mean(r) + mean([max(0, EBGAN_MARGIN - y) for y in f[:, 0]]),
                       lambda r, f: mean(f)),
    **{f'f_gan_{name}': f_gan(name) for name in F_DIVERGENCES},
}


@cases('name', OBJECTIVES)
def test_losses_are_their_formula(name):
    real, fake = np.random.default_rng(1).normal(0, 2, (2, 50, objectives.get(name).logits))
    expected = [formula(real, fake) for formula in LITERAL[name]]
    for actual, wanted in zip(losses(name, real, fake), expected, strict=True):
        ref.assert_close(actual, wanted)


@cases('smooth', [0.1, 0.5])
@cases('name', [name for name, row in HELP.items() if row.smooths])
def test_smoothed_targets_of_real_images(name, smooth):
    real, fake = np.random.default_rng(1).normal(0, 2, (2, 50, objectives.get(name).logits))
    d_loss, _ = losses(name, real, fake, smooth=smooth)
    ref.assert_close(d_loss, LITERAL[name][0](real, fake, smooth))


# ---- four points; the data has them in the shares P, the generator in the shares Q

P, Q = np.array([1, 2, 3, 4]), np.array([4, 3, 2, 1])
U, N = P / Q, P.sum()
SIGN = np.sign(P - Q)
SMOOTH = {                                          # u = p / q -> D's output with the least loss
    'softmax': log, 'non_saturating': log, 'minimax': log, 'least_squares': lambda u: u / (1 + u),
    'f_gan_kl': lambda u: 1 + log(u), 'f_gan_reverse_kl': log, 'f_gan_pearson': lambda u: 2 * u - 2,
    'f_gan_hellinger': lambda u: log(u) / 2, 'f_gan_jensen_shannon': log, 'f_gan_gan': log,
}
BEST = {                                            # the same in each point, and where it jumps
    **{name: output(U) for name, output in SMOOTH.items()},
    'hinge': SIGN, 'wgan': objectives.CLIP * SIGN, 'ebgan': EBGAN_MARGIN * (SIGN < 0),
}
MINIMA = {                                          # that loss: what G is told to make small
    **dict.fromkeys(('softmax', 'non_saturating', 'minimax'),
                    -sum(P * log(P / (P + Q)) + Q * log(Q / (P + Q))) / N),
    'least_squares': sum(P * Q / (P + Q)) / 2 / N,
    'hinge': 2 * sum(np.minimum(P, Q)) / N,                              # 2 - total variation x 2
    'wgan': -objectives.CLIP * sum(abs(P - Q)) / N,
    'ebgan': EBGAN_MARGIN * sum(np.minimum(P, Q)) / N,
    'f_gan_kl': -sum(P * log(U)) / N,
    'f_gan_reverse_kl': sum(Q * log(U)) / N,
    'f_gan_pearson': -sum((P - Q) ** 2 / Q) / N,
    'f_gan_hellinger': -sum((P ** .5 - Q ** .5) ** 2) / N,
    'f_gan_jensen_shannon': -sum(P * log(2 * P / (P + Q)) + Q * log(2 * Q / (P + Q))) / N,
    'f_gan_gan': -sum(P * log(P / (P + Q)) + Q * log(Q / (P + Q))) / N,
}


def outputs_of(name, table):
    """D's output in each of the four points [4, L] as in the table [4]; a softmax's first is 0."""
    return np.outer(table, [0, 1] if objectives.get(name).logits == 2 else [1]).astype(np.float32)


def d_loss_of(name, outputs):
    """D's loss, told its outputs in the four points."""
    return objectives.get(name).d_loss(tf.gather(outputs, np.repeat(range(4), P)),
                                       tf.gather(outputs, np.repeat(range(4), Q)))


def in_points(name, outputs):
    """G's loss in each of the four points."""
    g_loss = objectives.get(name).g_loss
    return tf.stack([g_loss(outputs[i:i + 1], outputs[i:i + 1]) for i in range(4)])


def allowed(name, table):
    """The outputs that such a D can have: an energy is not negative."""
    if objectives.get(name).clip:
        return np.clip(table, -objectives.CLIP, objectives.CLIP)
    return np.maximum(table, 0) if objectives.get(name).autoencoder else table


@pytest.fixture(scope='module')
def known():
    """known(loss, tables) -> {name: loss(name, D's outputs as in its table)}, of one graph."""
    made = {}
    with tf.Graph().as_default(), v1.Session() as session:
        fed = {name: v1.placeholder(tf.float32, [4, objectives.get(name).logits]) for name in BEST}

        def run(loss, tables):
            if loss not in made:
                made[loss] = {name: loss(name, outputs) for name, outputs in fed.items()}
            return session.run({name: made[loss][name] for name in tables}, {
                fed[name]: outputs_of(name, table) for name, table in tables.items()})
        yield run


def test_the_best_d_and_its_loss_are_the_known_ones(known):
    least = known(d_loss_of, BEST)
    assert least == pytest.approx(MINIMA, abs=1e-5)
    for aside in np.random.default_rng(0).normal(0, .3, (20, 4)):
        others = {name: allowed(name, table + aside) for name, table in BEST.items()}
        for name, loss in known(d_loss_of, others).items():
            assert loss >= least[name] - 1e-6, name


def test_g_is_sent_to_where_the_data_is_denser(known):
    for name, seen in known(in_points, BEST).items():
        assert sorted(seen, reverse=True) == seen.tolist(), name
        assert seen[0] > seen[-1], name


def test_the_best_g_against_the_best_d_has_the_shares_of_the_data(known):
    """G's shares are a softmax over the points; D is always the best against them.

    The slope of E_Q l along the logits of Q, D held, is q (l - E_Q l), l being G's loss in a point.
    """
    shares, logits = P / N, {name: log(Q / N) for name in SMOOTH}
    for _ in range(400):
        q = {name: exp(x) / exp(x).sum() for name, x in logits.items()}
        losses = known(in_points, {name: best(shares / q[name]) for name, best in SMOOTH.items()})
        for name, loss in losses.items():
            logits[name] = logits[name] - q[name] * (loss - q[name] @ loss)
    assert abs(Q / N - shares).max() > 0.2
    for name in SMOOTH:
        np.testing.assert_allclose(q[name], shares, atol=1e-3, err_msg=name)


@cases('name', BEST)
def test_the_score_is_positive_where_the_data_is_denser(name):
    score = value(objectives.get(name).score, outputs_of(name, BEST[name]))
    assert np.sign(score).tolist() == SIGN.tolist()


def test_the_best_relativistic_d_orders_the_points_and_learns_nothing_from_equals():
    def least(p, q):
        with tf.Graph().as_default(), v1.Session() as session:
            table = tf.Variable(np.zeros((4, 1), np.float32))
            loss = objectives.get('relativistic_average').d_loss(
                tf.gather(table, np.repeat(range(4), p)), tf.gather(table, np.repeat(range(4), q)))
            step = v1.train.GradientDescentOptimizer(2.0).minimize(loss)
            session.run(v1.global_variables_initializer())
            for _ in range(50):
                session.run(step)
            return session.run((loss, table))

    loss, table = least(P, Q)
    assert loss < 2 * log(2)
    assert (np.diff(table[:, 0]) > 0).all()
    loss, table = least(P, P)
    assert loss == pytest.approx(2 * log(2), abs=1e-5)
    assert np.ptp(table) < 1e-5


def test_a_loss_sensitive_d_holds_the_loss_of_the_fake_above_that_of_the_real_by_the_margin():
    """L(real) = 0 and L(fake) = margin: nothing is left, and no output runs away for it."""
    with tf.Graph().as_default(), v1.Session() as session:
        outputs = tf.Variable([[0.0], [0.0]])
        loss = objectives.get('loss_sensitive').d_loss(outputs[:1], outputs[1:], tf.constant([4.0]))
        step = v1.train.GradientDescentOptimizer(0.2).minimize(loss)
        session.run(v1.global_variables_initializer())
        for _ in range(700):
            session.run(step)
        (real,), (fake,) = session.run(outputs)
    assert log(1 + exp(-real)) < 0.01
    assert log(1 + exp(-fake)) == pytest.approx(4, abs=0.2)


def relu(x):
    return x * (x.real > 0)


def sp(x):
    """softplus in float64, complex or not, far out, too."""
    return relu(x) + np.log1p(exp(-x * np.sign(x.real)))


LOG_2 = log(2)
FAR = {                                            # (D's, G's) loss where all r and all f are equal
    **dict.fromkeys(('softmax', 'non_saturating', 'f_gan_gan'),
                    (lambda r, f: sp(-r) + sp(f), lambda r, f: sp(-f))),
    'minimax':        (lambda r, f: sp(-r) + sp(f), lambda r, f: -sp(f)),
    'relativistic_average': (lambda r, f: 2 * sp(f - r), lambda r, f: 2 * sp(r - f)),
    'least_squares':  (lambda r, f: ((r - 1) ** 2 + f ** 2) / 2, lambda r, f: (f - 1) ** 2 / 2),
    'hinge':          (lambda r, f: relu(1 - r) + relu(1 + f), lambda r, f: -f),
    'wgan':           (lambda r, f: f - r, lambda r, f: -f),
    'loss_sensitive': (lambda r, f: sp(-r) + relu(sp(-r) - sp(-f)), lambda r, f: sp(-f)),
    'ebgan':          (lambda r, f: r + relu(EBGAN_MARGIN - f), lambda r, f: f),
    'f_gan_kl':       (lambda r, f: exp(f - 1) - r, lambda r, f: -f),
    'f_gan_reverse_kl': (lambda r, f: f - 1 + exp(-r), lambda r, f: exp(-f)),
    'f_gan_pearson':  (lambda r, f: f ** 2 / 4 + f - r, lambda r, f: -f),
    'f_gan_hellinger': (lambda r, f: exp(f) + exp(-r) - 2, lambda r, f: exp(-f) - 1),
    'f_gan_jensen_shannon': (lambda r, f: sp(f) + sp(-r) - 2 * LOG_2, lambda r, f: sp(-f) - LOG_2),
}
EXPONENTIAL = ('f_gan_kl', 'f_gan_reverse_kl', 'f_gan_hellinger')      # beyond 88 they overflow


def losses_and_slopes(name, ends):
    """D's loss with its slopes in r and f, and G's with its own, where all r and all f are equal.

    ends: of [r, f]. All in one session, one set of numbers a pair.
    """
    row = objectives.get(name)
    with tf.Graph().as_default(), v1.Session() as session:
        r, f = (v1.placeholder(tf.float32, [4, row.logits]) for _ in 'rf')
        margin = {'margin': tf.zeros([4])} if row.margins else {}
        made = [(loss, *tf.gradients(loss, [r, f], unconnected_gradients='zero'))
                for loss in (row.d_loss(r, f, **margin), row.g_loss(r, f))]
        return [session.run(made, {side: outputs_of(name, [end] * 4)
                                   for side, end in zip((r, f), pair, strict=True)})
                for pair in ends]


@cases('name', OBJECTIVES)
def test_losses_and_slopes_are_right_far_out(name):
    """With r = 10,000 and f = -10,000, and exchanged.

    The slope of an analytic formula F is Im F(x + ih) / h, which no large number beside it drowns.
    """
    far, h = 80 if name in EXPONENTIAL else 1e4, 1e-20
    both = np.array([(far, -far), (-far, far)])
    for ends, found in zip(both, losses_and_slopes(name, both), strict=True):
        for (loss, *slopes), formula in zip(found, FAR[name], strict=True):
            np.testing.assert_allclose(loss, formula(*ends), rtol=1e-5)
            for slope, aside in zip(slopes, 1j * h * np.eye(2), strict=True):
                np.testing.assert_allclose(slope[:, -1].sum(), formula(*(ends + aside)).imag / h,
                                           rtol=1e-5)


def accuracy(name, real, fake):
    """Outputs of D, the first logit of a softmax 0 -> the share of each told right."""
    row = objectives.get(name)
    outputs = ([[0, x] if row.logits == 2 else [x] for x in side] for side in (real, fake))
    return value(lambda r, f: objectives.accuracy(row, r, f), *outputs)


@cases('name', ['softmax', 'non_saturating', 'hinge', 'f_gan_gan'])
def test_accuracy_of_each_kind(name):
    assert accuracy(name, [2, -1, 3, 0.5], [-1, -2, 4, 0]) == (0.75, 0.5)


@cases('name', ['relativistic_average', 'wgan', 'loss_sensitive'])
def test_accuracy_where_only_differences_mean_something(name):
    assert accuracy(name, [102, 101, 103, 99], [99, 98, 103, 97]) == (0.75, 0.75)
    assert objectives.get(name).relative


def test_the_tables_agree():
    assert list(OBJECTIVES) == list(HELP)


def test_number_of_logits_names_an_objective():
    assert objectives.with_logits(1) == 'non_saturating'
    assert objectives.with_logits(2) == 'softmax'
    with pytest.raises(UsageError, match='expected 1 .* or 2'):
        objectives.with_logits(3)
    with pytest.raises(UsageError, match='expected softmax'):
        objectives.get('nonsense')
