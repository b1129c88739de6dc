"""Every format of every family draws what the model draws, in batches of any size."""

import json
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import RunError
from dcgan_tf.show.exports import FORMATS, coder, encoder_path, module, writing
from tests.families import ONE
from tests.reference import assert_close
from tests.show.exports.conftest import every_format, every_kind, quick_kinds, trained

v1 = tf.compat.v1


@every_format
@every_kind
def test_the_pictures_are_the_same(exported, form, name, type_):
    written, _, asked, expected = exported(form, name, type_)
    assert written.difference < 2e-6
    assert written.batches == [1, 7, 9]
    height, width, channels = expected.shape[1:]
    label = ', label int32 [N]' if type_ == 'cgan' else ''
    assert written.signature == (f'z float32 [N, 5]{label} -> image float32 [N, {height}, {width}, '
                                 f'{channels}]')
    assert expected.std(axis=0).max() > 0.005          # there is something to compare
    if type_ == 'cgan':
        with module(form).load(written.path) as loaded:
            other = loaded.run({**asked, 'label': (asked['label'] + 1) % 3})['image']
        assert np.abs(other - expected).max() > 1e-3


@pytest.fixture(scope='module', params=['bigan', 'cgan', 'aae_clusters'])
def coded(request):
    """(Sampler of an encoder, what to feed, what the GAN returns for that)"""
    more = {'cgan': {'penalty': 'mode_regularised'}, 'aae_clusters': {'codes': (3,)}}
    with trained('dcgan28', request.param, **ONE, **more.get(request.param, {})) as gan:
        gan.encoder()
        if request.param == 'aae_clusters':
            gan.classes()
        drawn = np.random.default_rng(0).uniform(0, 1, (9, 12, 12, 1))
        yield coder.of(gan, 'run'), *coder.example(gan, drawn, [0, 1, 2] * 3)


@every_format
def test_the_codes_are_the_same(coded, form, tmp_path):
    sampler, asked, expected = coded
    written = writing.write(form, sampler, tmp_path / FORMATS[form].name, asked, expected)
    assert written.difference < 2e-6 * np.abs(expected['z']).max()
    assert written.batches == [1, 7, 9]
    label = ', label int32 [N]' if 'label' in asked else ''
    of_clusters = ', probabilities float32 [N, 3]' if 'probabilities' in expected else ''
    assert written.signature.startswith(f'image float32 [N, 12, 12, 1]{label} -> ')
    assert sorted(written.signature.split(' -> ')[1].replace('], ', ']; ').split('; ')) == sorted(
        f'z float32 [N, 5]{of_clusters}'.replace('], ', ']; ').split('; '))
    assert expected['z'].shape == (9, 5)
    assert all(values.std(axis=0).max() > 0.005 for values in expected.values())
    kinds = {op.type for op in sampler.graph.get_operations()}
    assert not [kind for kind in kinds if 'Var' in kind or 'Random' in kind]
    with pytest.raises(RunError, match='codes of the frozen file differ'):
        writing.write('frozen', sampler, tmp_path / 'a.pb', asked,
                      {name: values + 0.01 for name, values in expected.items()})


def test_the_place_of_an_encoder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for form, path, expected in (
            ('frozen', 'generator.pb', 'encoder.pb'), ('onnx', 'a/b.c.onnx', 'a/b.c_encoder.onnx'),
            ('saved_model', 'saved_model', 'saved_model_encoder'),
            ('saved_model', '.', f'../{tmp_path.name}_encoder'),
            ('saved_model', 'v1.0', 'v1.0_encoder')):
        assert encoder_path(form, pathlib.Path(path)).resolve() == (tmp_path / expected).resolve()
    assert encoder_path('frozen', pathlib.Path('a/b.pb')) == pathlib.Path('a/b_encoder.pb')


@every_format
def test_a_picture_does_not_depend_on_its_neighbours(exported, form):
    """Also of main1, which is normalised by a batch, and in any order of batch sizes."""
    written, _, asked, expected = exported(form, 'main1', 'cgan')
    with module(form).load(written.path) as loaded:
        for some in (slice(8, 9), slice(2, 7), slice(0, 9), slice(3, 4)):
            made = loaded.run({name: values[some] for name, values in asked.items()})
            assert_close(made['image'], expected[some])


@pytest.mark.parametrize('form', ['saved_model', 'tflite'])
def test_other_options(made, tmp_path, form):
    """The weights as they are, a G without batch norm, latents of another prior."""
    sampler, asked, expected = made(ema=0.0, g_norm='none', prior='normal')
    assert sampler.about['z'] == 'float32 [N, 5], each number normal, N(0, 1)'
    written = writing.write(form, sampler, tmp_path / FORMATS[form].name, asked,
                            {'image': expected})
    assert written.difference < 2e-6


