"""Trains in this process alone, or as one of several workers that run each step together."""

import time

import dcgan_tf
from dcgan_tf.distributed.peers import decode
from dcgan_tf.errors import CollapseError
from dcgan_tf.hooks import Call
from dcgan_tf.run_folder.config_json import versions

MAY_DIFFER = {'data_dir', 'threads', 'trace_step', 'CUDA_VISIBLE_DEVICES'}     # among workers
SETTLE_SECONDS = 3.0    # a message to a worker that is still in a failed step would end the others


class SingleProcess:
    """Runs the steps in this process alone."""

    def __init__(self, session, stop):
        self.session, self._stop, self._leaves = session, stop, False

    @property
    def received(self):
        """The number of a signal, or None; the training ends after the step in which it came."""
        return self._stop.received

    @property
    def asked(self):
        """True if the training has to end: a signal has come, or a hook wants it."""
        return self._leaves or self._stop.asked

    def leave(self):
        """Ends the training after the present step, as if it were the last one."""
        self._leaves = True

    def begin(self, rollbacks):
        """Is called before the first step and after each rollback; returns their number."""
        return rollbacks

    def feed_for(self, feed):
        """Returns the loop's feed function, made from that of the run."""
        return feed

    def calls(self, calls):
        """Returns the loop's calls, made from those of the hooks."""
        return calls

    def end(self, step):
        """Is called after the last step."""


class MultiWorker:
    """Runs the steps as one of several workers.

    All workers end after the same step, and a rollback takes all of them to the same step.
    """

    def __init__(self, gan, stop):
        """gan: one on which `synchronize` was called."""
        self.session, self.received = gan.peers.collective_session, None
        self._peers, self._stop, self._seen, self._begun = gan.peers, stop, None, False
        self.asked = self._leaves = False

    def begin(self, rollbacks):
        """Gives all workers the first one's variables and number of rollbacks; returns it."""
        if self._begun:                 # a failed step does not end on all workers at once
            time.sleep(SETTLE_SECONDS)
        self._begun = True
        return self._peers.synchronizer.broadcast_variables(self.session, rollbacks)

    def feed_for(self, feed):
        def with_request(index, batch_in_step):
            return {**feed(index, batch_in_step), **self._own_request()}
        return with_request

    def leave(self):
        """Ends the training of all workers after the next step, as if that were the last one."""
        self._leaves = True

    def calls(self, calls):
        """Returns the loop's calls; a collapse that they find is raised one step later.

        The other workers have already started that step, which also reports the collapse to them.
        """
        return [*(each._replace(call=self._deferred(each.call)) for each in calls),
                Call(1, lambda step, values: self._act_on(step, values['stop_requests']),
                     ('stop_requests',))]

    def end(self, step):
        """Waits for all workers, and acts on what they found in the last step."""
        self._act_on(step, self.session.run(self._peers.stop_requests.votes, self._own_request()))

    def _own_request(self):
        return self._peers.stop_requests.feed_dict(self._stop.received, self._seen is not None,
                                                   self._leaves)

    def _deferred(self, call):
        def called(step, values):
            try:
                call(step, values)
            except CollapseError as collapsed:
                self._seen = self._seen or collapsed
        return called

    def _act_on(self, step, votes):
        self.received, collapsed, leaves = decode(votes)
        self.asked = leaves or self.received is not None
        if collapsed:
            seen, self._seen = self._seen, None
            raise seen or CollapseError(f'step {step}: the first worker found a collapse',
                                        step=step, last_good_step=step)


def facts(config, worker, images):
    """Returns what has to be equal on all workers: name -> value."""
    own = {**config.to_dict(), **versions(), 'dcgan_tf': dcgan_tf.__version__,
           'data': worker.data, 'images': list(images.shape[1:]), 'GPU': worker.gpu}
    return {name: value for name, value in own.items() if name not in MAY_DIFFER}
