"""The tables of evaluate.py that need no run."""

import numpy as np
import pytest

from dcgan_tf.cli import evaluation_table
from dcgan_tf.cli.evaluation_table import MAX_CLASSES, Line
from dcgan_tf.metrics import Estimate


def test_the_best_is_a_number_that_of_real_pictures_or_no_bound():
    def line(name, step, **values):
        return Line(name, step, {metric: Estimate(x) for metric, x in values.items()}, {}, '', {})
    *_, best = evaluation_table.metrics([
        line('run', 2, entropy=1.0, frechet=3.0, classifier_score=2.0, similarity=0.5),
        line('real', None, entropy=2.5, frechet=1.0, classifier_score=3.0, similarity=0.4)])
    assert best.split() == ['best', '-', '2.5', '0', 'large', '-']


@pytest.mark.parametrize('more', [0, 1])
def test_very_many_classes_have_no_table_of_codes(more):
    names = tuple(f'c{k}' for k in range(MAX_CLASSES + more))
    found = {'table': np.ones([2, len(names)], int).tolist(), 'classes': [0, None], 'error': 0.5,
             'majority_error': 0.25, 'clusters': False}
    _, heading, *shown, wrong, _ = evaluation_table.codes(
        Line('run', 2, {}, {'codes': found}, '', {}), names)
    assert heading == 'run: held-out pictures by code and by class'
    assert wrong.startswith('wrong: 50.00% if each code stands for another class, 25.00% ')
    if more:
        assert shown == ['65 classes are too many for a table; --json has the numbers']
    else:
        assert [line.split() for line in shown] == [
            ['code', *names, 'stands', 'for'], ['0', *'1' * 64, 'c0'], ['1', *'1' * 64, '-']]
