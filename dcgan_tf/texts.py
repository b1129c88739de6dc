"""Decodes text files that an editor or a spreadsheet may have saved in another encoding."""

import codecs

MARKS = ((codecs.BOM_UTF8, 'utf-8'), (codecs.BOM_UTF16_LE, 'utf-16-le'),
         (codecs.BOM_UTF16_BE, 'utf-16-be'))              # the bytes a file may begin with


def decoded(content: bytes, errors: str = 'replace') -> str:
    """Returns the text of UTF-8, with or without its mark, or of UTF-16.

    UTF-16 without its mark is recognised by a zero byte in the first letter. errors: as for
    `bytes.decode`; with `replace`, bytes that are no text become U+FFFD.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content[len(mark):].decode(encoding, errors)
    encoding = {b'\0': 'utf-16-be'}.get(content[:1]) or {b'\0': 'utf-16-le'}.get(content[1:2])
    return content.decode(encoding or 'utf-8', errors)
