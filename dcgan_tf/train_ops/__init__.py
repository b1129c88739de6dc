"""The engine: it builds one training step from a system. It knows players and nothing else.

    model.py             placeholders, networks and their uses on a batch
    losses.py            what each player minimises
    player_optimizer.py  a player's gradients, and its updates
    look_ahead.py        unroll: losses against the critic of some steps later
    schedule.py          which players move in which run of the session
    flow.py              the activations and gradients that TensorBoard shows
    step.py              the order of a step, and all that can be fetched in it
    many_steps.py        several steps in one run of the session
    finite_check.py      stops a step if a number is not finite
"""
