"""Says which runs another version of this program made, and which packages have changed."""

import logging

import dcgan_tf
from dcgan_tf.names import one_line

logger = logging.getLogger(__name__)
MAX_NAMES = 3                       # of runs in a line


def notice(runs: list[tuple[str, str | None]]) -> None:
    """Logs one line about all runs that another version made; none if there are no such runs.

    runs: the name of each, and the version that made it, or None if it is not known. Only the
    version counts, not the commit: nearly every run of a developer has another commit.
    """
    others = [f'{one_line(name)} was made by dcgan_tf {version}'
              for name, version in dict.fromkeys(runs)
              if version not in (None, dcgan_tf.__version__)]
    if others:
        more = len(others) - MAX_NAMES
        logger.warning('%s%s; this is dcgan_tf %s: pictures and further training may differ, see '
                       'CHANGELOG.md', ', '.join(others[:MAX_NAMES]),
                       f' and {more} more by other versions' if more > 0 else '',
                       dcgan_tf.__version__)


def notice_versions(run) -> None:
    """Logs one line about the packages that have changed since the last start of a RunFolder."""
    changed = [f'{name} was {old} and is {new}'
               for name, (old, new) in run.changed_versions().items()]
    if changed:
        logger.warning('%s: the bits may differ from a run without a stop', ', '.join(changed))
