"""The socket, and waitress behind it until Ctrl-C or SIGTERM."""

import ipaddress
import logging
import os
import signal
import socket

import waitress

from dcgan_tf.errors import RunError, UsageError

THREADS = 4                        # requests read and answered at once; the generator takes turns
CONNECTIONS = 50
SILENCE = 30                       # seconds after which a silent connection is closed
MAX_BYTES = 1 << 17                # of a body, before the app sees it
MAX_HEAD = 1 << 14                 # bytes of a request's headers


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 = any free one. UsageError or RunError where there is none."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(f'--host {host}: no address of this machine') from error
    try:
        return socket.create_server(address, family=family)
    except OSError as error:
        raise RunError(f'cannot listen on {host} port {port}: {os.strerror(error.errno)}; --port '
                       '0 takes any free one') from error


def url(listening: socket.socket) -> str:
    """Where the page is."""
    host, port = listening.getsockname()[:2]
    return f'http://[{host}]:{port}/' if ':' in host else f'http://{host}:{port}/'


def is_local(listening: socket.socket) -> bool:
    """Is the page for this machine alone?"""
    return ipaddress.ip_address(listening.getsockname()[0]).is_loopback


def serve(app, listening: socket.socket) -> int:
    """Answers until a signal comes -> its number."""
    logging.getLogger('waitress.queue').setLevel(logging.ERROR)      # requests may wait a moment
    server = waitress.create_server(
        app, sockets=[listening], threads=THREADS, connection_limit=CONNECTIONS,
        channel_timeout=SILENCE, max_request_body_size=MAX_BYTES,
        max_request_header_size=MAX_HEAD, ident=None)
    received, found = [], {}

    def stop(number, frame):
        received.append(number)
        restore()                  # a second signal acts at once
        raise SystemExit

    def restore():
        for number, handler in found.items():
            signal.signal(number, handler)

    found.update({s: signal.signal(s, stop) for s in (signal.SIGINT, signal.SIGTERM)})
    try:
        server.run()               # ends in peace with SystemExit, after the requests under way
    finally:
        restore()
        server.close()
    return received[0]
