"""A web page to explore a generator, and its server: `dcgan-tf explore`.

    requests.py    reads a request and checks the range of every number
    renderer.py    draws the pixels that a request needs, one request at a time
    rate_limit.py  limits the number of pictures per second
    app.py         the routes, in Flask
    serving.py     opens the socket and runs waitress until a signal comes
    page/          the files that the browser loads; it loads no others

Flask and waitress are the extra `explore` of pyproject.toml.
"""
