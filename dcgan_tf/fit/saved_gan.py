"""The weights of a GAN: opened, saved, loaded, started from those of another training."""

from dcgan_tf import pretrained
from dcgan_tf.arguments import check_path
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.base_gan import BaseGAN
from dcgan_tf.names import counted
from dcgan_tf.run_folder import config_json, initial_weights, trained_weights
from dcgan_tf.run_folder.made_by import notice


class SavedGAN(BaseGAN):
    """The methods of a GAN that read and write checkpoints."""

    _pretrained = None              # the name of a generator alone that comes along

    @classmethod
    def open(cls, run, checkpoint='newest', *, config=None, trust=False):
        """Opens a trained model to make images, to ask its networks, or to train on.

            with GAN.open('results/run') as gan:
                pictures = gan.sample(16)                       # [16, H, W, C] in [0, 1]

        run: a run folder, or a checkpoint: `.../model-STEP`, or a folder of such; or
        `pretrained:NAME`, a generator alone that comes along: docs/pretrained.md. checkpoint:
        newest, best (by `keep_best` of the training), or a step. config: for a checkpoint outside
        its run folder, the path of the config.json that it was trained with; None = the one in the
        same folder, or one folder up. trust: True = run Python files of the run folder also if they
        are not in your list: docs/own_networks.md. UsageError if there is no such model, RunError
        if it is damaged. The optimizers are built and loaded only when it trains.
        """
        found = trained_weights.find(run, checkpoint, config, trust)
        notice([(found.name, found.made_by)])
        return cls.of_weights(found)

    @classmethod
    def of_weights(cls, found):
        """Returns the GAN of the Weights that `trained_weights.find` has found."""
        gan = cls.from_config(found.config)
        gan.run_folder = found.run
        gan.load_weights(found)
        return gan

    def save_model(self, folder):
        """Saves all variables as `folder`/model-STEP. Returns that path. RunError on a full disk.

        The folder keeps the newest five checkpoints. If it does not belong to a run folder, an
        options.json for the tools is written, too. Use another folder for each model, because
        `load_model` loads the highest step that it finds.
        """
        folder = check_path('folder', folder, 'the path of a folder')
        self._must_train()            # without the optimizers' slots it could not be resumed
        self._measure_averages()
        saved = self._checkpoints.save(self.session, folder, self.steps_done())
        if not any(map(config_json.is_run, (saved.parent, saved.parent.parent))):
            config_json.write_options(saved.with_name('options.json'), self.config)
        return saved

    def load_model(self, folder, *, training=True, step=None):
        """Restores the newest readable checkpoint of a folder. Returns its step.

        folder: of checkpoints, or a run folder. step: load the checkpoint of this step instead.
        training: False = build and load only what making images needs, which is faster; the rest
        follows if it trains on. RunError if no checkpoint fits.
        """
        folder = trained_weights.checkpoints_in(folder)
        self._finish(training=training)
        step = self._checkpoints.restore(self.session, folder, step)
        self._loaded, self._measured = (folder, step), step
        return step

    def load_weights(self, found):
        """Loads the Weights that `trained_weights.find` has found, to make images."""
        if found.card:
            self._load_generator(found.card)
        else:
            self.load_model(found.folder, training=False, step=found.step)

    def _load_generator(self, card):
        """Loads the weights of a generator that comes along. RunError if they do not fit."""
        self._finish(training=False)
        self._pretrained = f'{pretrained.PREFIX}{card.name}'
        found = pretrained.weights(card)
        for field in found:
            sources = [(v, [name]) for name, v in self.built.weights[field].items()]
            initial_weights.fill(self.session, sources, found[field], self._pretrained)
        initial_weights.assign(self.session, self.built.inputs.step, card.step)

    def _check_whole(self, what, **words):
        """Raises UsageError for a generator alone. what, words: see `pretrained.refuse`."""
        if self._pretrained:
            pretrained.refuse(self._pretrained, what, **words)

    def _must_train(self):
        self._check_whole('a discriminator and its optimizers')
        super()._must_train()

    def init_from(self, folder, *, step=None):
        """Starts the networks from those of an earlier training. Returns the step they had there.

        Call it before `fit`. It loads the newest readable checkpoint of a folder of checkpoints, or
        of a run folder, or that of `step`: the variables of all networks, which are weights, batch
        norm's averages and spectral norm's vectors, and the average of G's weights. That average
        starts from the weights if the checkpoint has none. Steps, rates and optimizers start anew.
        UsageError after a step.
        RunError if no checkpoint fits these networks, if it has had no step, or if one of its
        numbers is not finite.
        """
        self._must_train()
        if done := self.steps_done():
            raise UsageError(f'init_from: these weights have had {counted(done, "step")}: '
                             'call it before fit')
        self._measured = None
        return initial_weights.load(self.session, trained_weights.checkpoints_in(folder),
                                    self.built.network_variables(), step)
