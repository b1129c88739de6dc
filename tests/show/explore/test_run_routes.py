"""The routes of trainings: what a page gets of a run, of many, and of runs that are gone."""

import shutil

import pytest

pytest.importorskip('flask', reason='tools/requirements-explore.txt is not installed')

from asking import client_of, error
from written import rows

from dcgan_tf.errors import RunError
from dcgan_tf.run_folder import lock
from dcgan_tf.show.explore import run_list
from dcgan_tf.show.explore.generators import Generators
from dcgan_tf.show.explore.places import OneRun, ResultsFolder, key_of
from dcgan_tf.show.explore.rate_limit import RateLimit
from tests.cases import cases

ODD = 'a <b>"c\' & d %2e #?'


@pytest.fixture
def results(tmp_path, make_run):
    """A folder with two runs and with a file."""
    make_run('one', log=(10, 20), saved=(0, 20), pictures=(20,))
    make_run('two', log=(10,), learning_rate=1e-4)
    (tmp_path / 'results' / 'notes.txt').touch()
    return ResultsFolder(tmp_path / 'results')


@pytest.fixture
def client(results, with_gans):
    return client_of(results, with_gans)


def key(results, name):
    return key_of(results.path / name)


def test_the_list_comes_again_only_if_it_has_changed(client, results, make_run):
    assert 'id="runs"' in client.get('/').text
    first = client.get('/runs').json
    assert sorted(row['name'] for row in first['rows']) == ['one', 'two']
    again = client.get('/runs', query_string={'known': first['known']}).json
    assert again.keys() == {'now', 'folder'}
    with (results.path / 'two' / 'log.csv').open('a') as log:
        log.write(rows(20))
    third = client.get('/runs', query_string={'known': first['known']}).json
    assert {row['name']: row['step'] for row in third['rows']} == {'one': 20, 'two': 20}
    make_run('three').path.rename(results.path / ODD)
    (row,) = (row for row in client.get('/runs').json['rows'] if row['name'] == ODD)
    assert client.get(f'/training?run={row["key"]}').json['name'] == ODD


def test_a_run_of_the_list(client, results, with_gans):
    run = key(results, 'one')
    answer = client.get(f'/training?run={run}').json
    assert answer.items() >= {'name': 'one', 'step': 20, 'state': 'stopped'}.items()
    assert [*answer['log']['titles']] == ['d_loss', 'g_loss', 'd_accuracy']      # in this order
    assert answer['checkpoints'] == {'open': None, 'newest': 20} and with_gans.opened == []
    mark = answer['log']['mark']
    assert client.get(f'/training?run={run}&log={mark}').json['log']['steps'] == []
    picture = client.get(f'/picture?run={run}&grid=fake&step=20')
    assert picture.mimetype == 'image/png' and picture.data == (
        results.path / 'one/images/fake_000020.png').read_bytes()
    assert client.get(f'/facts?run={run}').json['step'] == 20
    assert client.post(f'/pictures?run={run}', json={'points': [{'seed': 1}]}).status_code == 200
    assert with_gans.opened == ['one']


def test_a_newer_checkpoint_is_loaded_when_it_is_asked_for(client, results, with_gans):
    run = key(results, 'one')
    assert client.get(f'/facts?run={run}').json['step'] == 20
    for ending in ('.data-00000-of-00001', '.index'):
        (results.path / f'one/checkpoints/model-30{ending}').touch()
    assert client.get(f'/facts?run={run}').json['step'] == 20
    assert client.get(f'/training?run={run}').json['checkpoints'] == {'open': 20, 'newest': 30}
    assert client.post(f'/newest?run={run}', json={}).json['step'] == 30
    assert client.get(f'/training?run={run}').json['checkpoints'] == {'open': 30, 'newest': None}
    assert error(client.post(f'/newest?run={run}', json={'step': 30}))[0] == 400
    assert error(client.post(f'/newest?run={run}', data='{}', content_type='text/plain'))[0] == 415
    answer = client.get(f'/facts?run={key(results, "two")}')
    assert answer.status_code == 500 and 'holds no whole checkpoint' in answer.json['error']


def test_two_runs_are_compared(client, results):
    one, two = key(results, 'one'), key(results, 'two')
    options = client.get(f'/differences?run={one}&other={two}').json
    assert ['learning_rate', '0.001', '0.0001'] in options
    for query in ('', f'?run={one}', f'?run={one}&other=x'):
        assert error(client.get(f'/differences{query}'))[0] == 404


