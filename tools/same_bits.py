"""Compares two checkouts: do they train to the same bits? python tools/same_bits.py OTHER_CHECKOUT

Each row of CASES is a short training. The main1.py of this checkout and that of the other run it,
one after the other, each in a process and an empty folder of its own. All variables of their last
checkpoints are compared: names, types, shapes, bits. One line is printed for each row.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.cli.parser import Parser
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import names_of
from dcgan_tf.config import PRESETS
from dcgan_tf.errors import RunError, UsageError

ROOT = pathlib.Path(__file__).resolve().parents[1]
EQUAL, DIFFERS, FAILED = 'equal', 'differs', 'failed'
N_PICTURES = 8
FEW_MAPS = ('4', '5', '6', '7', '8')
# Environment variables that change a training: a comparison must not depend on them.
FOREIGN = ('TF_CONFIG', 'DATASET_FOLDER', 'SAVE_FOLDER', 'CACHE_FOLDER')


def preset_flags(name):
    """Returns the flags of a preset with few feature maps, on pictures of the size that it has.

    A preset whose G and D have not the same number of layers keeps its feature maps.
    """
    preset = PRESETS[name]
    g_maps, d_maps = preset['generator_maps'], preset['discriminator_maps']
    maps = f'--maps {",".join(FEW_MAPS[:len(d_maps) - 1])} ' if len(g_maps) == len(d_maps) else ''
    data = f'--folder ../pictures{preset["image_height"]}' if colour(name) else '--dataset digits'
    return f'--preset {name} {maps}{data}'


def colour(name):
    """Tells whether a preset is for colour pictures."""
    return PRESETS[name]['discriminator_maps'][0] == 3


SMALL = '--preset dcgan28 --maps 4,6 --dataset digits'
PLAIN = f'{SMALL} --penalty none'
CASES = {                                          # name of a row -> flags of main1.py
    **{name: preset_flags(name) for name in PRESETS},
    'lazy_r1':             f'{SMALL} --penalty r1 --penalty-every 2',
    'unroll':              f'{PLAIN} --unroll 2',
    'spectral_hinge':      f'{PLAIN} --norm spectral --objective hinge',
    'wgan':                f'{PLAIN} --objective wgan',
    'gradient_penalty':    f'{SMALL} --objective wgan --penalty gradient_penalty',
    'gradient_accumulate': f'{PLAIN} --gradient-accumulate 2',
    'd_steps':             f'{PLAIN} --d-steps 2',
    'g_steps':             f'{PLAIN} --g-steps 2',
    'cgan':                f'{PLAIN} --type cgan',
    'acgan':               f'{PLAIN} --type acgan',
    'infogan':             f'{PLAIN} --type infogan --codes 3,4',
    'mode_regularised':    f'{SMALL} --penalty mode_regularised',
    'augment':             f'{PLAIN} --flip --diff-augment color,translation',
    'bfloat16':            f'{PLAIN} --precision bfloat16',
    'steps_per_run':       f'{SMALL} --steps-per-run 3',
    'two_workers':         PLAIN,
}
WORKERS = {'two_workers': 2}                       # rows that several processes train together


def main(argv=None):
    """Prints a line for each row and a line of counts; returns the exit code."""
    args = parse(argv)
    width = max(map(len, args.only))
    if args.list:
        print(*(f'{name.ljust(width)}  {flags_of(name)}' for name in args.only), sep='\n')
        return exits.DONE
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        write_pictures(pathlib.Path(folder))
        for name in args.only:
            outcome, text = compare(name, args.other, args.steps, folder)
            print(f'{name.ljust(width)}  {text}', flush=True)
            outcomes.append(outcome)
    counts = ', '.join(f'{outcomes.count(outcome)} {text}' for outcome, text in (
        (EQUAL, 'equal'), (DIFFERS, 'with differences'), (FAILED, 'failed')))
    print(f'{len(outcomes)} row{"s" * (len(outcomes) > 1)}: {counts}')
    return exits.DONE if outcomes.count(EQUAL) == len(outcomes) else exits.FAILED


def compare(name, other, steps, folder):
    """Trains a row in both checkouts; returns (EQUAL, DIFFERS or FAILED, the text of its line).

    folder: has the pictures, and gets an empty folder for each training.
    """
    trained, failures = [], []
    for place, checkout in (('here', ROOT), ('there', other)):
        try:
            with tempfile.TemporaryDirectory(dir=folder) as own_folder:
                trained.append(train(checkout, name, steps, pathlib.Path(own_folder)))
        except RunError as error:
            failures.append(f'{place}: {error}')
    if failures:
        return FAILED, f'failed {"; ".join(failures)}'
    text = '; '.join(differences(*trained))
    return (DIFFERS, text) if text else (EQUAL, 'equal')


def train(checkout, name, steps, folder):
    """Trains a row with a checkout's main1.py in `folder`; returns {name: array} of all variables.

    RunError with the last line of standard error if the training fails.
    """
    command = [str(checkout / 'main1.py'), *CASES[name].split(), '--epochs', str(steps),
               '--batch-size', '4', '--threads', '1', '--seed', '1', '--eval-step', '1000000',
               '--run-name', 'bits', '--quiet']
    if name in WORKERS:                            # each checkout has its own launcher
        command = [str(checkout / 'tools' / 'launch.py'), '--workers', str(WORKERS[name]), '--',
                   *command]
    code, errors = run(command, folder)
    if code:
        lines = errors.strip().splitlines()
        raise RunError(lines[-1] if lines else f'ended with {code}')
    path = folder / 'results' / 'bits' / 'checkpoints' / f'model-{steps}'
    if not path.with_name(f'{path.name}.index').exists():
        raise RunError(f'left no checkpoint {path.relative_to(folder)}')
    return read(path)


def run(command, folder):
    """Runs a Python program in `folder`, on the CPU; returns (exit code, standard error)."""
    env = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    ended = subprocess.run(  # noqa: S603 (a checkout that the user named)
        [sys.executable, *command], cwd=folder, env={**env, 'CUDA_VISIBLE_DEVICES': ''}, text=True,
        errors='replace', stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, check=False)
    return ended.returncode, ended.stderr


def read(path):
    """Reads a checkpoint as {name: array}. Loads TensorFlow."""
    import tensorflow as tf
    reader = tf.train.load_checkpoint(str(path))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def differences(here, there):
    """Yields the differences of two checkpoints {name: array} as text; nothing without any."""
    for place, names in (('here', here.keys() - there.keys()),
                         ('there', there.keys() - here.keys())):
        if names:
            yield f'only {place}: {", ".join(sorted(names))}'
    pairs = {name: (here[name], there[name]) for name in sorted(here.keys() & there.keys())}
    for name, (one, two) in pairs.items():
        if type_and_shape(one) != type_and_shape(two):
            yield f'{name} is {type_and_shape(one)} here, {type_and_shape(two)} there'
    apart = {name: largest_difference(one, two) for name, (one, two) in pairs.items()
             if type_and_shape(one) == type_and_shape(two) and one.tobytes() != two.tobytes()}
    if apart:
        first = next(iter(apart))
        yield (f'{len(apart)} of {len(pairs)} variables differ, by up to '
               f'{np.max([*apart.values()]):.2g}; {first}, the first by name, by up to '
               f'{apart[first]:.2g}')


def type_and_shape(array):
    """Returns type and shape as text, such as `float32 [4, 6]`."""
    return f'{array.dtype} {list(array.shape)}'


def largest_difference(one, two):
    """Returns the largest absolute difference of two arrays of one shape; NaN if one has a NaN."""
    with np.errstate(invalid='ignore'):                                    # inf - inf
        return float(np.max(np.abs(one.astype(np.float64) - two.astype(np.float64))))


def write_pictures(folder):
    """Writes pictures of noise for the presets of colour pictures, in folders below `folder`.

    There are two classes.
    """
    random = np.random.default_rng(0)
    for size in sorted({PRESETS[name]['image_height'] for name in PRESETS if colour(name)}):
        pictures = folder / f'pictures{size}'
        for i in range(N_PICTURES):
            pixels = random.integers(0, 256, (size, size, 3), np.uint8)
            path = pictures / 'ab'[i % 2] / f'{i}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)


def flags_of(name):
    """Returns a row's flags as text, and the number of its workers."""
    return CASES[name] + (f'    ({WORKERS[name]} workers)' if name in WORKERS else '')


