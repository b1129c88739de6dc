"""Downloads from a server on this machine alone: what is kept, what is refused, what is left."""

import contextlib
import hashlib
import http.server
import re
import socket
import threading

import pytest

from dcgan_tf.data import download as download_module
from dcgan_tf.data.download import SOURCES, File, Source, download
from dcgan_tf.errors import RunError
from tests.cases import cases

CONTENT = bytes(range(256)) * 300


class Handler(http.server.BaseHTTPRequestHandler):
    """/good/ answers CONTENT; the other folders each answer badly in their own way."""

    def do_GET(self):
        self.server.asked.append(self.path)
        kind = self.path.split('/')[1]
        if kind in ('nothing', 'garbage'):
            self.wfile.write(b'garbage\r\n' * (kind == 'garbage'))
            return
        body = {'wrong': CONTENT[::-1], 'short': CONTENT[:-1], 'long': CONTENT + b'!'}
        body = body.get(kind, CONTENT)
        self.send_response({'absent': 404, 'broken': 503}.get(kind, 200))
        if kind != 'endless':
            self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            for _ in range(10_000 if kind == 'endless' else 1):
                self.wfile.write(body[:1000] if kind == 'cut' else body)
            self.server.sent_endless = kind == 'endless'

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv('no_proxy', '*')
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as server:
        server.asked, server.sent_endless = [], False
        server.url = f'http://127.0.0.1:{server.server_port}/'
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def source(*mirrors, names=('a.gz',)):
    """A table with one row, `some`, whose files all are CONTENT."""
    digest = hashlib.sha256(CONTENT).hexdigest()
    return {'some': Source(mirrors, tuple(File(name, len(CONTENT), digest) for name in names))}


def test_files_that_lie_in_the_folder_itself_are_not_fetched(server, tmp_path):
    (tmp_path / 'a.gz').write_bytes(CONTENT)
    download('some', tmp_path, sources=source(server.url + 'good/'))
    assert server.asked == [] and [path.name for path in tmp_path.iterdir()] == ['a.gz']
    download('some', tmp_path, sources=source(server.url + 'good/', names=('a.gz', 'b.gz')))
    assert len(server.asked) == 2 and len([*(tmp_path / 'some').iterdir()]) == 2


def below(folder):
    """Every file below `folder`, hidden ones too."""
    return sorted(path.name for path in folder.rglob('*') if path.is_file())


def test_good_files_are_written(server, tmp_path):
    table = source(server.url + 'good/', names=('a.gz', 'b.gz'))
    download('some', tmp_path / 'new' / 'folder', sources=table)
    assert below(tmp_path) == ['a.gz', 'b.gz']
    assert (tmp_path / 'new/folder/some/a.gz').read_bytes() == CONTENT


def test_whole_files_are_kept_and_damaged_ones_fetched_again(server, tmp_path):
    table = source(server.url + 'good/', names=('kept', 'changed', 'cut'))
    (tmp_path / 'some').mkdir()
    (tmp_path / 'some/kept').write_bytes(CONTENT)
    (tmp_path / 'some/changed').write_bytes(CONTENT[::-1])
    (tmp_path / 'some/cut').write_bytes(CONTENT[:-1])
    download('some', tmp_path, sources=table)
    assert server.asked == ['/good/changed', '/good/cut']
    assert {path.read_bytes() for path in (tmp_path / 'some').iterdir()} == {CONTENT}


@pytest.mark.parametrize(('kind', 'problem'), [
    ('wrong', 'SHA-256 is .*, expected '),
    ('short', '76,799 bytes came, expected 76,800'),
    ('cut', '.'),       # by the length that came, or by an error of a newer http.client
    ('long', 'more than the expected 76,800 bytes came'),
    ('endless', 'more than the expected'),
    ('absent', 'HTTP error 404 Not Found'),
    ('broken', 'HTTP error 503'),
    ('nothing', 'Remote end closed'),
    ('garbage', 'broken HTTP answer: .*garbage'),
])
def test_a_bad_answer_is_named_and_nothing_is_left(server, tmp_path, kind, problem):
    url = f'{server.url}{kind}/'
    with pytest.raises(RunError, match=f'^{re.escape(url)}a.gz: {problem}') as raised:
        download('some', tmp_path, sources=source(url))
    assert '\n' not in str(raised.value)
    assert below(tmp_path) == []
    assert not server.sent_endless


def test_nobody_listening_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv('no_proxy', '*')
    with socket.socket() as taken:      # bound but not listening: connections are refused
        taken.bind(('127.0.0.1', 0))
        url = f'http://127.0.0.1:{taken.getsockname()[1]}/'
        with pytest.raises(RunError, match=f'^{url}a.gz: .*refused'):
            download('some', tmp_path, sources=source(url))
    assert below(tmp_path) == []


def test_a_server_that_hangs_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv('no_proxy', '*')
    monkeypatch.setattr(download_module, 'TIMEOUT', 0.1)
    with socket.create_server(('127.0.0.1', 0)) as silent:
        url = f'http://127.0.0.1:{silent.getsockname()[1]}/'
        with pytest.raises(RunError, match=f'^{url}a.gz: .*timed out'):
            download('some', tmp_path, sources=source(url))


def test_the_second_mirror_helps_out(server, tmp_path):
    table = source(server.url + 'absent/', server.url + 'good/')
    download('some', tmp_path, sources=table)
    assert server.asked == ['/absent/a.gz', '/good/a.gz']
    assert (tmp_path / 'some/a.gz').read_bytes() == CONTENT


def test_when_all_mirrors_fail_each_is_named(server, tmp_path):
    table = source(server.url + 'absent/', server.url + 'wrong/')
    with pytest.raises(RunError, match=r'/absent/a.gz: HTTP error 404 .*; .*/wrong/a.gz: SHA-256'):
        download('some', tmp_path, sources=table)


def test_what_to_put_where_by_hand(server, tmp_path):
    """Only what is still missing."""
    (tmp_path / 'some').mkdir()
    (tmp_path / 'some/a').write_bytes(CONTENT)
    with pytest.raises(RunError) as raised:
        download('some', tmp_path, sources=source(server.url + 'absent/', names=('a', 'b', 'c')))
    assert str(raised.value).endswith(
        f"; without a network, put b, c into '{tmp_path / 'some'}' yourself")


def test_a_full_disk_is_named_and_the_old_file_stays(server, tmp_path, full_disk):
    (tmp_path / 'some').mkdir()
    (tmp_path / 'some/a.gz').write_bytes(b'old')
    with full_disk(1000), pytest.raises(RunError, match="/good/a.gz: .*a.gz': File too large"):
        download('some', tmp_path, sources=source(server.url + 'good/', server.url + 'good/'))
    assert below(tmp_path) == ['a.gz']
    assert (tmp_path / 'some/a.gz').read_bytes() == b'old'
    assert len(server.asked) == 1


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path):
    (tmp_path / 'some').write_bytes(b'')
    with pytest.raises(RunError, match=r"--data-dir: cannot make '.*some': File exists"):
        download('some', tmp_path, sources=source('http://127.0.0.1:1/'))


@cases('name', SOURCES)
def test_the_table_is_complete(name):
    source = SOURCES[name]
    assert [file.name for file in source.files] == [
        f'{part}-ubyte.gz' for part in ('train-images-idx3', 'train-labels-idx1',
                                        't10k-images-idx3', 't10k-labels-idx1')]
    assert all(re.fullmatch('[0-9a-f]{64}', file.sha256) for file in source.files)
    assert len(source.mirrors) == 2
    assert all(mirror.endswith('/') for mirror in source.mirrors)
