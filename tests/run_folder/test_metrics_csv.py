"""metrics.csv: figures with their company."""

import pytest

from dcgan_tf.metrics import Estimate
from dcgan_tf.run_folder.tables import csv_table
from dcgan_tf.run_folder.tables.metrics_csv import (
    Conditions,
    MetricsCsv,
    baseline_of,
    conditions_of,
    read,
)

TEST = Conditions('classifier', 5_000, 10_000, 'test pictures')


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'metrics.csv'


def test_a_figure_never_stands_alone(path):
    MetricsCsv(path, 0).add(20, {'frechet': Estimate(1 / 3), 'kernel': Estimate(-2e-7, 1e-8)}, TEST)
    assert path.read_text() == (
        'step,figure,value,error,features,samples,real,split\n'
        '20,frechet,0.33333333,nan,classifier,5000,10000,test pictures\n'
        '20,kernel,-2e-07,1e-08,classifier,5000,10000,test pictures\n')
    assert str(TEST) == 'classifier, 5,000 samples, 10,000 test pictures'


def test_figures_of_other_company_do_not_count(path):
    metrics = MetricsCsv(path, 0)
    metrics.add(10, {'frechet': Estimate(3.0)}, TEST)
    metrics.add(20, {'frechet': Estimate(2.0)}, TEST._replace(samples=100))
    metrics.add(10, {'recall': Estimate(0.5)}, baseline_of(TEST))
    assert [metrics.recorded(TEST, step) for step in (10, 20, 30)] == [{'frechet'}, set(), set()]
    assert metrics.recorded(TEST) == {'frechet'}
    assert metrics.recorded(baseline_of(TEST)) == {'recall'}
    assert conditions_of(read(path)[0]) == TEST
    again = MetricsCsv(path, 15)                           # what the file has, up to that step
    assert again.recorded(TEST, 10) == {'frechet'} and again.recorded(baseline_of(TEST)) == {
        'recall'} and not again.recorded(TEST._replace(samples=100))


def test_the_file_is_read_once(path, monkeypatch):
    metrics = MetricsCsv(path, 0)
    monkeypatch.setattr(csv_table, 'load', None)
    for step in (10, 20):
        metrics.add(step, {'frechet': Estimate(3.0)}, TEST)
        assert metrics.recorded(TEST, step) == {'frechet'}


def test_what_came_after_the_step_gone_on_from_is_dropped(path):
    metrics = MetricsCsv(path, 0)
    for step in (10, 20, 30):
        metrics.add(step, {'frechet': Estimate(float(step))}, TEST)
    MetricsCsv(path, 20)
    assert [(row['step'], row['value']) for row in read(path)] == [(10, 10.0), (20, 20.0)]


def test_a_comma_in_a_word_does_not_make_two(path):
    MetricsCsv(path, 0).add(10, {'frechet': Estimate(1.0)}, TEST._replace(split='this, that'))
    assert read(path)[0]['split'] == 'this; that'
