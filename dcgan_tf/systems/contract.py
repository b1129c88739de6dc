"""Checks a system of one's own while it is built: each mistake is one line that names the class.

The built-in systems are checked by the tests instead.
"""

import functools
import re

import tensorflow as tf

from dcgan_tf import own_code
from dcgan_tf.errors import UsageError
from dcgan_tf.networks.contract import check_tensor
from dcgan_tf.networks.network import Network
from dcgan_tf.systems.base import Player

v1 = tf.compat.v1
NAME = re.compile(r'[A-Za-z]\w*', re.ASCII)


def checked(system):
    """Returns the System; what its functions return is checked from now on.

    UsageError for networks, players, losses and images that the engine does not expect, for
    variables that belong to no network, and for every other error in one of the functions.
    """
    checks = {'networks': _check_networks, 'forward': _check_outputs, 'players': _check_players,
              'sample': _check_sample, 'scalars': _check_scalars}
    for name, check in checks.items():
        setattr(system, name, _checking(system, name, check))
    return system


def label_of(system) -> str:
    """Returns how an error names the system: my.py:Mine, or its class."""
    own = own_code.is_own(system.config.type)
    return system.config.type if own else type(system).__name__


def _checking(system, name, check):
    """Returns the function of that name with a check of what it returns."""
    function, where = getattr(system, name), f'{label_of(system)}.{name}'

    @functools.wraps(function)
    def checking(*args):
        with own_code.explained(where):
            made = function(*args)
        check(system, where, made, *args)
        return made
    return checking


def _check_networks(system, where, net):
    fields = getattr(net, '_fields', None)
    if not fields or not all(isinstance(each, Network) for each in net):
        raise UsageError(f'{where} returns a {type(net).__name__}: expected a NamedTuple of '
                         'Network, such as Networks(G=Network(...), D=Network(...))')
    names = [each.name for each in net]
    if len(set(names)) < len(names) or not all(map(NAME.fullmatch, names)):
        raise UsageError(f'{where}: the networks are called {", ".join(names)}: expected a name of '
                         'its own for each, of letters, digits and _')
    if missing := {system.generator, *system.averaged}.difference(fields):
        raise UsageError(f'{label_of(system)}: generator or averaged is {min(missing)!r}: expected '
                         f'a network, {", ".join(fields)}')


def _check_outputs(system, where, out, net, batch):
    if not isinstance(out, tuple) or not hasattr(out, '_fields'):
        raise UsageError(f'{where} returns a {type(out).__name__}: expected a NamedTuple of '
                         'tensors')
    known = {v.ref() for each in net for v in each.variables.values()}
    lost = [v.op.name for v in v1.trainable_variables() if v.ref() not in known]
    if lost:
        raise UsageError(f'{where}: the variable {lost[0]} belongs to no network: make it inside '
                         'the function of a Network, with the layers of ops or with get_variable')


def _check_players(system, where, players, net, batch, out):
    if not isinstance(players, list) or not all(isinstance(p, Player) for p in players):
        raise UsageError(f'{where} returns a {type(players).__name__}: expected a list of Player')
    names, expected = [p.name for p in players], [*system.critics, *system.others]
    if sorted(names) != sorted(expected):
        raise UsageError(f'{where} has the players {", ".join(names) or "none"}: expected '
                         f'{", ".join(expected)}, as critics and others of {label_of(system)} say')
    for name in names:
        if not NAME.fullmatch(name):
            raise UsageError(f'{where}: a player is called {name!r}: expected letters, digits, _')
    if len({name.lower() for name in names}) < len(names):
        raise UsageError(f'{where}: the players {", ".join(names)} differ only in upper and lower '
                         'case, and would have the same columns in log.csv')
    for player in players:
        _check_player(f'{where}, player {player.name}', player, net)


def _check_player(where, player, net):
    if not player.networks or not all(any(n is m for m in net) for n in player.networks):
        raise UsageError(f'{where}: its networks are not among {", ".join(net._fields)}: expected '
                         'a list such as [net.D]')
    for what, value, dtype in (('loss', player.loss, tf.float32),
                               ('penalty', player.penalty, tf.float32),
                               ('gate', player.gate, tf.bool)):
        if value is not None or what == 'loss':
            check_tensor(f'{where}: its {what}', value, [], 'a scalar, such as the mean over the '
                         'batch', dtype, 'is')


def _check_sample(system, where, images, net, z, *rest):
    c = system.config
    size = (c.image_height, c.image_width, c.n_channels)
    check_tensor(where, images, (None, *size), f'images [N, {", ".join(map(str, size))}]')


def _check_scalars(system, where, found, out):
    for name, value in found.items():
        if name == 'penalty' or name.endswith(('_loss', '_gradient')):
            raise UsageError(f"{where}: {name!r} is a name of a player's number: rename it")
        check_tensor(f'{where}: {name}', value, [], 'a scalar', verb='is')
