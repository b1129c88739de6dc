"""The routes that draw with a generator: pictures for requests in JSON.

    GET  /facts      JSON: the model's name, size, classes, and the limits of a request
    POST /newest     {} -> opens the newest checkpoint of the run; returns the new facts
    POST /pictures   points -> PNG: all pictures in one, row by row, near-square
    POST /morph      a walk -> PNG of its frames, arranged in the same way
    POST /gif        a walk -> GIF
    POST /encode     the pixels of a picture -> JSON: its latent, by the encoder

With a list of runs, `?run=KEY` says which run a request is for. The first request for a run opens
its generator.
"""

import math

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import TooManyRequests, UnsupportedMediaType

from dcgan_tf import images
from dcgan_tf.show.explore import requests
from dcgan_tf.show.explore.generators import Generators
from dcgan_tf.show.explore.places import OneRun, ResultsFolder
from dcgan_tf.show.explore.rate_limit import RateLimit
from dcgan_tf.show.explore.renderer import MAX_IMAGES

OPENING = MAX_IMAGES               # pictures as which the opening of a generator counts
MAX_WORDS = 1 << 10                # bytes of a body beside the pixels in it


def add(app: Flask, place: OneRun | ResultsFolder, generators: Generators,
        rate_limit: RateLimit) -> None:
    """Adds the routes to the application."""
    def generator():
        """Returns the `with` in which the Renderer of the request's run is open."""
        path = place.find(request.args.get('run', ''))
        if not generators.is_open(path):
            _check_rate(rate_limit, OPENING)
        return generators.using(path)

    @app.get('/facts')
    def facts():
        with generator() as renderer:
            return jsonify(renderer.facts())

    @app.post('/newest')
    def newest():
        requests.nothing(_body())
        path = place.find(request.args.get('run', ''))
        _check_rate(rate_limit, OPENING)
        generators.load_newest(path)
        return facts()

    @app.post('/pictures')
    def pictures():
        body = _body()
        with generator() as renderer:
            points = requests.pictures(body, renderer.limits)
            _check_rate(rate_limit, len(points))
            return _png(renderer.pictures(points))

    @app.post('/morph')
    def morph():
        body = _body()
        with generator() as renderer:
            return _png(renderer.walk(_walk(body, renderer, rate_limit)))

    @app.post('/encode')
    def encode():
        with generator() as renderer:
            size = renderer.picture_bytes
            request.max_content_length = 2 * size + MAX_WORDS        # base64 needs 4 / 3
            pixels = requests.pixels(_body(), size)
            _check_rate(rate_limit, max(1, renderer.limits.classes))
            return jsonify(renderer.encode(pixels))

    @app.post('/gif')
    def gif():
        body = _body()
        with generator() as renderer:
            film = renderer.film(_walk(body, renderer, rate_limit))
        return Response(film, mimetype='image/gif',
                        headers={'Content-Disposition': 'attachment; filename=morph.gif'})


def _body():
    """Returns the request's JSON object. Refuses other types, such as forms from other sites."""
    if request.mimetype != 'application/json':
        raise UnsupportedMediaType('expected Content-Type: application/json')
    return requests.read(request.get_data())


def _walk(body, renderer, rate_limit):
    walk = requests.walk(body, renderer.limits)
    _check_rate(rate_limit, len(walk.points) * walk.frames)
    return walk


def _check_rate(rate_limit, pictures):
    """Counts the pictures. Refuses them (429) if they are too many at this moment."""
    wait = rate_limit.take(pictures)
    if wait:
        raise TooManyRequests('too many pictures a second', retry_after=math.ceil(wait))


def _png(pictures):
    return Response(images.encode_png(images.tile(pictures)), mimetype='image/png')
