"""Every metric once more in slow loops over rows, after the formulas of the papers."""

import math

import numpy as np


def distance(x, y):
    return math.sqrt(sum((float(a) - float(b)) ** 2 for a, b in zip(x, y, strict=True)))


def radius(rows, i, k):
    """From row i to its k-th nearest other row."""
    return sorted(distance(rows[i], y) for j, y in enumerate(rows) if j != i)[k - 1]


def balls(rows, k, points):
    """[len(rows), len(points)]: is the point in the ball of the row? Its surface is, if rounded."""
    radii = [radius(rows, i, k) for i in range(len(rows))]
    return [[distance(x, point) <= r * (1 + 1e-7) + 1e-12 for point in points]
            for x, r in zip(rows, radii, strict=True)]


def precision(real, fake, k):
    return np.mean([any(of_point) for of_point in zip(*balls(real, k, fake), strict=True)])


def density(real, fake, k):
    return sum(map(sum, balls(real, k, fake))) / (k * len(fake))


def coverage(real, fake, k):
    return np.mean([any(of_ball) for of_ball in balls(real, k, fake)])


def frechet(real, fake):
    """By the eigenvalues of A B itself, which need not be symmetric."""
    a, b = covariance(real), covariance(fake)
    apart = sum((float(np.mean(x)) - float(np.mean(y))) ** 2
                for x, y in zip(np.transpose(real), np.transpose(fake), strict=True))
    roots = np.sqrt(np.linalg.eigvals(a @ b).astype(complex)).real
    return apart + np.trace(a) + np.trace(b) - 2 * roots.sum()


def covariance(rows):
    centred = rows - np.mean(rows, axis=0)
    return sum(np.outer(x, x) for x in centred) / (len(rows) - 1)


def kernel(x, y):
    return (sum(a * b for a, b in zip(x, y, strict=True)) / len(x) + 1) ** 3


def mmd2(real, fake):
    def own(rows):
        return np.mean([kernel(rows[i], rows[j])
                        for i in range(len(rows)) for j in range(len(rows)) if i != j])
    return own(real) + own(fake) - 2 * np.mean([kernel(x, y) for x in real for y in fake])


def one_nn(real, fake):
    """-> (of real rows, of fakes): the share whose nearest other row is of their own set."""
    rows = [(x, 0) for x in real] + [(x, 1) for x in fake]
    shares = ([], [])
    for i, (x, label) in enumerate(rows):
        others = [(distance(x, y), other) for j, (y, other) in enumerate(rows) if j != i]
        least = min(others)[0]
        nearest = [other for d, other in others if d <= least * (1 + 1e-7) + 1e-12]
        shares[label].append(nearest.count(label) / len(nearest))
    return np.mean(shares[0]), np.mean(shares[1])


def classifier_score(p):
    marginal = [sum(row[k] for row in p) / len(p) for k in range(len(p[0]))]
    kl = [sum(q * math.log(q / m) for q, m in zip(row, marginal, strict=True) if q > 0)
          for row in p]
    return math.exp(sum(kl) / len(kl))


def nearest(train, x):
    """-> (index, distance)"""
    return min(((i, distance(y, x)) for i, y in enumerate(train)), key=lambda pair: pair[1])


def ms_ssim(a, b):
    """Two images [H, W] of one channel."""
    weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
    weights = [w for i, w in enumerate(weights) if min(a.shape) // 2 ** i >= 11]
    product = 1.0
    for i, weight in enumerate(weights):
        contrast, full = ssim(a, b)
        term = full if i == len(weights) - 1 else contrast
        product *= max(term, 0.0) ** (weight / sum(weights))
        a, b = halved(a), halved(b)
    return product


def ssim(a, b):
    """-> (mean contrast and structure, mean SSIM)"""
    bell = [math.exp(-(i - 5) ** 2 / (2 * 1.5 ** 2)) for i in range(11)]
    window = np.outer(bell, bell) / sum(bell) ** 2
    contrast, full = [], []
    for y in range(a.shape[0] - 10):
        for x in range(a.shape[1] - 10):
            u, v = a[y:y + 11, x:x + 11], b[y:y + 11, x:x + 11]
            mu, mv = (window * u).sum(), (window * v).sum()
            var = (window * (u - mu) ** 2).sum() + (window * (v - mv) ** 2).sum()
            cov = (window * (u - mu) * (v - mv)).sum()
            contrast.append((2 * cov + 0.0009) / (var + 0.0009))
            full.append(contrast[-1] * (2 * mu * mv + 0.0001) / (mu ** 2 + mv ** 2 + 0.0001))
    return np.mean(contrast), np.mean(full)


def halved(x):
    return np.array([[(x[2 * i, 2 * j] + x[2 * i + 1, 2 * j] + x[2 * i, 2 * j + 1]
                       + x[2 * i + 1, 2 * j + 1]) / 4 for j in range(x.shape[1] // 2)]
                     for i in range(x.shape[0] // 2)])


def rotation(n, seed=0):
    """A random orthogonal matrix [n, n]."""
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def reconstruction(images, rebuilt):
    return np.mean([distance(x.ravel(), y.ravel()) for x, y in zip(images, rebuilt, strict=True)])


def psnr(images, rebuilt):
    errors = [distance(x.ravel(), y.ravel()) ** 2 / x.size
              for x, y in zip(images, rebuilt, strict=True)]
    return np.mean([10 * math.log10(1 / error) for error in errors])


def cycle(cycled, latents):
    errors = sum(distance(a, z) ** 2 for a, z in zip(cycled, latents, strict=True))
    return math.sqrt(errors / sum(distance(z, 0 * z) ** 2 for z in latents))


def neighbour_accuracy(codes, labels, train_codes, train_labels):
    """Of the classes of equally near codes the share that is right counts."""
    shares = []
    for code, label in zip(codes, labels, strict=True):
        distances = [distance(code, other) for other in train_codes]
        nearest = [k for d, k in zip(distances, train_labels, strict=True)
                   if d <= min(distances) * (1 + 1e-7) + 1e-12]
        shares.append(nearest.count(label) / len(nearest))
    return np.mean(shares)
