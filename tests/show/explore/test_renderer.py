"""Points become the latents they say, walks close, and classes fade into each other."""

import threading

import cv2
import numpy as np
import pytest
from painter import Z, images_of, reconstruct

from dcgan_tf import images, latent
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.seeds import generator
from dcgan_tf.show.explore.requests import Point, Walk


def watched(calls):
    """images_of that notes what it was given."""
    def of(z, y):
        calls.append((z, y))
        return images_of(z, y)
    return of


def test_a_point_is_a_draw_truncated_and_moved(make_renderer):
    calls = []
    renderer = make_renderer(watched(calls))
    shown = renderer.pictures([Point(5), Point(7, truncation=0.5, moves=(0.0, 3.0))])
    ((z, y),) = calls
    wanted = latent.draw('uniform', 3, Z, 5)[[0, 2]] * [[1], [0.5]]
    wanted[1, 1] += 3 / 3 ** 0.5                          # three standard deviations of U(-1, 1)
    np.testing.assert_allclose(z, wanted, rtol=1e-6)
    assert y is None
    np.testing.assert_array_equal(shown, images.to_uint8(images_of(z, None)))


def test_classes_are_those_asked_for_or_in_turn(make_renderer):
    calls = []
    renderer = make_renderer(watched(calls), type='cgan', class_names=('cat', 'dog', 'cow'))
    renderer.pictures([Point(5), Point(5, label=0), Point(6)])
    np.testing.assert_array_equal(calls[0][1], np.eye(3)[[2, 0, 0]])


def test_codes_are_those_asked_for_or_as_drawn(with_codes):
    """The truncation and the moves do not change a code that is set; code 2 is that of the seed."""
    calls = []
    points = [Point(5), Point(5, label=0, codes=(None, 2.5)),
              Point(7, truncation=0.5, moves=(1.0,), codes=(-1.0,))]
    shown = with_codes(watched(calls)).pictures(points)
    ((z, y),) = calls
    wanted = latent.draw('uniform', 3, Z + 2, 5)[[0, 0, 2]] * [[1], [1], [0.5]]
    wanted[2, 0] += 3 ** -0.5
    wanted[1, Z + 1], wanted[2, Z] = 2.5, -1.0
    np.testing.assert_allclose(z, wanted, rtol=1e-6)
    second = [generator(seed, 'codes').integers([4])[0] for seed in (5, 5, 7)]
    assert second[0] != second[2]
    np.testing.assert_array_equal(y, np.hstack([np.eye(3)[[2, 0, 1]], np.eye(4)[second]]))
    np.testing.assert_array_equal(shown, images.to_uint8(images_of(wanted, y)))


def test_codes_of_a_walk(with_codes):
    """They fade with the latent, and code 2 with the class."""
    calls = []
    renderer = with_codes(watched(calls))
    points = [Point(1, codes=(3.0,)), Point(2, codes=(-3.0, 1.0))]
    walk = renderer.walk(Walk(points, 4, 20))
    np.testing.assert_array_equal(walk[::4], renderer.pictures(points))
    (z, y), _ = calls
    assert (np.diff(z[:5, Z]) < 0).all()
    np.testing.assert_allclose(y[:, :3].sum(axis=1), 1)
    np.testing.assert_allclose(y[2], (y[0] + y[4]) / 2)
    assert (y[0] != y[4]).any()


def test_a_walk_goes_through_its_points_and_closes(make_renderer):
    calls = []
    renderer = make_renderer(watched(calls), type='cgan', class_names=('cat', 'dog', 'cow'))
    points = [Point(1, 0), Point(2, 1), Point(3, 2, 0.8, (1.0,))]
    walk = renderer.walk(Walk(points, 8, 20))
    assert walk.shape == (24, 8, 6, 3)
    np.testing.assert_array_equal(walk[::8], renderer.pictures(points))
    z, y = calls[0]
    steps = np.linalg.norm(np.diff(z, axis=0, append=z[:1]), axis=1)
    assert steps.max() < 2 * steps.min()                 # no jump, at the end neither
    np.testing.assert_allclose(y.sum(axis=1), 1)
    np.testing.assert_allclose(y[20], [0.5, 0, 0.5])
    still = renderer.walk(Walk([Point(1, 0), Point(1, 1)], 4, 20))     # the class alone moves
    np.testing.assert_array_equal(calls[-1][0], np.repeat(calls[-1][0][:1], 8, axis=0))
    assert (still[0] != still[4]).any()


