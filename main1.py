"""Trains a DCGAN: python main1.py --epochs 20000    (an "epoch" is one mini-batch step)"""

import contextlib
import functools
import json
import sys

from dcgan_tf.cli import debugging, exits, flags, resuming, start, workers
from dcgan_tf.fit.progress import Lossy
from dcgan_tf.run_folder.save_errors import SaveErrorPolicy


def main(argv=None):
    """From the command line to pictures; returns the exit code."""
    options = flags.parse(argv)                          # --help and mistakes end here
    with contextlib.ExitStack() as held:                 # the run folder, for us alone
        return train(options, held)


def train(options, held):
    """The same, of what was asked for."""
    say = (lambda *words: None) if options.quiet else functools.partial(
        print, file=Lossy(sys.stdout), flush=True)
    several = workers.found(options)                     # TF_CONFIG; most often None
    looks = options.dry_run or options.graph_only
    data, config, run = start.prepare(options, several, None if looks else held)
    if options.dry_run:
        print(json.dumps(config.to_dict(), indent=2))
        return exits.DONE
    held.callback(exits.lose_lines)

    if not options.graph_only:
        say(start.first_lines(options, config, data))
    from dcgan_tf import DeepConvolutionalGAN, MorphingGenerator  # loads TensorFlow: seconds
    from dcgan_tf.fit.session import let_xla_use_the_cpu, make_deterministic
    from dcgan_tf.show.morphing import film_tiles

    if config.jit:
        let_xla_use_the_cpu()
    make_deterministic()
    worker = workers.worker(several, options, data)
    with (DeepConvolutionalGAN.from_config(config, worker=worker) as gan,
          debugging.debugger(options.debug, gan.graph) as debugger):
        gan.model()
        gan.loss()
        gan.optimizer()
        say(gan.summary())

        if options.graph_only:
            folder = start.graph_folder(options, config)
            gan.write_tensorboard_graph(folder)
            start.keep_options(folder, config)
            say(f'graph written: tensorboard --logdir {folder}')
            return exits.DONE

        if several and not several.first:               # it has a part of each batch, no more
            result = gan.fit(data.images, labels=data.labels, indices=data.indices,
                             n_total=data.n_total, progress=False)
            say(f'{several.name}: step {result.step:,}')
            return exits.stopped(result.signal)

        if run:
            say(f'going on from step {resuming.load(options, gan, run):,}')
        gan.synchronize(data.images)                     # others, before a folder is made
        with start.evaluator(options, config, data, say) as evaluator:
            run = start.run_of(options, config, data, run, held)
            say(f'run folder: {run.path}    (watch it: tensorboard --logdir {run.path})')
            if debugger:
                say(debugging.line(options.debug, run))
            result = gan.fit(data.images, run, labels=data.labels, indices=data.indices,
                             n_total=data.n_total, evaluator=evaluator, debugger=debugger,
                             progress=not options.quiet and options.debug != debugging.CLI)
        if result.left or result.signal is not None:
            say(f'stopped and saved at step {result.step:,}; go on: --resume {run.path}')
            return exits.stopped(result.signal)

        films(MorphingGenerator(gan.generate_images, config.z_dim, prior=config.prior), config,
              run.images, film_tiles(config))
        say(f'done: step {result.step:,}, pictures in {run.images}')
    return exits.DONE


def films(morphing, config, folder, tiles):
    """Two, from the trained network."""
    save_errors = SaveErrorPolicy(config.on_save_error)
    path = 'sphere' if config.z_dim >= 3 else 'raw'          # a sphere needs three dimensions
    grid, labels = tiles
    for name, speeds in (('morph1.gif', (2, 1)), ('morph2.gif', (1, 1))):
        save_errors(name, functools.partial(
            morphing.write, folder / name, path=path, frames=32, grid=grid, seed=config.seed,
            speeds=speeds, labels=labels))


if __name__ == '__main__':
    sys.exit(exits.run(main))
