"""The signs of a collapse: what holds, for how long, and how often it is told."""

import pytest

from dcgan_tf.monitoring import collapse
from dcgan_tf.monitoring.collapse import PATIENCE, SLOW_START, CollapseDetector

GOOD = {'d_accuracy': 0.75, 'd_gradient': 1e-5, 'g_gradient': 1e-5, 'diversity': 0.12,
        'one_class': 0.9}
BAD = {'d_accuracy': 1.0, 'd_gradient': 1e-10, 'g_gradient': 0.0, 'diversity': 0.05,
       'one_class': 1.0}


@pytest.fixture
def detector():
    """That has seen a healthy step 0."""
    detector = CollapseDetector()
    assert detector.check(0, GOOD) == []
    return detector


def spell(detector, first, last, values=BAD, every=10):
    """(step, sign) of all that is told from step `first` to `last`."""
    return [(found.step, name) for step in range(first, last + 1, every)
            for found in detector.check(step, values) for name in BAD if f'({name} =' in str(found)]


def test_each_sign_counts_when_it_has_held_for_long(detector):
    assert spell(detector, 50, 50 + PATIENCE - 10) == []
    told = spell(detector, 50 + PATIENCE, 50 + 3 * PATIENCE)
    assert sorted(told) == sorted((50 + PATIENCE, name) for name in BAD)      # once each


@pytest.mark.parametrize('name', BAD)
def test_a_break_begins_a_new_spell(detector, name):
    assert spell(detector, 10, PATIENCE, {name: BAD[name]}) == []
    assert spell(detector, PATIENCE, PATIENCE, {name: GOOD[name]}) == []
    first = PATIENCE + 10
    assert spell(detector, first, first + PATIENCE - 10, {name: BAD[name]}) == []
    assert spell(detector, first + PATIENCE, first + PATIENCE, {name: BAD[name]}) == [
        (first + PATIENCE, name)]
    assert spell(detector, 5_000, 5_000, {name: GOOD[name]}) == []
    assert spell(detector, 5_010, 5_010 + PATIENCE, {name: BAD[name]}) == [(5_010 + PATIENCE, name)]


def test_a_healthy_training_is_left_alone(detector):
    assert spell(detector, 0, 9 * PATIENCE, GOOD) == []
    assert detector.last_good_step(9 * PATIENCE) == 9 * PATIENCE


@pytest.mark.parametrize(('pattern', 'told'), [
    ([1.0, 1.0, 63 / 64], True),               # 0.995 in the mean, and no hundred looks of 1.0
    ([1.0, 1.0, 60 / 64], False),              # 0.979
    ([0.995], True), ([0.985], False)], ids=str)
def test_d_need_not_tell_each_single_image(detector, pattern, told):
    found = [error for step in range(10, 4 * PATIENCE, 10)
             for error in detector.check(step, {'d_accuracy': pattern[step // 10 % len(pattern)]})]
    assert bool(found) == told
    assert all('D tells nearly every real from every fake image, ' in str(x) for x in found)


def test_one_bad_look_is_no_break_and_many_are(detector):
    spell(detector, 10, 500, {'d_accuracy': 1.0})
    spell(detector, 510, 510, {'d_accuracy': 0.9})
    assert detector.last_good_step(510) == 0
    spell(detector, 520, 530, {'d_accuracy': 0.9})
    assert detector.last_good_step(530) == 530


def test_a_critic_may_tell_all_real_from_fake():
    detector = CollapseDetector(excluded=('d_accuracy',))
    assert spell(detector, 0, 9 * PATIENCE, {**GOOD, 'd_accuracy': 1.0}) == []
    assert detector.last_good_step(50) == 50


@pytest.mark.parametrize('name', BAD)
def test_a_training_may_start_slowly(name):
    """What has held from the first look on counts after 5,000 steps, not after 1,000."""
    assert spell(CollapseDetector(), 10, SLOW_START, {name: BAD[name]}) == []
    assert spell(CollapseDetector(), 10, SLOW_START + 10, {name: BAD[name]}) == [
        (SLOW_START + 10, name)]


def test_the_error_says_when_it_began_and_when_all_was_well(detector):
    detector.check(400, {'diversity': 0.5})
    detector.check(500, {'diversity': 0.02})
    found, = detector.check(500 + PATIENCE, {'diversity': 0.03})
    assert str(found) == ('step 1,500: the samples are all alike, without a break since step 500 '
                          '(diversity = 0.03)')
    assert (found.step, found.last_good_step) == (1_500, 400)


def test_good_is_the_last_look_without_any_sign(detector):
    detector.check(90, {'diversity': 0.2, 'd_accuracy': 0.9})
    detector.check(100, {'diversity': 0.02, 'd_accuracy': 0.9})
    detector.check(110, {'d_accuracy': 1.0})
    assert detector.last_good_step(200) == 90
    detector.check(300, {'diversity': 0.2})
    assert detector.last_good_step(300) == 100
    detector.check(310, {'d_accuracy': 0.5})
    assert detector.last_good_step(310) == 310


def test_what_never_was_well_goes_back_to_the_start():
    detector = CollapseDetector()
    detector.check(10, {'d_accuracy': 1.0})
    assert detector.last_good_step(20) == 0


def test_a_slow_start_need_not_be_undone_before_it_is_told():
    detector = CollapseDetector()
    last = SLOW_START - 10
    spell(detector, 10, last, {'diversity': 0.0, 'd_accuracy': 0.5})
    assert (detector.last_good_step(last), detector.rollback_step(last)) == (0, last)
    spell(detector, SLOW_START, SLOW_START, {'d_accuracy': 1.0})
    assert detector.rollback_step(SLOW_START) == last
    spell(detector, SLOW_START + 10, SLOW_START + 10, {'diversity': 0.0})
    assert detector.rollback_step(SLOW_START + 10) == 0


@pytest.mark.parametrize('silent', [True, False])
def test_a_replay_counts_on(monkeypatch, silent):
    """Whether it tells again what was told, or the process died before anybody could act."""
    monkeypatch.setattr(collapse, 'PATIENCE', 100)
    rows = [{'step': 0, 'd_accuracy': 0.5},
            *({'step': step, 'd_accuracy': 1.0, 'passes': 0.1} for step in range(10, 101, 10))]
    detector = CollapseDetector()
    detector.replay(rows, silent=silent)
    assert [found.last_good_step for found in detector.check(110, {'d_accuracy': 1.0})] == [0]
    again = CollapseDetector()
    again.replay([*rows, {'step': 110, 'd_accuracy': 1.0}], silent=silent)
    assert len(again.check(120, {'d_accuracy': 1.0})) == (not silent)


def test_a_number_that_an_old_log_lacks_is_no_sign(detector):
    assert spell(detector, 0, 2 * PATIENCE, dict.fromkeys(BAD, float('nan'))) == []
