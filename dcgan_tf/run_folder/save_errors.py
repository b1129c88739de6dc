"""What becomes of a training when something of it cannot be written: `--on-save-error`."""

import logging

from dcgan_tf.errors import CollapseError, RunError, UsageError, WorkerLost

logger = logging.getLogger(__name__)


class SaveErrorPolicy:
    """Makes calls that write, each with the name of what it writes.

    action: `stop` lets their errors through. `warn` tells them, and the training goes on without,
    until the same is due again; it tells, too, when that could be written again.
    """

    def __init__(self, action: str):
        self._goes_on, self._missing = action == 'warn', {}

    def __call__(self, what: str, write, *words):
        """write(*words), or None where it failed."""
        try:
            made = write(*words)
        except (RunError, UsageError, OSError) as error:    # a folder in the way is a UsageError
            if not self._goes_on or isinstance(error, (CollapseError, WorkerLost)):
                raise
            self._note(what, error)
            return None
        if missing := self._missing.pop(what, 0):
            logger.warning('%s: written again; %s missing', what,
                           'one is' if missing == 1 else f'{missing:,} are')
        return made

    def _note(self, what, error):
        """Of a row of failures the first is told: log.csv has one every ten steps."""
        self._missing[what] = self._missing.get(what, 0) + 1
        if self._missing[what] == 1:
            logger.warning('%s; it goes on without (--on-save-error warn)', error)
