"""What the server answers: the page, and pictures for whoever asks with well-formed JSON.

    GET  /           the page, and its files
    GET  /facts      JSON: the model's name, size, classes, and how much may be asked for
    POST /pictures   points -> PNG: all side by side, row by row, near-square
    POST /morph      a walk -> PNG of its frames in the same way
    POST /gif        a walk -> GIF

A mistake is a 4xx with {"error": one line}; what is no HTTP at all, waitress refuses. A page of
another site cannot send JSON here, as its browser would ask for leave first; and a name of another
site that is bent to this machine (DNS rebinding) is refused by its Host header.
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
MAX_BYTES = 1 << 16                # of a body
MAX_WORDS = 120                    # characters of an error's line
RATE = 500                         # pictures a second, for all who ask
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
    """The Flask application.

    local: a request has to call this machine by LOCAL_HOST, in its header Host. rate_limit: None =
    RATE pictures a second, four of the largest requests at once.
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
        _pay(rate_limit, len(points))
        return _png(renderer.pictures(points))

    @app.post('/morph')
    def morph():
        return _png(renderer.walk(_paid_walk(renderer, rate_limit)))

    @app.post('/gif')
    def gif():
        film = renderer.film(_paid_walk(renderer, rate_limit))
        return Response(film, mimetype='image/gif',
                        headers={'Content-Disposition': 'attachment; filename=morph.gif'})


def _only_local():
    """400 for the name of another site that is bent to this machine."""
    if not LOCAL_HOST.fullmatch(request.headers.get('Host', '')):
        raise BadRequest('Host: expected 127.0.0.1 or localhost')


def _body():
    """The request's JSON object; a form that another site's page could send is none."""
    if request.mimetype != 'application/json':
        raise UnsupportedMediaType('expected Content-Type: application/json')
    return requests.read(request.get_data())


def _paid_walk(renderer, rate_limit):
    walk = requests.walk(_body(), renderer.limits)
    _pay(rate_limit, len(walk.points) * walk.frames)
    return walk


def _pay(rate_limit, pictures):
    """429 where so many pictures would be too many now."""
    wait = rate_limit.take(pictures)
    if wait:
        raise TooManyRequests('too many pictures a second', retry_after=math.ceil(wait))


def _png(pictures):
    return Response(images.encode_png(images.tile(pictures)), mimetype='image/png')


def _http_error(error):
    """Werkzeug's errors as JSON, and the first sentence of their words."""
    response = error.get_response()
    words = (error.description or error.name).partition('. ')[0]
    response.data = json.dumps({'error': words[:MAX_WORDS]})
    response.content_type = 'application/json'
    return response


def _with_headers(response):
    response.headers.update(HEADERS)
    return response
