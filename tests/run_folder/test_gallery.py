"""The pictures of a run, made by a function of NumPy alone."""

import cv2
import numpy as np
import pytest

from dcgan_tf import images
from dcgan_tf.errors import RunError
from dcgan_tf.run_folder.gallery import MAX_ROWS, Gallery, thin
from dcgan_tf.run_folder.sample_grids import SampleGrid

Z = np.random.default_rng(1).uniform(-1, 1, [10, 5]).astype(np.float32)    # [N, Z]
GRIDS = {'fake': SampleGrid(Z, None, 5), 'row': SampleGrid(Z, None, 10)}


class Painter:
    """z [N, Z] -> images [N, 4, 6, C], all of the grey that `level` says."""

    level = 0

    def __init__(self, channels=1):
        self.channels = channels

    def __call__(self, z, labels):
        assert z is Z and labels is None
        return np.full([len(z), 4, 6, self.channels], self.level / 255)


@pytest.fixture
def painter():
    return Painter()


@pytest.fixture
def gallery(tmp_path, painter):
    return Gallery(tmp_path, painter, GRIDS, 0)


def show(gallery, painter, *steps):
    """Shows the steps, each in a grey of its own."""
    for step in steps:
        painter.level = step % 256
        gallery.show(step)


def greys(path, height):
    """The grey of each row of pictures."""
    return images.read_png(path)[::height, 0, 0].tolist()


def frames(path):
    """-> [F, H, W, 3]"""
    return np.stack(cv2.imdecodeanimation(np.frombuffer(path.read_bytes(), np.uint8))[1].frames)


# ---- thinning

@pytest.mark.parametrize('most', [2, 3, 8, 64])
def test_thin_keeps_the_first_and_the_last_and_few_enough(most):
    for count in (0, 1, 2, 3, 7, 8, 9, 16, 17, 63, 64, 65, 66, 127, 128, 129, 130, 1000, 10_000):
        items = list(range(count))
        kept = thin(items, most)
        assert len(kept) <= most, count
        assert kept == sorted(set(kept)), count
        assert (kept[:1], kept[-1:]) == (items[:1], items[-1:]), count
        assert kept == items or count > most, count


@pytest.mark.parametrize('count', [65, 100, 129, 1000, 10_000])
def test_thin_keeps_no_fewer_than_it_must(count):
    assert len(thin(list(range(count)))) > MAX_ROWS // 2 - 1


def test_thin_keeps_even_steps(count=1000):
    kept = thin(list(range(count)))
    assert set(np.diff(kept[:-1])) == {16}
    assert 0 < kept[-1] - kept[-2] <= 16


def test_thin_leaves_its_list_alone():
    items = list(range(1000))
    assert thin(items) == thin(items)
    assert items == list(range(1000))
    thin(items[:3]).clear()
    assert len(items) == 1000


# ---- the files

def test_the_beginning_shows_the_data_and_the_latents(gallery, tmp_path):
    real = np.random.default_rng(2).integers(0, 256, [10, 4, 6, 1], dtype=np.uint8)
    gallery.begin(real, 5)
    assert {p.name for p in tmp_path.iterdir()} == {'real.png', 'noise.png'}
    assert np.array_equal(images.read_png(tmp_path / 'real.png'), images.tile(real, 5))
    noise = images.read_png(tmp_path / 'noise.png')
    assert (noise.min(), noise.max()) == (0, 255)
    expected = (Z - Z.min()) / (Z.max() - Z.min()) * 255
    np.testing.assert_allclose(noise[..., 0], expected, atol=0.51)


def test_latents_that_are_all_the_same_are_no_error(tmp_path, painter):
    grids = dict.fromkeys(('fake', 'row'), SampleGrid(np.zeros([2, 3]), None, 2))
    Gallery(tmp_path, painter, grids, 0).begin(np.zeros([1, 4, 4, 1], np.uint8), 1)
    assert not images.read_png(tmp_path / 'noise.png').any()


@pytest.mark.parametrize('channels', [1, 3])
def test_an_evaluation_writes_its_pictures(tmp_path, channels):
    painter = Painter(channels)
    painter.level = 100
    noted = []
    Gallery(tmp_path, painter, GRIDS, 0).show(500, noted.append)
    grid, = noted
    assert {p.name for p in tmp_path.iterdir()} == {'fake_000500.png', 'row_000500.png',
                                                    'progress.png'}
    assert grid.dtype == np.uint8
    assert grid.shape == (8, 30, channels)               # 2 rows of 5 pictures of 4 x 6
    assert set(grid.ravel()) == {100}
    assert np.array_equal(images.read_png(tmp_path / 'fake_000500.png'), grid)
    assert images.read_png(tmp_path / 'row_000500.png').shape == (4, 60, channels)


def test_where_the_film_has_its_picture_all_is_done(gallery, tmp_path):
    def note(picture):
        assert {p.name for p in tmp_path.iterdir()} == {'row_000007.png', 'progress.png'}
        assert not gallery.shows(7)
    gallery.show(7, note)
    assert gallery.shows(7) and not gallery.shows(70)


def test_pictures_with_labels(tmp_path):
    """Two grids: the last one's strip makes progress.png, the first makes the film."""
    labels = np.array([0, 1, 2, 0, 1, 2])
    grids = {'fake1': SampleGrid(np.repeat(Z[:2], 3, axis=0), labels, 3),
             'fake2': SampleGrid(np.repeat(Z[:1], 3, axis=0), labels[:3], 3)}
    paint = Gallery(tmp_path, lambda z, y: np.tile(y[:, None, None, None] / 255, (4, 6, 1)), grids,
                    0)
    paint.begin(np.zeros([6, 4, 6, 1], np.uint8), 3)
    assert images.read_png(tmp_path / 'noise.png').shape == (2, 5, 1)      # each latent once
    noted = []
    for step in (0, 10):
        paint.show(step, noted.append)
    grid = noted[-1]
    assert grid.shape == (8, 18, 1) and grid[0, ::6, 0].tolist() == [0, 1, 2]
    assert images.read_png(tmp_path / 'fake2_000010.png').shape == (4, 18, 1)
    assert images.read_png(tmp_path / 'progress.png').shape == (8, 18, 1)
    paint.end(10)
    assert frames(tmp_path / 'training.gif').shape[1:] == (8, 18, 3)