def parse(argv):
    """Reads the command line. UsageError for a folder that is no checkout and for other mistakes.
    """
    parser = Parser(description='Trains the same few steps with this checkout and with another '
                                'one, and compares all variables bit by bit. Exit code 0: all '
                                'rows are equal; 1: some differ or failed.')
    add = parser.add_argument
    add('other', nargs='?', type=local_path, metavar='OTHER_CHECKOUT',
        help='a folder with another version of main1.py and dcgan_tf/')
    add('--only', type=names_of(CASES), default=tuple(CASES), metavar='NAME,NAME',
        help='compare these rows (default: all)')
    add('--steps', type=int, default=5, help='steps of each training (default: 5)')
    add('--list', action='store_true', help='print the rows with their flags and stop')
    args = parser.parse_args(argv, steps=(1, 1_000_000))
    if args.list:
        return args
    if args.other is None:
        raise UsageError('OTHER_CHECKOUT is missing: the folder of the checkout to compare with')
    args.other = pathlib.Path(args.other).resolve()
    if not args.other.is_dir():
        raise UsageError(f'{args.other}: there is no such folder')
    if not (args.other / 'main1.py').is_file():
        raise UsageError(f'{args.other} is no checkout of this project: it has no main1.py')
    return args


if __name__ == '__main__':
    sys.exit(exits.run(main))
