"""The engine on a toy system of three players, against steps worked out in NumPy."""

import functools
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.errors import CollapseError, UsageError
from dcgan_tf.gan import GAN
from dcgan_tf.networks.network import Network
from dcgan_tf.optimizers import Momentum, Optimizer, RMSProp, rates
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.tables import loss_csv
from tests.helpers import assert_same, first_step, put, values
from tests.pool import Shared, options_of_graph
from tests.train_ops.toy import Literal, Toy, dot, gradients, noises

PLAYERS = {'A': 'PS', 'B': 'Q', 'C': 'S'}
RATE = 0.05
ADAM = functools.partial(Literal, 'adam', RATE, beta1=0.5, beta2=0.999)
IMAGES = np.zeros((8, 8, 8, 1), np.uint8)


@pytest.fixture
def config(tiny):
    return lambda **changes: tiny(**{'learning_rate': RATE, 'ema': 0.0, 'epochs': 4, **changes})


@pytest.fixture
def gan(config, kept):
    """gan(config's changes, **options of Toy) -> a finished GAN of the toy system, as new."""
    def make(changes=None, system=Toy, **options):
        c, options = config(**(changes or {})), {'moves': 'together', **options}
        key = options_of_graph(c), system, repr(options)
        if key not in kept:
            made = GAN(c, system=system(c, **options))
            made.steps_done()                                  # finishes it
            kept[key] = Shared(key, made)
        return kept[key].lend(c, lambda shared: None)
    return make


def weights_of(gan):
    return {n.name: gan.session.run(n.weights[0]) for n in gan.built.net}


def fitted(gan):
    """-> the weights before and after the training."""
    before = weights_of(gan)
    gan.fit(IMAGES, progress=False)
    return before, weights_of(gan)


def literal(gan, weights, rules, plan, *, accumulate=1, change=lambda player, network, g, w: g):
    """The weights after all steps. plan: the players that move in each update of a step."""
    c, w = gan.config, {name: value.astype(float) for name, value in weights.items()}
    per_step = len(plan) * accumulate
    draws = iter(noises(c, c.epochs * per_step))
    for _ in range(c.epochs):
        for group in plan:
            found = [gradients(w, next(draws)) for _ in range(accumulate)]
            moved = {(p, n): change(p, n, np.mean([f[p][n] for f in found], axis=0), w[n])
                     for p in group for n in PLAYERS[p]}
            for p in group:
                for n in PLAYERS[p]:
                    w[n] = rules[p, n](w[n], moved[p, n])
    return w


def rules(make=lambda player: ADAM()):
    return {(p, n): make(p) for p, networks in PLAYERS.items() for n in networks}


def assert_close(found, expected):
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-4, atol=2e-5, err_msg=name)


LAZY = {'penalty': 'r1', 'penalty_every': 2, 'penalty_weight': 0.3}
TOGETHER, IN_TURN = ['ABC'], ['A', 'B', 'C']


@pytest.mark.parametrize(('changes', 'moves', 'plan', 'accumulate'), [
    ({}, 'together', TOGETHER, 1),
    ({}, 'in turn', IN_TURN, 1),
    ({'d_steps': 2, 'g_steps': 2}, 'together', ['A', 'ABC', 'BC'], 1),
    pytest.param({'d_steps': 2}, 'in turn', ['A', 'A', 'B', 'C'], 1,
                 marks=pytest.mark.slow),
    ({'gradient_accumulate': 3}, 'together', TOGETHER, 3),
    pytest.param({'gradient_accumulate': 2}, 'in turn', IN_TURN, 2,
                 marks=pytest.mark.slow),
    ({'steps_per_run': 3}, 'in turn', IN_TURN, 1)], ids=str)
