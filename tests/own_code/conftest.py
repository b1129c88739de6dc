"""Files of the user's own, and a list of trusted files that is not the one of this machine."""

import sys

import pytest

from dcgan_tf.own_code import loading, trusted
from dcgan_tf.own_code.failures import PREFIX

PLAIN = """
import types

text = 'no objective'

def function(r, f):
    return 0.0

mine = types.SimpleNamespace(d_loss=function, smooths=False, d_output='a logit')
"""


@pytest.fixture(autouse=True)
def new_process(tmp_path, monkeypatch):
    """new_process() forgets all files that were run, as a new process does. Its list is empty."""
    monkeypatch.setenv('XDG_CONFIG_HOME', str(tmp_path / 'settings'))

    def forget():
        monkeypatch.setattr(loading, '_loaded', {})
        for name in [name for name in sys.modules if name.startswith(PREFIX)]:
            del sys.modules[name]
    forget()
    yield forget
    forget()


@pytest.fixture
def listed():
    """listed() -> the SHA-256s in the user's list."""
    return trusted.digests


@pytest.fixture
def plain(here):
    """The path of my.py, whose objective `mine` needs no TensorFlow."""
    path = here / 'my.py'
    path.write_text(PLAIN)
    return path
