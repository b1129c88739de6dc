"""Finished GANs that tests share: to build one takes a second, to put it back a hundredth.

Tests with the same Config get the same graph and session, one after the other. All state of a
training is in variables, and the graph of a finished GAN takes no more ops, so a GAN whose
variables have their first values again is as good as new. A test that looks at how a graph is
built, or that replaces something of which it is built, makes a GAN of its own.
"""

import collections
import functools
import os

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.fit.history import History

# Options that no op depends on: they belong to the loop and to the data. tests/test_pool.py
# Of `hold_out` only D's scores depend, which a training has if anything is held out: `key_of`.
LOOP = ('epochs', 'scale', 'eval_step', 'checkpoint_step', 'keep_every', 'metrics', 'metrics_step',
        'metrics_n', 'keep_best', 'on_collapse', 'on_save_error', 'trace_step', 'histograms',
        'replacement', 'dataset', 'data_dir', 'resize', 'crop', 'gray', 'file_num', 'hold_out')
MAX_IDLE = 16                       # GANs that are kept, some 25 MB each
STAY = 8                            # of these: the ones that most files of tests asked for
build = DeepConvolutionalGAN.from_config


class Pool:
    """Lends finished GANs. One that is lent belongs to one borrower until its `close`."""

    def __init__(self):
        self._idle = []             # Shared, the least recently used first
        self._files = collections.defaultdict(set)      # key -> the files that asked for it

    def gan(self, config, *, training=True, **uses):
        """A GAN with its first weights. Its `close`, or the end of its `with`, gives it back.

        training: as in `load_model`. uses: features, inversion, classes = True: with the ops of
        these methods.
        """
        uses = [name for name, wanted in sorted(uses.items()) if wanted]
        key = key_of(config, training, uses)
        self._files[key].add(os.environ['PYTEST_CURRENT_TEST'].partition('::')[0])
        shared = next((each for each in self._idle if each.key == key), None)
        if shared:
            self._idle.remove(shared)
        else:
            shared = Shared(key, finished(config, training, uses))
        return shared.lend(config, self._take_back)

    def close(self):
        """Closes those that are here."""
        while self._idle:
            self._idle.pop().close()

    def _take_back(self, shared):
        self._idle.append(shared)
        while len(self._idle) > MAX_IDLE:
            seldom = sorted(self._idle, key=lambda each: len(self._files[each.key]))[:-STAY]
            old = next(each for each in self._idle if each in seldom)
            self._idle.remove(old)
            old.close()


class Shared:
    """A finished GAN and the first values of its variables."""

    def __init__(self, key, gan):
        self.key, self.close, self._gan, self._lent = key, gan.close, gan, False
        self._ops = gan.graph.version
        variables = gan.variables()
        values = gan.session.run(variables)
        self._first = {v.initializer.inputs[1]: x for v, x in zip(variables, values, strict=True)}
        self._assign = [v.initializer for v in variables]

    def lend(self, config, take_back):
        """-> the GAN, as new."""
        gan, self._lent = self._gan, True
        gan.config, gan.close = config, functools.partial(self._end, take_back)
        gan._fitted = None, None
        gan._loaded = gan._measured = gan._pretrained = gan.run_folder = None
        gan._history = History()
        gan.session.run(self._assign, self._first)
        checkpoints = gan._checkpoints
        checkpoints.damaged.clear()
        checkpoints._saver.set_last_checkpoints([])
        return gan

    def _end(self, take_back):
        """A second call does nothing, as with a session."""
        if self._lent:
            self._lent = False
            grown = self._gan.graph.version != self._ops        # images may need more ops
            assert self._gan.steps is None or not grown, 'its use has added ops to the graph'
            take_back(self)


def finished(config, training=True, uses=(), **parts):
    """A GAN of its own, with all its ops."""
    gan = build(config, **parts)
    for name in uses:
        getattr(gan, name)()
    gan._finish(training=training)
    return gan


def key_of(config, training=True, uses=()):
    """What two GANs with the same graph have in common."""
    return (options_of_graph(config), training, config.tells_classes,
            training and config.hold_out > 0, *uses)


def options_of_graph(config):
    """What two Configs with the same graph have in common."""
    return tuple((name, value) for name, value in config.to_dict().items() if name not in LOOP)
