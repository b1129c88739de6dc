"""tools/explore.py on a machine that has only requirements.txt."""

import sys

import pytest

from dcgan_tf.cli import exits
from dcgan_tf.commands import explore


@pytest.mark.parametrize('package', ['flask', 'waitress'])
def test_a_missing_package_is_one_line(monkeypatch, capsys, package):
    for name in [name for name in sys.modules if name.startswith('dcgan_tf.show.explore')]:
        monkeypatch.delitem(sys.modules, name)
    for name in ('flask', 'waitress'):
        if name == package or name not in sys.modules:
            monkeypatch.setitem(sys.modules, name, None)
    assert exits.run(explore.main, ['RUN']) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert 'is missing: python -m pip install -r tools/requirements-explore.txt' in line
