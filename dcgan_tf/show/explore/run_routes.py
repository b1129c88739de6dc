"""The routes that show trainings, from the files of their run folders.

    GET /training      JSON: state, curves, warnings of a run; of its tables, what was added since
                       the last time; null for a generator without a run folder
    GET /picture       PNG: the newest samples that the training has drawn
    GET /runs          JSON: the runs of the folder, unless nothing has changed
    GET /differences   JSON: the options in which the runs `run` and `other` differ
"""

import hashlib
import json
import time

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import NotFound

from dcgan_tf.show.explore import run_list
from dcgan_tf.show.explore.generators import Generators
from dcgan_tf.show.explore.places import OneRun, ResultsFolder
from dcgan_tf.show.explore.training import picture_file, training

MAX_STEP = 10 ** 18


def add(app: Flask, place: OneRun | ResultsFolder, generators: Generators) -> None:
    """Adds the routes to the application."""
    overviews = run_list.Overviews()

    def path():
        """Returns the path of the run that the request names; None for one without a folder."""
        return place.find(request.args.get('run', ''))

    @app.get('/training')
    def training_():
        run = path()
        return jsonify(run and {**training(overviews.of(run), request.args), 'now': time.time(),
                                'checkpoints': generators.checkpoints(run)})

    @app.get('/picture')
    def picture():
        run, step = path(), request.args.get('step', 0, int)
        file = run and picture_file(run, request.args.get('grid', ''),
                                    min(max(0, step), MAX_STEP))
        if file is None:
            raise NotFound('there is no such picture')
        return Response(file.read_bytes(), mimetype='image/png')

    if place.many:
        _add_list(app, place, overviews)


def _add_list(app, place, overviews):
    """Adds the routes that only a list of runs has."""
    @app.get('/runs')
    def runs():
        rows = [run_list.row(run) for run in overviews.of_all(place.runs())]
        known = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
        new = {} if request.args.get('known') == known else {'rows': rows, 'known': known}
        return jsonify({'now': time.time(), 'folder': str(place.path), **new})

    @app.get('/differences')
    def differences():
        keys = [request.args.get(name, '') for name in ('run', 'other')]
        return jsonify(run_list.differences([overviews.of(place.find(key)) for key in keys]))
