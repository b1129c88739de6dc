"""Times a step with an evaluation with and without histograms: "Histograms" of docs/speed.md.

    python experiments/histograms.py --rounds 15

Two trainings make some steps in turn, one with --histograms all, one with none. In each round the
fourth step has an evaluation. It needs no data: the images are noise. Time: not recorded.
"""

import argparse
import contextlib
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from dcgan_tf import Hook

EVERY, BATCH, LONG = 4, 32, 500      # steps between evaluations: here, and in a usual training


class Clock(Hook):
    """Notes when each step begins."""

    every = 1

    def __init__(self):
        self.begun = {}

    def before_step(self, step):
        self.begun[step] = time.perf_counter()


def main(argv=None):
    """Prints a line for each preset; returns the exit code."""
    args = parse(argv)
    print(f'preset, batch {BATCH}; a step; more with all; share of a training, --eval-step {LONG}')
    for name in args.rows:
        step, more = measured(name, args.rounds)
        print(f'{name}; {1e3 * step:.0f} ms; {1e3 * more:.0f} ms; {more / (LONG * step):.2%}',
              flush=True)
    return 0


def measured(name, rounds):
    """Returns the seconds of a step, and how much longer one with histograms takes: medians."""
    from dcgan_tf import DeepConvolutionalGAN, preset
    config = preset(name, batch_size=BATCH, eval_step=EVERY, epochs=2 * EVERY * (rounds + 1))
    images = np.random.default_rng(0).integers(0, 256, (256, 28, 28, 1), np.uint8)
    plain, evaluated = [], {'none': [], 'all': []}
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        gans = {kind: stack.enter_context(DeepConvolutionalGAN.from_config(
            config.replace(histograms=kind))) for kind in evaluated}
        for first in range(1, 2 * EVERY * (rounds + 1), 2 * EVERY):
            for kind, gan in gans.items():
                gan.fit(images, run=folder / kind, steps=2 * EVERY, hooks=[clock := Clock()],
                        progress=False)
                due = first + EVERY - 1                    # the step with an evaluation
                evaluated[kind].append(clock.begun[due + 1] - clock.begun[due])
                plain.append(clock.begun[due] - clock.begun[due - 1])
    return statistics.median(plain[2:]), statistics.median(
        all_ - none for all_, none in zip(evaluated['all'][1:], evaluated['none'][1:], strict=True))


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--rows', type=lambda text: text.split(','), default=('dcgan28', 'main1'),
                        help='presets of grey 28x28 (default: dcgan28,main1)')
    parser.add_argument('--rounds', type=int, default=15, help='(default: 15)')
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
