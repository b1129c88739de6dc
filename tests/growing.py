"""A training without networks: a weight that grows by one a step, and all that records it."""

import types

import numpy as np
import tensorflow as tf

from dcgan_tf import preset
from dcgan_tf.fit.loop import train
from dcgan_tf.fit.run_recorder import RunRecorder
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.checkpoint_files import steps
from dcgan_tf.run_folder.checkpoints import Checkpoints
from dcgan_tf.run_folder.sample_grids import SampleGrid
from dcgan_tf.train_ops.finite_check import FiniteCheck, of_each
from dcgan_tf.train_ops.step import TrainOp
from tests.helpers import LOGGED

v1 = tf.compat.v1
LAST = 24                       # steps in all
Z = np.float32([[0.1, 0.9], [0.5, 0.2]])
GRIDS = {'fake': SampleGrid(Z, None, 2), 'row': SampleGrid(Z, None, 2)}


def started_at(first):
    """What a recorder has to know of a training."""
    return types.SimpleNamespace(first=first, note=lambda step, metrics: None)


class Training:
    """A weight that grows by one a step, and all that a Recorder wants to know of it."""

    def __init__(self, folder, **config):
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.session = v1.Session(graph=self.graph)
            self._build()
            self.session.run(v1.global_variables_initializer())
        self.graph.finalize()
        config = preset(batch_size=4, **{'image_height': 4, 'image_width': 4, 'eval_step': 6,
                                         'checkpoint_step': 9, 'epochs': LAST, **config})
        path = folder / 'run'
        self.run = (run_folder.open_run(str(path)) if path.exists()
                    else run_folder.create(str(folder), 'run', config, {}))
        self.stop = types.SimpleNamespace(asked=False)

    def _build(self):
        self.w = v1.get_variable('Generator/w', [2], initializer=v1.zeros_initializer(),
                                 use_resource=True)
        self.fetches = {name: tf.reduce_sum(self.w) + i for i, name in enumerate(LOGGED)}
        self.check = FiniteCheck(of_each(list(self.fetches.values())), 0)
        with tf.control_dependencies([self.check.op]):
            self.train_op = self.w.assign_add([1, 1], read_value=False)
        self.values = {**self.fetches, 'scalars': self.fetches}
        self.checkpoints = Checkpoints([self.w])

    def images_of(self, z, labels):
        return np.full([len(z), 4, 4, 1], self.session.run(self.w)[0] / 255)

    def recorder(self, first):
        steps = types.SimpleNamespace(
            weights=[self.w], images_per_step=self.run.config.images_per_step,
            variants=[types.SimpleNamespace(columns=LOGGED)], lazy=False,
            has_penalty=lambda step: False)
        return RunRecorder(self.run, self.session, steps, self.checkpoints, self.images_of, GRIDS,
                        lambda: (np.zeros([4, 4, 4, 1], np.uint8), 2), first=first, n_images=100)

    def go_on(self):
        """From the newest checkpoint to the end."""
        there = self.run.checkpoints.is_dir() and steps(self.run.checkpoints)
        first = self.checkpoints.restore(self.session, self.run.checkpoints) if there else 0
        return self.fit(first, self.run.config.epochs)

    def fit(self, first=0, last=LAST, around=lambda call: call):
        """As `DeepConvolutionalGAN.fit` does it. around: what makes of a Call the one made."""
        with self.recorder(first) as recorder:
            recorder.start(started_at(first))
            kind = types.SimpleNamespace(train_ops=[TrainOp(self.train_op, self.check)],
                                         values=self.values)
            step = train(self.session, lambda index: kind,
                         lambda index, part: {}, [*map(around, recorder.calls())],
                         first=first, last=last, stop=self.stop, trace=recorder.trace())
            recorder.end(step, finished=not self.stop.asked)
        return self
