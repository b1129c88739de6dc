"""The run folder of a `GAN.fit` that got a path: it is made, or gone on with."""

import contextlib
import os
import pathlib
from collections.abc import Iterator

from dcgan_tf.config import fixed_difference
from dcgan_tf.data.dataset import Dataset, fingerprint
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import run_folder, trained_weights
from dcgan_tf.run_folder.lock import locked
from dcgan_tf.run_folder.made_by import notice
from dcgan_tf.run_folder.run_folder import RunFolder

ARRAYS = 'arrays'             # the name of data that is no Dataset


@contextlib.contextmanager
def opened(gan, run, images, labels, data: Dataset | None) -> Iterator[RunFolder | None]:
    """Opens a context with the RunFolder of a `fit`, which is locked; None if it has none.

    run: a path, a RunFolder or None. images, labels: those of `fit`. data: the Dataset that they
    come from, or None.
    A run that is there is gone on with: a GAN without a step gets its newest weights. UsageError if
    its options or its data are others.
    """
    if run is None or isinstance(run, RunFolder):
        yield run
        return
    path = pathlib.Path(run)
    _describe(gan, data)
    if not (path / 'config.json').exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = run_folder.create(str(path.parent), path.name, gan.config, {
            'name': data.name if data else ARRAYS,
            'images': [data.total if data else len(images), *images.shape[1:]],
            'fingerprint': _fingerprint(gan, images, labels, data)})
        with locked(path):
            yield made
        return
    with locked(path):
        found = run_folder.open_run(path)
        notice([(found.name, found.made_by)])
        _check_same(gan, found)
        found.check_data(_fingerprint(gan, images, labels, data), gan.config.class_names)
        if gan.steps_done() == 0:
            trained_weights.load_newest(gan, found)
        found.keep(gan.config)
        yield found


def _describe(gan, data):
    """Notes in the Config which data set this is, so that the tools find it again."""
    if data:
        c = gan.config
        names = c.class_names if c.learns_classes else data.class_names
        gan.config = c.replace(dataset=data.name, class_names=names,
                               data_dir=os.fspath(data.folder or c.data_dir))


def _fingerprint(gan, images, labels, data):
    if data:
        return data.fingerprint
    return fingerprint(images, labels if gan.config.learns_classes else None)


def _check_same(gan, run):
    """Raises UsageError if an option that must not change is not that of the run."""
    name = fixed_difference(run.config, gan.config)
    if name:
        raise UsageError(f'{name} = {getattr(gan.config, name)!r}, but {run.path} was trained with '
                         f'{getattr(run.config, name)!r}: choose another folder, or go on with '
                         'GAN.open(RUN).fit(...)')