def test_a_run_that_is_removed_while_it_is_looked_at(client, results):
    run = key(results, 'one')
    assert client.get(f'/training?run={run}').status_code == 200
    shutil.rmtree(results.path / 'one')
    for route in ('training', 'picture', 'facts'):
        assert error(client.get(f'/{route}?run={run}'))[0] == 404
    assert error(client.post(f'/pictures?run={run}', json={'points': [{'seed': 1}]}))[0] == 404
    assert [row['name'] for row in client.get('/runs').json['rows']] == ['two']
    shutil.rmtree(results.path)
    assert client.get('/runs').json['rows'] == []


def test_a_file_that_vanishes_at_the_last_moment(client, results, monkeypatch):
    monkeypatch.setattr(run_list, 'overview', lambda path: (path / 'gone').stat())
    found = error(client.get(f'/training?run={key(results, "one")}'))
    assert found == (404, 'this run is not there any more')
    assert client.get('/runs').json['rows'] == []


@cases('query', [
    '', 'run=', 'run=.', 'run=..', 'run=one', 'run=%2e%2e%2fone', 'run=../results/one',
    'run=/etc', 'run=%00', 'run=%ff', 'run=' + 'a' * 5_000, 'run[]=one', 'run=notes.txt'])
def test_no_other_folder_can_be_named(client, query):
    for route in ('training', 'picture', 'facts'):
        assert error(client.get(f'/{route}?{query}'))[0] == 404
    for route in ('pictures', 'morph', 'gif', 'newest'):
        assert error(client.post(f'/{route}?{query}', json={}))[0] == 404


@cases('query', [
    '', 'grid=fake', 'grid=fake&step=21', 'grid=fake&step=-20', 'grid=fake&step=2e1', 'step=20',
    'grid=real&step=20', 'grid=../images/fake&step=20', 'grid=fake&step=' + '9' * 5_000,
    'grid=%00&step=20', 'grid=fake&step=%d9%a2%d9%a0x', 'grid=..&step=20'])
def test_no_other_file_can_be_named(client, results, query):
    answer = client.get(f'/picture?run={key(results, "one")}&{query}')
    assert error(answer) == (404, 'there is no such picture')


def test_one_run_alone(results, make_run, with_gans):
    """Its routes need no key, and there is no list."""
    run = make_run(log=(10,))
    client = client_of(OneRun(run.path), with_gans)
    assert 'id="wall"' in client.get('/').text
    with lock.locked(run.path):
        assert client.get('/training').json['state'] == 'running'
    assert error(client.get(f'/training?run={key_of(run.path)}'))[0] == 404
    assert error(client.get('/runs'))[0] == error(client.get('/differences'))[0] == 404


def test_a_generator_without_a_run_folder_has_no_training(make_renderer):
    client = client_of(OneRun(None), Generators.given(make_renderer()))
    answer = client.get('/training')
    assert answer.status_code == 200 and answer.json is None
    assert error(client.get('/picture?grid=fake&step=1'))[0] == 404
    assert error(client.post('/newest', json={}))[0] == 400


def test_to_open_generators_is_rationed(results, with_gans):
    client = client_of(results, with_gans, rate_limit=RateLimit(1, 300, clock=lambda: 0.0))
    run = key(results, 'one')
    assert client.get(f'/facts?run={run}').status_code == 200
    assert client.get(f'/facts?run={run}').status_code == 200              # it is open
    assert error(client.post(f'/newest?run={run}', json={}))[0] == 429
    assert with_gans.opened == ['one']


def test_a_generator_that_cannot_be_opened_leaves_its_training(results, monkeypatch):
    def open_gan(weights):
        raise RunError(f'{weights.name} is damaged')
    client = client_of(results, Generators(open_gan))
    run = key(results, 'one')
    answer = client.get(f'/facts?run={run}')
    assert (answer.status_code, answer.json) == (500, {'error': 'one is damaged'})
    assert client.get(f'/training?run={run}').json['step'] == 20


def test_headers_and_hosts(client, results):
    for route in ('/', '/runs', f'/training?run={key(results, "one")}', '/picture', '/runs.js'):
        headers = client.get(route).headers
        assert headers['Cache-Control'] == 'no-store'
        assert 'unsafe' not in headers['Content-Security-Policy']
        refused = client.get(route, headers={'Host': 'elsewhere.example'})
        assert error(refused)[0] in (400, 404) and b'one' not in refused.data
