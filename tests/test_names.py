"""Names of classes, runs and pictures: distinct folders, one line, tables that can be read back."""

import csv
import io
import itertools

import pytest

from dcgan_tf import names
from tests.cases import cases

LONG = 'x' * 300


@cases(('class_names', 'folders'), [
    (['cat', 'dog'], ['cat', 'dog']),
    (['T-shirt/top', '..', 'Bag'], ['T-shirt_top', '1', 'Bag']),
    (['\N{CAT FACE}', '\N{DOG FACE}'], ['0', '1']),
    (['a b', 'a_b', 'a/b', 'a:b'], ['a b', 'a_b', 'a_b-2', 'a_b-3']),
    (['a/b', 'a_b'], ['a_b-0', 'a_b']),                         # the unchanged name stays
    (['a-b_1', '?', '1'], ['a-b_1', '1-1', '1']),
    (['Bag', 'bag'], ['Bag', 'bag-1']),                         # one folder on macOS and Windows
    (['caf\u00e9', 'cafe\u0301'], ['caf\u00e9', 'cafe\u0301-1']),
    (['\u0939\u093f', '\u0939\u093e'], ['\u0939\u093f', '\u0939\u093e']),     # Hindi vowel signs
    (['classes.tsv', 'a'], ['classes.tsv-0', 'a']),
    ([LONG + 'a', LONG + 'b'], ['x' * 100, 'x' * 100 + '-1']),
    (['nul', 'COM1.x', '.hidden', 'end. '], ['_nul', '_COM1.x', 'hidden', 'end']),
    (['a\nb', 'a\tb', ''], ['a_b', 'a_b-1', '2'])])
def test_each_class_has_a_folder_of_its_own(class_names, folders):
    assert names.folder_names(class_names) == folders


def test_many_classes_stay_apart():
    """Of every character up to U+2FFF, alone and after a letter."""
    every = [text for c in map(chr, range(0x3000)) for text in (c, f'a{c}')]
    folders = names.folder_names(every)
    assert len({names._key(folder) for folder in folders}) == len(every)


def test_the_table_of_classes_is_read_back():
    given = ['a\tb', 'a\nb', 'a\\nb', 'a\u2028b', '\N{CAT FACE}', 'plain']
    text = names.class_table(given)
    rows = list(csv.reader(io.StringIO(text), delimiter='\t', quoting=csv.QUOTE_NONE))
    assert rows[0] == ['class', 'folder', 'name'] and len(text.splitlines()) == 1 + len(given)
    assert [row[0] for row in rows[1:]] == [str(k) for k in range(len(given))]
    assert [row[2].encode('latin-1', 'backslashreplace').decode('unicode_escape')
            for row in rows[1:]] == given


@pytest.mark.parametrize(('name', 'shown'), [
    ('cat', 'cat'), ('a\r\nb', r'a\r\nb'), ('C:\\cats', 'C:\\cats'),
    ('a\\n', r'a\\n'), ('\\\n', r'\\\n'), ('\udcff', r'\udcff')])
def test_one_line(name, shown):
    assert names.one_line(name) == shown


def test_two_names_never_look_the_same():
    """All names of up to five of these characters, and those that they look like."""
    every = {''.join(chosen) for n in range(6)
             for chosen in itertools.product('\\\n\x1bnx1b', repeat=n)}
    every |= {names.printable(name) for name in every}
    shown = {names.one_line(name) for name in every}
    assert len(shown) == len(every) and all(map(str.isprintable, shown))


@pytest.mark.parametrize(('n', 'shown'), [(0, '0 steps'), (1, '1 step'), (2500, '2,500 steps')])
def test_a_number_and_its_noun(n, shown):
    assert names.counted(n, 'step') == shown


@cases(('name', 'known', 'end'), [
    ('7', ['000', '007', '700'], '; did you mean 007?'),
    ('catt', ['cat', 'dog'], '; did you mean cat?'),
    ('x', ['cat', '007'], '')])
def test_the_nearest_names(name, known, end):
    assert names.nearest(name, known) == end
