"""Several training steps in one run of the session: `--steps-per-run`.

    while there are batches:
        do the run of a step that this batch is for, on this batch

The loop has a copy of ops that are in the graph already. So a step can be read, and seen in
TensorBoard, in one place, and the loop computes the same bits. Nothing can be fetched from inside
the loop. A step whose values are fetched is run by itself.
"""

import tensorflow as tf

from dcgan_tf.train_ops.ancestors import ancestors

v1 = tf.compat.v1
OUTSIDE = ('VarHandleOp', 'Placeholder', 'PlaceholderWithDefault')


class ManySteps:
    """The loop over all StepVariants, in the box many_steps. Its op is `op`."""

    def __init__(self, variants, inputs):
        ops = list(dict.fromkeys(run.op for variant in variants for run in variant.train_ops))
        self._indices = {op: index for index, op in enumerate(ops)}
        batch = [ph for ph in (inputs.images_ph, inputs.labels_ph, inputs.batch_in_step_ph)
                 if ph is not None]
        with tf.name_scope('many_steps/'):
            self._stacks = [(ph, v1.placeholder(ph.dtype, [None, *ph.shape], _name(ph)))
                            for ph in batch]
            self._run_ph = v1.placeholder(tf.int32, [None], 'run')
            self.op = self._loop([Copy(op) for op in ops])

    def feed(self, batches):
        """Returns the feed_dict of `op`.

        batches: pairs (TrainOp, its feed_dict), in order, any number.
        """
        feed_dict = dict(batches[-1][1])
        stacked = {stack: [each[ph] for _, each in batches] for ph, stack in self._stacks}
        for ph, _ in self._stacks:
            del feed_dict[ph]                          # what is left is the same for all batches
        return {**feed_dict, **stacked, self._run_ph: [self._indices[run.op] for run, _ in batches]}

    def _loop(self, copies):
        def body(i):
            current = {ph.op.name: stack[i] for ph, stack in self._stacks}
            runs = [lambda copy=copy: copy.run(current) for copy in copies]
            done = tf.switch_case(self._run_ph[i], runs) if len(runs) > 1 else runs[0]()
            with tf.control_dependencies([done]):
                return i + 1
        done, = tf.while_loop(lambda i: i < tf.size(self._run_ph), body, [tf.constant(0)])
        return done.op


class Copy:
    """An op and all that it needs, to be built again in the body of a loop.

    The copy uses the variables and placeholders of the graph outside. It has none of its own.
    """

    def __init__(self, op):
        self._op, needed = op, ancestors([op], control=True)
        self._outside = [each.name for each in needed if each.type in OUTSIDE]
        self._definition = v1.GraphDef(versions=op.graph.graph_def_versions)
        for each in needed:
            if each.type not in OUTSIDE:
                node = self._definition.node.add()
                node.CopyFrom(each.node_def)
                node.attr.pop('_class', None)      # asks to be placed with an op that stays outside

    def run(self, given):
        """Builds the copy, and returns a tensor that is there when the copy has run.

        given: name of a placeholder -> the tensor to use instead.
        """
        body = v1.get_default_graph()
        outside = {name: given.get(name, self._op.graph.get_tensor_by_name(f'{name}:0'))
                   for name in self._outside}
        made, = v1.import_graph_def(
            self._definition, {f'{name}:0': body.capture(t) for name, t in outside.items()},
            [self._op.name], name='')
        with tf.control_dependencies([made]):
            return tf.constant(0)


def _name(ph):
    return ph.op.name.rpartition('/')[2]