def test_a_film_is_a_gif_of_the_walk_enlarged(make_renderer):
    content = make_renderer().film(Walk([Point(1), Point(2)], 3, 25))
    assert content[:3] == b'GIF'
    _, animation = cv2.imdecodeanimation(np.frombuffer(content, np.uint8))
    assert len(animation.frames) == 6 and animation.frames[0].shape[:2] == (128, 96)
    assert set(animation.durations) == {40}


def test_latents_without_a_direction(make_renderer):
    with pytest.raises(UsageError, match='--z-dim 2 or more'):
        make_renderer(z_dim=1).walk(Walk([Point(1), Point(2)], 3, 20))


def test_the_latent_of_a_picture_is_that_of_its_point(make_renderer):
    """Truncated and moved like that of a seed; its class is the one that was found."""
    calls, pixels = [], np.random.default_rng(0).integers(0, 256, 8 * 6 * 3, np.uint8)
    renderer = make_renderer(watched(calls), reconstruct, type='cgan',
                             class_names=('cat', 'dog', 'cow'))
    assert renderer.picture_bytes == len(pixels) and renderer.facts()['encodes']
    found = renderer.encode(pixels.tobytes())
    code = np.float32(pixels[:Z]) / 127.5 - 1
    np.testing.assert_allclose(found['latent'], code, atol=1e-6)
    assert (found['class'], found['error']) == (1, 0.25)
    renderer.pictures([Point(0, 1, 0.5, (3.0,), latent=tuple(found['latent'])), Point(0)])
    ((z, y),) = calls
    wanted = 0.5 * code + 3 / 3 ** 0.5 * np.eye(Z)[0]
    np.testing.assert_allclose(z[0], wanted, atol=1e-6)
    np.testing.assert_array_equal(y, np.eye(3)[[1, 0]])


def test_without_an_encoder_no_picture_is_taken(make_renderer):
    with pytest.raises(UsageError, match='this generator has no encoder'):
        _ = make_renderer().picture_bytes


def test_what_the_page_is_told(make_renderer, by_class):
    assert make_renderer().facts() == {'name': 'run', 'step': 7, 'width': 6, 'height': 8,
                                       'classes': (), 'words': ('class', 'classes'),
                                       'directions': 4, 'images': 256, 'codes': [],
                                       'encodes': False, 'channels': 3, 'crop': True}
    assert by_class.facts()['classes'] == ('cat', 'dog', 'cow') and by_class.limits.classes == 3
    assert by_class.limits.codes == 0 and by_class.facts()['codes'] == []


def test_what_the_page_is_told_of_codes(with_codes):
    """The numbers of the continuous ones, which follow those of the categorical ones."""
    renderer = with_codes()
    assert renderer.facts()['codes'] == [3, 4] and renderer.facts()['classes'] == ('0', '1', '2')
    assert (renderer.limits.codes, renderer.limits.classes) == (2, 3)
    assert renderer.facts()['words'] == ('code 1', 'values of code 1')


@pytest.mark.parametrize(('side', 'most'), [(28, 256), (256, 128), (1024, 8), (4096, 4)])
def test_of_large_pictures_fewer_may_be_asked_for(make_renderer, side, most):
    assert make_renderer(image_height=side, image_width=side).limits.images == most


def test_damaged_weights_are_an_error(make_renderer):
    with pytest.raises(RunError, match='NaN or inf'):
        make_renderer(lambda z, y: images_of(z, y) * np.nan).pictures([Point(1)])


def test_the_generator_is_asked_by_one_thread_at_a_time(make_renderer):
    inside, most, both = [], [], threading.Barrier(4)

    def slow(z, y):
        inside.append(1)
        most.append(len(inside))
        images_of(np.tile(z, (2000, 1)), None)
        inside.pop()
        return images_of(z, y)

    renderer = make_renderer(slow)

    def work():
        both.wait()
        renderer.pictures([Point(1)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4
