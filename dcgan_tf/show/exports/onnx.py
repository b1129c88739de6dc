"""ONNX, made by tf2onnx and read by onnxruntime; the words travel in the model's metadata."""

import contextlib
import json

import onnx
import onnxruntime
import tensorflow as tf
import tf2onnx

from dcgan_tf.show.exports.loaded import Loaded, ports

OPSET = 18                    # of ONNX: one that readers of 2023 and later know


def write(sampler, path):
    """Writes the file."""
    inputs, outputs = [t.name for t in sampler.inputs.values()], [sampler.image.name]
    with _quiet():
        model, _ = tf2onnx.convert.from_graph_def(
            sampler.graph.as_graph_def(), name='generator', opset=OPSET, input_names=inputs,
            output_names=outputs,
            tensors_to_rename={name: name.removesuffix(':0') for name in inputs + outputs})
    onnx.helper.set_model_props(model, {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in sampler.about.items()})
    path.write_bytes(model.SerializeToString(deterministic=True))


@contextlib.contextmanager
def load(path):
    """Opens it with onnxruntime -> Loaded."""
    session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
    yield Loaded(lambda asked: session.run(['image'], asked)[0], _ports(session.get_inputs()),
                 _ports(session.get_outputs()))


@contextlib.contextmanager
def _quiet():
    """tf2onnx calls what TensorFlow says at length will go."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel('ERROR')
    try:
        yield
    finally:
        logger.setLevel(level)


def _ports(found):
    kinds = {'tensor(float)': 'float32', 'tensor(int32)': 'int32'}
    return ports((each.name, kinds[each.type], each.shape) for each in found)