def test_who_moves_when_and_on_which_batch(gan, changes, moves, plan, accumulate):
    """Together: all by gradients at the same weights. In turn: each sees the moves before."""
    made = gan(changes, moves=moves)
    before, after = fitted(made)
    assert_close(after, literal(made, before, rules(), plan, accumulate=accumulate))
    other = literal(made, before, rules(), IN_TURN if plan == TOGETHER else TOGETHER,
                    accumulate=accumulate)
    assert any(np.abs(after[name] - other[name]).max() > 1e-3 for name in after)


def test_each_player_has_its_own_rule_rate_and_schedule(gan):
    optimizers = {
        'A': Optimizer(functools.partial(Momentum, momentum=0.9), 0.1,
                       rates.steps({1: 0.5, 3: 0.1})),
        'B': Optimizer(functools.partial(RMSProp, decay=0.8), 0.01, rates.linear(1, 2)),
        'C': Optimizer(rate=0.2, schedule=rates.half_life(2))}
    made = gan({}, **{name: {'optimizer': each} for name, each in optimizers.items()})
    before, after = fitted(made)
    plain = {'A': Literal('momentum', 0.1, momentum=0.9), 'B': Literal('rmsprop', 0.01, decay=0.8),
             'C': Literal('adam', 0.2, beta1=0.9, beta2=0.999)}
    factors = {'A': [1, 0.5, 0.5, 0.05], 'B': [1, 1, 0.5, 0],
               'C': [2 ** (-t / 2) for t in range(4)]}

    def make(player):
        rule, t = Literal(plain[player].kind, 0.0, **plain[player].constants), iter(range(4))
        return lambda w, g: rule(w, g, plain[player].rate * factors[player][next(t)])
    assert_close(after, literal(made, before, rules(make), TOGETHER))


def test_weight_decay_adds_to_the_gradient(gan):
    decay = 0.7
    made = gan({}, B={'optimizer': Optimizer(functools.partial(Momentum, momentum=0.0), 0.1,
                                             weight_decay=decay)})
    before, after = fitted(made)
    expected = literal(
        made, before, rules(lambda p: Literal('momentum', 0.1, momentum=0.0) if p == 'B' else
                            ADAM()), TOGETHER,
        change=lambda player, network, g, w: g + decay * w * (player == 'B'))
    assert_close(after, expected)


def test_the_weight_decay_of_the_run_is_that_of_every_player(gan):
    made = gan({'weight_decay': 0.7})
    before, after = fitted(made)
    assert_close(after, literal(made, before, rules(), TOGETHER,
                                change=lambda player, network, g, w: g + 0.7 * w))


@pytest.mark.parametrize(('optimizers', 'changes'), [
    ({}, {'gradient_accumulate': 2}), ({'B': Momentum, 'C': RMSProp}, {})])
def test_a_gate_leaves_a_player_out(config, optimizers, changes):
    """Its weights and all that its optimizer remembers stay; the others move. A moves S, too."""
    class Gated(Toy):
        def players(self, net, batch, out):
            gate = tf.equal(batch.step % 2, 1)
            a, *others = super().players(net, batch, out)
            return [a, *(other._replace(gate=gate) for other in others)]

    options = {name: {'optimizer': Optimizer(rule, RATE)} for name, rule in optimizers.items()}
    c = config(**changes)
    with GAN(c, system=Gated(c, **options)) as made:
        made.steps_done()                                      # finishes it
        states = [values(made)]
        for epochs in (1, 2):
            made.config = c.replace(epochs=epochs)
            made.fit(IMAGES, progress=False)
            states.append(values(made))
    first, second, third = states
    own = [name for name in first if name.startswith(('Q/', 'train_B/')) or 'train_C/' in name
           or name.endswith('/RMSProp')]
    assert {name[0] for name in own if name.startswith(('Q/weights/', 'S/weights/'))} == {*'QS'}
    assert_same({name: first[name] for name in own}, {name: second[name] for name in own})
    assert not any(np.array_equal(second[name], third[name]) for name in own)
    for name in 'PS':
        assert not np.array_equal(first[f'{name}/weights'], second[f'{name}/weights'])


