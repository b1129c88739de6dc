"""Takes pictures of the page of tools/explore.py: a training, and two runs that are compared.

    python experiments/explore_training_pictures.py FOLDER RUN A B --out docs/images

FOLDER holds the runs. RUN is the name of one that is trained meanwhile, A and B are those of two
that are compared. It writes explore_training.png and explore_runs.png. The runs of docs/images, of
which the third was still in training:

    main1.py --dataset digits --maps 16,32 --epochs 1500 --eval-step 250 --metrics frechet \\
        --learning-rate 1e-3, and 5e-3
    main1.py --dataset mnist --type cgan --maps 16,32 --eval-step 100 --checkpoint-step 100

Needs playwright and Flask (.ci/requirements.txt), and Debian's chromium. Time without
the trainings: half a minute.
"""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from experiments.explore_picture import explore_page
from experiments.graph_pictures import save

HEIGHT = 980


def main(argv=None):
    """Writes the pictures; returns the exit code."""
    args = parse(argv)
    with explore_page(['--save-folder', str(args.folder)], HEIGHT) as page:
        compare(page, args.compared)
        shoot(page, args.out / 'explore_runs.png', full_page=True)
        open_run(page, args.run)
        shoot(page, args.out / 'explore_training.png')
    return 0


def compare(page, names):
    """Ticks these runs, and waits for their curves and pictures."""
    for name in names:
        page.get_by_label(f'compare {name}', exact=True).check()
    page.wait_for_selector('#curves figure')
    page.wait_for_selector('#options:not([hidden])')
    page.wait_for_timeout(1_000)                               # the pictures


def open_run(page, name):
    """Opens the page of a run, and waits for its generator."""
    page.locator('#runs a', has_text=name).click()
    page.wait_for_selector('#wall button[aria-label]')
    page.wait_for_timeout(1_000)


def shoot(page, file, **options):
    """Writes a picture of what the window shows."""
    save(page.screenshot(**options), file)
    print(file)


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('run')
    parser.add_argument('compared', nargs=2)
    parser.add_argument('--out', type=pathlib.Path, default=pathlib.Path())
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
