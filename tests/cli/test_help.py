"""--help of main1.py and of every tool: what it shows, and how."""

import importlib
import re
import shlex

import pytest

from dcgan_tf.cli import flags
from dcgan_tf.cli.parser import Parser
from dcgan_tf.commands import COMMANDS, morph
from dcgan_tf.config import TYPES
from dcgan_tf.data import DATASETS
from tests.cases import cases

MODULES = {verb: row.module or verb for verb, row in COMMANDS.items()}       # those of tools/, too
MANY = {'train': (flags.FREQUENT, flags.EXAMPLES), 'morph': (morph.FREQUENT, morph.EXAMPLES)}
MAX_FLAGS, MAX_IN_A_ROW = 20, 10             # in --help; in one group of it
PARSE_ARGS = Parser.parse_args


class Caught(Exception):  # noqa: N818
    """Carries a parser out of the function that has made it."""


@pytest.fixture
def parser_of(monkeypatch):
    """parser_of(verb) -> the Parser of a command, in a terminal of 80 columns."""
    def catch(parser, *args, **ranges):
        raise Caught(parser)
    monkeypatch.setattr(Parser, 'parse_args', catch)
    monkeypatch.setenv('COLUMNS', '80')

    def parser_of(verb):
        module = flags if verb == 'train' else importlib.import_module(MODULES[verb])
        with pytest.raises(Caught) as caught:
            module.parse([])
        return caught.value.args[0]
    return parser_of


def shown(text):
    return re.findall(r'^  (?:-h, )?(--[\w-]+)', text, re.M)


@cases('verb', MODULES)
def test_help_fits_and_says_what_each_flag_takes(parser_of, monkeypatch, verb):
    parser = parser_of(verb)
    flags_of = [action for action in parser._actions if action.option_strings]
    all_flags = [next(name for name in action.option_strings if name.startswith('--'))
                 for action in flags_of]
    assert sorted(shown(parser.format_all())) == sorted(all_flags)
    assert (len(all_flags) > MAX_FLAGS) == bool(parser.frequent) == (verb in MANY)
    metavars = {action.dest: action.metavar or parser._get_formatter(
        )._get_default_metavar_for_optional(action) for action in parser._actions
        if action.nargs != 0 and not action.choices}
    assert not {name: word for name, word in metavars.items()
                if word == name.upper().strip('_') and word not in ('RUN', 'FOLDER', 'N')}
    for columns in ('60', '80', '100', '240'):
        monkeypatch.setenv('COLUMNS', columns)
        for text in (parser.format_help(), parser.format_all()):
            assert max(map(len, text.splitlines())) <= 100, text
        words = {*parser.format_all().split()}
        assert {word for action in parser._actions for word in (
            action.help % {'prog': parser.prog}).split()} <= words            # none is broken


@cases('verb', MANY)
def test_the_short_help(parser_of, verb):
    parser, (frequent, examples) = parser_of(verb), MANY[verb]
    text, names = parser.format_help(), {*parser._option_string_actions}
    assert len(frequent) <= MAX_FLAGS and {*frequent} < names
    assert {*shown(text)} == {*frequent, '--help', '--help-all', '--verbose'}
    assert len(text.splitlines()) <= 50
    assert f'all {len(shown(parser.format_all()))} flags' in text
    assert all(words in text and about in text for words, about in examples.items())
    titles = [re.escape(group.title) for group in parser._action_groups]
    order = re.findall(f'^({"|".join(titles)}):$', parser.format_all(), re.M)
    assert [title for title in order if f'\n{title}:\n' in text] == re.findall(
        f'^({"|".join(titles)}):$', text, re.M)


@cases('verb', [verb for verb, row in COMMANDS.items() if row.module])
def test_the_examples_can_be_typed(parser_of, verb):
    parser = parser_of(verb)
    assert parser.examples and all(words in parser.format_help() for words in parser.examples)
    module = flags if verb == 'train' else importlib.import_module(MODULES[verb])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Parser, 'parse_args', PARSE_ARGS)
        for words in parser.examples:
            module.parse(shlex.split(words))


@cases('verb', [verb for verb, row in COMMANDS.items() if row.module])
def test_many_flags_are_in_groups(parser_of, verb):
    parser = parser_of(verb)
    _, options, *groups = [group._group_actions for group in parser._action_groups]
    assert len(options) + sum(map(len, groups)) <= MAX_IN_A_ROW or groups
    assert max(map(len, [options, *groups])) <= MAX_IN_A_ROW or verb in MANY


@pytest.mark.parametrize(('flag', 'text'), [
    ('--epochs', 'number of training steps (default: 20000)'),
    ('--dataset', f'the data set: {", ".join(DATASETS)} (default: auto)'),
    ('--type', f'kind of GAN, or FILE.py:NAME: {", ".join(TYPES)} (default: gan)'),
    ('--gray', 'make all pictures grey'),
    ('--resume', 'continue the run in this folder'),
    ('--preset', 'networks and numbers to start from: dcgan28, main1, ...'),
    ('--maps', "feature maps of D's layers (default: as in the preset)")])
def test_a_short_text_is_cut_from_the_whole_one(parser_of, flag, text):
    assert f'{flag} ' in (short := ' '.join(parser_of('train').format_help().split()))
    assert f' {text} ' in short


def test_help_all_ends_the_program(capsys):
    with pytest.raises(SystemExit) as ended:
        flags.parse(['--help-all', '--nonsense'])
    assert ended.value.code == 0
    assert '--worker-timeout SECONDS' in capsys.readouterr().out


def test_a_flag_that_is_not_shown_works_and_an_error_names_all():
    assert flags.parse(['--unroll', '3']).given == {'unroll': 3}
    with pytest.raises(SystemExit):
        flags.parse(['--help', '--unroll'])
    with pytest.raises(Exception, match=r'did you mean --unroll or .*--help-all lists the flags'):
        flags.parse(['--unrol', '3'])
