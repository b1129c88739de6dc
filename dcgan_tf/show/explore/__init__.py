"""A web page to explore generators and to watch trainings, and its server: `tools/explore.py`.

The generator of a run:

    requests.py        reads a request and checks the range of every number
    renderer.py        draws the pixels that a request needs, one request at a time
    generators.py      says which generators are open
    rate_limit.py      limits the number of pictures per second
    picture_routes.py  the routes that draw

Its training, and the list of all runs:

    places.py          the run folders that the page may show, and the keys that name them
    tails.py           reads what was added to a file since the page asked last
    curve_points.py    makes long curves short
    training.py        what is shown of a training
    run_list.py        what is shown of many runs, and of two
    run_routes.py      the routes that show trainings

    app.py             the application: who may use it, errors, headers
    serving.py         opens the socket and runs waitress until a signal comes
    page/              the files that the browser loads; it loads no others

Flask and waitress are listed in tools/requirements-explore.txt.
"""
