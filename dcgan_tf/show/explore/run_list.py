"""What the page shows of all runs in a folder, and of two that are compared."""

import contextlib
import pathlib
from collections.abc import Iterable

from dcgan_tf.run_folder import lock
from dcgan_tf.run_folder.differing_options import as_text, differing_options
from dcgan_tf.run_folder.overview import Overview, overview
from dcgan_tf.show.explore.curve_points import number
from dcgan_tf.show.explore.places import key_of
from dcgan_tf.show.explore.training import facts

FILES = ('config.json', 'log.csv', 'metrics.csv', 'warnings.log', 'checkpoints')
MAX_TEXT = 100                     # characters of the value of an option


class Overviews:
    """Returns the Overview of a run, and reads its files again only if one of them has changed."""

    def __init__(self):
        self._known = {}           # path -> (what it depends on, Overview)

    def of(self, path: pathlib.Path) -> Overview:
        """Returns the Overview of the run at `path`. FileNotFoundError if it was removed."""
        self._known[path] = known = self._looked_up(path)
        return known[1]

    def of_all(self, paths: Iterable[pathlib.Path]) -> list[Overview]:
        """Returns the Overviews of these runs alone, the one that was written last first."""
        found = {}
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                found[path] = self._looked_up(path)
        self._known = found
        return sorted((run for _, run in found.values()), key=lambda run: (-run.written, run.name))

    def _looked_up(self, path):
        """Returns what the Overview of a run depends on, and the Overview."""
        now = _signature(path)
        known = self._known.get(path)
        return known if known and known[0] == now else (now, overview(path))


def row(run: Overview) -> dict:
    """Returns the row of a run in the list, for JSON.

    figures: [name, value, step, conditions], the losses first, then the newest value of each
    metric.
    """
    config = run.config
    figures = {name: (name, number(each.value), each.step, each.conditions)
               for (name, _), each in sorted(run.figures.items(), key=lambda item: item[1].step)}
    return {'key': key_of(run.path), **facts(run),
            'kind': [config.type, config.preset, config.dataset] if config else [],
            'figures': sorted(figures.values(), key=lambda figure: figure[3] != ''),
            'warnings': run.warnings}


def differences(runs: list[Overview]) -> list[list[str]]:
    """Returns [option, value of the first run, ...] for each option in which runs differ."""
    configs = [run.config for run in runs]
    if None in configs:
        return []
    return [[name, *(as_text(getattr(config, name), MAX_TEXT) for config in configs)]
            for name in differing_options(configs)]


def _signature(path):
    """Returns what the Overview of a run depends on: sizes and times of its files, its lock."""
    found = [lock.is_held(path)]
    for name in FILES:
        try:
            stat = (path / name).stat()
            found.append((stat.st_size, stat.st_mtime_ns))
        except OSError:
            found.append(None)
    return found
