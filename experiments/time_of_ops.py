"""Sums the time of the ops of a step by what they do: "Where the time goes" of docs/speed.md.

    python experiments/time_of_ops.py --rows main1:32,main1:128,dcgan28:32

It traces steps without a penalty, with one thread, and takes the mean. It needs no data: the images
are noise. Time: not recorded.
"""

import argparse
import collections
import pathlib
import re
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

WARM = 12                      # steps before the first that is traced
KINDS = {                      # what is summed -> the types of its ops, by their plain names
    'convolutions':                    r'Conv2D',
    'transposed convolutions':         r'Conv2DBackpropInput',
    'gradients of their weights':      r'Conv2DBackpropFilter',
    'matrix products':                 r'MatMul',
    'leaky ReLU, ReLU and their gradients': r'(Leaky)?Relu(Grad)?',
    'Adam':                            r'ResourceApplyAdam',
}
NORM = 'batch norm: moments, normalising, gradient'
OTHERS = 'all others'


def main(argv=None):
    """Prints a table for each row; returns the exit code."""
    args = parse(argv)
    for name, batch in args.rows:
        times = shares(name, batch, args.steps)
        print(f'{name}, batch {batch}: per cent of {sum(times.values()) / 1e3:.1f} ms')
        for kind in (*KINDS, NORM, OTHERS):
            print(f'{100 * times[kind] / sum(times.values()):4.0f}  {kind}')
    return 0


def shares(name, batch, steps):
    """Returns {kind: microseconds in a step}, means over traced steps."""
    from dcgan_tf import DeepConvolutionalGAN, preset
    from dcgan_tf.fit.feed import BatchFeeder
    config = preset(name, batch_size=batch, threads=1)
    images = np.random.default_rng(0).integers(0, 256, (
        2 * batch, config.image_height, config.image_width, config.n_channels), np.uint8)
    found = collections.Counter()
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.optimizer()
        gan.steps_done()                                   # finishes the graph
        feed, op = BatchFeeder(gan, images), gan.steps.variants[-1].train_ops[-1].op
        for index in range(WARM + steps):
            traced = trace(gan.session, op, feed(index))
            if index >= WARM:
                found.update(by_kind(traced))
    return collections.Counter({kind: time / steps for kind, time in found.items()})


def trace(session, op, feed_dict):
    """Runs an op; returns its RunMetadata."""
    import tensorflow as tf
    v1, metadata = tf.compat.v1, tf.compat.v1.RunMetadata()
    options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
    session.run(op, feed_dict, options=options, run_metadata=metadata)
    return metadata


def by_kind(metadata):
    """Returns {kind: microseconds} of one step."""
    times = collections.Counter()
    for device in metadata.step_stats.dev_stats:
        for node in device.node_stats:
            label = re.search(r'= (\w+)\(', node.timeline_label)
            times[kind_of(node.node_name, label[1] if label else '')] += (
                node.op_end_rel_micros - node.op_start_rel_micros)
    return times


def kind_of(name, type_):
    """Returns the kind of an op by its name and its type, such as _MklNativeConv2DWithBias."""
    plain = re.sub(r'^_?(Mkl(Native)?)?_?(Fused)?|WithBias$', '', type_)
    for kind, types in KINDS.items():
        if re.fullmatch(types, plain):
            return kind
    return NORM if re.search(r'[gd]\d+_norm', name) else OTHERS


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--rows', type=rows, default=rows('main1:32,main1:128,dcgan28:32'),
                        help='presets and batches (default: main1:32,main1:128,dcgan28:32)')
    parser.add_argument('--steps', type=int, default=5, help='traced steps (default: 5)')
    return parser.parse_args(argv)


def rows(text):
    """Returns [(preset, batch), ...] of a text such as main1:32,main1:128."""
    return [(name, int(batch)) for name, batch in (row.split(':') for row in text.split(','))]


if __name__ == '__main__':
    sys.exit(main())
