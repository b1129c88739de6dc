"""Format onnx, written by tf2onnx and read by onnxruntime. Its metadata has the description."""

import contextlib
import json

import onnx
import onnxruntime
import tf2onnx

from dcgan_tf.fit.session import without_warnings
from dcgan_tf.show.exports.loaded import LoadedModel, signature

OPSET = 18                    # ONNX's opset; readers since 2023 support this one


def write(sampler, path):
    """Writes the file."""
    inputs, outputs = ([t.name for t in tensors.values()]
                       for tensors in (sampler.inputs, sampler.outputs))
    with without_warnings():          # tf2onnx calls deprecated functions
        model, _ = tf2onnx.convert.from_graph_def(
            sampler.graph.as_graph_def(), name=sampler.name, opset=OPSET, input_names=inputs,
            output_names=outputs,
            tensors_to_rename={name: name.removesuffix(':0') for name in inputs + outputs})
    onnx.helper.set_model_props(model, {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in sampler.about.items()})
    path.write_bytes(model.SerializeToString(deterministic=True))


@contextlib.contextmanager
def load(path, outputs=('image',)):
    """Opens the file with onnxruntime. Yields a LoadedModel."""
    session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
    yield LoadedModel(
        lambda feed: dict(zip(outputs, session.run([*outputs], feed), strict=True)),
        signature(_ports(session.get_inputs()), _ports(session.get_outputs())))


def _ports(nodes):
    dtypes = {'tensor(float)': 'float32', 'tensor(int32)': 'int32'}
    return [(node.name, dtypes[node.type], node.shape) for node in nodes]
