"""Chooses and applies the norms of the layers of G and D in a run."""

import functools
from collections.abc import Callable
from typing import NamedTuple

from dcgan_tf import ops
from dcgan_tf.config import families


class Norms(NamedTuple):
    """The norms of G and D. A family of networks gives the first two fields, `of_run` the rest."""

    batch_norm: Callable = functools.partial(ops.batch_norm, momentum=0.9)
    bias_before: bool = True      # layers before a norm have a bias
    g: str = ''                   # a row of ops.NORMS
    d: str = ''                   # a row of ops.NORMS
    averages: bool = True         # batch norm keeps moving averages
    reference: int = 0            # rows that normalise samples if there are no averages

    def of_run(self, config):
        """Returns the norms of a run with this family."""
        return self._replace(g=config.g_norm, d=families.d_norm(config),
                             averages=families.family_of(config).averages,
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

