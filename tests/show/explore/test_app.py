"""The routes: pictures for good words, 4xx with a line for all others, headers on everything."""

import base64
import json

import cv2
import numpy as np
import pytest

pytest.importorskip('flask', reason='tools/requirements-explore.txt is not installed')

import asking
from asking import error
from painter import Z, images_of, reconstruct

from dcgan_tf import images
from dcgan_tf.show.explore.app import PAGE
from dcgan_tf.show.explore.generators import Generators
from dcgan_tf.show.explore.places import OneRun
from dcgan_tf.show.explore.rate_limit import RateLimit
from dcgan_tf.show.explore.requests import Point, Walk
from tests.cases import cases

TWO = {'points': [{'seed': 1}, {'seed': 2}], 'frames': 5}


def client_of(renderer, **options):
    return asking.client_of(OneRun(None), Generators.given(renderer), **options)


@pytest.fixture
def client(make_renderer):
    return client_of(make_renderer())


def pixels(answer):
    assert (answer.status_code, answer.mimetype) == (200, 'image/png')
    return cv2.imdecode(np.frombuffer(answer.data, np.uint8), 1)[..., ::-1]


def test_the_page_and_its_files_name_no_other_place(client):
    page = client.get('/')
    assert page.mimetype == 'text/html'
    files = [word.split('"')[0] for tag in ('href="', 'src="')
             for word in page.text.split(tag)[1:] if word[0] != '.']         # the list of runs
    assert {'run.js', 'explore.css', 'icon.svg'} == set(files)
    scripts = [path.name for path in PAGE.glob('*.js')]
    assert len(scripts) > 10
    for file in (*files, *scripts, 'runs.html'):
        answer = client.get(f'/{file}')
        assert answer.status_code == 200
        assert '://' not in answer.text.replace('http://www.w3.org/2000/svg', '')      # a name


def test_facts(client, by_class):
    assert client.get('/facts').json['classes'] == []
    facts = client_of(by_class).get('/facts').json
    assert facts['classes'] == ['cat', 'dog', 'cow'] and facts['width'] == 6


def test_pictures_are_tiles_of_one_png(client, make_renderer):
    answer = client.post('/pictures', json={'points': [{'seed': k} for k in range(5)]})
    wanted = make_renderer().pictures([Point(k) for k in range(5)])
    np.testing.assert_array_equal(pixels(answer), images.tile(wanted, 3))


def test_the_latent_of_a_picture(make_renderer, client):
    """A body may be as large as the picture needs, and no larger."""
    encoding = client_of(make_renderer(reconstruct=reconstruct, image_height=160, image_width=160))
    pixels = base64.b64encode(bytes(160 * 160 * 3)).decode()
    assert len(pixels) > 1 << 16
    found = encoding.post('/encode', json={'pixels': pixels})
    assert found.json == {'latent': [-1.0] * Z, 'class': 1, 'error': 0.25}
    assert error(encoding.post('/encode', json={'pixels': pixels[4:]})) == (
        400, 'pixels: expected 76800 bytes, row by row')
    assert error(encoding.post('/encode', json={'pixels': 2 * pixels}))[0] == 413
    assert error(encoding.post('/encode', data=pixels, content_type='text/plain'))[0] == 415
    assert error(client.post('/encode', json={'pixels': pixels})) == (
        400, 'this generator has no encoder')


def test_grey_pictures_too(make_renderer):
    renderer = make_renderer(lambda z, y: images_of(z, y)[..., :1], n_channels=1)
    client = client_of(renderer)
    np.testing.assert_array_equal(pixels(client.post('/pictures', json={'points': [{'seed': 3}]})),
                                  renderer.pictures([Point(3)])[0].repeat(3, axis=-1))


def test_a_morph_as_png_and_as_gif(client, make_renderer):
    wanted = make_renderer().walk(Walk([Point(1), Point(2)], 5, 20))
    np.testing.assert_array_equal(pixels(client.post('/morph', json=TWO)), images.tile(wanted, 4))
    film = client.post('/gif', json=TWO)
    assert film.mimetype == 'image/gif' and 'morph.gif' in film.headers['Content-Disposition']
    assert len(cv2.imdecodeanimation(np.frombuffer(film.data, np.uint8))[1].frames) == 10


@cases(('content', 'code', 'words'), [
    (b'', 400, 'no JSON'), (b'{"points": [{"seed": 1}]', 400, 'no JSON'),
    (b'\x89PNG\r\n\x1a\n\x00\xff', 400, 'no JSON'), (b'[' * 60_000, 400, 'no JSON'),
    (b'{"points": "\xed\xa0\x80"}', 400, 'points: expected a list of'),
    (b'{"points": [{"seed": NaN}]}', 400, 'no JSON'), (b'[]', 400, 'no JSON object'),
    (b'{"points": [{"seed": 1e999}, {"seed": 2}]}', 400, 'seed: expected a whole number'),
    (b'{"points": [{"seed": ' + b'9' * 4000 + b'}, {"seed": 2}]}', 400, 'seed: expected'),
    (b'{"points": [{"seed": ' + b'9' * 9000 + b'}]}', 400, 'no JSON'),
    (b'{"points": [{"seed": 1, "truncation": 1e999}, {"seed": 2}]}', 400, 'truncation: expected'),
    (b'{"points": [{"seed": 1, "class": 0}, {"seed": 2}]}', 400, 'takes no labels'),
    (json.dumps({'points': [{'seed': 1}] * 257}).encode(), 400, 'points: expected a list of'),
    (b' ' * 70_000, 413, 'exceeds the capacity')])
