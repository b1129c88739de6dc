"""The graph and the session of a GAN: ops are built, then the graph is finalized and only runs."""

import contextlib

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import chosen
from dcgan_tf.distributed.peers import Peers
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.session import open_session
from dcgan_tf.run_folder.checkpoints import Checkpoints

v1 = tf.compat.v1


class Workspace:
    """One graph, its session, and the variables that are built in it.

    peers: the other workers, or None. shard: this worker's part of every batch. checkpoints: the
    Checkpoints of the variables; None before `finish`.
    """

    def __init__(self, config, session, worker):
        """config, session, worker: those of `GAN`."""
        if session and worker:
            raise UsageError('got session and worker: expected one of the two, because a worker '
                             'has a session of its own')
        self.peers = Peers(worker, config) if worker else None
        self.shard = self.peers.shard if self.peers else ops.BatchShard()
        self._config, self._owned = config, session is None
        if session is None:
            session = open_session(tf.Graph(), config.threads, config.jit, worker)
        self.graph, self.session, self.checkpoints = session.graph, session, None
        with self.graph.as_default():
            self._other_variables = {v.ref() for v in v1.global_variables()}

    @contextlib.contextmanager
    def building(self):
        """Ops that are built inside are in this graph, with its seed, precision and shard."""
        c = self._config
        with (self.graph.as_default(), ops.weights_from(c.seed),
              ops.precision_scope(chosen(c.precision)), ops.batch_shard(self.shard)):
            yield

    def variables(self):
        """Returns the variables that were not in the graph before."""
        with self.graph.as_default():
            return [v for v in v1.global_variables() if v.ref() not in self._other_variables]

    def finish(self, *, training):
        """Initialises the variables and finalizes the graph. training: True = it can be trained."""
        with self.graph.as_default():
            variables = self.variables()
            self.checkpoints = Checkpoints(variables)
            if self.peers and training:
                self.peers.share_variables(variables)
            self.session.run(v1.variables_initializer(variables))
        self.graph.finalize()

    def close(self):
        """Closes the session, unless the caller brought it."""
        if self._owned:
            self.session.close()
