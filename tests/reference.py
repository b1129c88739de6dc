"""Every op and formula once more in slow, literal NumPy (float64), to test the graph against.

Layers first (linear, conv2d and its adjoint, batch norm), then elementwise and resizing ops,
losses, one step of Adam, and gradients by central differences. No TensorFlow in this file.
"""

import numpy as np

TOLERANCE = 1e-5    # a float32 graph against this float64 reference: relative, and absolute near 0


def assert_close(actual, expected, what=''):
    """Same shape, same values within TOLERANCE; if not, the error says of what."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, what
    np.testing.assert_allclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE, err_msg=what)


# ---- layers

def linear(x, w, b):
    """x w + b.   [N, K], [K, units], [units] -> [N, units]"""
    return x @ w + b


def same_padding(n, kernel, stride):
    """TensorFlow's SAME rule along one axis: (before, after), the smaller half first."""
    total = max((-(-n // stride) - 1) * stride + kernel - n, 0)
    return total // 2, total - total // 2


def conv2d(x, w, b, stride, padding=None):
    """A dot product of w with every stride-th patch of the padded x.

    padding: pixels before and after each axis of an image; None = those of SAME.
    [N, H, W, in], w [k, k, in, out], b [out] -> [N, ceil(H/stride), ceil(W/stride), out]
    """
    n, height, width, _ = x.shape
    k = w.shape[0]
    rows, columns = padding or (same_padding(height, k, stride), same_padding(width, k, stride))
    padded = np.pad(x, [(0, 0), rows, columns, (0, 0)])
    y = np.zeros([n, *((side - k) // stride + 1 for side in padded.shape[1:3]), w.shape[-1]])
    for i, j in np.ndindex(y.shape[1:3]):
        top, left = i * stride, j * stride
        y[:, i, j] = np.tensordot(padded[:, top:top + k, left:left + k], w, axes=3) + b
    return y


def conv2d_transpose(x, w, b, size, stride):
    """The adjoint of conv2d: every pixel of x adds its copy of w to the patch conv2d read it from.

    [N, H, W, in], w [k, k, out, in], b [out] -> [N, H', W', out] with (H', W') = size
    """
    (height, width), k = size, w.shape[0]
    assert x.shape[1:3] == (-(-height // stride), -(-width // stride))
    (above, below), (before, after) = (same_padding(n, k, stride) for n in size)
    padded = np.zeros([len(x), above + height + below, before + width + after, w.shape[2]])
    for i, j in np.ndindex(x.shape[1:3]):
        top, left = i * stride, j * stride
        padded[:, top:top + k, left:left + k] += np.tensordot(x[:, i, j], w, axes=(1, 3))
    return padded[:, above:above + height, before:before + width] + b


def moments(x):
    """Mean and population variance over all axes but the last.   [..., C] -> [C], [C]"""
    rows = x.reshape(-1, x.shape[-1])
    mean = rows.sum(axis=0) / len(rows)
    return mean, ((rows - mean) ** 2).sum(axis=0) / len(rows)


def batch_norm(x, gamma, beta, mean, var, eps):
    """(x - mean) / sqrt(var + eps), scaled and shifted, channel by channel."""
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def moving_average(average, batch, momentum):
    """One update: the average keeps the share `momentum` of itself."""
    return momentum * average + (1 - momentum) * batch


# ---- elementwise

def leaky_relu(x, alpha):
    return np.where(x > 0, x, alpha * x)


def relu(x):
    return np.where(x > 0, x, 0.0)


def tanh(x):
    return np.tanh(x)


def sigmoid(x):
    """1 / (1 + exp(-x))"""
    return np.exp(-np.logaddexp(0, -x))


def dropout(x, keep, rate):
    """What `keep` (0 or 1 a value) lets through grows by 1 / (1 - rate): the mean is unchanged."""
    return x * keep / (1 - rate)


# ---- resizing

def upsample(x, factor):
    """Nearest neighbour.   [N, H, W, C] -> [N, factor H, factor W, C]"""
    n, height, width, channels = x.shape
    y = np.zeros([n, factor * height, factor * width, channels])
    for i, j in np.ndindex(y.shape[1:3]):
        y[:, i, j] = x[:, i // factor, j // factor]
    return y


def enlarge(x, size):
    """Bilinear, to twice the sides, then cut. Pixel centres lie at i + 1/2.

    Beyond the outermost centres nothing changes.   [N, H, W, C] -> [N, *size, C]
    """
    for axis, new in zip((1, 2), size, strict=True):
        n = x.shape[axis]
        rows = []
        for i in range(new):
            place = (i + 0.5) / 2 - 0.5
            low, part = int(np.floor(place)), place - np.floor(place)
            first, second = (x.take(min(max(k, 0), n - 1), axis) for k in (low, low + 1))
            rows.append(first * (1 - part) + second * part)
        x = np.stack(rows, axis)
    return x


def max_pool(x, size):
    """The maximum of each size x size tile, SAME padding.

    [N, H, W, C] -> [N, ceil(H/size), ceil(W/size), C]
    """
    n, height, width, channels = x.shape
    rows, columns = same_padding(height, size, size), same_padding(width, size, size)
    padded = np.pad(x, [(0, 0), rows, columns, (0, 0)], constant_values=-np.inf)
    y = np.zeros([n, -(-height // size), -(-width // size), channels])
    for i, j in np.ndindex(y.shape[1:3]):
        top, left = i * size, j * size
        y[:, i, j] = padded[:, top:top + size, left:left + size].max(axis=(1, 2))
    return y


def max_pool_grid(x, cells):
    """The maximum of each cell of a grid of at most cells x cells; every pixel is in one cell.

    Pixel i of n is in the last cell that begins at i or before. [N, H, W, C] -> [N, h, w, C]
    """
    n, height, width, channels = x.shape
    h, w = min(height, cells), min(width, cells)
    y = np.full([n, h, w, channels], -np.inf)
    for i, j in np.ndindex(height, width):
        row = max(k for k in range(h) if k * height // h <= i)
        column = max(k for k in range(w) if k * width // w <= j)
        y[:, row, column] = np.maximum(y[:, row, column], x[:, i, j])
    return y


# ---- losses

def softplus(x):
    """log(1 + exp x), value by value."""
    return np.logaddexp(0, x)


def sigmoid_cross_entropy(logits, targets):
    """-targets log sigmoid(logits) - (1 - targets) log(1 - sigmoid(logits)), value by value."""
    return targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits)


def softmax_cross_entropy(logits, labels):
    """-log softmax(logits)[label], row by row.   [N, classes], [N] int -> [N]"""
    return np.array([np.logaddexp.reduce(row) - row[label]
                     for row, label in zip(logits, labels, strict=True)])


# ---- training

def adam(w, g, m, v, t, *, lr, b1, b2, eps):
    """Step t = 1, 2, ... of Adam (Kingma & Ba 2015): the new w, m and v.

    TensorFlow takes the paper's second form (end of section 2): eps is added to the uncorrected
    sqrt(v), the paper's `epsilon hat`, and both corrections sit in the rate.
    """
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g ** 2
    lr_t = lr * np.sqrt(1 - b2 ** t) / (1 - b1 ** t)
    return w - lr_t * m / (np.sqrt(v) + eps), m, v


def numeric_gradients(f, arrays, step=1e-5):
    """d f(*arrays) / d each value of each array, by central differences; f returns one number."""
    arrays = [np.array(array, dtype=np.float64) for array in arrays]
    gradients = [np.zeros_like(array) for array in arrays]
    for array, gradient in zip(arrays, gradients, strict=True):
        for i in np.ndindex(array.shape):
            middle = array[i]
            array[i] = middle + step
            above = f(*arrays)
            array[i] = middle - step
            gradient[i] = (above - f(*arrays)) / (2 * step)
            array[i] = middle
    return gradients
