"""Opens the socket, and serves it with waitress until Ctrl-C, SIGTERM or SIGHUP."""

import contextlib
import functools
import ipaddress
import logging
import socket
from collections.abc import Callable

import waitress

from dcgan_tf import signals
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.run_folder.trained_weights import Weights
from dcgan_tf.show.explore.app import create_app
from dcgan_tf.show.explore.generators import Generators
from dcgan_tf.show.explore.places import OneRun, ResultsFolder
from dcgan_tf.show.explore.renderer import Renderer

THREADS = 4                        # requests that are handled at once; the generator draws for one
MAX_CONNECTIONS = 50
IDLE_TIMEOUT = 30                  # seconds after which an idle connection is closed
MAX_BYTES = 1 << 21                # of a request's body; the app's own limits are lower
MAX_HEADER_BYTES = 1 << 14         # of a request
SAY = functools.partial(print, flush=True)      # the address is a result of the call


def explore(gan, *, host: str = '127.0.0.1', port: int = 8000, name: str = '') -> int:
    """Serves the page of a GAN until Ctrl-C or another signal; returns the number of the signal.

    host: the address to listen on; with 0.0.0.0 every machine that can reach this one can open the
    page. port: 0 = any free one. name: what the page calls the GAN. UsageError for a host that is
    no address of this machine, RunError for a port that cannot be used. Call it in the main thread.
    """
    with open_socket(host, port) as listening:
        return explore_on(listening, gan, name)


def explore_on(listening: socket.socket, gan, name: str) -> int:
    """Does what `explore` does, on a socket that is open."""
    return _serve_page(listening, OneRun(None), Generators.given(Renderer.of_gan(gan, name)))


def explore_runs(listening: socket.socket, place: OneRun | ResultsFolder, open_gan: Callable, *,
                 weights: Weights | None = None, trust: bool = False) -> int:
    """Serves the page of a run, or of the list of runs, on a socket that is open.

    Returns the number of the signal that ended it. place: the runs. open_gan: Weights -> GAN.
    weights: those of the only run, opened before the page can be; None = each generator is opened
    when its page is. trust: see `trained_weights.find`. Raises what opening `weights` raises.
    """
    first = {place.path: weights} if weights else {}
    with contextlib.closing(Generators(open_gan, trust=trust, first=first)) as generators:
        if weights:
            generators.open(place.path)
        return _serve_page(listening, place, generators)


def _serve_page(listening, place, generators):
    app = create_app(place, generators, local=is_local(listening))
    SAY(f'{url(listening)}    (Ctrl-C ends it)')
    return serve(app, listening)


def open_socket(host: str, port: int) -> socket.socket:
    """Opens a listening socket; port 0 = any free one.

    Raises UsageError for a host that is no address of this machine, RunError for a port that cannot
    be used.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(f'host {host}: no address of this machine') from error
    try:
        return socket.create_server(address, family=family)
    except OSError as error:
        raise RunError(f'cannot listen on {host} port {port}: {_words(error)}; port 0 '
                       'chooses any free one (--port)') from error


def _words(error):
    """Returns the system's words for an error, without the address that Python adds to them."""
    return (error.strerror or str(error)).partition(' (while ')[0]


def url(listening: socket.socket) -> str:
    """Returns the address of the page."""
    host, port = listening.getsockname()[:2]
    return f'http://[{host}]:{port}/' if ':' in host else f'http://{host}:{port}/'


def is_local(listening: socket.socket) -> bool:
    """Returns True if only this machine can reach the socket."""
    return ipaddress.ip_address(listening.getsockname()[0]).is_loopback


def serve(app, listening: socket.socket) -> int:
    """Serves until a signal comes, and returns the number of the signal."""
    # It would warn of each request that waits, which is normal.
    logging.getLogger('waitress.queue').setLevel(logging.ERROR)
    server = waitress.create_server(
        app, sockets=[listening], threads=THREADS, connection_limit=MAX_CONNECTIONS,
        channel_timeout=IDLE_TIMEOUT, max_request_body_size=MAX_BYTES,
        max_request_header_size=MAX_HEADER_BYTES, ident=None)
    received, previous = [], {}

    def stop(number, frame):
        received.append(number)
        signals.restore(previous)  # so that a second signal ends the process at once
        raise SystemExit

    previous.update(signals.install(stop))
    try:
        server.run()               # after SystemExit it first finishes the current requests
    finally:
        signals.restore(previous)
        server.close()
    return received[0]
