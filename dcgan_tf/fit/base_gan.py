"""The graph and the session of a GAN: opened, finished, closed."""

import contextlib

import tensorflow as tf

from dcgan_tf import ops, own_code, systems
from dcgan_tf.arguments import shown
from dcgan_tf.config import Config, chosen
from dcgan_tf.distributed.peers import Peers
from dcgan_tf.errors import UsageError
from dcgan_tf.fit import standing
from dcgan_tf.fit.history import History
from dcgan_tf.fit.session import open_session
from dcgan_tf.losses import contract as objective_contract
from dcgan_tf.run_folder.checkpoints import Checkpoints

v1 = tf.compat.v1


class BaseGAN(contextlib.AbstractContextManager):
    """A system of networks and players, its graph, and its session.

    graph: the first method that trains or saves finalizes it, so add ops of your own before.
    system: the System of `config.type`. peers: the other workers, or None. run_folder: the
    RunFolder that the GAN was opened from, or that `fit` has written to; None = none.
    `GAN` has the methods that build: `model` sets `built`, a `train_ops.model.Model`; `loss` sets
    `losses`, one `StepLosses` for each variant of a step; `optimizer` sets `steps`, a
    `train_ops.step.Steps`. Before that, each of them is None.
    """

    def __init__(self, config, session=None, *, worker=None, system=None):
        """config: a Config, e.g. of `preset('main1')` or of a run folder.

        session: a session in whose graph to build; it stays open. None = a new session on a new
        graph, closed by `close` or at the end of the `with`.
        worker: a `distributed.Worker` if several processes train one GAN. All of them make the same
        calls up to `fit`, and the worker brings its own session.
        system: a System of your own; None = that of `config.type`.
        """
        _check(config, session)
        self.config = config
        self.system = systems.contract.checked(system) if system else systems.build(config)
        if session and worker:
            raise UsageError('got session and worker: expected one of the two, because a worker '
                             'has a session of its own')
        self.peers = Peers(worker, config) if worker else None
        self._shard = self.peers.shard if self.peers else ops.BatchShard()
        self._owns_session = session is None
        if session is None:
            session = open_session(tf.Graph(), config.threads, config.jit, worker)
        self.graph, self.session = session.graph, session
        if own_code.is_own(config.objective):
            with open_session(tf.Graph(), config.threads, config.jit) as trial:
                objective_contract.check(self.system.objective, config.objective, trial)
        self.built = self.losses = self.steps = None
        self._checkpoints = None                 # of the variables, from `_finish` on
        self._loaded = self.run_folder = None
        self._measured = None                    # the step at which batch norm was measured
        self._history = History()                # of `fit`s without a run folder
        with self.graph.as_default():
            self._other_variables = {v.ref() for v in v1.global_variables()}

    @classmethod
    def from_config(cls, config, session=None, *, worker=None):
        """Returns the GAN of a Config. Every subclass has this, whatever its own arguments are."""
        gan = cls.__new__(cls)
        BaseGAN.__init__(gan, config, session, worker=worker)
        return gan

    def steps_done(self):
        """Returns how many training steps the current weights have had."""
        self._finish()
        return int(self.session.run(self.built.inputs.step))

    def _measure_averages(self):
        """Measures batch norm for the averaged weights, if there was a step since the last time.

        It comes before what uses or saves the averages: pictures, metrics, inversion, checkpoints.
        A checkpoint that was loaded keeps what it has, but after a rollback or `init_from`.
        """
        if self.steps and self.steps.standing and self._measured != (step := self.steps_done()):
            standing.measure(self)
            self._measured = step

    def variables(self):
        """Returns all our variables: weights, averages, the optimizers' slots, the step."""
        with self.graph.as_default():
            return [v for v in v1.global_variables() if v.ref() not in self._other_variables]

    def close(self):
        """Closes the session, unless the caller brought it."""
        if self._owns_session:
            self.session.close()

    def __exit__(self, *error):
        if not (self.peers and self.peers.busy):         # closing would wait for the others, too
            self.close()

    @contextlib.contextmanager
    def _building(self):
        """Ops that are built inside are in this graph, with its seed, precision and shard."""
        c = self.config
        with (self.graph.as_default(), ops.weights_from(c.seed),
              ops.precision_scope(chosen(c.precision)), ops.batch_shard(self._shard)):
            yield

    def _one_more_use(self, use, what, method):
        """Builds ops that no training needs: `use` of the Model. UsageError if it is too late.

        what: of which the graph is still without. method: the one to call in time.
        """
        if self.graph.finalized:
            raise UsageError(f'this graph was finalized without {what}: call {method}() before '
                             'fit, or open the saved model afterwards: GAN.open(PATH)')
        self.model()
        with self.graph.as_default():
            return use(self.built)

    def _finish(self, *, training=None):
        """Builds what is missing, and initialises all variables. UsageError after `close`.

        training: True = it can be trained, and the graph only runs from then on; None = as it is,
        True the first time.
        """
        if getattr(self.session, '_closed', False):
            raise UsageError('the session of this GAN is closed: make a new one, or GAN.open(PATH)')
        training = self._checkpoints is None if training is None else training
        if self._checkpoints is None or (training and self.steps is None):
            self._build(training)
            self._make_variables(shared=training)
            if training:
                self.graph.finalize()

    def _build(self, training):
        """Builds what making images needs, or training."""
        (self.optimizer if training else self.model)()

    def _make_variables(self, *, shared):
        """Initialises all variables, or loads them again if `load_model` has loaded some."""
        damaged = self._checkpoints.damaged if self._checkpoints else set()
        with self.graph.as_default():
            variables = self.variables()
            self._checkpoints = Checkpoints(variables)
            self._checkpoints.damaged |= damaged             # it is known which cannot be read
            if self.peers and shared:
                self.peers.share_variables(variables)
            self.session.run(v1.variables_initializer(variables))
        if self._loaded:
            folder, step = self._loaded
            self._checkpoints.restore(self.session, folder, step)

    def _must_train(self):
        """Builds what a training needs, and loads it if the rest was loaded."""
        self._finish(training=True)


def _check(config, session):
    """Raises UsageError for arguments of another type."""
    if not isinstance(config, Config):
        raise UsageError(f"config = {shown(config)}: expected a Config, such as preset('main1')")
    if isinstance(session, Config):
        raise UsageError('session: got a Config: expected a Session, or None; from_config(CONFIG) '
                         'makes the GAN of a Config')
    if session is not None and not (hasattr(session, 'graph') and hasattr(session, 'run')):
        raise UsageError(f'session = {shown(session)}: expected a Session, or None; options have '
                         'names, such as epochs=100')
