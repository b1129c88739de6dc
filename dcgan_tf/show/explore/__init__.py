"""A page to play with a generator, and what answers it: `tools/explore.py`.

    requests.py    what a request asks for: every number checked and bounded
    renderer.py    what is asked for -> pixels, one request at a time
    rate_limit.py  how many pictures a second
    app.py         the routes, in Flask
    serving.py     the socket, and waitress until a signal comes
    page/          what the browser loads: nothing from anywhere else

Flask and waitress stand in tools/requirements-explore.txt.
"""
