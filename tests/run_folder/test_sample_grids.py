"""Which latents and labels a run shows."""

import numpy as np
import pytest

from dcgan_tf import latent, preset
from dcgan_tf.run_folder.sample_grids import (
    code_sweep,
    indices_by_class,
    left_out,
    rows_and_columns,
    sample_grids,
    squarest,
)


def cgan(classes):
    return preset(type='cgan', class_names=tuple(map(str, range(classes))), seed=3, z_dim=5)


def test_without_labels_the_same_latents_twice():
    shown = sample_grids(preset(seed=3, z_dim=5))
    z = latent.draw('uniform', 32, 5, 3)
    assert [(name, p.columns, p.labels) for name, p in shown.items()] == [('fake', 8, None),
                                                                          ('row', 32, None)]
    for grid in shown.values():
        np.testing.assert_array_equal(grid.z, z)


def test_column_k_is_class_k_and_each_row_another_latent():
    fake1 = sample_grids(cgan(10))['fake1']
    labels, z = fake1.labels.reshape(-1, 10), fake1.z.reshape(-1, 10, 5)
    assert fake1.columns == 10 and len(labels) == 8
    assert (labels == np.arange(10)).all()
    assert (z == z[:, :1]).all()                       # one latent in a row
    assert len(np.unique(z[:, 0], axis=0)) == 8


def test_fake2_changes_nothing_but_the_label():
    shown = sample_grids(cgan(10))
    assert list(shown) == ['fake1', 'fake2']
    fake2 = shown['fake2']
    assert fake2.labels.tolist() == list(range(10)) and fake2.columns == 10
    assert (fake2.z == fake2.z[0]).all()


@pytest.mark.parametrize(('classes', 'rows', 'columns'), [
    (2, 8, 2), (10, 8, 10), (16, 8, 16), (50, 2, 50), (64, 2, 64), (5000, 2, 64)])
def test_the_table_stays_in_bounds(classes, rows, columns):
    assert rows_and_columns(classes) == (rows, columns)
    assert len(sample_grids(cgan(classes))['fake1'].z) == rows * columns


def test_real_pictures_by_class():
    labels = np.array([1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1])
    shown = labels[indices_by_class(labels, 3)].reshape(8, 3)
    assert (shown == [0, 1, 2]).all()
    indices = indices_by_class(labels, 3).reshape(8, 3)
    assert len(set(indices[:, 0])) == 8                # all different where there are enough
    assert indices[:4, 1].tolist() == [0, 10, 0, 10]    # a small class begins again


@pytest.mark.parametrize(('n', 'columns'), [(1, 1), (4, 2), (7, 7), (16, 4), (32, 8), (64, 8)])
def test_the_grid_is_full_and_as_square_as_can_be(n, columns):
    assert squarest(n) == columns


@pytest.mark.parametrize(('classes', 'parts'), [
    (10, []), (11, ['morph1.gif and morph2.gif show the first 10']),
    (65, ['fake1, fake2, progress.png and real.png show the first 64', 'the first 10'])])
def test_classes_that_are_left_out_are_named(classes, parts):
    assert all(part in ''.join(left_out(cgan(classes), 10)) for part in parts)
    assert len(left_out(cgan(classes), 10)) == bool(parts)
    assert left_out(preset(class_names=tuple(map(str, range(classes)))), 10) == []


def test_values_of_codes_that_are_left_out_are_named():
    assert left_out(preset(type='infogan', codes=(10, 64)), 10) == []
    first, second = left_out(preset(type='infogan', codes=(100, 70)), 10)
    assert first == ('pictures: of 100 values of code 1, fake1, fake2, codes and progress.png show '
                     'the first 64 and morph1.gif and morph2.gif show the first 10; '
                     'tools/sample.py draws all')
    assert 'of 70 values of code 2, codes shows the first 64; tools/sample.py --code 2:' in second


def test_a_sweep_shows_the_first_values_of_a_large_code(tiny):
    grid = code_sweep(tiny(type='infogan', codes=(65_535, 3), continuous=1), columns=2)
    assert grid.blocks == (64, 3, 10) and len(grid.z) == len(grid.labels) == 2 * 77
    assert grid.labels[:128:2, 0].tolist() == list(range(64))
