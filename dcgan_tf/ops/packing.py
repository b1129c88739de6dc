"""Many tensors as few messages."""

import tensorflow as tf

BUCKET = 16 * 2 ** 20    # bytes that travel together


def buckets(tensors, most=BUCKET):
    """The tensors in order, in lists of one type and of up to `most` bytes, or of one tensor."""
    found, size = [], 0
    for t in tensors:
        own = t.shape.num_elements() * t.dtype.size
        if not found or found[-1][0].dtype != t.dtype or size + own > most:
            found.append([])
            size = 0
        found[-1].append(t)
        size += own
    return found


def packed(tensors):
    """-> all their numbers [n], and what takes such an [n] apart again."""
    sizes = [t.shape.num_elements() for t in tensors]

    def unpack(flat):
        return [tf.reshape(part, t.shape)
                for part, t in zip(tf.split(flat, sizes), tensors, strict=True)]
    return tf.concat([tf.reshape(t, [-1]) for t in tensors], axis=0), unpack
