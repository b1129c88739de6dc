"""The ops that an op is computed from, and the tensors among them that are numbers."""

OUTPUTS = {'FusedBatchNormGradV3': 3}      # op type -> how many of its first outputs have a value


def without_debugger(tensor):
    """Returns the tensor, or that before an op of `--debug dump`, which puts one after each op."""
    own = tensor.op.name.rpartition('/')[2].startswith('tfdbg_identity_')
    return tensor.op.inputs[0] if own else tensor


def float_ancestors(tensors):
    """Returns every float tensor that `tensors` are computed from, and themselves, in graph order.

    Graph order is the order in which the ops were created, and an op is created after its inputs.
    So the first bad tensor in this order is where the trouble starts.
    """
    return [t for op in ancestors([t.op for t in tensors])
            for t in op.outputs[:OUTPUTS.get(op.type)] if t.dtype.is_floating]


def ancestors(ops, *, control=False):
    """Returns all ops that these ops are computed from, and themselves, in graph order.

    control: also return the ops that have to run before one of them.
    """
    found, stack = set(), list(ops)
    while stack:
        op = stack.pop()
        if op not in found:
            found.add(op)
            stack += [*(t.op for t in op.inputs), *(op.control_inputs if control else [])]
    return [op for op in ops[0].graph.get_operations() if op in found]
