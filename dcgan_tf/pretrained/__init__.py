"""Small trained generators that come along: `pretrained:digits` in place of a run folder.

Each has two files here. NAME.npz holds the weights that `generate_images` uses, in half precision,
without pickles. NAME.json is its card: what it draws, its data, the command that trained it, its
figures, its options, and the digest of NAME.npz. experiments/make_pretrained.py writes both.
"""

import hashlib
import json
import pathlib
from typing import NamedTuple

import numpy as np

from dcgan_tf import config as configs
from dcgan_tf import program
from dcgan_tf.config import Config
from dcgan_tf.errors import ARRAY_DAMAGE, RunError, UsageError, reason
from dcgan_tf.files import whole_file, write_whole
from dcgan_tf.names import nearest

PREFIX = 'pretrained:'
FOLDER = pathlib.Path(__file__).parent
USES = 'sample, morph, arithmetic, invert, explore, export and graph take it'


class Card(NamedTuple):
    """Describes a generator. NAME.json has these entries, without `name` and `folder`."""

    name: str
    folder: pathlib.Path
    about: str                # what it draws, in a line
    data: str                 # what it was trained on, and the licence of that
    command: str              # that trained it
    figures: dict             # name -> number, with the conditions in the name
    config: Config
    step: int                 # training steps that it has had
    digest: str               # SHA-256 of NAME.npz


def is_one(path) -> bool:
    """Tells whether a user means a generator that comes along, and no path."""
    return isinstance(path, str) and path.startswith(PREFIX)


def names(folder: pathlib.Path | None = None) -> list[str]:
    """Returns the names of the generators, in the order of the alphabet."""
    return sorted(file.stem for file in (folder or FOLDER).glob('*.json'))


def find(path: str, folder: pathlib.Path | None = None) -> Card:
    """Returns the Card of PREFIX + name. UsageError if there is no such generator.

    folder: where both files are; None = in the package.
    """
    name, folder = _known(path, folder), folder or FOLDER
    file = folder / f'{name}.json'
    try:
        entries = json.loads(file.read_text(encoding='utf-8'))
        config = configs.from_dict(entries.pop('config'), str(file))
        return Card(name, folder, config=config, **entries)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(f'{file} is damaged: {reason(error)}; install the package again') from error


def weights(card: Card) -> dict[str, dict[str, np.ndarray]]:
    """Returns the weights: name of a network, such as G -> name of a variable -> float32 array.

    RunError if the file is damaged.
    """
    file = card.folder / f'{card.name}.npz'
    try:
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != card.digest:
            raise ValueError('its digest differs from that of the card')
        with np.load(file, allow_pickle=False) as arrays:
            pairs = [(*key.split(':', 1), arrays[key]) for key in arrays.files]
    except ARRAY_DAMAGE as error:
        raise RunError(f'{file} is damaged: {reason(error)}; install the package again') from error
    found = {}
    for network, variable, values in pairs:
        found.setdefault(network, {})[variable] = values.astype(np.float32)
    return found


def write(card: Card, found: dict[str, dict[str, np.ndarray]]) -> Card:
    """Writes both files of a generator into its folder; returns the Card with their digest."""
    card.folder.mkdir(parents=True, exist_ok=True)
    file = card.folder / f'{card.name}.npz'
    arrays = {f'{network}:{variable}': values.astype(np.float16)
              for network, variables in found.items() for variable, values in variables.items()}
    with whole_file(file) as temporary:
        np.savez_compressed(temporary, **arrays)
    card = card._replace(digest=hashlib.sha256(file.read_bytes()).hexdigest())
    entries = {**card._asdict(), 'config': card.config.to_dict()}
    del entries['name'], entries['folder']
    write_whole(card.folder / f'{card.name}.json', (json.dumps(entries, indent=1) + '\n').encode())
    return card


def refuse(path, what: str, expected: str | None = None, hint: str = USES) -> None:
    """Raises UsageError if a path means a generator that comes along.

    what: what is needed besides G. expected: what to name in its place; None = a run folder.
    hint: what the user may do with this generator.
    """
    if is_one(str(path)):
        _known(str(path))
        raise UsageError(f'{path} is a generator alone, without {what}: expected '
                         f'{expected or "a run folder of " + program.command("train")}; {hint}')


def _known(path, folder=None):
    """Returns the name after PREFIX. UsageError if there is no such generator."""
    name, known = path.removeprefix(PREFIX), names(folder)
    if name not in known:
        raise UsageError(f'{path[:60]}: there is no such generator; expected '
                         f'{" or ".join(PREFIX + each for each in known)}{nearest(name, known)}')
    return name