@every_format
@pytest.mark.parametrize(('codes', 'label'), [((3, 4), '[N, 2]'), ((3,), '[N]')])
def test_the_codes_of_an_infogan(made, tmp_path, form, codes, label):
    """Each code enters, and the words say what its numbers mean."""
    sampler, asked, expected = made(type_='infogan', codes=codes, continuous=2, **ONE)
    written = writing.write(form, sampler, tmp_path / FORMATS[form].name, asked,
                            {'image': expected})
    assert written.difference < 2e-6
    assert written.signature == (f'z float32 [N, 7], label int32 {label} -> image float32 '
                                 '[N, 12, 12, 1]')
    with module(form).load(written.path) as loaded:
        for column, size in enumerate(codes):
            other = asked['label'].reshape(9, -1).copy()
            other[:, column] = (other[:, column] + 1) % size
            shown = loaded.run({**asked, 'label': other.reshape(asked['label'].shape)})
            assert (np.abs(shown['image'] - expected).max(axis=(1, 2, 3)) > 1e-3).all()
    assert words_of(form, written.path) == sampler.about
    below = ', '.join(map(str, codes))
    assert sampler.about['label'] == f'int32 {label}, the value of each code, from 0, below {below}'
    assert sampler.about['z'].endswith('in (-1, 1); the last 2 are the continuous codes')
    assert sampler.about['z_dim'] == 7 and sampler.about['code_values'] == ['0', '1', '2']


def test_a_saved_model_in_the_way_of_tensorflow_1(exported):
    written, _, asked, expected = exported('saved_model', type_='cgan')
    with tf.Graph().as_default(), v1.Session() as session:
        signature = v1.saved_model.load(session, ['serve'], str(written.path)).signature_def[
            'serving_default']
        assert signature.method_name == 'tensorflow/serving/predict'
        fed = {signature.inputs[name].name: values for name, values in asked.items()}
        assert_close(session.run(signature.outputs['image'].name, fed), expected)
        assert not v1.global_variables()


OTHER_PROCESS = """
import sys
import numpy as np
import tensorflow as tf
saved_model, tflite, frozen, asked = sys.argv[1:]
asked = dict(np.load(asked))
expected = asked.pop('expected')
draw = tf.saved_model.load(saved_model).signatures['serving_default']
made = draw(**{name: tf.constant(x) for name, x in asked.items()})['image'].numpy()
lite = tf.lite.Interpreter(tflite).get_signature_runner()(**asked)['image']
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    graph_def = tf.compat.v1.GraphDef.FromString(open(frozen, 'rb').read())
    tf.import_graph_def(graph_def, name='')
    frozen = session.run('image:0', {name + ':0': x for name, x in asked.items()})
assert max(np.abs(images - expected).max() for images in (made, lite, frozen)) < 1e-5
assert 'dcgan_tf' not in sys.modules
"""


@pytest.mark.slow
def test_a_program_that_knows_nothing_of_this_one(exported, tmp_path):
    done = [exported(form, type_='cgan') for form in ('saved_model', 'tflite', 'frozen')]
    np.savez(tmp_path / 'asked.npz', **done[0].asked, expected=done[0].expected)
    subprocess.run([sys.executable, '-c', OTHER_PROCESS, *(each.written.path for each in done),
                    tmp_path / 'asked.npz'], check=True, cwd=tmp_path)


@quick_kinds
def test_tensorflow_lite_needs_no_ops_of_tensorflow(exported, name, type_):
    """Nor custom ones: built-in ops alone run it, in any batch size."""
    written, _, asked, expected = exported('tflite', name, type_)
    with pytest.warns(UserWarning, match='ai_edge_litert'):
        interpreter = tf.lite.Interpreter(
            str(written.path),
            experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    ops = {detail['op_name'] for detail in interpreter._get_ops_details()}
    assert not [op for op in ops if op.startswith(('Flex', 'CUSTOM'))]
    draw = interpreter.get_signature_runner()
    for n in (9, 1, 4):
        assert_close(draw(**{of: x[:n] for of, x in asked.items()})['image'], expected[:n])


@every_format
@quick_kinds
def test_the_words_that_travel(exported, form, name, type_):
    done = exported(form, name, type_)
    about = words_of(form, done.written.path)
    assert about == done.about
    assert (about['run'], about['prior'], about['z_dim']) == ('run', 'uniform', 5)
    assert about['z'] == 'float32 [N, 5], each number uniform in (-1, 1)'
    assert about.get('class_names') == (['cat', 'dog', 'Zoë'] if type_ == 'cgan' else None)


def words_of(form, place):
    """What a stranger finds."""
    if form == 'onnx':
        import onnx
        props = {p.key: p.value for p in onnx.load(place).metadata_props}
        in_json = {'step', 'z_dim', 'class_names', 'code_values'}
        return {key: json.loads(value) if key in in_json else value
                for key, value in props.items()}
    file = place / 'assets.extra/about.json' if place.is_dir() else place.with_name(
        place.name + '.json')
    return json.loads(file.read_text(encoding='utf-8'))


def test_the_ops_of_a_frozen_graph_have_plain_names(made, exported, tmp_path):
    """Two exports are the same bytes."""
    content = exported('frozen', type_='cgan').written.path.read_bytes()
    sampler, asked, expected = made(type_='cgan')
    writing.write('frozen', sampler, tmp_path / 'b.pb', asked, {'image': expected})
    assert content == (tmp_path / 'b.pb').read_bytes()
    nodes = {node.name: node.op for node in v1.GraphDef.FromString(content).node}
    assert (nodes['z'], nodes['label'], nodes['image']) == ('Placeholder', 'Placeholder',
                                                            'Identity')
