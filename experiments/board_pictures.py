"""Writes the pictures of docs/debugging.md and docs/nan.md: TensorBoard's SCALARS and HISTOGRAMS.

    python experiments/board_pictures.py                          # PICTURES, after the pages' runs
    python experiments/board_pictures.py --only debug_dead.png    # one of them
    python experiments/board_pictures.py FILE.png --tab scalars --tags '^losses/' --run RUN RUN2

It shows the runs together, and every tag that the regular expression finds. It needs playwright
(.ci/requirements.txt) and Debian's chromium.
"""

import argparse
import contextlib
import pathlib
import sys
import tempfile
import urllib.parse
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from experiments.graph_pictures import ROOT, WAIT, browser, save, tensorboard, until_still

TABS = ('scalars', 'histograms')
SIDE = 325               # width of TensorBoard's list of runs, in pixels
WIDTH = 640              # of a picture: room for two charts in a row


class Picture(NamedTuple):
    """Says what to show, and of which runs."""

    tab: str             # one of TABS
    tags: str            # a regular expression, as in the page's field "Filter tags"
    runs: tuple          # folders of runs


PICTURES = {             # in docs/images; docs/debugging.md and docs/nan.md make the runs
    'debug_sign.png': Picture('scalars', '^(losses|gradient_norm)/[dg]$', ('healthy', 'sign')),
    'debug_dead.png': Picture('scalars', '^(dead_relus/|gradient_norm/g)', ('healthy', 'dead')),
    'debug_explodes.png': Picture('scalars', '^(losses/d|penalty|gradient_norm/.)$',
                                  ('critic', 'explodes')),
    'debug_explodes_logits.png': Picture('histograms', '^Discriminator_(real|fake)/d4',
                                         ('critic', 'explodes')),
    'debug_nan.png': Picture('scalars', '^update_ratio/Generator', ('mended', 'planted')),
}


def main(argv=None):
    """Writes the pictures that the command line names; returns the exit code."""
    args = parse(argv)
    if args.file:
        wanted = {args.file: Picture(args.tab, args.tags, tuple(args.run))}
    else:
        wanted = {ROOT / 'docs/images' / name:
                  PICTURES[name]._replace(runs=tuple(args.results / run
                                                     for run in PICTURES[name].runs))
                  for name in args.only or PICTURES}
    with browser() as chromium:
        for file, picture in wanted.items():
            with together(picture.runs) as folder, tensorboard(folder) as address:
                width, height = save(draw(chromium, address, picture), file)
            print(f'{file}: {width}x{height}, {file.stat().st_size // 1000:,} kB')
    return 0


@contextlib.contextmanager
def together(runs):
    """Yields a folder with links to these runs, so that TensorBoard shows them and no others."""
    with tempfile.TemporaryDirectory() as folder:
        for run in map(pathlib.Path, runs):
            if not list(run.glob('events.*')):
                raise SystemExit(f'{run} has no events of TensorBoard: expected a run folder')
            pathlib.Path(folder, run.resolve().name).symlink_to(run.resolve())
        yield folder


def draw(chromium, address, picture):
    """Returns the charts of the first box, that of the tags found, as the bytes of a PNG."""
    words = urllib.parse.urlencode({'_smoothingWeight': 0, 'tagFilter': picture.tags},
                                   quote_via=urllib.parse.quote)
    page = chromium.new_page(viewport={'width': SIDE + WIDTH + 50, 'height': 1400})
    with contextlib.closing(page):
        page.set_default_timeout(WAIT)
        page.goto(f'{address}#{picture.tab}&{words}')
        found = page.locator('tf-category-paginated-view').first
        found.wait_for()
        if picture.tab == 'scalars':
            page.get_by_text('Ignore outliers in chart scaling').first.click()
        page.mouse.move(1, 1)
        until_still(page, page.screenshot, 500)
        return found.screenshot()


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('file', nargs='?', type=pathlib.Path, help='one picture of your own; '
                        'without it, those of the docs are written')
    parser.add_argument('--tab', choices=TABS, default=TABS[0])
    parser.add_argument('--tags', metavar='REGEX', help='show the tags that this finds')
    parser.add_argument('--run', nargs='+', type=pathlib.Path, metavar='RUN', help='run folders')
    parser.add_argument('--only', nargs='+', choices=PICTURES, metavar='NAME', help='of the '
                        f'pictures of the docs, write only these: {", ".join(PICTURES)}')
    parser.add_argument('--results', type=pathlib.Path, default=pathlib.Path('results'),
                        help='folder of the runs of docs/debugging.md and docs/nan.md (default: '
                        'results)')
    args = parser.parse_args(argv)
    if bool(args.file) != bool(args.run and args.tags):
        parser.error('expected FILE, --tags and --run together, or none of them')
    return args


if __name__ == '__main__':
    sys.exit(main())
