"""What a GAN tells about its graph: tensors by name, the graph for TensorBoard, cost, a summary."""

from dcgan_tf.arguments import check_path, shown
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.base_gan import BaseGAN
from dcgan_tf.graph_report import tensor_values, tensors
from dcgan_tf.graph_report.cost import cost
from dcgan_tf.graph_report.summary import describe, headline
from dcgan_tf.graph_report.training_graph import training_graph
from dcgan_tf.run_folder.events import Events


class Reports(BaseGAN):
    """The methods of a GAN that tell about its graph."""

    _fitted = None, None                         # images and labels of the last `fit`

    def tensors(self, pattern, images=None, labels=None, *, seed=None):
        """Returns {name: array} of the tensors whose names match, computed for one batch.

        pattern: names of ops, * for any text: `losses/*`. `:0` may be left out of a name.
        images, labels: as for `fit`; None = those of the last call of `fit`. If there was none,
        only tensors that need no real images work.
        seed: decides the images, the noise and the latents; None = the batch of the next step.
        A tensor is left out if computing it would change a variable, if it needs another
        placeholder, or if it is inside a loop: graph_report/tensors.py. UsageError if none is left;
        it has the nearest names if none matches.
        """
        if not isinstance(pattern, str):
            raise UsageError(f'pattern = {shown(pattern)}: expected names of ops, such as losses/*')
        self._must_train()
        found = tensors.find(self, pattern)
        if images is None:
            images, labels = self._fitted
        if found.needs_images and images is None:
            raise UsageError(f'tensors {pattern!r}: these need real images: expected '
                             'tensors(pattern, images), for a cgan also labels')
        self._measure_averages()
        feed_dict = tensor_values.feed_of(self, images, labels, seed=seed)
        return dict(tensor_values.values(self.session, found.tensors, feed_dict,
                                         self.config.batch_size))

    def training_graph(self):
        """Returns the ops that a training step or the samples need, as a GraphDef.

        TensorBoard shows it first. It has no saver, first values, checks or summaries.
        """
        self._finish()
        return training_graph(self)

    def write_tensorboard_graph(self, folder):
        """Writes the finished graph into an events file, for `tensorboard --logdir FOLDER`.

        The page GRAPHS opens with `training_graph`; the tag `whole graph` shows every op.
        """
        check_path('folder', folder)
        Events(folder, self.graph, first=0, shown=self.training_graph()).close()

    def cost(self):
        """Returns the FLOPs, the seconds and the memory of a training step: a `cost.Cost`.

        The seconds are measured on parts of a step, in about half a second; no variable changes.
        The memory includes what the process has now. docs/speed.md tells how near these
        estimates are.
        """
        self._must_train()
        return cost(self)

    def print(self):
        """Prints every field, op and variable with its shape."""
        print(describe(self))

    def summary(self):
        """Returns one line: preset, parameters, device."""
        return headline(self)
