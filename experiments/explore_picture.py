"""Takes the picture of the page of tools/explore.py: docs/images/explore.png.

    python experiments/explore_picture.py RUN explore.png

Needs the run dcgan28_0 of digits.sh, playwright and Flask (.ci/requirements.txt), and Debian's
chromium. It chooses the seeds 7, 2 and 10, moves two sliders, and stops the morph, at any frame.
Time: not recorded.
"""

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from experiments.graph_pictures import browser

SEEDS, SLIDERS = (7, 2, 10), (2.0, -1.5)      # chosen pictures; values of the first directions
WIDTH, HEIGHT = 1180, 987


def main(argv=None):
    """Writes the picture; returns the exit code."""
    args = parse(argv)
    command = [sys.executable, str(ROOT / 'tools/explore.py'), str(args.run), '--port', '0']
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = next(found[0] for line in server.stdout
                           if (found := re.search(r'http://127.0.0.1:\S+', line)))
            with browser() as chromium:
                page = chromium.new_page(viewport={'width': WIDTH, 'height': HEIGHT})
                page.goto(address)
                choose(page)
                page.screenshot(path=str(args.out))
        finally:
            server.terminate()
    print(args.out)
    return 0


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
    parser.add_argument('run', type=pathlib.Path)
    parser.add_argument('out', type=pathlib.Path)
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
