"""From a system to one training step: the engine, which knows players and nothing else.

    model.py             placeholders, networks and their uses on a batch
    player_optimizer.py  a player's gradients, and how they move its weights
    look_ahead.py        unroll: what the others minimise against the critic of some steps on
    schedule.py          which players move in which run of the session
    step.py              the order of a step, and all that can be fetched in it
    many_steps.py        several steps in one run of the session
    finite_check.py      no update by a number that is not finite
"""
