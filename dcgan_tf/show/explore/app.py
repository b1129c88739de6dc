"""The routes of the server: they return the page, and pictures for requests in JSON.

    GET  /           the page, and its files
    GET  /facts      JSON: the model's name, size, classes, and the limits of a request
    POST /pictures   points -> PNG: all pictures in one, row by row, near-square
    POST /morph      a walk -> PNG of its frames, arranged in the same way
    POST /gif        a walk -> GIF

A wrong request gets a 4xx with {"error": one line}; waitress refuses everything that is not HTTP.
A page of another site cannot send JSON to this server: the browser would first have to ask this
server for permission. A request under another site's name that points to this machine (DNS
rebinding) is refused because of its Host header.
"""

import json
import math
import pathlib
import re

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException, TooManyRequests, UnsupportedMediaType

from dcgan_tf import images
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.show.explore import requests
from dcgan_tf.show.explore.rate_limit import RateLimit
from dcgan_tf.show.explore.renderer import MAX_IMAGES, Renderer

PAGE = pathlib.Path(__file__).with_name('page')
MAX_BYTES = 1 << 16                # of a request's body
MAX_ERROR_LENGTH = 120             # characters
RATE = 500                         # pictures per second, for all clients together
LOCAL_HOST = re.compile(r'(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d{1,5})?', re.ASCII)
HEADERS = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'self'; base-uri 'none'; form-action 'none'; "
                               "frame-ancestors 'none'; object-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
}


def create_app(renderer: Renderer, *, local: bool, rate_limit: RateLimit | None = None) -> Flask:
    """Builds the Flask application.

    local: the header Host of a request must match LOCAL_HOST. rate_limit: None = RATE pictures per
    second, and at once four of the largest requests.
    """
    app = Flask(__name__, static_folder=PAGE, static_url_path='')
    app.config['MAX_CONTENT_LENGTH'] = MAX_BYTES
    if local:
        app.before_request(_only_local)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(UsageError, lambda error: (jsonify(error=str(error)), 400))
    app.register_error_handler(RunError, lambda error: (jsonify(error=str(error)), 500))
    app.after_request(_with_headers)
    _add_routes(app, renderer, rate_limit or RateLimit(RATE, 4 * MAX_IMAGES))
    return app


def _add_routes(app, renderer, rate_limit):
    @app.get('/')
    def page():
        return app.send_static_file('index.html')

    @app.get('/facts')
    def facts():
        return jsonify(renderer.facts())

    @app.post('/pictures')
    def pictures():
        points = requests.pictures(_body(), renderer.limits)
        _check_rate(rate_limit, len(points))
        return _png(renderer.pictures(points))

    @app.post('/morph')
    def morph():
        return _png(renderer.walk(_requested_walk(renderer, rate_limit)))

    @app.post('/gif')
    def gif():
        film = renderer.film(_requested_walk(renderer, rate_limit))
        return Response(film, mimetype='image/gif',
                        headers={'Content-Disposition': 'attachment; filename=morph.gif'})


def _only_local():
    """Refuses a request under any other name than this machine's (400)."""
    if not LOCAL_HOST.fullmatch(request.headers.get('Host', '')):
        raise BadRequest('Host: expected 127.0.0.1 or localhost')


def _body():
    """Returns the request's JSON object. Refuses other types, such as forms from other sites."""
    if request.mimetype != 'application/json':
        raise UnsupportedMediaType('expected Content-Type: application/json')
    return requests.read(request.get_data())


def _requested_walk(renderer, rate_limit):
    walk = requests.walk(_body(), renderer.limits)
    _check_rate(rate_limit, len(walk.points) * walk.frames)
    return walk


def _check_rate(rate_limit, pictures):
    """Counts the pictures. Refuses them (429) if they are too many at this moment."""
    wait = rate_limit.take(pictures)
    if wait:
        raise TooManyRequests('too many pictures a second', retry_after=math.ceil(wait))


def _png(pictures):
    return Response(images.encode_png(images.tile(pictures)), mimetype='image/png')


def _http_error(error):
    """Returns Werkzeug's error as JSON, with the first sentence of its description."""
    response = error.get_response()
    message = (error.description or error.name).partition('. ')[0]
    response.data = json.dumps({'error': message[:MAX_ERROR_LENGTH]})
    response.content_type = 'application/json'
    return response


def _with_headers(response):
    response.headers.update(HEADERS)
    return response
