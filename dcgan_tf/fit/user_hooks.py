"""The hooks of the user: checked before the first step, and named if they fail."""

import contextlib
import difflib
import functools
import logging
from collections.abc import Iterable

from dcgan_tf.arguments import shown
from dcgan_tf.errors import CollapseError, HookError, UsageError, reason
from dcgan_tf.hooks import Call, Hook, overrides

METHODS = ('start', 'before_step', 'after_step', 'evaluation', 'end')        # that a user overrides
NEAR = 0.84                   # how alike two names are, 1 = equal; `restart` is no misspelt `start`
logger = logging.getLogger(__name__)


def checked(hooks) -> tuple[Hook, ...]:
    """Returns the hooks that `fit` got, as a tuple. UsageError if one of them is no Hook.

    A line names a method that looks misspelt: nothing would call it.
    """
    if not isinstance(hooks, Iterable):
        raise UsageError(f'hooks = {shown(hooks)}: expected a list of Hooks')
    hooks = tuple(hooks)
    for hook in hooks:
        if not isinstance(hook, Hook):
            raise UsageError(f'hooks: {shown(hook)} is no Hook: expected objects of classes that '
                             'are derived from dcgan_tf.Hook')
        if isinstance(hook.fetch, str):
            raise UsageError(f'hook {hook.name}: fetch = {hook.fetch!r}: expected several names, '
                             f'such as ({hook.fetch!r},)')
        if not isinstance(hook.every, int) or hook.every < 1:
            raise UsageError(f'hook {hook.name}: every = {hook.every!r}: expected a whole number '
                             'of steps')
        _name_unused(hook)
    return hooks


def _name_unused(hook):
    """Logs a line about each method that looks like a misspelt one of Hook's."""
    missing = [name for name in METHODS if not overrides(hook, name)]
    own = {name for each in type(hook).__mro__ if not issubclass(Hook, each) for name in vars(each)}
    for name in sorted(own - set(vars(Hook))):
        near = difflib.get_close_matches(name.lower(), missing, 1, NEAR)
        if near and callable(getattr(hook, name)):
            logger.warning('hook %s: the training does not call its method %s: did you mean %s?',
                           hook.name, name, near[0])


class UserHook(Hook):
    """Does what a hook of the user does. An error in it becomes a HookError with its name.

    A CollapseError stays one: a hook may find a collapse, and `on_collapse` says what follows.
    """

    def __init__(self, hook: Hook, config):
        self._hook, self._config = hook, config

    def start(self, training):
        if unknown := set(self._hook.fetch) - set(training.columns):
            raise UsageError(f'hook {self._hook.name}: fetch has {min(unknown)!r}: expected some '
                             f'of {", ".join(training.columns)}')
        self._training = training
        self._call('start', training)

    def end(self, step, finished):
        self._call('end', step, finished)

    def calls(self):
        calls = [each._replace(call=functools.partial(self._after, each),
                               before=functools.partial(self._blamed, each.before))
                 for each in self._hook.calls()]
        if overrides(self._hook, 'evaluation'):
            calls.append(Call(self._next_evaluation, self._evaluation))
        return calls

    def _after(self, call, step, values):
        """Makes a call with those values alone that it has asked for."""
        self._blamed(call.call, step, {name: values[name] for name in call.fetch})

    def _next_evaluation(self, step):
        """Returns the first step after this one with an evaluation; the last one has it, too."""
        c, last = self._config, self._training.last
        rhythms = [c.eval_step] + [c.metrics_step] * bool(c.metrics)
        following = min(step - step % every + every for every in rhythms)
        return min(following, last) if step < last else following

    def _evaluation(self, step, values):
        self._call('evaluation', step, self._training.measured(step))

    def _call(self, method, *args):
        self._blamed(getattr(self._hook, method), *args)

    def _blamed(self, function, *args):
        with self._blame(function.__name__):
            function(*args)

    @contextlib.contextmanager
    def _blame(self, method):
        try:
            yield
        except CollapseError:
            raise
        except Exception as error:
            raise HookError(f'the hook {self._hook.name} failed in {method}: '
                            f'{type(error).__name__}: {reason(error)}') from error