def test_garbage_is_one_line(client, content, code, words):
    for route in ('/pictures', '/morph', '/gif'):
        found, said = error(client.post(route, data=content, content_type='application/json'))
        assert found == code and words in said
    assert client.get('/facts').status_code == 200


@cases(('method', 'path', 'code'), [
    ('get', '/pictures', 404), ('get', '/gif', 404), ('post', '/', 405), ('post', '/facts', 405),
    ('get', '/newest', 404), ('post', '/training', 405), ('post', '/picture', 405),
    ('get', '/runs', 404), ('get', '/differences', 404), ('get', '/facts?run=a', 404),
    ('put', '/morph', 405), ('delete', '/', 405), ('patch', '/nowhere', 405), ('trace', '/', 405),
    ('get', '/nowhere', 404), ('get', '/../app.py', 404), ('get', '/..%2fapp.py', 404),
    ('get', '/%00', 404), ('get', '/a%0d%0ab', 404),
    ('get', '/' + 'a' * 5000, 404), ('get', '/%ff%fe', 404)])
def test_wrong_routes_and_methods(client, method, path, code):
    assert error(getattr(client, method)(path))[0] == code


def test_a_form_of_another_site_is_refused(client):
    """A page of another site may send these without asking for leave: none of them is JSON."""
    for kind in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', None):
        answer = client.post('/pictures', data=json.dumps(TWO), content_type=kind)
        assert error(answer)[0] == 415
    leave = client.options('/pictures', headers={'Origin': 'http://elsewhere.example',
                                                 'Access-Control-Request-Method': 'POST'})
    assert not [name for name, _ in leave.headers if name.startswith('Access-Control')]


@cases('host', ['127.0.0.1', '127.0.0.1:8000', 'localhost', 'localhost:1',
                '[::1]:8000'])
def test_hosts_that_are_this_machine(client, host):
    assert client.get('/', headers={'Host': host}).status_code == 200


@cases('host', [
    'elsewhere.example', 'elsewhere.example:8000', '127.0.0.1.elsewhere.example', '', '0.0.0.0',
    'localhost.elsewhere.example', 'elsewhere.example/127.0.0.1', '128.0.0.1', 'a@127.0.0.1',
    '1127.0.0.1', 'localhost:' + '9' * 5000, 'localhost:\u0663', '127.0.0.1:8000:8000', '[::2]',
    '\x00', 'x' * 3000])
def test_hosts_that_are_not(client, make_renderer, host):
    for path in ('/', '/facts', '/training', '/explore.css', '/nowhere'):
        assert error(client.get(path, headers={'Host': host}))[0] in (400, 404)
        assert b'script' not in client.get(path, headers={'Host': host}).data
    client = client_of(make_renderer(), local=False)
    assert client.get('/', headers={'Host': host}).status_code < 500


def test_open_to_others_any_name_will_do(make_renderer):
    anybody = client_of(make_renderer(), local=False)
    assert anybody.get('/', headers={'Host': 'my-machine:8000'}).status_code == 200


def test_pictures_are_rationed(make_renderer):
    now = [0.0]
    client = client_of(make_renderer(), rate_limit=RateLimit(2, 10, clock=lambda: now[0]))
    assert client.post('/morph', json=TWO).status_code == 200             # all ten
    answer = client.post('/pictures', json={'points': [{'seed': 1}] * 5})
    assert error(answer) == (429, 'too many pictures a second')
    assert answer.headers['Retry-After'] == '3'
    now[0] += 3
    assert client.post('/pictures', json={'points': [{'seed': 1}] * 5}).status_code == 200
    assert client.post('/gif', json=TWO).status_code == 429
    assert client.get('/facts').status_code == 200


def test_a_model_that_is_damaged_is_no_crash(make_renderer):
    renderer = make_renderer(lambda z, y: images_of(z, y) * np.nan)
    answer = client_of(renderer).post('/pictures', json={'points': [{'seed': 1}]})
    assert answer.status_code == 500 and 'NaN' in answer.json['error']


def test_headers_on_every_answer(client):
    for answer in (client.get('/'), client.get('/run.js'), client.get('/facts'),
                   client.get('/training'), client.get('/picture'),
                   client.post('/morph', json=TWO), client.get('/nowhere'), client.post('/gif'),
                   client.get('/', headers={'Host': 'elsewhere.example'})):
        assert answer.headers['Cache-Control'] == 'no-store'
        assert answer.headers['X-Content-Type-Options'] == 'nosniff'
        assert answer.headers['Content-Security-Policy'].startswith("default-src 'self';")
        assert 'unsafe' not in answer.headers['Content-Security-Policy']