def test_a_second_player_on_a_weight_has_slots_of_its_own_name(gan):
    names = {v.op.name for v in gan().variables()}
    assert {'S/weights/Adam', 'S/weights/train_C/Adam', 'Q/weights/Adam'} <= names
    assert 'Q/weights/train_B/Adam' not in names


def test_averages_are_of_the_networks_that_the_system_names(gan):
    made = gan({'ema': 0.9, 'epochs': 1})
    _, after = fitted(made)
    everything = values(made)
    for name in 'QS':                           # t = 0: the average is the weight itself
        np.testing.assert_allclose(everything[f'{name}_ema/weights'], after[name], rtol=1e-6)
    assert 'P_ema/weights' not in everything
    put(made.session, made.built.averages['Q'].weights['Q/weights'], [1.0, 2.0, 3.0])
    image = made.built.system.architecture.value_range.to_unit(1.0 * 1 + 2.0 * 2 + 3.0 * 4)
    np.testing.assert_allclose(made.generate_images([[1, 2, 4]]), image, rtol=1e-6)


def test_clipping_comes_after_each_update(gan):
    _, after = fitted(gan({}, clip=0.01))
    assert np.abs(after['P']).max() == pytest.approx(0.01)
    assert np.abs(after['Q']).max() > 0.1


def test_what_a_player_asks_for_runs_after_each_of_its_updates(config):
    """Here: counts them, by a variable of the system's own."""
    v1 = tf.compat.v1

    class Counting(Toy):
        def players(self, net, batch, out):
            count = v1.get_variable('count', [], initializer=v1.zeros_initializer(),
                                    trainable=False, use_resource=True)
            a, *others = super().players(net, batch, out)
            return [a._replace(after=lambda: [count.assign_add(1.0, read_value=False)]), *others]

    c = config(d_steps=3)
    with GAN(c, system=Counting(c)) as made:
        made.fit(IMAGES, progress=False)
        assert values(made)['count'] == 3 * c.epochs


def test_nothing_is_written_when_a_loss_is_not_finite(gan):
    made = gan({'epochs': 2})
    put(made.session, made.built.net.Q.weights[0], [np.inf, 0, 0])
    before = values(made)
    with pytest.raises(CollapseError, match='step 1: NaN or infinity'):
        made.fit(IMAGES, progress=False)
    assert_same(before, values(made))


def test_the_players_ahead_see_the_critic_that_will_be(gan):
    """B's loss after one step of A on the same batch; A's own is the plain one."""
    ahead, plain = gan({'unroll': 1}), gan()
    before = weights_of(plain)
    assert_same(before, weights_of(ahead))
    z, = noises(ahead.config, 1)
    found = {name: ahead.session.run(first_step(ahead).values[f'{name}_loss']) for name in 'abc'}
    moved = {n: ADAM()(before[n], gradients(before, z)['A'][n]) for n in 'PS'}
    p, s, q = z @ moved['P'], z @ moved['S'], z @ before['Q']
    expected = {'a': ((z @ before['P'] - z @ before['S']) ** 2).mean(),
                'b': ((q + p) ** 2).mean(), 'c': ((s - q - 1) ** 2).mean()}
    assert found == pytest.approx(expected, rel=1e-4)


class Penalised(Toy):
    """A and C have a penalty: the square of the length of their own weights. It needs LAZY."""

    def players(self, net, batch, out):
        def length(network):
            return tf.reduce_sum(tf.square(network.weights[0]))
        a, b, c = super().players(net, batch, out)
        return [a._replace(penalty=length(net.P)), b, c._replace(penalty=length(net.S))]


