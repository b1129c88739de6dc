"""Functions that tests in several folders use."""

import re

import cv2
import numpy as np
import tensorflow as tf
from tensorflow.python.debug.lib.debug_events_monitors import InfNanMonitor
from tensorflow.python.debug.lib.debug_events_reader import DebugDataReader

from dcgan_tf import latent
from dcgan_tf.cli import exits
from dcgan_tf.run_folder.tables import loss_csv

# Boxes of TensorBoard that the graph of every GAN has.
EVERY = {'inputs', 'Generator', 'Generator_train', 'Generator_sample', 'Discriminator',
         'Discriminator_real', 'Discriminator_fake', 'losses', 'train_D', 'train_G'}

# What log.csv has of each step of a GAN, and the whole of its columns.
LOGGED = ('d_loss', 'g_loss', 'd_accuracy', 'd_gradient', 'g_gradient')
LOG_COLUMNS = ['step', 'passes', *LOGGED, 'images_per_second']


def path(name, prior, z_dim, frames, seed, **options):
    """The walk of that name by random latents: [frames, z_dim]."""
    keys = latent.keys_of(name, prior, z_dim, seed)
    return latent.walk(name, keys, prior, frames, **options)


def assert_same(a, b):
    """Two dictionaries of arrays are equal to the bit."""
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


def values(gan):
    """Name -> array of every variable of a GAN, as a checkpoint would have them."""
    gan._measure_averages()
    return gan.session.run({v.op.name: v for v in gan.variables()})


def checkpoint(run, step):
    """Name -> array of every variable in a checkpoint of the run folder `run`."""
    reader = tf.compat.v1.train.NewCheckpointReader(str(run / 'checkpoints' / f'model-{step}'))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def assert_trains(pool, config, images, folder=None, labels=None):
    """Checks that three steps give finite numbers, and a gradient that is not 0 for every weight.

    folder: if given, a run that goes on from its checkpoint of step 2 must end with the same bits.
    """
    with pool.gan(config.replace(epochs=2)) as gan:
        gan.fit(images, labels=labels, progress=False)
        if folder:
            gan.save_model(folder)
        gan.config = config.replace(epochs=3)
        gan.fit(images, labels=labels, progress=False)
        whole = values(gan)
    for name, value in whole.items():
        assert np.isfinite(value).all(), name
        assert value.any() or not name.endswith('/weights/Adam_1'), name
    if folder:
        with pool.gan(config.replace(epochs=3)) as gan:
            assert gan.load_model(folder) == 2
            gan.fit(images, labels=labels, progress=False)
            assert_same(whole, values(gan))


def log_rows(path):
    """The rows of a log.csv, or of a table like it, without the speed."""
    return [{name: value for name, value in row.items() if name != 'images_per_second'}
            for row in loss_csv.read(path)]


def save(gan, folder):
    """Saves a GAN that makes images only, which `save_model` refuses: it could not be resumed."""
    gan._checkpoints.save(gan.session, folder, gan.steps_done())


def call_tool(tool, *words):
    """The exit code of a tool, in this process, with these words."""
    return exits.run(tool.main, [str(word) for word in words])


def first_step(gan):
    """The StepVariant of the first step, which has its penalty if there is one."""
    return gan.steps.variants[0]


def put(session, variable, value):
    """Gives a variable of a finished graph a value."""
    session.run(variable.initializer, {variable.initializer.inputs[1]: value})


def enlarge_weights(gan, by=8):
    """Multiplies the weights of new networks, whose pictures are nearly all alike otherwise."""
    for v in gan.variables():
        if v.op.name.endswith('/weights') and v.op.name.startswith(('Gen', 'Disc')):
            put(gan.session, v, by * gan.session.run(v))


def changed_by_players(gan, feed_dict):
    """Name of a player -> the boxes of the variables that its own update changes.

    An update comes after those of the players before it, from the same weights each time.
    """
    first, found = values(gan), {}
    before = first
    for name in [step.player.name for step in first_step(gan).player_steps]:
        for v in gan.variables():
            put(gan.session, v, first[v.op.name])
        gan.session.run(gan.graph.get_operation_by_name(f'train_{name}/updated'), feed_dict)
        after = values(gan)
        found[name] = {key.split('/')[0] for key, value in after.items()
                       if not np.array_equal(value, before[key])}
        before = after
    return found


def numbered(graph):
    """The names on the first two levels that end in a number which TensorFlow added: name_1."""
    names = {'/'.join(op.name.split('/')[:2]) for op in graph.get_operations()}
    return {name for name in names if re.search(r'_[0-9]+(/|$)', name)
            and not name.startswith('save/')}


def boxes(gan):
    """The boxes that TensorBoard shows, without those of every GAN.

    No name needs a number, and all sums have one order.

    An `AddN` of three and more has not: ops/gradients.py.
    """
    assert not numbered(gan.graph)
    sums = [op for op in gan.graph.get_operations() if op.type == 'AddN']
    assert sums and not [op.name for op in sums if len(op.inputs) > 2]
    found = {op.name.split('/')[0] for op in gan.graph.get_operations() if '/' in op.name}
    return found - EVERY - {'Generator_ema', 'global_step', 'save', 'init'}


def dumped(folder):
    """(type, name) of each op whose numbers are in a dump, and of those with an alert."""
    with DebugDataReader(str(folder)) as reader:
        monitor = InfNanMonitor(reader)
        reader.update()
        traces = reader.graph_execution_traces()
        alerts = [traces[alert.graph_execution_trace_index] for alert in monitor.alerts()]
        return [[(t.op_type, t.op_name) for t in rows] for rows in (traces, alerts)]


def traced_steps(run):
    """The tags of the traces in the events of a run folder."""
    return [event.tagged_run_metadata.tag for path in sorted(run.glob('events.*'))
            for event in tf.compat.v1.train.summary_iterator(str(path))
            if event.HasField('tagged_run_metadata')]


def decode(path):
    """-> (RGB frames [F, H, W, 3], seconds, loop count) of any animation file."""
    if path.suffix == '.mp4':
        video, frames = cv2.VideoCapture(str(path)), []
        while (read := video.read())[0]:
            frames.append(read[1][..., ::-1])
        return np.stack(frames), len(frames) / video.get(cv2.CAP_PROP_FPS), 0
    animation = cv2.imdecodeanimation(np.frombuffer(path.read_bytes(), np.uint8))[1]
    frames = np.stack([frame[..., 2::-1] for frame in animation.frames])
    return frames, sum(animation.durations) / 1000, animation.loop_count
