"""Every format of every family draws what the model draws, in batches of any size."""

import json
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.exports import FORMATS, module, writing
from tests.exports.conftest import every_format
from tests.families import MAPS
from tests.reference import assert_close

v1 = tf.compat.v1
KINDS = [(name, 'gan') for name in MAPS] + [('dcgan28', 'cgan'), ('main1', 'cgan'),
                                            ('folder', 'cgan')]


@every_format
@pytest.mark.parametrize(('name', 'type_'), KINDS, ids=[' '.join(kind) for kind in KINDS])
def test_the_pictures_are_the_same(made, tmp_path, form, name, type_):
    sampler, asked, expected = made(name, type_)
    place = tmp_path / FORMATS[form].name
    written = writing.write(form, sampler, place, asked, expected)
    assert written.difference < 2e-6
    assert written.batches == [1, 7, 9]
    height, width, channels = expected.shape[1:]
    label = ', label int32 [N]' if type_ == 'cgan' else ''
    assert written.signature == (f'z float32 [N, 5]{label} -> image float32 [N, {height}, {width}, '
                                 f'{channels}]')
    assert expected.std(axis=0).max() > 0.01           # there is something to compare
    if type_ == 'cgan':
        with module(form).load(place) as loaded:
            other = loaded.run({**asked, 'label': (asked['label'] + 1) % 3})
        assert np.abs(other - expected).max() > 1e-3


@every_format
def test_a_picture_does_not_depend_on_its_neighbours(made, tmp_path, form):
    """Also of main1, which is normalised by a batch, and in any order of batch sizes."""
    sampler, asked, expected = made('main1', 'cgan')
    place = tmp_path / FORMATS[form].name
    writing.write(form, sampler, place, asked, expected)
    with module(form).load(place) as loaded:
        for some in (slice(8, 9), slice(2, 7), slice(0, 9), slice(3, 4)):
            images = loaded.run({name: values[some] for name, values in asked.items()})
            assert_close(images, expected[some])


@pytest.mark.parametrize('changes', [{'ema': 0.0}, {'g_norm': 'none'}, {'prior': 'normal'}],
                         ids=str)
def test_other_options(made, tmp_path, changes):
    for form in ('saved_model', 'tflite'):
        sampler, asked, expected = made(**changes)
        written = writing.write(form, sampler, tmp_path / FORMATS[form].name, asked, expected)
        assert written.difference < 2e-6


def test_a_saved_model_in_the_way_of_tensorflow_1(made, tmp_path):
    sampler, asked, expected = made(type_='cgan')
    writing.write('saved_model', sampler, tmp_path / 'm', asked, expected)
    with tf.Graph().as_default(), v1.Session() as session:
        signature = v1.saved_model.load(session, ['serve'], str(tmp_path / 'm')).signature_def[
            'serving_default']
        assert signature.method_name == 'tensorflow/serving/predict'
        fed = {signature.inputs[name].name: values for name, values in asked.items()}
        assert_close(session.run(signature.outputs['image'].name, fed), expected)
        assert not v1.global_variables()


OTHER_PROCESS = """
import sys
import numpy as np
import tensorflow as tf
folder, asked = sys.argv[1], dict(np.load(sys.argv[1] + '/asked.npz'))
expected = asked.pop('expected')
draw = tf.saved_model.load(folder + '/m').signatures['serving_default']
made = draw(**{name: tf.constant(x) for name, x in asked.items()})['image'].numpy()
lite = tf.lite.Interpreter(folder + '/m.tflite').get_signature_runner()(**asked)['image']
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    graph_def = tf.compat.v1.GraphDef.FromString(open(folder + '/m.pb', 'rb').read())
    tf.import_graph_def(graph_def, name='')
    frozen = session.run('image:0', {name + ':0': x for name, x in asked.items()})
assert max(np.abs(images - expected).max() for images in (made, lite, frozen)) < 1e-5
assert 'dcgan_tf' not in sys.modules
"""


def test_a_program_that_knows_nothing_of_this_one(made, tmp_path):
    sampler, asked, expected = made(type_='cgan')
    for form, name in (('saved_model', 'm'), ('tflite', 'm.tflite'), ('frozen', 'm.pb')):
        writing.write(form, sampler, tmp_path / name, asked, expected)
    np.savez(tmp_path / 'asked.npz', **asked, expected=expected)
    subprocess.run([sys.executable, '-c', OTHER_PROCESS, tmp_path], check=True, cwd=tmp_path)


@pytest.mark.parametrize('name', ['dcgan28', 'main1', 'upsample_mnist'])
def test_tensorflow_lite_needs_no_ops_of_tensorflow(made, tmp_path, name):
    """Nor custom ones: built-in ops alone run it, in any batch size."""
    sampler, asked, expected = made(name)
    writing.write('tflite', sampler, tmp_path / 'm.tflite', asked, expected)
    with pytest.warns(UserWarning, match='ai_edge_litert'):
        interpreter = tf.lite.Interpreter(
            str(tmp_path / 'm.tflite'),
            experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    ops = {detail['op_name'] for detail in interpreter._get_ops_details()}
    assert not [op for op in ops if op.startswith(('Flex', 'CUSTOM'))]
    (fed,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    for n in (9, 1, 4):
        interpreter.resize_tensor_input(fed['index'], [n, 5])
        interpreter.allocate_tensors()
        interpreter.set_tensor(fed['index'], asked['z'][:n])
        interpreter.invoke()
        assert_close(interpreter.get_tensor(given['index']), expected[:n])


@every_format
@pytest.mark.parametrize('type_', ['gan', 'cgan'])
def test_the_words_that_travel(made, tmp_path, form, type_):
    sampler, asked, expected = made(type_=type_)
    place = tmp_path / FORMATS[form].name
    writing.write(form, sampler, place, asked, expected)
    about = words_of(form, place)
    assert about == sampler.about
    assert (about['run'], about['prior'], about['z_dim']) == ('run', 'uniform', 5)
    assert about['z'] == 'float32 [N, 5], each number uniform in (-1, 1)'
    assert about.get('class_names') == (['cat', 'dog', 'Zoë'] if type_ == 'cgan' else None)


def words_of(form, place):
    """What a stranger finds."""
    if form == 'onnx':
        import onnx
        props = {p.key: p.value for p in onnx.load(place).metadata_props}
        return {key: json.loads(value) if key in ('step', 'z_dim', 'class_names') else value
                for key, value in props.items()}
    file = place / 'assets.extra/about.json' if place.is_dir() else place.with_name(
        place.name + '.json')
    return json.loads(file.read_text(encoding='utf-8'))


def test_the_ops_of_a_frozen_graph_have_plain_names(made, tmp_path):
    """Two exports are the same bytes."""
    sampler, asked, expected = made(type_='cgan')
    for name in ('a.pb', 'b.pb'):
        writing.write('frozen', sampler, tmp_path / name, asked, expected)
    content = (tmp_path / 'a.pb').read_bytes()
    assert content == (tmp_path / 'b.pb').read_bytes()
    nodes = {node.name: node.op for node in v1.GraphDef.FromString(content).node}
    assert (nodes['z'], nodes['label'], nodes['image']) == ('Placeholder', 'Placeholder',
                                                            'Identity')
