"""The engine: it builds one training step from a system. It knows players and nothing else.

    inputs.py            placeholders, the count of steps, the noise
    model.py             networks, their uses on a batch, samples
    losses.py            what each player minimises
    player_optimizer.py  a player's optimizer: gradients, and the update of its weights
    player_step.py       a player's gradients and their norm, before any weight moves
    look_ahead.py        unroll: losses against the critic of some steps later
    schedule.py          which players move in which run of the session
    columns.py           TensorBoard's scalars, and the columns of log.csv
    flow.py              the activations and gradients that TensorBoard shows
    step.py              the order of a step, and all that can be fetched in it
    many_steps.py        several steps in one run of the session
    finite_check.py      stops a step if a number is not finite
    ancestors.py         the ops that an op is computed from
"""
