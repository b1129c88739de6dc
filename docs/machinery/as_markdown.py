"""Makes Markdown of the docstrings, which are plain text.

They say what a function does, then explain its arguments as `name: text`, and give shapes in lines
of their own. As Markdown all this would run together, and `*` would be emphasis.
"""

import itertools
import re
import textwrap

COMMENT = re.compile(r'\S\s+# (?P<text>.*)$')
ROW = re.compile(r'([\w.*/]*) {2,}(\S.*)')          # a table without lines: name  text
LIST = r'[a-z]\w*(?:, [a-z]\w*)*'                     # a name, or names with commas
PAGE = re.compile(r'docs/([\w\\/]+)\.md')


def comment(lines):
    """Returns the comment of the first line and of the lines that go on with it; '' = none.

    In such a line there is nothing before the column in which the text of the first one begins.
    """
    found = COMMENT.search(lines[0])
    if not found:
        return ''
    rest = itertools.takewhile(
        lambda line: '#' in line and not line[:found.start('text')].strip(' #'), lines[1:])
    return ' '.join([found['text'], *(line.strip(' #') for line in rest)])


def markdown(text, names=(), width=100):
    """Returns a docstring as Markdown. names: the arguments and fields, which become a list.

    width: that of the lines, which tells where the author has ended a line before its end.
    """
    return '\n\n'.join(of_block(block.split('\n'), names, width)
                       for block in re.split(r'\n\s*\n', text))


def of_block(lines, names, width):
    """Returns the Markdown of lines without an empty one: code, a table, or a paragraph."""
    rows = [ROW.fullmatch(line) for line in lines]
    if all(line.startswith('  ') for line in lines):
        return textwrap.indent('\n'.join(lines), '    ')
    if len(lines) > 1 and all(rows):
        two_columns = all('  ' not in row[2] or not row[1] for row in rows) and rows[0][1]
        return listed(rows) if two_columns else textwrap.indent('\n'.join(lines), '    ')
    return paragraphs(lines, names, width)


def listed(rows):
    """Returns a table of names and texts as a list. A row without a name goes on with the text."""
    return '\n'.join(f'- `{row[1]}`: {escaped(row[2])}' if row[1] else f'    {escaped(row[2])}'
                     for row in rows)


def paragraphs(lines, names, width):
    """Returns lines of text, in which a line that the author has ended stays a line."""
    text = ''.join(line + (' ' if goes_on(line, after, width) else '\n')
                   for line, after in zip(lines, [*lines[1:], ''], strict=True)).strip()
    text = re.sub(r' {3,}(?=\S)', '\n', text)                          # "Returns ...   [N] -> []"
    text = re.sub(rf'^({LIST}): ', r'- `\1`: ', text, flags=re.MULTILINE)
    some = '|'.join(sorted(map(re.escape, names), key=len, reverse=True)) or '$'
    text = re.sub(rf'(?<=[.?\]]) ({some}): ', r'\n- `\1`: ', text)     # "x: images. y: labels."
    *others, last = text.split('\n')
    return '\n\n'.join(map(escaped, [*others, *re.split(r'(?<=\.) (?=UsageError|RunError)', last)]))


def goes_on(line, after, width):
    """Tells whether a line ends only because it is full, so that `after` belongs to it."""
    full = len(line) + 1 + len(after.split(' ', 1)[0]) > width or line[-1] not in '.:;)]`'
    return line.endswith('->') or (full and not re.match(rf'\[|->|({LIST}): ', after))


def escaped(text):
    """Returns text in which Markdown finds no mark but `code`, items of a list, and our pages."""
    parts = re.split(r'(`[^`]*`)', text)
    return ''.join(part if i % 2 else PAGE.sub(r'[docs/\1.md](../\1.md)', re.sub(
        r'([*_\[\]])', r'\\\1', part).replace('<', '&lt;'))
                   for i, part in enumerate(parts))
