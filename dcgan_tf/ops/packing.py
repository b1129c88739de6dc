"""Packs many tensors into few messages."""

import tensorflow as tf

BUCKET = 16 * 2 ** 20    # bytes of one message


def buckets(tensors, max_bytes=BUCKET):
    """Divides the tensors, in order, into lists for one message each.

    A list has tensors of one type and at most `max_bytes` bytes. A larger tensor has a list of its
    own.
    """
    found, size = [], 0
    for t in tensors:
        n_bytes = t.shape.num_elements() * t.dtype.size
        if not found or found[-1][0].dtype != t.dtype or size + n_bytes > max_bytes:
            found.append([])
            size = 0
        found[-1].append(t)
        size += n_bytes
    return found


def packed(tensors):
    """Returns all numbers of the tensors as [n], and a function that unpacks such an [n]."""
    sizes = [t.shape.num_elements() for t in tensors]

    def unpack(flat):
        return [tf.reshape(part, t.shape)
                for part, t in zip(tf.split(flat, sizes), tensors, strict=True)]
    return tf.concat([tf.reshape(t, [-1]) for t in tensors], axis=0), unpack
