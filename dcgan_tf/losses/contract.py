"""Tries an objective of one's own on ordinary outputs of D: each mistake is one line."""

import numpy as np
import tensorflow as tf

from dcgan_tf import own_code
from dcgan_tf.errors import UsageError

ROWS = 8                              # images of each kind
REACH = 3.0                           # the outputs are from -3 to 3


def check(row, name, session):
    """Raises UsageError unless the losses of an Objective are usable. name: as in the Config.

    Each loss has to be a finite float32 scalar with a finite gradient: of D by both outputs, of G
    by that for the generated images. session: one of a graph of its own, which gets some ops.
    """
    with session.graph.as_default():
        values = np.linspace(-REACH, REACH, 2 * ROWS * row.logits, dtype=np.float32)
        values = abs(values) if row.autoencoder else values
        r, f = (tf.constant(x) for x in np.split(values[::-1].reshape(2 * ROWS, -1), 2))
        options = {'margin': tf.constant(0.5, shape=[ROWS])} if row.margins else {}
        _check_loss(session, f'{name}.d_loss', row.d_loss, r, f, (r, f), **options)
        _check_loss(session, f'{name}.g_loss', row.g_loss, r, f, (f,))
        with own_code.explained(f'{name}.score'):
            score = row.score(r)
        if score.shape.as_list() != [ROWS]:
            raise UsageError(f'{name}.score returns {score.shape.as_list()} for {ROWS} images: '
                             f'expected [{ROWS}], a number for each, which is > 0 where D says '
                             '"real"')


def _check_loss(session, where, loss_of, r, f, by, **options):
    with own_code.explained(where):
        loss = tf.convert_to_tensor(loss_of(r, f, **options))
    if loss.shape.rank != 0 or loss.dtype != tf.float32:
        raise UsageError(f'{where} returns {loss.dtype.name} {loss.shape.as_list()}: expected a '
                         'float32 scalar, such as the mean over the batch')
    gradients = tf.gradients(loss, by)
    if None in gradients:
        names = ' and '.join(x for x, g in zip('rf' if len(by) > 1 else 'f', gradients, strict=True)
                             if g is None)
        raise UsageError(f'{where} does not depend on {names}: nothing would be learnt from it')
    for what, value in (('', loss), ('has a gradient that ', gradients)):
        if not all(np.isfinite(x).all() for x in session.run(tf.nest.flatten(value))):
            raise UsageError(f'{where} {what}is not finite for outputs of D from '
                             f'{-REACH:g} to {REACH:g}')
