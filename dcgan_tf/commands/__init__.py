"""The commands: `dcgan-tf sample ...` is `python tools/sample.py ...` in a checkout.

COMMANDS has a row for each. A module has `main(argv)`, which returns the exit code, and
`parse(argv)`, which reads the command line. It loads TensorFlow only where it needs it.
"""

from typing import NamedTuple


class Command(NamedTuple):
    """One row of COMMANDS."""

    module: str | None        # None: it needs the repository, and is tools/NAME.py there
    help: str


COMMANDS = {
    'train':      Command('main1', 'trains a GAN, or continues a training'),
    'sample':     Command('dcgan_tf.commands.sample', 'draws pictures with a trained model'),
    'morph':      Command('dcgan_tf.commands.morph', 'films a walk through the latents'),
    'arithmetic': Command('dcgan_tf.commands.arithmetic', 'adds and subtracts pictures'),
    'invert':     Command('dcgan_tf.commands.invert', 'finds the latents of pictures'),
    'encode':     Command('dcgan_tf.commands.encode', 'finds the latents of pictures with the '
                          'encoder'),
    'explore':    Command('dcgan_tf.commands.explore', 'serves a page to play with a generator'),
    'export':     Command('dcgan_tf.commands.export', 'writes the generator for other programs'),
    'evaluate':   Command('dcgan_tf.commands.evaluate', 'measures the quality of pictures'),
    'features':   Command('dcgan_tf.commands.features', 'tests what D has learnt, with an SVM'),
    'project':    Command('dcgan_tf.commands.project', "writes D's features for TensorBoard's "
                          'projector'),
    'graph':      Command('dcgan_tf.commands.graph', 'prints a model as tables'),
    'plot':       Command('dcgan_tf.commands.plot', 'draws the curves of runs in one picture'),
    'runs':       Command('dcgan_tf.commands.runs', 'compares the runs in a folder'),
    'launch':     Command('dcgan_tf.commands.launch', 'starts several workers on this machine'),
    'benchmark':  Command(None, 'times training steps of this project and of others'),
    'scaling':    Command(None, 'times several workers on this machine'),
    'same_bits':  Command(None, 'compares two checkouts: do they train to the same bits?'),
}
