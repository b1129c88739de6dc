"""Makes this process one of several workers: opens its server and its sessions."""

import contextlib
import socket

import tensorflow as tf

from dcgan_tf.distributed.cluster import PATIENCE, START_PATIENCE
from dcgan_tf.distributed.collective_session import CollectiveSession
from dcgan_tf.distributed.collectives import Collectives
from dcgan_tf.errors import UsageError, reason

v1 = tf.compat.v1
LEADER = '/job:worker/replica:0/task:0'


class Worker:
    """One worker of a `cluster.Cluster`. Its server runs until the process ends.

    data: the fingerprint of the data set, which has to be equal on all workers. patience: seconds
    that it waits for another worker in a step; start_patience: before the first step.
    """

    def __init__(self, cluster, *, data='', patience=PATIENCE, start_patience=START_PATIENCE):
        self.cluster, self.data, self.start_patience = cluster, data, start_patience
        self.gpu = bool(tf.config.list_physical_devices('GPU'))
        self.collectives = Collectives(cluster, patience, gpu=self.gpu)
        self._patience, self._server = patience, None

    def open_session(self, graph, config):
        """Opens a session of this worker's server. UsageError if its port is in use."""
        self.configure(config)
        if self._server is None:
            self._server = self._serve(config)
        return v1.Session(self._server.target, graph, config)

    def configure(self, config):
        """Adds what collective ops need to a ConfigProto, of a session or of the server."""
        experimental = config.experimental
        experimental.collective_group_leader = LEADER           # this process numbers the steps
        experimental.collective_nccl = self.gpu
        experimental.collective_deterministic_sequential_execution = True     # one order for all
        config.device_filters.append(f'/job:worker/task:{self.cluster.index}')
        config.isolate_session_state = True

    def collective_session(self, session):
        """Wraps a session, so that all workers run it together."""
        return CollectiveSession(session, self.cluster, self._patience)

    def _serve(self, config):
        cluster = self.cluster
        _check_port(cluster)
        jobs = {'worker': list(cluster.addresses)}
        try:
            return v1.train.Server(jobs, job_name='worker', task_index=cluster.index,
                                   config=config, protocol='grpc')
        except tf.errors.OpError as error:
            raise UsageError(f'{cluster.name} cannot serve: {reason(error)}') from error


def _check_port(cluster):
    """Raises UsageError if the worker's port is in use.

    TensorFlow's server would share the port, or its message would say less.
    """
    port = int(cluster.addresses[cluster.index].rpartition(':')[2])
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('', port))
        except OSError as error:
            raise UsageError(f'{cluster.name}: port {port} cannot be used ({error.strerror}): name '
                             'another port in the TF_CONFIG of all workers') from error
