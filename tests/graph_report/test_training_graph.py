"""The graph that TensorBoard shows first: parts of known graphs, and of GANs."""

import pytest
import tensorflow as tf

from dcgan_tf.graph_report.training_graph import part
from tests.families import LAZY

v1 = tf.compat.v1
HIDDEN = {'Assert', 'SaveV2', 'RestoreV2', 'VarIsInitializedOp',
          'ScalarSummary', 'HistogramSummary', 'ImageSummary', 'MergeSummary', 'While'}


def graph_def(text):
    """A GraphDef. text: a line for each op: its name, its type and its inputs."""
    made = v1.GraphDef(versions={'producer': 7})
    for line in text.strip().splitlines():
        name, kind, *inputs = line.split()
        made.node.add(name=name, op=kind, input=inputs)
    return made


def lines(made):
    """The same text of a GraphDef."""
    return [' '.join([node.name, node.op, *node.input]) for node in made.node]


def test_what_the_roots_need_stays_with_its_names_and_edges():
    made = graph_def('''
        x Placeholder
        y Split x
        dead Neg x
        before Neg y
        z/sum Add y:1 y ^before
        after Neg z/sum
        other Neg x''')
    kept = part(made, ['z/sum', 'other'])
    assert lines(kept) == ['x Placeholder', 'y Split x', 'before Neg y', 'z/sum Add y:1 y ^before',
                           'other Neg x']
    assert kept.versions.producer == 7 and len(made.node) == 7


def test_a_check_is_left_out_with_what_only_it_needs():
    kept = part(graph_def('''
        g Neg
        finite IsFinite g
        check Assert finite
        w AssignAdd g ^check
        step NoOp ^check ^w'''), ['step'])
    assert lines(kept) == ['g Neg', 'w AssignAdd g', 'step NoOp ^w']


def test_a_read_stays_for_its_value_and_a_constant_waits_for_nothing():
    kept = part(graph_def('''
        w VarHandleOp
        read ReadVariableOp w
        alone ReadVariableOp w
        g Neg read
        gate NoOp ^g
        one Const ^gate
        update Assign w one ^read ^alone ^gate'''), ['update', 'g'])
    assert lines(kept) == ['w VarHandleOp', 'read ReadVariableOp w', 'g Neg read', 'gate NoOp ^g',
                           'one Const', 'update Assign w one ^gate']


def test_no_op_is_to_be_placed_with_one_that_is_left_out():
    made = graph_def('''
        a Const
        dead Const
        b Neg a
        c Neg b''')
    made.node[2].attr['_class'].list.s[:] = [b'loc:@a', b'loc:@dead']
    made.node[3].attr['_class'].list.s[:] = [b'loc:@dead']
    kept = part(made, ['c'])
    assert list(kept.node[1].attr['_class'].list.s) == [b'loc:@a']
    assert '_class' not in kept.node[2].attr and len(made.node[2].attr['_class'].list.s) == 2


def test_functions_that_are_called_stay():
    made = graph_def('''
        a Outer
        b If
        dead Unused''')
    made.node[1].attr['then_branch'].func.name = 'Then'
    made.node[1].attr['branches'].list.func.add(name='Else')
    for name in ('Outer', 'Inner', 'Then', 'Else', 'Slope', 'Unused', 'Lost'):
        made.library.function.add().signature.name = name
    made.library.function[0].node_def.add(name='call', op='Inner')
    made.library.gradient.add(function_name='Then', gradient_func='Slope')
    made.library.gradient.add(function_name='Unused', gradient_func='Lost')
    kept = part(made, ['a', 'b']).library
    assert [f.signature.name for f in kept.function] == ['Outer', 'Inner', 'Then', 'Else', 'Slope']
    assert [each.function_name for each in kept.gradient] == ['Then']


@pytest.mark.parametrize('options', [
    {}, LAZY,
    {'d_steps': 2, 'gradient_accumulate': 2, 'steps_per_run': 2},
    pytest.param({'precision': 'float16', 'check_numerics': True}, marks=pytest.mark.slow)],
    ids=['plain', 'lazy', 'runs', 'float16'])
def test_of_a_gan_it_has_its_steps_losses_and_samples_and_can_be_imported(
        one_layer, finished, options):
    gan = finished(one_layer(**options))
    made = gan.training_graph()
    with tf.Graph().as_default() as imported:
        v1.import_graph_def(made, name='')
    ops = {op.name: op for op in imported.get_operations()}
    whole = {op.name: op for op in gan.graph.get_operations()}
    roots = [gan.built.samples.op, *(run.op for step in gan.steps.variants
                                     for run in step.train_ops),
             *(loss.op for step in gan.losses for loss in step.minimised.values())]
    assert {op.name for op in roots} <= set(ops) and len(ops) < 0.7 * len(whole)
    assert [name for name, op in ops.items() if op.type != whole[name].type] == []
    assert [name for name, op in ops.items() if op.type in HIDDEN or 'Initializer' in name
            or name.startswith(('save', 'init', 'many_steps'))] == []
    scaled = 'precision' in options                # a loss scale asks whether gradients are finite
    assert scaled == ('IsFinite' in {op.type for op in ops.values()})
    for name, op in ops.items():
        assert [t.name for t in op.inputs] == [t.name for t in whole[name].inputs], name
    assert all('_output_shapes' in node.attr for node in made.node if whole[node.name].outputs)


def test_without_a_training_it_has_the_samples_alone(one_layer, finished):
    gan = finished(one_layer(), training=False)
    names = {node.name for node in gan.training_graph().node}
    assert gan.built.samples.op.name in names
    assert not [name for name in names if name.startswith(('Discriminator', 'train', 'losses'))]
