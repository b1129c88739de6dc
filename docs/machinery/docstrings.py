"""Lets the API pages show docstrings as they read in the code: an extension of griffe.

A field of a class has a comment in its line instead of a docstring, and an option of a run has its
help text. The fields of a NamedTuple are shown as a list.
"""

import dataclasses
import pathlib
import sys

import griffe

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from dcgan_tf.config.making import Config, about  # it needs neither TensorFlow nor NumPy
from docs.machinery.as_markdown import comment, escaped, markdown

WIDTH = 100                                           # of the lines of code
OPTIONS = {field.name: field for field in dataclasses.fields(Config)}


class Docstrings(griffe.Extension):
    """Changes what griffe has read before the pages are made of it."""

    def __init__(self):
        super().__init__()
        self.fields = {}             # path of a NamedTuple -> its fields

    def on_attribute_instance(self, *, node, attr, agent, **_):
        """Gives an attribute without a docstring its comment, or the help text of its option."""
        if attr.path == f'{Config.__module__}.Config.{attr.name}':
            attr.value = repr(OPTIONS[attr.name].default)
            attr.docstring = griffe.Docstring(about(OPTIONS[attr.name]), parent=attr)
            return
        text = comment(agent.code.splitlines()[attr.endlineno - 1:])
        if text and attr.parent.is_class and not attr.docstring:
            attr.docstring = griffe.Docstring(text, parent=attr)

    def on_class_members(self, *, node, cls, agent, **_):
        """Takes the fields of a NamedTuple out of its members, for the list."""
        if 'NamedTuple' in map(str, cls.bases):
            fields = [each for each in cls.members.values()
                      if each.is_attribute and 'property' not in each.labels]
            self.fields[cls.path] = fields
            for each in fields:
                cls.del_member(each.name)

    def on_object(self, *, obj, **_):
        """Makes Markdown of a docstring, or of the comment or help text that is in its place."""
        if obj.docstring:
            text, of_code = obj.docstring.value, obj.docstring.lineno
            fields = self.fields.get(obj.path, [])
            names = names_of(obj) | {field.name for field in fields}
            text = markdown(text, names, WIDTH - margin_of(obj)) if of_code else escaped(text)
            obj.docstring.value = '\n'.join([text, '', *map(item, fields)])


def item(field):
    """Returns a field as an item of a list."""
    value = '' if field.value is None else f' = {field.value}'
    text = f': {escaped(field.docstring.value)}' if field.docstring else ''
    return f'- `{field.name}: {field.annotation}{value}`{text}'


def names_of(obj):
    """Returns the names that a docstring may explain: the arguments, and the members of a class."""
    if obj.is_class or obj.is_function:
        return {*(p.name for p in obj.parameters), *(obj.members if obj.is_class else ())}
    return set()


def margin_of(obj):
    """Returns the column in which the lines of a docstring begin."""
    return 0 if obj.is_module else 4 + margin_of(obj.parent)