def test_progress_has_a_row_for_each_evaluation_in_order(gallery, painter, tmp_path):
    show(gallery, painter, 0, 50, 100, 200)
    assert greys(tmp_path / 'progress.png', 4) == [0, 50, 100, 200]
    assert images.read_png(tmp_path / 'progress.png').shape == (16, 60, 1)


def test_steps_are_in_order_beyond_six_digits(gallery, painter, tmp_path):
    show(gallery, painter, 999_990, 1_000_001)
    assert greys(tmp_path / 'progress.png', 4) == [999_990 % 256, 1_000_001 % 256]


def test_the_film_has_a_frame_for_each_evaluation(painter, tmp_path):
    gallery = Gallery(tmp_path, painter, GRIDS, 0, scale=0, width=6)
    show(gallery, painter, 10, 90, 170, 250)
    gallery.end(250)
    film = frames(tmp_path / 'training.gif')
    assert film.shape == (4, 15 * 8, 15 * 30, 3)             # 450 pixels wide
    np.testing.assert_allclose(film[:, 0, 0, 0], [10, 90, 170, 250], atol=4)


def test_files_are_enlarged_and_read_again_as_they_were_drawn(painter, tmp_path):
    """Also those of other starts, which had another factor, or none. The strip stays as it is."""
    drawn, noted = np.random.default_rng(3).integers(0, 256, [10, 4, 6, 1], np.uint8), []
    for step, scale in ((0, 1), (10, 0), (20, 3)):
        again = Gallery(tmp_path, lambda z, labels: drawn / 255, GRIDS, step, scale=scale, width=6)
        again.show(step, noted.append)
    shapes = [images.read_png(tmp_path / f'fake_{step:06d}.png').shape for step in (0, 10, 20)]
    assert shapes == [(8, 30, 1), (8 * 15, 30 * 15, 1), (8 * 3, 30 * 3, 1)]
    grid = images.tile(drawn, 5)
    assert all(np.array_equal(picture, grid) for picture in [*noted, *again._read('fake', 20)])
    strip = images.tile(drawn, 10)
    assert np.array_equal(images.read_png(tmp_path / 'progress.png'), np.tile(strip, (3, 1, 1)))
    again.begin(drawn, 5)
    assert images.read_png(tmp_path / 'real.png').shape == (8 * 3, 30 * 3, 1)


def test_a_long_run_is_thinned(gallery, painter, tmp_path):
    show(gallery, painter, *range(70))
    gallery.end(69)
    kept = thin(list(range(70)))
    assert len(kept) < 70
    assert greys(tmp_path / 'progress.png', 4) == kept
    assert len(frames(tmp_path / 'training.gif')) == len(kept)


def test_a_resumed_gallery_goes_on(gallery, painter, tmp_path):
    show(gallery, painter, 0, 10, 20)
    show(Gallery(tmp_path, painter, GRIDS, 20), painter, 30)
    assert greys(tmp_path / 'progress.png', 4) == [0, 10, 20, 30]


def test_a_resumed_gallery_drops_what_comes_after_its_step(gallery, painter, tmp_path):
    """After a way back these would be of weights that are no more."""
    show(gallery, painter, 0, 10, 20, 30)
    again = Gallery(tmp_path, painter, GRIDS, 10)
    assert [again.shows(step) for step in (0, 10, 20, 30)] == [True, True, False, False]
    assert not list(tmp_path.glob('*_000020.png'))
    show(again, painter, 15)
    assert greys(tmp_path / 'progress.png', 4) == [0, 10, 15]
    again.end(15)
    assert len(frames(tmp_path / 'training.gif')) == 3


# ---- what goes wrong

@pytest.mark.parametrize('name', ['fake_best.png', 'row_.png', 'fake_000010-copy.png'])
def test_other_pictures_in_the_folder_are_left_alone(gallery, painter, tmp_path, name):
    show(gallery, painter, 10)
    images.write_png(tmp_path / name, np.zeros([2, 2, 1], np.uint8))
    show(gallery, painter, 20)
    gallery.end(20)
    assert greys(tmp_path / 'progress.png', 4) == [10, 20]
    assert len(frames(tmp_path / 'training.gif')) == 2


def test_a_film_without_pictures_is_no_stack_trace(gallery, painter, tmp_path):
    """Of a finished run that is resumed after somebody has tidied up its pictures."""
    gallery.end(10)
    assert not (tmp_path / 'training.gif').exists()


def test_a_damaged_picture_is_left_out(gallery, tmp_path, caplog):
    gallery.show(1)
    (tmp_path / 'row_000001.png').write_bytes(b'damaged')
    gallery.show(2)
    assert 'row_000001.png is left out' in caplog.text
    assert images.read_png(tmp_path / 'progress.png').shape[0] == 4      # one row of 4 pixels


def test_pictures_that_are_not_finite_are_refused(tmp_path):
    with pytest.raises(RunError, match='NaN'):
        Gallery(tmp_path, lambda z, y: np.full([len(z), 4, 4, 1], np.nan), GRIDS, 0).show(10)
    assert not list(tmp_path.iterdir())
