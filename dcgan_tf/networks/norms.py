"""How the layers of G and D are normalised: the choice of a family, and that of a run."""

import functools
from collections.abc import Callable
from typing import NamedTuple

from dcgan_tf import ops
from dcgan_tf.config import AUTO
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import penalties


class Norms(NamedTuple):
    """The norms of G and D: of a family of networks, or, from `of_run` on, of a run."""

    g: str = 'batch'              # a row of ops.NORMS
    d: str = 'batch'              # a row of ops.NORMS; of a family, if the run asks for no other
    batch_norm: Callable = functools.partial(ops.batch_norm, momentum=0.9)
    averages: bool = True         # batch norm keeps moving averages
    bias_before: bool = True      # layers before a norm have a bias
    reference: int = 0            # rows that normalise samples if there are no averages

    def of_run(self, config):
        """Returns the norms of a run with this family."""
        return self._replace(g=config.g_norm, d=_choose(config, self.d),
                             reference=config.batch_size)

    @property
    def d_needs_reference(self) -> bool:
        """True if real images have to normalise those that D sees."""
        return self.d == 'batch' and not self.averages

    def of_g(self, h, scope, training):
        """Applies the norm that follows a layer of the generator."""
        return self._apply(self.g, h, scope, training)

    def of_d(self, h, scope, training):
        """Applies the norm that follows a layer of the discriminator."""
        return self._apply(self.d, h, scope, training)

    def _apply(self, name, h, scope, training):
        if name == 'batch':
            return self.batch_norm(h, scope, training=training, averages=self.averages,
                                   reference=None if self.averages else self.reference)
        offset = not self.bias_before or name == 'instance'     # it removes a bias
        return ops.NORMS[name](h, scope, offset=offset)


def _choose(config, default):
    """Returns D's norm: the one that the Config asks for, otherwise the family's own.

    The family's batch norm is replaced if it would spoil the penalty. UsageError if the Config asks
    for batch norm with such a penalty.
    """
    penalty = penalties.get(config.penalty)
    if config.norm == 'batch' and penalty.fallback_norm:
        raise UsageError('--norm batch mixes the images of a batch, and --penalty '
                         f'{config.penalty} needs each alone: leave out --norm, or give '
                         f'--norm {penalty.fallback_norm}')
    if config.norm != AUTO:
        return config.norm
    return (penalty.fallback_norm or default) if default == 'batch' else default
