"""Makes TensorBoard's summaries from numbers, as protocol buffers. The graph needs no op for them.

The values and buckets are those that TensorFlow's own summary ops would write.
"""

import itertools
import sys

import numpy as np
import tensorflow as tf

from dcgan_tf.images.png import encode_png
from dcgan_tf.names import printable

v1 = tf.compat.v1
MAX_TEXT = 100             # characters of an option on the page HPARAMS


def scalars(values: dict) -> v1.Summary:
    """Returns the summary of numbers. values: tag -> number."""
    return v1.Summary(value=[v1.Summary.Value(tag=tag, simple_value=float(value))
                             for tag, value in values.items()])


def histogram(tag: str, x: np.ndarray) -> v1.Summary:
    """Returns the summary of all finite numbers of an array of any shape.

    The buckets are TensorFlow's: each is 10 % wider than its neighbour nearer to 0. So they show
    small numbers as well as large ones. TensorBoard's `histogram_pb` has 30 equal buckets, and
    needs 30 numbers of memory for each number of x.
    """
    x = x if x.dtype == np.float64 else x.astype(np.float32, copy=False)     # bfloat16 cannot sort
    x = np.sort(x, axis=None)                                                # NaN comes last
    first, last = np.searchsorted(x, -np.inf, 'right'), np.searchsorted(x, np.inf)
    x = x[first:last].astype(np.float64)
    counts = np.diff(np.searchsorted(x, LIMITS), prepend=0)
    kept = np.append(counts[1:] > 0, True) | (counts > 0)      # one bucket for each gap, with 0
    least, most = (x[0], x[-1]) if len(x) else (0.0, 0.0)
    return v1.Summary(value=[v1.Summary.Value(tag=tag, histo=v1.HistogramProto(
        min=least, max=most, num=len(x), sum=x.sum(), sum_squares=sum_squares(x),
        bucket_limit=LIMITS[kept], bucket=counts[kept]))])


def sum_squares(x: np.ndarray) -> float:
    """Returns the sum of the squares of all numbers, on one core.

    `x @ x` would start a thread on each core, which takes longer next to TensorFlow's threads.
    """
    flat = x.ravel()
    return np.einsum('i,i', flat, flat)


def image(tag: str, picture: np.ndarray) -> v1.Summary:
    """Returns the summary of a picture, uint8 [H, W, C]; C is 1 or 3."""
    height, width, channels = picture.shape
    return v1.Summary(value=[v1.Summary.Value(tag=tag, image=v1.Summary.Image(
        height=height, width=width, colorspace=channels,
        encoded_image_string=encode_png(picture)))])


def options(name: str, values: dict) -> list[v1.Summary]:
    """Returns the summaries that show the options of a run on TensorBoard's pages HPARAMS and TEXT.

    name: of the run, which the page HPARAMS has as its trial. values: option -> value, as
    `Config.to_dict` returns them. That page takes every scalar of the run as a metric, and shows
    the options that differ between runs first, as it does without a list of our own.
    """
    from tensorboard.plugins.hparams import summary_v2  # here: it takes a third of a second
    texts = {option: ','.join(map(str, value)) if isinstance(value, tuple) else value
             for option, value in values.items()}
    short = {option: f'{text[:MAX_TEXT]}...' if len(str(text)) > MAX_TEXT else text
             for option, text in texts.items()}
    start, = summary_v2.hparams_pb(short, trial_id=name).value    # of TensorBoard's own classes
    plugin = start.metadata.plugin_data
    page = v1.Summary(value=[_plugin_value(start.tag, [], plugin.plugin_name, plugin.content)])
    return [page, text_table('options', texts)]


def text_table(tag: str, values: dict) -> v1.Summary:
    """Returns the summary of a table of names and values for the page TEXT, in Markdown."""
    rows = [f'| {name} | {_code(value)} |' for name, value in values.items()]
    return v1.Summary(value=[_plugin_value(
        tag, '\n'.join([f'| {tag} | |', '| --- | --- |', *rows]), 'text')])


def _plugin_value(tag, value, plugin_name, content=b''):
    """Returns a tensor that a plugin of TensorBoard shows. content: what the plugin has to know."""
    plugin = v1.SummaryMetadata.PluginData(plugin_name=plugin_name, content=content)
    return v1.Summary.Value(tag=tag, tensor=tf.make_tensor_proto(value),
                            metadata=v1.SummaryMetadata(plugin_data=plugin))


def _code(value):
    """Returns a value as Markdown shows it letter by letter, in one cell of a table."""
    text = printable(str(value)).replace('`', "'").replace('|', '¦')
    return f'`{text}`' if text else ''


def _limits():
    """Returns the upper limits of TensorFlow's buckets, in order: float64 [1551]."""
    grown = itertools.accumulate(itertools.repeat(1.1), lambda limit, by: limit * by,
                                 initial=1e-12)
    positive = [*itertools.takewhile(lambda limit: limit < 1e20, grown), sys.float_info.max]
    return np.array([*(-limit for limit in reversed(positive)), 0.0, *positive])


LIMITS = _limits()
