"""Writes the pictures of the graph in README.md and in docs, as TensorBoard draws them.

    python experiments/graph_pictures.py                                  # all of PICTURES
    python experiments/graph_pictures.py --only graph.png                 # one of them
    python experiments/graph_pictures.py train.png --open train_D train_D/adam --box train_D
    python experiments/graph_pictures.py whole.png --run RUN --tag 'whole graph'
    python experiments/graph_pictures.py time.png --run RUN --tag 'step 100' --colour compute_time

Without --run it shows today's default: `main1.py --graph-only` in a temporary folder. It needs
playwright (.ci/requirements.txt) and Debian's chromium.
"""

import argparse
import contextlib
import io
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import NamedTuple

ROOT = pathlib.Path(__file__).parents[1]
CHROMIUM = '/usr/bin/chromium'
FIRST_TAG = 'Default'            # TensorBoard's name for the graph that it opens first
MARGIN = 12                      # around a picture, in its own units
MAX_SIDE = 4000                  # of a picture, in pixels
WAIT = 60_000                    # for TensorBoard, in milliseconds
INDENT = 50                      # from the edge of the page, which casts a shadow
COLOURS = 128                    # in a PNG
COLOUR_BY = ('none', 'structure', 'device', 'compute_time', 'memory')


class Picture(NamedTuple):
    """Says which boxes to open and what to cut out."""

    opened: tuple = ()           # boxes to open, the outer ones first
    aside: tuple = ()            # boxes to remove from the main graph, as a click on them offers
    box: str = ''                # cut out this box; '' = the whole graph
    tag: str = FIRST_TAG
    colour: str = 'structure'    # one of COLOUR_BY
    scale: float = 2.0           # pixels for each unit of TensorBoard's layout


PICTURES = {                     # in docs/images
    'graph.png': Picture(),
    'graph_layer.png': Picture(('Discriminator_real', 'Discriminator_real/d2_conv'),
                               ('train_D', 'losses', 'Discriminator'), box='Discriminator_real'),
    'graph_train_D.png': Picture(('train_D',), box='train_D'),
    'graph_losses.png': Picture(('losses',), box='losses'),
}

# Each is a function of the element tf-graph, which holds the layout, or of the scene in it.
SHOWN = 'graph => [graph.graphHierarchy, graph.stats]'
NAMES = 'graph => Object.keys(graph.graphHierarchy.getNodeMap()).filter(x => x !== "__root__")'
OPEN = '(graph, name) => graph.fire("node-toggle-expand", {name})'
ASIDE = '(graph, name) => graph.nodeToggleExtract(name)'
DRAWING = 'scene => scene.shadowRoot.querySelector("#root").outerHTML'
PLACE = '''(scene, box) => {       // -> left, top, width and height, in units of the layout
    const root = scene.shadowRoot.querySelector('#root')
    const name = CSS.escape(box)
    const shown = box ? root.querySelector(`g.node[data-name="${name}"] > g.nodeshape`)
                      : root
    const {x, y, width, height} = shown.getBoundingClientRect()
    const {a, e, f} = root.getScreenCTM()
    return [(x - e) / a, (y - f) / a, width / a, height / a]
}'''
COLOUR = '(graph, colour) => graph.set("colorBy", colour)'
UNSELECT = 'graph => { graph.set("selectedNode", null); graph.set("highlightedNode", null) }'
MOVE = '''(scene, [left, top, scale, indent]) => {
    const svg = scene.shadowRoot.querySelector('#svg').getBoundingClientRect()
    scene.shadowRoot.querySelector('#root').setAttribute('transform',
        `translate(${indent - left * scale}, ${indent - top * scale}) scale(${scale})`)
    for (const title of scene.shadowRoot.querySelectorAll('.titleContainer, #minimap'))
        title.style.visibility = 'hidden'
    return [svg.left + indent, svg.top + indent]
}'''


def main(argv=None):
    """Writes the pictures that the command line names; returns the exit code."""
    args = parse(argv)
    if args.file:
        wanted = {args.file: Picture(tuple(args.open), tuple(args.aside), args.box, args.tag,
                                     args.colour, args.scale)}
    else:
        wanted = {ROOT / 'docs/images' / name: PICTURES[name] for name in args.only or PICTURES}
    with fresh_run(args.run) as run, tensorboard(run) as address, browser() as chromium:
        for file, picture in wanted.items():
            with contextlib.closing(open_graph(chromium, address, picture.tag)) as page:
                width, height = save(draw(page, picture), file)
            print(f'{file}: {width}x{height}, {file.stat().st_size // 1000:,} kB')
    return 0


@contextlib.contextmanager
def fresh_run(run):
    """Yields a folder with a graph: `run`, or a new one of today's default."""
    with tempfile.TemporaryDirectory() as folder:
        if run is None:
            subprocess.run([sys.executable, ROOT / 'main1.py', '--graph-only', '--quiet',
                            '--run-name', 'graph'], cwd=folder, check=True)
        yield run or pathlib.Path(folder, 'results/graph')


