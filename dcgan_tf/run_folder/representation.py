"""How a run shows itself: a line in a terminal, a table and two pictures in a notebook."""

import html as escapes

from dcgan_tf.images import image_html
from dcgan_tf.names import one_line
from dcgan_tf.run_folder import checkpoint_files
from dcgan_tf.run_folder.gallery import newest_samples
from dcgan_tf.run_folder.overview import Overview, overview

MAX_WIDTH = 560                                 # pixels of a picture of a run


def text(run) -> str:
    """Returns the `repr` of a RunFolder: where it is, how far it is, and what it learns."""
    return f'RunFolder({str(run.path)!r}: {_progress(run, _seen(run))}, {_what(run)})'


def html(run) -> str:
    """Returns what a notebook shows of a RunFolder. It holds the pictures, not links to files."""
    seen = _seen(run)
    rows = {'run': run.path, 'GAN': _what(run), 'state': _progress(run, seen), **_losses(seen),
            **_checkpoints(run)}
    if seen and seen.warnings:
        rows['warnings'] = f'{seen.warnings:,} in warnings.log'
    cells = ''.join(f'<tr><th style="text-align: left">{name}</th>'
                    f'<td style="text-align: left">{escapes.escape(one_line(value))}</td></tr>'
                    for name, value in rows.items())
    return f'<table>{cells}</table>{"".join(_pictures(run))}'


def _seen(run) -> Overview | None:
    """Returns what is known of the run now; None if its folder is gone."""
    try:
        seen = overview(run.path)
    except OSError:
        return None
    return None if seen.problem else seen


def _progress(run, seen):
    if seen is None:
        return 'it cannot be read any more'
    return f'{seen.state}, step {seen.step:,} of {run.config.epochs:,}'


def _what(run):
    """Returns e.g. `cgan, preset dcgan28, on mnist, 60,000 images`."""
    c, n = run.config, run.n_images
    return f'{c.type}, preset {c.preset}, on {c.dataset}{f", {n:,} images" if n else ""}'


def _losses(seen):
    """Returns {'losses': ...} of the last row of log.csv, or {}."""
    found = [f'{name.removesuffix("_loss").upper()} {figure.value:.3g}'
             for (name, conditions), figure in (seen.figures if seen else {}).items()
             if not conditions]
    return {'losses': ', '.join(found)} if found else {}


def _checkpoints(run):
    steps = checkpoint_files.steps(run.checkpoints)
    return {'checkpoints': f'of step {", ".join(f"{step:,}" for step in steps)}'} if steps else {}


def _pictures(run):
    """Yields <p> with the newest samples and the losses, as far as they are there."""
    found = newest_samples(run.images)
    newest = [(f'samples at step {found[0]:,}', found[1])] if found else []
    for title, path in [*newest, ('losses', run.images / 'losses.png')]:
        if shown := image_html(path, MAX_WIDTH):
            yield f'<p>{title}<br>{shown}</p>'
