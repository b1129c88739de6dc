"""tools/scaling.py: what is timed with several workers, and how it becomes a table."""

import functools
import json

import pytest

import scaling
from tests.helpers import call_tool

call = functools.partial(call_tool, scaling)


@pytest.mark.slow
def test_one_and_two_workers(tmp_path, capfd):
    assert call('--net', 'main1', '--workers', '1,2', '--batch', 2, '--rounds', 1, '--steps', 4,
                '--threads', 1, '--out', tmp_path / 'a.json') == 0
    rows = json.loads((tmp_path / 'a.json').read_text())
    assert [(row['workers'], row['way']) for row in rows] == [
        (1, 'alone'), (2, 'alone'), (2, 'together'), (2, 'own batch norm'),
        (2, '4 kB'), (2, '64 kB'), (2, '1 MB'), (2, '16 MB')]
    alone, _, together, own, *messages = rows
    assert alone['messages'] == alone['sent'] == 0
    assert together['messages'] > own['messages'] > 0
    weights = 4 * (608_001 + 219_138)                     # parameters of main1: docs/presets.md
    assert together['least'] == own['least'] == weights                    # 2 (N - 1) / N = 1
    assert weights < own['sent'] <= together['sent'] < 1.2 * weights
    if together['wire']:                                  # counted by the system, headers too
        assert 0.9 * together['sent'] < together['wire'] < 1.5 * together['sent']
    assert messages[-1]['sent'] == 2 ** 24
    out = capfd.readouterr().out
    assert 'time / alone' in out and f'{together["ms"]:.1f}' in out


@pytest.mark.parametrize(('words', 'match'), [
    ('--net dcgan', '--net'), ('--workers 0', '--workers'), ('--batch 0', '--batch 0'),
    ('--steps 6', 'a multiple of 4'), ('--rounds 0', '--rounds 0'), ('--out a.txt', '.json')])
def test_mistakes_are_one_line(capsys, words, match):
    assert call(*words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line
