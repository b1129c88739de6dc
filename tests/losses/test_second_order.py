"""The gradient of a penalty, itself made of a gradient, through whole networks: by differences.

Along its own direction a gradient's length is the slope of what it is the gradient of. The leaky
ReLU is smoothed here: at its kink a penalty jumps, and differences say nothing.
"""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import PRESETS, TYPES
from tests.families import MAPS, enlarged
from tests.helpers import first_step, put

STEPS = (1e-3, 2e-4, 5e-5)                # of the weights; one may drown in float32, or bend
slow = pytest.mark.slow
CASES = [('main1', 'r1', 'batch'), pytest.param('dcgan28', 'r1', 'batch', marks=slow),
         *(pytest.param(name, penalty, 'auto', marks=slow) for name in MAPS
           for penalty in ('r1', 'gradient_penalty', 'dragan')
           if name != 'ali_cifar10'                           # its maxout cannot be smoothed
           and ('penalty', penalty) not in TYPES[PRESETS[name].get('type', 'gan')].refuses),
         *(pytest.param('dcgan28', 'r1', norm, marks=slow)
           for norm in ('layer', 'none', 'instance', 'spectral'))]


@pytest.fixture
def smooth(monkeypatch):
    """Activations with a derivative everywhere."""
    def bent(x, alpha=0.2):
        return alpha * x + (1 - alpha) * tf.nn.softplus(x)
    monkeypatch.setattr(ops, 'leaky_relu', bent)
    monkeypatch.setattr(ops, 'relu', tf.nn.softplus)



@pytest.mark.parametrize(('name', 'penalty', 'norm'), CASES)
def test_the_slope_along_a_gradient_is_its_length(one_layer, built, images, smooth, name, penalty,
                                                  norm):
    """With so heavy a penalty D's loss is hardly anything else."""
    larger = enlarged(images, name)
    gan = built(one_layer(name, penalty=penalty, norm=norm, penalty_weight=1e4, batch_size=10,
                        image_height=larger.shape[1], image_width=larger.shape[2], epochs=3))
    gan.fit(larger, progress=False)
    built, session = gan.built, gan.session
    feed, weights = {built.inputs.images_ph: larger}, built.net.D.weights
    slopes, start = session.run((first_step(gan).player_steps[0].gradients, weights), feed)
    length = np.sqrt(sum((np.float64(s) ** 2).sum() for s in slopes))
    rates = []
    for step in STEPS:
        ends = []
        for sign in (1, -1):
            for weight, w, s in zip(weights, start, slopes, strict=True):
                put(session, weight, w + sign * step * s / length)
            ends.append(float(session.run(gan.d_loss, feed)))
        rates.append((ends[0] - ends[1]) / (2 * step))
    assert length > 0
    assert min(abs(np.array(rates) / length - 1)) < 0.02, (rates, length)
