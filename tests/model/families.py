"""A preset of each family of networks, with few feature maps."""

import pytest

TWO = ((6, 4, 1), (1, 4, 6))
MAPS = {'dcgan28': TWO, 'main1': TWO, 'keras_mnist': ((6, 5, 4, 1), (1, 3, 4, 5)),
        'upsample_mnist': TWO, 'folder': TWO}
every_family = pytest.mark.parametrize('name', MAPS)
