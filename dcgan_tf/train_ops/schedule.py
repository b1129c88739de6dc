"""Which players move in which run of the session. A training step is one run, or several.

    moves       runs of a step
    together    d_steps - 1 times    the critics alone
                once                 all players, all on one batch
                g_steps - 1 times    the others alone
    in turn     for each player      d_steps (critic) or g_steps times, it alone

Each of these uses gradient_accumulate batches. All of them but the last only add up gradients.
"""

from dcgan_tf.config import derived
from dcgan_tf.errors import UsageError


def turns(system, players) -> list[tuple]:
    """Returns the players that move in each update of a step, in order."""
    c = system.config
    critics = tuple(p for p in players if p.name in system.critics)
    others = tuple(p for p in players if p.name in system.others)
    for flag, steps, group in (('--d-steps', c.d_steps, critics), ('--g-steps', c.g_steps, others)):
        if steps > 1 and not group:
            raise UsageError(f'{flag} {steps}: --type {c.type} has no player for it')
    if system.moves == 'in turn':
        return [(p,) for p in players
                for _ in range(c.d_steps if p in critics else c.g_steps)]
    return [critics] * (c.d_steps - 1) + [tuple(players)] + [others] * (c.g_steps - 1)


def batches_per_step(system) -> int:
    """Returns how many batches a step uses."""
    in_turn = (len(system.critics), len(system.others)) if system.moves == 'in turn' else ()
    return derived.batches(system.config, in_turn)
