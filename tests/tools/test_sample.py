"""sample.py on a painter: which picture has which latent, class, folder and caption."""

import csv
import functools

import pytest

from dcgan_tf import images
from dcgan_tf.commands import sample
from dcgan_tf.run_folder import samples
from tests.cases import cases
from tests.helpers import call_tool
from tests.tools import painter

call = functools.partial(call_tool, sample, 'RUN')


def table(folder):
    """The rows of classes.tsv without its first."""
    with (folder / 'classes.tsv').open(encoding='utf-8', newline='') as file:
        return list(csv.reader(file, delimiter='\t', quoting=csv.QUOTE_NONE))[1:]


@cases('class_names', [
    ['\N{CAT FACE}', '\N{DOG FACE}'], ['a/b', 'a_b', 'a:b'], ['Bag', 'bag'], ['cat', 'dog'],
    ['classes.tsv', 'x' * 300], ['a\nb', 'a\tb'], ['', '1', '..']])
def test_each_class_has_a_folder_and_the_table_says_which(tmp_path, monkeypatch, class_names):
    painter.hung(monkeypatch, tmp_path, painter.config(class_names))
    assert call('--n', 8, '--out', tmp_path / 'out') == 0
    rows, count = table(tmp_path / 'out'), len(class_names)
    assert [int(number) for number, *_ in rows] == list(range(count))
    for number, folder, _ in rows:
        files = sorted((tmp_path / 'out' / folder).iterdir())
        assert [file.name for file in files] == [f'{s:06d}.png' for s in range(8)
                                                 if s % count == int(number)]
        assert {painter.read(images.read_png(file))[1] for file in files} == {int(number)}


def test_pictures_of_other_classes_are_not_mixed_in(tmp_path, monkeypatch, capsys):
    for class_names, code in ((['cat', 'dog'], 0), (['cat', 'dog'], 0), (['dog', 'cat'], 2)):
        painter.hung(monkeypatch, tmp_path, painter.config(class_names))
        assert call('--n', 4, '--out', tmp_path / 'out') == code
    line, = capsys.readouterr().err.splitlines()
    assert 'lists other classes' in line and '--out' in line
    assert [name for *_, name in table(tmp_path / 'out')] == ['cat', 'dog']


def test_codes_are_no_classes_with_the_same_numbers(tmp_path, monkeypatch, capsys):
    of_classes = painter.config(['0', '1'])
    of_codes = of_classes.replace(type='infogan', codes=(2,), continuous=0)
    for config, code in ((of_classes, 0), (of_codes, 2)):
        painter.hung(monkeypatch, tmp_path, config)
        assert call('--n', 4, '--out', tmp_path / 'out') == code
    assert 'lists other classes' in capsys.readouterr().err
    assert call('--n', 4, '--out', tmp_path / 'codes') == 0
    assert table(tmp_path / 'codes') == [['0', 'code 0', 'code 0'], ['1', 'code 1', 'code 1']]


@pytest.mark.parametrize(('class_names', 'captions'), [
    (['cat', 'dog?'], ['cat', 'dog?']),
    (['\N{CAT FACE}', '\N{DOG FACE}', 'cat'], ['0:?', '1:?', 'cat']),
    (['golden retriever 1', 'golden retriever 2'], ['0:golden retrieve\u2026',
                                                    '1:golden retrieve\u2026']),
    (['\u732b', 'a\nb', 'cafe\u0301'], ['\u732b', r'a\nb', 'caf\xe9'])])
def test_captions_of_a_sheet_tell_the_classes_apart(class_names, captions):
    assert samples.captions(class_names) == captions
