"""Trains a GAN: python main1.py --epochs 20000    (an "epoch" is one mini-batch step)"""

import contextlib
import functools
import json
import sys

from dcgan_tf.cli import debugging, early, exits, flags, init_from, start
from dcgan_tf.cli.cost_lines import cost_lines
from dcgan_tf.cli.first_lines import first_lines
from dcgan_tf.run_folder import config_json, trained_weights
from dcgan_tf.run_folder.save_errors import SaveErrorPolicy
from dcgan_tf.streams import Lossy, lose_lines

FRAMES = 32                   # of morph1.gif and of morph2.gif


def main(argv=None):
    """Reads the command line, trains, and returns the exit code."""
    options = flags.parse(argv)                          # --help and wrong flags end here
    with contextlib.ExitStack() as exit_stack:           # holds the lock of the run folder
        return train(options, exit_stack)


def train(options, exit_stack):
    """Trains as the options say, from the data set to the pictures; returns the exit code."""
    log = (lambda *lines: None) if options.quiet else functools.partial(
        print, file=Lossy(sys.stdout), flush=True)
    cluster = start.find_cluster(options)                # from TF_CONFIG; None = a single process
    inspect_only = options.dry_run or options.graph_only
    origin = init_from.find(options)                     # networks to start from; None = new ones
    data, config, run = start.prepare(options, cluster, None if inspect_only else exit_stack,
                                      origin)
    if options.dry_run:
        print(json.dumps(config.to_dict(), indent=2))
        return exits.DONE
    exit_stack.callback(lose_lines)

    if not options.graph_only:
        log(first_lines(options, config, data))
    from dcgan_tf import DeepConvolutionalGAN  # loads TensorFlow: seconds
    from dcgan_tf.fit.session import let_xla_use_the_cpu, make_deterministic
    from dcgan_tf.show.morphing import film_scale, film_tiles

    if config.jit:
        let_xla_use_the_cpu()
    make_deterministic()
    worker = start.make_worker(cluster, options, config, data)
    with (DeepConvolutionalGAN.from_config(config, worker=worker) as gan,
          debugging.debugger(options.debug, gan.graph) as debugger):
        gan.model()        # G and D, and their uses on a batch:     systems/dcgan.py `forward`
        gan.loss()         # the losses of D and G:                  systems/dcgan.py `players`
        gan.optimizer()    # gradients, updates, and their order:    train_ops/step.py
        log(gan.summary())

        if options.graph_only:
            folder = early.graph_folder(options, config)
            gan.write_tensorboard_graph(folder)
            config_json.write_options(folder / 'options.json', config)
            log(f'graph written: tensorboard --logdir {folder}')
            return exits.DONE

        if cluster and not cluster.first:               # the first worker writes the run folder
            result = gan.fit(data, progress=False)
            log(f'{cluster.name}: step {result.step:,}')
            return exits.stopped(result.signal)

        if run:
            log(f'going on from step {trained_weights.load_newest(gan, run):,}')
        if origin:
            origin = init_from.load(gan, origin, run, log)
        if not (options.quiet or options.debug):
            for line in cost_lines(gan):            # time and memory, before anything is written
                log(line)
        gan.synchronize(data.images)            # all workers fit together: a folder can be made
        with start.evaluator(options, config, data, log) as evaluator:
            run = start.open_or_create_run(options, config, data, run, exit_stack, origin)
            log(f'run folder: {run.path}    (watch it: tensorboard --logdir {run.path} '
                '--samples_per_plugin images=1000)')             # it keeps ten pictures by default
            if debugger:
                log(debugging.hint(options.debug, run))
            result = gan.fit(data, run, evaluator=evaluator, debugger=debugger,
                             progress=not options.quiet and options.debug != debugging.CLI)
        if result.left or result.signal is not None:
            log(f'stopped and saved at step {result.step:,}; go on: --resume {run.path}')
            return exits.stopped(result.signal)

        tiles = film_tiles(config)
        write_films(gan.morphing(), config, run.images, tiles,
                    scale=film_scale(config, tiles[0], FRAMES, wanted=config.scale))
        log(f'done: step {result.step:,}, pictures in {run.images}')
    return exits.DONE


def write_films(morphing, config, folder, tiles, scale=1):
    """Writes morph1.gif and morph2.gif: walks through the latents of the trained network."""
    save_errors = SaveErrorPolicy(config.on_save_error)
    path = 'sphere' if config.latent_dim >= 3 else 'raw'          # a sphere needs three dimensions
    grid, labels = tiles
    for name, speeds in (('morph1.gif', (2, 1)), ('morph2.gif', (1, 1))):
        save_errors(name, functools.partial(
            morphing.write, folder / name, path=path, frames=FRAMES, grid=grid, seed=config.seed,
            speeds=speeds, labels=labels, scale=scale))


if __name__ == '__main__':
    sys.exit(exits.run(main))