@contextlib.contextmanager
def tensorboard(run):
    """Yields the address of a TensorBoard for this folder, and ends it."""
    command = [sys.executable, '-m', 'tensorboard.main', '--logdir', str(run), '--port', '0',
               '--host', '127.0.0.1']
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            lines = []
            for line in process.stderr:
                lines.append(line)
                if found := re.search(r'http://127.0.0.1:\d+/', line):
                    break
            else:
                raise SystemExit(f'TensorBoard did not start: {"".join(lines)}')
            yield found[0]
        finally:
            process.terminate()


@contextlib.contextmanager
def browser():
    """Yields a Chromium without a window."""
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        with contextlib.closing(chromium):
            yield chromium


def open_graph(chromium, address, tag):
    """Returns a page with the tab GRAPHS and this tag, when the layout is done."""
    page = chromium.new_page(viewport={'width': 1400, 'height': 1000}, device_scale_factor=1)
    page.set_default_timeout(WAIT)
    page.goto(f'{address}#graphs')
    page.wait_for_selector('tf-graph-scene g.nodes g.node')
    settle(page)
    if tag != FIRST_TAG:
        choose_tag(page, tag)
    return page


def choose_tag(page, tag):
    """Chooses from the list Tag, as a user does: another graph, or numbers of a traced step."""
    before = graph(page).evaluate_handle(SHOWN)
    page.locator('tf-graph-controls paper-dropdown-menu').nth(1).click()
    page.locator('tf-graph-controls paper-item').get_by_text(tag, exact=True).click()
    page.wait_for_function(f'([graph, before]) => ({SHOWN})(graph).some((x, i) => x !== before[i])',
                           arg=[graph(page).element_handle(), before])
    settle(page)


def graph(page):
    """Returns TensorBoard's element with the graph."""
    return page.locator('tf-graph').first


def draw(page, picture):
    """Returns the picture as the bytes of a PNG."""
    arrange(page, picture)
    graph(page).evaluate(COLOUR, picture.colour)
    graph(page).evaluate(UNSELECT)
    left, top, width, height = scene(page).evaluate(PLACE, picture.box)
    scale = min(picture.scale, MAX_SIDE / width, MAX_SIDE / height)
    width, height = ((side + 2 * MARGIN) * scale for side in (width, height))
    page.set_viewport_size({'width': int(width) + 700, 'height': int(height) + 300})
    settle(page)
    x, y = scene(page).evaluate(MOVE, [left - MARGIN, top - MARGIN, scale, INDENT])
    return page.screenshot(clip={'x': x, 'y': y, 'width': width, 'height': height})


def arrange(page, picture):
    """Removes boxes from the main graph, and opens boxes."""
    known = set(graph(page).evaluate(NAMES))
    for name in (*picture.aside, *picture.opened):
        if name not in known:
            raise SystemExit(f'there is no box {name}: expected one of {near(name, known)}')
    for name in picture.aside:
        graph(page).evaluate(ASIDE, name)
        settle(page)
    for name in picture.opened:
        graph(page).evaluate(OPEN, name)
        settle(page)


def scene(page):
    """Returns TensorBoard's element with the drawing."""
    return page.locator('tf-graph-scene').first


def settle(page):
    """Waits until the drawing has stayed the same for a second."""
    until_still(page, lambda: scene(page).evaluate(DRAWING), 250)


def until_still(page, look, pause):
    """Waits until `look` has returned the same four times, with a pause in milliseconds between."""
    same, before = 0, None
    while same < 4:
        page.wait_for_timeout(pause)
        now = look()
        same, before = (same + 1 if now == before else 0), now


def near(name, known):
    """Returns a text with the names in the box in which this name was looked for."""
    folder = name.rpartition('/')[0]
    beside = sorted(each for each in known if each.rpartition('/')[0] == folder)
    return ', '.join(beside[:20])


def save(png, file):
    """Writes a PNG with few colours, which is a third in size; returns its width and height."""
    from PIL import Image
    picture = Image.open(io.BytesIO(png)).convert('RGB').quantize(COLOURS, dither=0)
    picture.save(file, optimize=True)
    return picture.size


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('file', nargs='?', type=pathlib.Path, help='one picture of your own; '
                        'without it, those of the docs are written')
    parser.add_argument('--run', type=pathlib.Path, help='a folder with a graph')
    parser.add_argument('--only', nargs='+', choices=PICTURES, metavar='NAME', help='of the '
                        f'pictures of the docs, write only these: {", ".join(PICTURES)}')
    parser.add_argument('--open', nargs='+', default=[], metavar='BOX', help='boxes to open, the '
                        'outer ones first')
    parser.add_argument('--aside', nargs='+', default=[], metavar='BOX', help='boxes to remove '
                        'from the main graph')
    parser.add_argument('--box', default='', help='cut out this box')
    parser.add_argument('--tag', default=FIRST_TAG, help='a tag of the page GRAPHS')
    parser.add_argument('--colour', choices=COLOUR_BY, default=Picture().colour)
    parser.add_argument('--scale', type=float, default=Picture().scale)
    args = parser.parse_args(argv)
    if not args.file and (args.open or args.box or args.run):
        parser.error('--open, --box and --run need the name of a file')
    return args


if __name__ == '__main__':
    sys.exit(main())
