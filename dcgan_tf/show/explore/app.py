"""Builds the server's application: its page, its errors, and who may use it.

    GET /            the page of a run, or that of the list of runs; and their files

picture_routes.py has the routes that draw, run_routes.py those that show trainings. A wrong request
gets a 4xx with {"error": one line}; waitress refuses everything that is not HTTP.

A page of another site cannot send JSON to this server: the browser would first have to ask this
server for permission. A request under another site's name that points to this machine (DNS
rebinding) is refused because of its Host header.
"""

import json
import pathlib
import re

from flask import Flask, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.show.explore import picture_routes, run_routes
from dcgan_tf.show.explore.generators import Generators
from dcgan_tf.show.explore.places import NoSuchRunError, OneRun, ResultsFolder
from dcgan_tf.show.explore.rate_limit import RateLimit
from dcgan_tf.show.explore.renderer import MAX_IMAGES

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


def create_app(place: OneRun | ResultsFolder, generators: Generators, *, local: bool,
               rate_limit: RateLimit | None = None) -> Flask:
    """Builds the Flask application.

    place: the runs that it shows. local: the header Host of a request must match LOCAL_HOST.
    rate_limit: None = RATE pictures per second, and at once four of the largest requests.
    """
    app = Flask(__name__, static_folder=PAGE, static_url_path='')
    app.config['MAX_CONTENT_LENGTH'] = MAX_BYTES
    app.json.sort_keys = False                    # the panels of curves keep the order of columns
    if local:
        app.before_request(_only_local)
    app.register_error_handler(HTTPException, _http_error)
    for kind, code in ((UsageError, 400), (NoSuchRunError, 404), (RunError, 500)):
        app.register_error_handler(kind, lambda error, code=code: (jsonify(error=str(error)), code))
    app.register_error_handler(OSError, _file_error)
    app.after_request(_with_headers)
    picture_routes.add(app, place, generators, rate_limit or RateLimit(RATE, 4 * MAX_IMAGES))
    run_routes.add(app, place, generators)

    @app.get('/')
    def page():
        return app.send_static_file('runs.html' if place.many else 'run.html')
    return app


def _only_local():
    """Refuses a request under any other name than this machine's (400)."""
    if not LOCAL_HOST.fullmatch(request.headers.get('Host', '')):
        raise BadRequest('Host: expected 127.0.0.1 or localhost')


def _http_error(error):
    """Returns Werkzeug's error as JSON, with the first sentence of its description."""
    response = error.get_response()
    message = (error.description or error.name).partition('. ')[0]
    response.data = json.dumps({'error': message[:MAX_ERROR_LENGTH]})
    response.content_type = 'application/json'
    return response


def _file_error(error):
    """Returns the answer if a file cannot be read: a run may be removed while it is looked at."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return jsonify(error='this run is not there any more'), 404
    return jsonify(error=f'a file cannot be read: {error.strerror or error}'), 500


def _with_headers(response):
    response.headers.update(HEADERS)
    return response
