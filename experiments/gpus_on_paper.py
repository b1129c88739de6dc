"""Computes what to expect of several GPUs: the second table of "Several GPUs", docs/distributed.md.

    python experiments/gpus_on_paper.py

T(N) = t + 2 (N - 1) / N  G / b + M  2 ceil(log2 N)  a, and the share is t / T(N). G and M were
counted in the graph by `tools/scaling.py --net NET --batch 64 --workers 2` ("least" is G where N is
2). Takes no time, needs no data.
"""

import math

RATE, HOP = 15e12, 20e-6            # FLOP/s of a GPU; seconds for one hop: assumptions
# Name -> FLOPs of a step, bytes of gradients, messages with batch norm over all images, and over
# each worker's.
NETS = {
    'folder_classic': (140e9, 14.9e6, 24, 7),
    'dcgan64': (816e9, 144e6, 32, 11),
    '128x128': (1095e9, 146e6, 41, 13),
}
PLACES = {                          # name -> GPUs, bytes a second of the slowest link
    '8, NVLink at 300 GB/s': (8, 300e9),
    '16, 400 Gb/s network at 40 GB/s': (16, 40e9),
    '64': (64, 40e9),
    '256': (256, 40e9),
    '256, 100 Gb/s at 10 GB/s': (256, 10e9),
}


def share(step, size, messages, count, link):
    """Returns t / T(N).   step: t in seconds. size: G in bytes. link: b in bytes a second."""
    ring = 2 * (count - 1) / count * size / link
    return step / (step + ring + messages * 2 * math.ceil(math.log2(count)) * HOP)


def main():
    """Prints the table."""
    print('net', *PLACES, sep=' | ')
    for name, (flops, size, *messages) in NETS.items():
        cells = [[share(flops / RATE, size, m, *place) for m in messages]
                 for place in PLACES.values()]
        print(name, *(f'{100 * a:.0f} / {100 * b:.0f} %' for a, b in cells), sep=' | ')


if __name__ == '__main__':
    main()
