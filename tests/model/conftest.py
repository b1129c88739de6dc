"""The smallest networks that a family has."""

import pytest

from tests.families import ONE


@pytest.fixture
def small(tiny):
    """small(name, **changes) -> Config like tiny's, of one layer a network where that is enough.

    D then has batch norm in main1 and folder alone.
    """
    def make(name='dcgan28', **changes):
        return tiny(name, **{**(ONE if name in ('dcgan28', 'main1', 'folder') else {}), **changes})
    return make
