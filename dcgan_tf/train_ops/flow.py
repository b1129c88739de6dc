"""What flows in a step: the tensors whose numbers TensorBoard shows at every `--eval-step`.

They are tensors of the step itself, so showing them takes no op. Only those are here that the last
run of the step computes in any case. So no variable is read that an update may be writing, and no
worker waits for a message that the others do not send.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.train_ops.ancestors import ancestors, without_debugger
from dcgan_tf.train_ops.schedule import turns


class Flow(NamedTuple):
    """Each field is a dict: name of a tensor, without `:0` -> the tensor."""

    relus: dict                  # [N, ..., maps], what the ReLUs return
    activations: dict            # [N, ...], what the other activations return
    outputs: dict                # [N, ...], what networks return without an activation: D's logits
    gradients: dict              # of each weight, as its update uses it


def flow(model, steps, fetched) -> Flow:
    """Returns the Flow of one variant of a step.

    steps: its PlayerSteps. fetched: the ops of the last run and of the values that are shown.
    """
    computed = set(ancestors(fetched, control=True))
    uses = {box: outputs for network in model.net for box, outputs in network.uses.items()}
    activations = [a for box in uses for a in ops.activations(box)]
    parts = ([a.value for a in activations if a.relu],
             [a.value for a in activations if not a.relu],
             [t for outputs in uses.values() for t in tf.nest.flatten(outputs) if tf.is_tensor(t)],
             _gradients(model, steps))
    found, seen = [], set()
    for tensors in parts:
        named = {without_debugger(t).name.removesuffix(':0'): t
                 for t in tensors if t.op in computed}
        found.append({name: t for name, t in named.items() if name not in seen})
        seen.update(named)
    return Flow(*found)


def _gradients(model, steps):
    """Returns the gradients that are used. A player that does not move last has those of one batch.

    Before the last run it has cleared the sums of its gradients: see `columns`.
    """
    last = turns(model.system, [step.player for step in steps])[-1]
    return [g for step in steps
            for g in (step.applied_gradients if step.player in last else step.gradients)]
