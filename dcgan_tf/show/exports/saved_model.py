"""Format saved_model, for TensorFlow 1 and 2 and TensorFlow Serving.

The signature is `serving_default`, the tag `serve`. `assets.extra/about.json` has the description:
TensorFlow reserves that folder for the user's files.
"""

import contextlib
import json

import tensorflow as tf

from dcgan_tf.fit.session import open_session
from dcgan_tf.show.exports.loaded import LoadedModel, signature

v1 = tf.compat.v1
SIGNATURE = 'serving_default'


def write(sampler, path):
    """Writes into the folder `path`, which is new or empty."""
    signature = v1.saved_model.build_signature_def(
        _infos(sampler.inputs), _infos(sampler.outputs),
        v1.saved_model.signature_constants.PREDICT_METHOD_NAME)
    builder = v1.saved_model.Builder(str(path))
    with open_session(sampler.graph) as session:
        builder.add_meta_graph_and_variables(session, [v1.saved_model.tag_constants.SERVING],
                                             {SIGNATURE: signature})
    builder.save()
    (path / 'assets.extra').mkdir()
    (path / 'assets.extra/about.json').write_text(
        json.dumps(sampler.about, indent=2) + '\n', encoding='utf-8')


@contextlib.contextmanager
def load(path, outputs=('image',)):
    """Loads the folder with the functions of TensorFlow 2. Yields a LoadedModel."""
    function = tf.saved_model.load(str(path)).signatures[SIGNATURE]

    def run(feed):
        made = function(**{name: tf.constant(x) for name, x in feed.items()})
        return {name: made[name].numpy() for name in outputs}
    yield LoadedModel(run, signature(_ports(function.structured_input_signature[1]),
                                     _ports(function.structured_outputs)))


def _infos(tensors):
    """Does the same as v1.saved_model.build_tensor_info, without its deprecation warning."""
    return {name: v1.TensorInfo(name=t.name, dtype=t.dtype.as_datatype_enum,
                                tensor_shape=t.shape.as_proto()) for name, t in tensors.items()}


def _ports(specs):
    return [(name, spec.dtype.name, spec.shape.as_list()) for name, spec in specs.items()]
