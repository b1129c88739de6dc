"""What one GAN shares with the other workers: batches, weights, the end of a training."""

from dcgan_tf.distributed.stop_requests import StopRequests
from dcgan_tf.distributed.synchronize import Synchronizer
from dcgan_tf.errors import UsageError


class Peers:
    """The other workers, as a GAN of this worker sees them.

    worker: this one. shard: its part of every batch. stop_requests: what travels with every step.
    first: does it write the run folder? collective_session: the session whose runs all workers make
    together, and synchronizer: what makes them equal; both are None before `synchronize`.
    """

    def __init__(self, worker, config):
        if config.steps_per_run > 1:
            raise UsageError(f'--steps-per-run {config.steps_per_run}: several workers make one '
                             'step a run')
        self.worker, self.first = worker, worker.cluster.first
        self.shard = worker.collectives.batch_shard(norm=config.sync_batch_norm)
        self.stop_requests = self.synchronizer = self.collective_session = None

    def vote(self):
        """Makes the ops that travel with every step, in the graph that is open."""
        self.stop_requests = StopRequests(self.worker.collectives)

    def share_variables(self, variables):
        """Makes the ops that give all workers the first one's variables."""
        self.synchronizer = Synchronizer(self.worker, variables)

    def synchronize(self, session, facts):
        """Waits for all workers, once. UsageError where one has other `facts`, name -> value."""
        if self.collective_session is None:
            self.collective_session = self.worker.collective_session(session)
            self.synchronizer.check_same_setup(self.collective_session, facts)

    @property
    def busy(self):
        """Is a run under way, of which it is not known when it ends?"""
        return self.collective_session is not None and self.collective_session.busy
