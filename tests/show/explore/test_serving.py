"""The socket, who may come in by it, and a server that ends when it is told to."""

import os
import signal
import socket
import threading
import time
import urllib.request

import pytest

pytest.importorskip('flask', reason='tools/requirements-explore.txt is not installed')
pytest.importorskip('waitress', reason='tools/requirements-explore.txt is not installed')

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.show.explore import serving


def test_this_machine_alone_or_everybody():
    with serving.open_socket('127.0.0.1', 0) as local, serving.open_socket('0.0.0.0', 0) as all_:
        port = local.getsockname()[1]
        assert port > 0 and serving.url(local) == f'http://127.0.0.1:{port}/'
        assert serving.is_local(local) and not serving.is_local(all_)


def test_ports_and_hosts_that_cannot_be():
    with serving.open_socket('127.0.0.1', 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RunError, match=f'port {port}: Address already in use; port 0 choo'):
            serving.open_socket('127.0.0.1', port)
    for host in ('no such host', 'a' * 300, '999.1.1.1'):
        with pytest.raises(UsageError, match='host .*: no address of this machine'):
            serving.open_socket(host, 0)
    with pytest.raises(RunError, match='cannot listen on 192.0.2.1'):
        serving.open_socket('192.0.2.1', 0)


def app(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'here']


def raw(port, content):
    """What comes back for bytes that need not be HTTP."""
    with socket.create_connection(('127.0.0.1', port), timeout=10) as connection:
        connection.sendall(content)
        return connection.recv(1000)


@pytest.mark.parametrize('number', [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_a_signal(number):
    before, seen = signal.getsignal(number), []

    def visit(port):
        with urllib.request.urlopen(f'http://127.0.0.1:{port}/', timeout=10) as answer:
            seen.append(answer.read())
        seen.append(raw(port, b'\x00\xff\x16\x03 no HTTP\r\n\r\n')[9:12])
        seen.append(raw(port, b'GET / HTTP/1.1\r\nA: ' + b'a' * 20_000 + b'\r\n\r\n')[9:12])
        seen.append(raw(port, b'POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n')[9:12])
        seen.append(raw(port, b'GET / HTTP/1.0\r\n\r\n')[9:12])
        time.sleep(0.1)
        os.kill(os.getpid(), number)

    with serving.open_socket('127.0.0.1', 0) as listening:
        visitor = threading.Thread(target=visit, args=[listening.getsockname()[1]])
        visitor.start()
        assert serving.serve(app, listening) == number
        visitor.join()
    assert seen == [b'here', b'400', b'431', b'413', b'200']
    assert signal.getsignal(number) is before


def test_the_page_of_a_gan_is_one_call(finished, one_layer, monkeypatch, capsys):
    served = []

    def serve(app, listening):
        client = app.test_client()
        page = client.get('/facts', base_url=serving.url(listening))
        served.append((page.status_code, page.json['name']))
        return signal.SIGINT
    monkeypatch.setattr(serving, 'serve', serve)
    gan = finished(one_layer(), training=False)
    assert serving.explore(gan, port=0, name='mine') == signal.SIGINT
    assert served == [(200, 'mine')] and 'http://127.0.0.1:' in capsys.readouterr().out
