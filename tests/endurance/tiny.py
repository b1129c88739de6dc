"""Two variables in a session, saved and restored as those of a GAN are."""

import numpy as np
import tensorflow as tf

from dcgan_tf.run_folder.checkpoints import Checkpoints

v1 = tf.compat.v1
SIZE = 1000


class Model:
    """w float32 [SIZE] and n int64 []; all their numbers are the step that they were saved at."""

    def __init__(self):
        with tf.Graph().as_default() as graph:
            w = v1.get_variable('w', [SIZE], initializer=v1.zeros_initializer(), use_resource=True)
            n = v1.get_variable('n', [], tf.int64, v1.zeros_initializer(), use_resource=True)
            self._number_ph = v1.placeholder(tf.int64, [])
            self._assigns = [v.assign(tf.fill(v.shape, tf.cast(self._number_ph, v.dtype)))
                             for v in (w, n)]
            self._variables = [w, n]
            self._checkpoints = Checkpoints(self._variables, keep=2)
            self._session = v1.Session(graph=graph)
        graph.finalize()

    def save(self, folder, step):
        self._session.run(self._assigns, {self._number_ph: step})
        self._checkpoints.save(self._session, folder, step)

    def go_back(self, run, last_good_step):
        """As after a collapse at step 3."""
        step = self._checkpoints.roll_back(self._session, run.checkpoints, last_good_step)
        run.note_rollback(3, step, 'a collapse')

    def restore(self, folder):
        """-> the step, and the numbers that are there without repetition."""
        self._session.run(self._assigns, {self._number_ph: 99})
        step = self._checkpoints.restore(self._session, folder)
        values = self._session.run(self._variables)
        return step, set(np.concatenate([value.ravel() for value in values]))