def test_lazy_penalties_come_seldom_and_weigh_more(gan):
    """Two players may have one. Shown with the usual weight, in every step."""
    with gan({**LAZY, 'epochs': 5}, system=Penalised) as made:
        before = weights_of(made)
        due, between = made.steps.variants
        assert [a is b for a, b in zip(due.player_steps, between.player_steps, strict=True)] == [
            False, True, False]
        shown, losses = made.session.run((between.scalars, between.values))
        for name, network in (('a', 'P'), ('c', 'S')):
            assert shown[f'penalty/{name}'] == pytest.approx((before[network] ** 2).sum(), rel=1e-5)
            assert losses[f'{name}_loss'] == pytest.approx(
                shown[f'losses/{name}_objective'] + 0.3 * shown[f'penalty/{name}'], rel=1e-5)
        made.fit(IMAGES, progress=False)
        after = weights_of(made)
    steps, own = iter(range(100)), {('A', 'P'), ('C', 'S')}

    def change(player, network, g, w):
        step = next(steps) // 4                       # four gradients a step
        return g + (0.3 * 2 * 2 * w if (player, network) in own and step % 2 == 0 else 0)
    assert_close(after, literal(made, before, rules(), TOGETHER, change=change))


def test_float16_shrinks_the_scale_of_the_player_whose_gradients_overflow(config):
    """Its step is left out. A player whose gate is shut keeps its scale, whatever its gradients."""
    class Overflowing(Toy):
        def players(self, net, batch, out):
            a, b, c = super().players(net, batch, out)
            return [a, b._replace(loss=b.loss + slope_of_no_number(out.q)),
                    c._replace(loss=c.loss + slope_of_no_number(out.s), gate=tf.constant(False))]
    c = config(precision='float16', epochs=1)
    with GAN(c, system=Overflowing(c)) as made:
        made.steps_done()
        before = values(made)
        made.fit(IMAGES, progress=False)
        after = values(made)
    for player, times in (('A', 1.0), ('B', 0.5), ('C', 1.0)):
        name = f'train_{player}/loss_scale'
        assert after[name] == times * before[name], player
    assert not np.array_equal(before['P/weights'], after['P/weights'])
    np.testing.assert_array_equal(before['Q/weights'], after['Q/weights'])


def slope_of_no_number(x):
    """0, whose gradient is not a number."""
    return tf.sqrt(0.0 * tf.reduce_mean(x))


def test_unroll_needs_one_critic(config):
    class TwoCritics(Toy):
        critics, others = ('A', 'B'), ('C',)
    c = config(unroll=1)
    with pytest.raises(UsageError, match='--unroll: .* 2 critics'), GAN(
            c, system=TwoCritics(c)) as made:
        made.loss()


def test_what_a_system_does_not_have_is_refused_by_name(config):
    c = config(unroll=1)
    with GAN(c, system=Toy(c, moves='in turn')) as made:
        with pytest.raises(UsageError, match='--type gan has no features'):
            made.features()
        with pytest.raises(UsageError, match='--unroll: .* move in turn'):
            made.loss()


def test_what_is_shown_belongs_to_the_weights_before_the_step(gan):
    """Also a value that the run itself does not need: A's loss in C's run, a lazy penalty."""
    for options in ({'changes': LAZY, 'system': Penalised}, {'moves': 'in turn'}):
        with gan(**options) as made:
            variant = made.steps.variants[-1]
            alone = made.session.run(variant.scalars)
            state = values(made)
            for _ in range(3):
                seen, _ = made.session.run((variant.scalars, variant.train_ops[-1].op))
                assert seen == pytest.approx(alone, rel=1e-6)
                for v in made.variables():
                    put(made.session, v, state[v.op.name])


def test_averages_of_a_network_with_spectral_norm_are_used(config):
    class Normed(Toy):
        def networks(self):
            def matrix(z, *, training):
                return (z @ ops.weight([3, 2], ops.truncated_normal(1.0)))[:, 0]
            return super().networks()._replace(Q=Network('Q', matrix, spectral=True))

        def sample(self, net, z, y, reference):
            return tf.ones([1, *self.architecture.size, 1]) * net.Q(
                z, use='sample', training=False)[:, None, None, None]
    c = config(ema=0.9)
    with GAN(c, system=Normed(c)) as made:
        before = made.generate_images([[1.0, 2.0, 3.0]])
        put(made.session, made.built.net.Q.weights[0], np.ones([3, 2]))
        np.testing.assert_array_equal(made.generate_images([[1.0, 2.0, 3.0]]), before)
        put(made.session, made.built.averages['Q'].weights['Q/weights'], np.eye(3)[:, :2] * [1, 9])
        assert np.abs(made.generate_images([[1.0, 2.0, 3.0]]) - before).max() > 1e-3


