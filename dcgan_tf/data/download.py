"""Downloads the published MNIST and Fashion-MNIST files. Their sizes and SHA-256 are fixed here.

A file is checked in memory (26 MB at most) before it is written, so that neither a broken
connection nor a full disk leaves an incomplete file behind.
"""

import hashlib
import http.client
import os
import pathlib
import urllib.error
import urllib.request
from typing import NamedTuple

from tqdm.utils import CallbackIOWrapper

from dcgan_tf import files
from dcgan_tf.bars import bar
from dcgan_tf.data.stream import read_at_most
from dcgan_tf.errors import RunError

TIMEOUT = 30        # seconds without a byte


class File(NamedTuple):
    name: str
    size: int       # bytes
    sha256: str     # hex


class Source(NamedTuple):
    mirrors: tuple[str, ...]    # addresses that end in '/', tried in turn for each file
    files: tuple[File, ...]


SOURCES = {
    'mnist': Source(
        ('https://ossci-datasets.s3.amazonaws.com/mnist/',
         'https://storage.googleapis.com/cvdf-datasets/mnist/'),
        (File('train-images-idx3-ubyte.gz', 9912422,
              '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'),
         File('train-labels-idx1-ubyte.gz', 28881,
              '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'),
         File('t10k-images-idx3-ubyte.gz', 1648877,
              '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'),
         File('t10k-labels-idx1-ubyte.gz', 4542,
              'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'))),
    'fashion_mnist': Source(
        ('https://fashion-mnist.s3.eu-central-1.amazonaws.com/',
         'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/'),
        (File('train-images-idx3-ubyte.gz', 26421880,
              '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'),
         File('train-labels-idx1-ubyte.gz', 29515,
              'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'),
         File('t10k-images-idx3-ubyte.gz', 4422102,
              '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'),
         File('t10k-labels-idx1-ubyte.gz', 5148,
              '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'))),
}


def download(name: str, data_dir: str | os.PathLike, *, sources: dict[str, Source] = SOURCES
             ) -> None:
    """Downloads the files of `name` into `<data_dir>/<name>/`, except those already complete.

    Nothing is done if that folder is empty or not there, and all of them lie in `data_dir` itself,
    where they are found then. Raises RunError with one line that names the address and what is
    wrong; if no address has the file, also which files to put into which folder by hand.
    """
    folder, wanted = pathlib.Path(data_dir, name), sources[name].files
    found = folder.is_dir() and any(folder.iterdir())
    if not found and all(_is_whole(pathlib.Path(data_dir, file.name), file) for file in wanted):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"--data-dir: cannot make '{folder}': {error.strerror or error}") from None
    missing = [file for file in wanted if not _is_whole(folder / file.name, file)]
    for i, file in enumerate(missing):
        names = ', '.join(each.name for each in missing[i:])
        _fetch(file, sources[name].mirrors, folder / file.name,
               by_hand=f"; without a network, put {names} into '{folder}' yourself")


def _is_whole(path, file):
    """Returns True if `path` exists with the expected size and checksum."""
    try:
        return (path.stat().st_size == file.size
                and hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256)
    except OSError:         # unreadable counts as missing; writing it will give the error
        return False


def _fetch(file, mirrors, path, by_hand):
    """Writes the first good answer of `mirrors` to `path`.

    RunError tells how each one failed; by_hand: its end.
    """
    failures = []
    for mirror in mirrors:
        url = mirror + file.name
        try:
            content = _answer(url, file)
        except RunError as error:
            failures.append(str(error))
            continue
        try:
            return files.write_whole(path, content)
        except OSError as error:
            raise RunError(f"{url}: cannot write '{path}': {error.strerror or error}") from None
    raise RunError('; '.join(failures) + by_hand)


def _answer(url, file):
    """Returns the checked content of `url`. Reads at most one byte more than the expected size.

    Shows a progress bar on stderr if that is a terminal.
    """
    try:
        with (urllib.request.urlopen(url, timeout=TIMEOUT) as response,
              bar(total=file.size, desc=file.name, unit='B', unit_scale=True,
                  shown=None) as progress):
            content = read_at_most(CallbackIOWrapper(progress.update, response), file.size + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise RunError(f'{url}: HTTP error {error.code} {error.reason}') from None
    except OSError as error:
        reason = getattr(error, 'reason', error)        # URLError has the cause as its reason
        raise RunError(f'{url}: {reason}') from None
    except http.client.HTTPException as error:          # its text may be a line of the response
        raise RunError(f'{url}: broken HTTP answer: {error!r}') from None
    _check(content, url, file)
    return content


def _check(content, url, file):
    """Raises RunError unless size and SHA-256 are the expected ones."""
    if len(content) > file.size:
        raise RunError(f'{url}: more than the expected {file.size:,} bytes came')
    if len(content) < file.size:
        raise RunError(f'{url}: {len(content):,} bytes came, expected {file.size:,}')
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise RunError(f'{url}: SHA-256 is {found}, expected {file.sha256}')
