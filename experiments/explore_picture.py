"""Takes the picture of the page of tools/explore.py: docs/images/explore.png.

    python experiments/explore_picture.py pretrained:digits docs/images/explore.png

Needs playwright and Flask (.ci/requirements.txt), and Debian's chromium. It chooses the pictures of
SEEDS, moves two sliders, and stops the morph, at any frame. Time: half a minute.
"""

import argparse
import contextlib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from experiments.graph_pictures import browser, save

SEEDS, SLIDERS = (28, 4, 14), (1.2, -0.8)     # chosen pictures; values of the first directions
WIDTH, HEIGHT = 1180, 987
WAIT = 120_000                     # ms; the first generator loads TensorFlow


def main(argv=None):
    """Writes the picture; returns the exit code."""
    args = parse(argv)
    with explore_page([args.run], HEIGHT) as page:
        choose(page)
        save(page.screenshot(), args.out)
    print(args.out)
    return 0


@contextlib.contextmanager
def explore_page(words, height):
    """Starts tools/explore.py with these words, and opens its page in a browser."""
    command = [sys.executable, str(ROOT / 'tools/explore.py'), *words, '--port', '0']
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = next(found[0] for line in server.stdout
                           if (found := re.search(r'http://127.0.0.1:\S+', line)))
            with browser() as chromium:
                page = chromium.new_page(viewport={'width': WIDTH, 'height': height})
                page.set_default_timeout(WAIT)
                page.goto(address)
                yield page
        finally:
            server.terminate()


def choose(page):
    """Clicks the pictures of SEEDS, and moves the first sliders."""
    page.wait_for_selector('#wall button[aria-label]')
    for seed in SEEDS:
        page.locator('#wall button').nth(seed).click()
    page.wait_for_selector(f'#picks button:nth-child({len(SEEDS)})')
    for number, value in enumerate(SLIDERS):
        page.locator('#sliders input').nth(number).fill(str(value))
    page.wait_for_timeout(2_000)                       # the server draws the morph and the change
    page.click('#play')


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('run', help='a run, or a generator that comes along')
    parser.add_argument('out', type=pathlib.Path)
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