def test_with_unroll_a_shared_network_is_put_right_as_it_is(config):
    """C learns S, too. Its clipping must be of S, and not of S one step ahead."""
    class Clipped(Toy):
        def networks(self):
            return super().networks()._replace(S=Network('S', dot, clip=0.5))
    c = config(unroll=1)
    with GAN(c, system=Clipped(c)) as made:
        made.optimizer()
        a, _, s = first_step(made).player_steps
        assert s.player.networks == a.player.networks[1:] == [made.built.net.S]


@pytest.mark.parametrize(('changes', 'error', 'match'), [
    ({'scalars': lambda self, out: {'cycle_loss': out.p[0]}}, ValueError, "'cycle_loss' is a name"),
    ({'averaged': ('X',)}, ValueError, 'X has no variables to average'),
    ({'generator': 'Y'}, ValueError, "averaged is 'Y': expected a network, P, Q, S, X"),
    ({'critics': (), 'others': ('A', 'B', 'C')}, UsageError, '--d-steps 2: .* no player for it')])
def test_what_a_system_may_not_do_is_said(config, changes, error, match):
    class Unused(NamedTuple):
        P: Network
        Q: Network
        S: Network
        X: Network

    class Wrong(Toy):
        def networks(self):
            return Unused(*super().networks(), Network('X', dot))

        def forward(self, net, batch):
            return super().forward(Unused(*net)[:3], batch)
    for name, value in changes.items():
        setattr(Wrong, name, value)
    c = config(ema=0.9, d_steps=2)
    with pytest.raises(error, match=match), GAN(c, system=Wrong(c)) as made:
        made.optimizer()


def test_a_penalty_without_a_weight_is_refused(config):
    c = config(penalty='none')
    with pytest.raises(UsageError, match='--penalty none .* player A .* --penalty-weight'), GAN(
            c, system=Penalised(c)) as made:
        made.loss()


def test_players_that_were_not_named_are_an_error(config):
    class Misnamed(Toy):
        others = ('B',)
    c = config()
    with pytest.raises(ValueError, match='players A, B, C: expected A, B'), GAN(
            c, system=Misnamed(c)) as made:
        made.optimizer()


def test_its_columns_are_in_the_log_and_it_resumes_to_the_bit(gan, tmp_path):
    made = gan({'epochs': 10}, moves='in turn')
    run = run_folder.create(tmp_path, 'run', made.config, {})
    made.fit(IMAGES, run, progress=False)
    made.save_model(tmp_path / 'half')
    made.config = made.config.replace(epochs=20)
    made.fit(IMAGES, run, progress=False)
    straight = values(made)
    rows = loss_csv.read(run.log)
    assert list(rows[0]) == ['step', 'passes', 'a_loss', 'b_loss', 'c_loss', 'p_mean', 'a_gradient',
                             'b_gradient', 'c_gradient', 'images_per_second']
    assert (run.images / 'losses.png').is_file() and len(rows) == 2
    assert rows[1]['passes'] == 20 * 3 * made.config.batch_size / len(IMAGES)     # three turns
    assert made.load_model(tmp_path / 'half') == 10
    made.fit(IMAGES, progress=False)
    assert_same(straight, values(made))


def test_a_collapse_of_any_player_is_seen(gan):
    from dcgan_tf.monitoring.collapse import sign_of
    assert [bool(sign_of(name)) for name in first_step(gan()).columns] == [
        False] * 4 + [True] * 3
    assert sign_of('b_gradient').message == 'the gradient of B has vanished'
