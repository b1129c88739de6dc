"""Decides whether a training goes on when a file cannot be written: `--on-save-error`."""

import logging

from dcgan_tf.errors import CollapseError, RunError, UsageError, WorkerLost

logger = logging.getLogger(__name__)


class SaveErrorPolicy:
    """Calls functions that write, and handles their errors.

    action: with `stop` their errors are raised. With `warn` they are logged, the training goes on
    without the file, and tries again when it is due next. A later success is logged, too.
    """

    def __init__(self, action: str):
        self._goes_on, self._missing = action == 'warn', {}

    def __call__(self, what: str, write, *args):
        """Returns write(*args), or None if it failed. what: the name of what is written."""
        try:
            result = write(*args)
        except (RunError, UsageError, OSError) as error:    # UsageError: the path is a folder
            if not self._goes_on or isinstance(error, (CollapseError, WorkerLost)):
                raise
            self._note(what, error)
            return None
        if missing := self._missing.pop(what, 0):
            logger.warning('%s: written again; %s missing', what,
                           'one is' if missing == 1 else f'{missing:,} are')
        return result

    def _note(self, what, error):
        """Logs only the first of consecutive failures: log.csv may fail every ten steps."""
        self._missing[what] = self._missing.get(what, 0) + 1
        if self._missing[what] == 1:
            logger.warning('%s; the training goes on without it (--on-save-error warn)', error)
